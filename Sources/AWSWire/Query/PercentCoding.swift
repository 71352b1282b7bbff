/// Percent-encoding of bytes, strict in both directions.
enum PercentCoding {
  /// Why a piece of text cannot be decoded; holds the words that AWS uses.
  enum Fault: Error, Sendable, Equatable {
    /// The two characters after a `%` are no hexadecimal number.
    case illegalEscape(String)
    /// The text ends within an escape.
    case incompleteEscape

    var message: String {
      switch self {
      case .illegalEscape(let escape): "Illegal hex character in escape % pattern: \(escape)"
      case .incompleteEscape: "Incomplete trailing escape % sequence"
      }
    }
  }

  /// Appends the decoded bytes of `source[range]`; `+` stands for a space, as in forms.
  static func decode(
    _ source: borrowing Span<UInt8>, _ range: Range<Int>, into output: inout [UInt8]
  ) throws(Fault) {
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = source[index]
      if byte == 0x2B {
        output.append(0x20)
      } else if byte == 0x25 {
        guard index + 2 < range.upperBound else { throw .incompleteEscape }
        let high = digit(source[index + 1])
        let low = digit(source[index + 2])
        guard let high, let low else {
          throw .illegalEscape(String(decoding: [byte, source[index + 1], source[index + 2]], as: UTF8.self))
        }
        output.append(high << 4 | low)
        index += 2
      } else {
        output.append(byte)
      }
      index += 1
    }
  }

  /// Appends one byte as Signature Version 4 spells it: unreserved as it is, everything else as `%XX`.
  @inline(__always)
  static func encode(_ byte: UInt8, into output: inout [UInt8]) {
    if isUnreserved(byte) {
      output.append(byte)
    } else {
      output.append(0x25)
      output.append(upperDigit(byte >> 4))
      output.append(upperDigit(byte & 0x0F))
    }
  }

  /// `A–Z a–z 0–9 - . _ ~`
  @inline(__always)
  static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: true
    default: false
    }
  }

  @inline(__always)
  private static func upperDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

  @inline(__always)
  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}

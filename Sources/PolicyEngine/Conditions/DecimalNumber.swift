/// An exact decimal number, so that 0.1 in a policy is the 0.1 of a request.
///
/// The value is `0.d₁d₂…d₃₈` × 10^exponent, where the first digit is not zero; the number zero has no digits at all.
struct DecimalNumber: Sendable, Equatable, Comparable, BitwiseCopyable {
  private let isNegative: Bool
  /// The 38 digits as one number.
  private let digits: UInt128
  private let exponent: Int32

  /// Characters of a number that are read; longer ones are no number.
  static let lengthMax = 512
  /// Digits between the first and the last that are not zero; a number with more is none.
  static let significantDigitsMax = 38
  private static let exponentRange = -100_000...100_000

  init?(_ text: String) { self.init(text.utf8.span) }

  /// Reads `-12.50`, `+7` or `1e3`; spaces are not allowed.
  init?(_ text: Span<UInt8>) {
    guard text.count <= Self.lengthMax else { return nil }
    var reader = Reader()
    guard reader.readDigits(of: text), let written = reader.readExponent(of: text) else { return nil }
    guard reader.significantCount > 0 else {
      isNegative = false
      digits = 0
      exponent = 0
      return
    }
    guard reader.significantCount <= Self.significantDigitsMax else { return nil }
    var digits = reader.digits
    for _ in reader.significantCount..<Self.significantDigitsMax { digits *= 10 }
    self.digits = digits
    isNegative = reader.isNegative
    exponent = Int32(reader.pointPosition - reader.leadingZeros + written)
  }

  static func < (a: DecimalNumber, b: DecimalNumber) -> Bool {
    if a.isNegative != b.isNegative { return a.isNegative }
    return a.isNegative ? b.isSmallerInSize(than: a) : a.isSmallerInSize(than: b)
  }

  private func isSmallerInSize(than other: DecimalNumber) -> Bool {
    if digits == 0 || other.digits == 0 { return other.digits != 0 }
    return (exponent, digits) < (other.exponent, other.digits)
  }

  private struct Reader {
    var offset = 0
    var isNegative = false
    /// From the first digit that is not zero to the last one.
    var digits: UInt128 = 0
    var significantCount = 0
    var leadingZeros = 0
    private var pendingZeros = 0
    private var count = 0
    private var point: Int?

    /// How many digits stand before the point.
    var pointPosition: Int { point ?? count }

    mutating func readDigits(of text: Span<UInt8>) -> Bool {
      if offset < text.count, text[offset] == UInt8(ascii: "-") || text[offset] == UInt8(ascii: "+") {
        isNegative = text[offset] == UInt8(ascii: "-")
        offset += 1
      }
      while offset < text.count {
        let byte = text[offset]
        if byte.isASCIIDigit {
          take(byte - 0x30)
        } else if byte == UInt8(ascii: "."), point == nil {
          point = count
        } else {
          break
        }
        offset += 1
      }
      return count > 0
    }

    private mutating func take(_ digit: UInt8) {
      count += 1
      if digit == 0 {
        if significantCount == 0 { leadingZeros += 1 } else { pendingZeros += 1 }
        return
      }
      significantCount += pendingZeros + 1
      if significantCount <= DecimalNumber.significantDigitsMax {
        for _ in 0..<pendingZeros { digits *= 10 }
        digits = digits * 10 + UInt128(digit)
      }
      pendingZeros = 0
    }

    /// What follows `e`; zero where nothing does, nil where something else does.
    mutating func readExponent(of text: Span<UInt8>) -> Int? {
      guard offset < text.count else { return 0 }
      guard text[offset] | 0x20 == UInt8(ascii: "e") else { return nil }
      offset += 1
      var isNegative = false
      if offset < text.count, text[offset] == UInt8(ascii: "-") || text[offset] == UInt8(ascii: "+") {
        isNegative = text[offset] == UInt8(ascii: "-")
        offset += 1
      }
      guard offset < text.count else { return nil }
      var value = 0
      while offset < text.count {
        guard text[offset].isASCIIDigit, value <= DecimalNumber.exponentRange.upperBound else { return nil }
        value = value * 10 + Int(text[offset] - 0x30)
        offset += 1
      }
      if isNegative { value = -value }
      return DecimalNumber.exponentRange.contains(value) ? value : nil
    }
  }
}

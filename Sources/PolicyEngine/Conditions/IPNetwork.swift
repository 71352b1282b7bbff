/// An IPv4 or IPv6 address with the number of bits that count: an address alone, or a CIDR block.
///
/// IPv6 addresses that only carry an IPv4 address (`::ffff:192.0.2.1`) count as that IPv4 address: the same client
/// must not look different when it comes by a socket that serves both.
package struct IPNetwork: Sendable, Equatable, BitwiseCopyable {
  let isV6: Bool
  private let address: UInt128
  private let prefix: UInt8

  private static let mappedPrefix: UInt128 = 0xFFFF

  package init?(_ text: String) { self.init(text.utf8.span) }

  init?(_ text: Span<UInt8>) {
    var end = 0
    while end < text.count, text[end] != UInt8(ascii: "/") { end += 1 }
    var prefix: Int?
    if end < text.count {
      guard let bits = Self.bits(text.extracting((end + 1)..<text.count)) else { return nil }
      prefix = bits
    }
    let written = text.extracting(0..<end)
    if let v4 = Self.v4(written) {
      guard (prefix ?? 32) <= 32 else { return nil }
      self.init(isV6: false, address: UInt128(v4), prefix: prefix ?? 32)
    } else if let v6 = Self.v6(written) {
      guard (prefix ?? 128) <= 128 else { return nil }
      if v6 >> 32 == Self.mappedPrefix, (prefix ?? 128) >= 96 {
        self.init(isV6: false, address: v6 & 0xFFFF_FFFF, prefix: (prefix ?? 128) - 96)
      } else {
        self.init(isV6: true, address: v6, prefix: prefix ?? 128)
      }
    } else {
      return nil
    }
  }

  private init(isV6: Bool, address: UInt128, prefix: Int) {
    self.isV6 = isV6
    self.address = address
    self.prefix = UInt8(prefix)
  }

  package init?(address text: String) { self.init(address: text.utf8.span) }

  /// Reads an address alone, as a request carries it; a network is none.
  init?(address text: Span<UInt8>) {
    for index in text.indices where text[index] == UInt8(ascii: "/") { return nil }
    self.init(text)
  }

  /// Whether an address is in the network.
  package func contains(_ other: IPNetwork) -> Bool {
    let width: UInt8 = isV6 ? 128 : 32
    guard isV6 == other.isV6, other.prefix == width else { return false }
    if prefix == 0 { return true }
    let shift = UInt128(width - prefix)
    return address >> shift == other.address >> shift
  }

  private static func bits(_ digits: Span<UInt8>) -> Int? {
    guard (1...3).contains(digits.count) else { return nil }
    var bits = 0
    for index in digits.indices {
      guard digits[index].isASCIIDigit else { return nil }
      bits = bits * 10 + Int(digits[index] - 0x30)
    }
    return bits
  }

  private static func v4(_ text: Span<UInt8>) -> UInt32? {
    var address: UInt32 = 0
    var number: UInt32 = 0
    var digits = 0
    var parts = 1
    for index in text.indices {
      let byte = text[index]
      if byte == UInt8(ascii: ".") {
        guard digits > 0, parts < 4 else { return nil }
        address = address << 8 | number
        number = 0
        digits = 0
        parts += 1
      } else {
        // A leading zero would be octal to some readers, so it is no address.
        guard byte.isASCIIDigit, digits == 0 || number > 0 else { return nil }
        number = number * 10 + UInt32(byte - 0x30)
        digits += 1
        guard number <= 255 else { return nil }
      }
    }
    return parts == 4 && digits > 0 ? address << 8 | number : nil
  }

  private static func v6(_ text: Span<UInt8>) -> UInt128? {
    var gap: Int?
    for index in text.indices.dropLast()
    where text[index] == UInt8(ascii: ":") && text[index + 1] == UInt8(ascii: ":") {
      gap = index
      break
    }
    guard let gap else {
      guard let all = Groups(text, mayEndInV4: true), all.count == 8 else { return nil }
      return all.value
    }
    let tailStart = gap + 2
    // Only the last group may be an IPv4 address.
    guard let head = Groups(text.extracting(0..<gap), mayEndInV4: false),
      let tail = Groups(text.extracting(tailStart..<text.count), mayEndInV4: true), head.count + tail.count < 8
    else { return nil }
    return head.count == 0 ? tail.value : head.value << UInt128(16 * (8 - head.count)) | tail.value
  }

  /// Groups of hexadecimal digits between colons; an IPv4 address at the end makes two.
  private struct Groups {
    var value: UInt128 = 0
    var count = 0

    init?(_ text: Span<UInt8>, mayEndInV4: Bool) {
      if text.isEmpty { return }
      var start = 0
      while start <= text.count {
        var end = start
        var isV4 = false
        while end < text.count, text[end] != UInt8(ascii: ":") {
          isV4 = isV4 || text[end] == UInt8(ascii: ".")
          end += 1
        }
        if isV4 {
          guard mayEndInV4, end == text.count, count <= 6, let v4 = IPNetwork.v4(text.extracting(start..<end)) else {
            return nil
          }
          value = value << 32 | UInt128(v4)
          count += 2
        } else {
          guard count < 8, (1...4).contains(end - start) else { return nil }
          var group: UInt128 = 0
          for index in start..<end {
            guard let digit = text[index].hexDigit else { return nil }
            group = group << 4 | UInt128(digit)
          }
          value = value << 16 | group
          count += 1
        }
        start = end + 1
      }
    }
  }
}

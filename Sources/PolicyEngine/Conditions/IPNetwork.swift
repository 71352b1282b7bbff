/// An IPv4 or IPv6 address with the number of bits that count: an address alone, or a CIDR block.
///
/// IPv6 addresses that only carry an IPv4 address (`::ffff:192.0.2.1`) count as that IPv4 address: the same client
/// must not look different when it comes by a socket that serves both.
struct IPNetwork: Sendable, Equatable {
  let isV6: Bool
  private let address: UInt128
  private let prefix: Int

  private static let mappedPrefix: UInt128 = 0xFFFF

  init?(_ text: String) {
    let bytes = Array(text.utf8)
    let slash = bytes.firstIndex(of: UInt8(ascii: "/"))
    let addressBytes = bytes[..<(slash ?? bytes.count)]
    var prefix: Int?
    if let slash {
      let digits = bytes[(slash + 1)...]
      guard (1...3).contains(digits.count), digits.allSatisfy(\.isASCIIDigit) else { return nil }
      prefix = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
    if let v4 = Self.v4(addressBytes) {
      guard (prefix ?? 32) <= 32 else { return nil }
      self.init(isV6: false, address: UInt128(v4), prefix: prefix ?? 32)
    } else if let v6 = Self.v6(addressBytes) {
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
    self.prefix = prefix
  }

  /// Reads an address alone, as a request carries it; a network is none.
  init?(address text: String) {
    guard !text.utf8.contains(UInt8(ascii: "/")) else { return nil }
    self.init(text)
  }

  /// Whether an address is in the network.
  func contains(_ other: IPNetwork) -> Bool {
    let width = isV6 ? 128 : 32
    guard isV6 == other.isV6, other.prefix == width else { return false }
    if prefix == 0 { return true }
    let shift = UInt128(width - prefix)
    return address >> shift == other.address >> shift
  }

  private static func v4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    var address: UInt32 = 0
    var number: UInt32 = 0
    var digits = 0
    var parts = 1
    for byte in bytes {
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

  private static func v6(_ bytes: ArraySlice<UInt8>) -> UInt128? {
    let colon = UInt8(ascii: ":")
    var gap: ArraySlice<UInt8>.Index?
    for index in bytes.indices.dropLast() where bytes[index] == colon && bytes[index + 1] == colon {
      gap = index
      break
    }
    guard let gap else {
      guard let groups = groups(bytes), groups.count == 8 else { return nil }
      return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
    guard let head = gap == bytes.startIndex ? [] : groups(bytes[..<gap]),
      let tail = gap + 2 == bytes.endIndex ? [] : groups(bytes[(gap + 2)...]), head.count + tail.count < 8,
      // Only the last group may be an IPv4 address.
      !bytes[..<gap].contains(UInt8(ascii: "."))
    else { return nil }
    let zeros = [UInt16](repeating: 0, count: 8 - head.count - tail.count)
    return (head + zeros + tail).reduce(0) { $0 << 16 | UInt128($1) }
  }

  /// Groups of hexadecimal digits; an IPv4 address at the end makes two.
  private static func groups(_ bytes: ArraySlice<UInt8>) -> [UInt16]? {
    var groups: [UInt16] = []
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
        guard let v4 = v4(part) else { return nil }
        groups.append(UInt16(v4 >> 16))
        groups.append(UInt16(v4 & 0xFFFF))
        continue
      }
      guard (1...4).contains(part.count) else { return nil }
      var group: UInt16 = 0
      for byte in part {
        guard let digit = byte.hexDigit else { return nil }
        group = group << 4 | UInt16(digit)
      }
      groups.append(group)
    }
    return groups.count <= 8 ? groups : nil
  }
}

/// A range of addresses as its text says it, to tell which bits are there.
struct AddressRange {
  private let bits: UInt128
  private let prefix: Int
  private let isV6: Bool

  /// Nil for what no condition could read.
  init?(_ text: String) {
    guard IPNetwork(text) != nil else { return nil }
    let parts = text.split(separator: "/")
    isV6 = parts[0].contains(":")
    bits = isV6 ? Self.v6(parts[0]) : UInt128(Self.v4(parts[0]))
    prefix = parts.count > 1 ? Int(parts[1]) ?? 0 : isV6 ? 128 : 32
  }

  // What is read here was found to be an address before.

  private static func v4(_ text: Substring) -> UInt32 {
    text.split(separator: ".").reduce(0) { $0 << 8 | (UInt32($1) ?? 0) }
  }

  private static func v6(_ text: Substring) -> UInt128 {
    let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false).map(groups)
    let missing = 8 - halves.reduce(0) { $0 + $1.count }
    let all = halves[0] + Array(repeating: 0, count: max(0, missing)) + (halves.count > 1 ? halves[1] : [])
    return all.reduce(0) { $0 << 16 | UInt128($1) }
  }

  private static func groups(_ text: Substring) -> [UInt32] {
    text.split(separator: ":").flatMap { group -> [UInt32] in
      guard group.contains(".") else { return [UInt32(group, radix: 16) ?? 0] }
      let address = v4(group)
      return [address >> 16, address & 0xFFFF]
    }
  }

  private var width: Int { isV6 ? 128 : 32 }
  private var masked: UInt128 { prefix == 0 ? 0 : (bits >> UInt128(width - prefix)) << UInt128(width - prefix) }

  /// The same range written with zeros behind the mask, where it is written otherwise.
  var corrected: String? {
    masked == bits ? nil : "\(isV6 ? Self.textV6(masked) : Self.textV4(masked))/\(prefix)"
  }

  private static func textV4(_ bits: UInt128) -> String {
    (0..<4).map { String(bits >> UInt128(24 - 8 * $0) & 0xFF) }.joined(separator: ".")
  }

  /// As RFC 5952 wants it: the longest run of zeros, of two or more groups, becomes `::`.
  private static func textV6(_ bits: UInt128) -> String {
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
    var best = 0..<0
    var start = 0
    while start < groups.count {
      let end = groups[start...].firstIndex(where: { $0 != 0 }) ?? groups.count
      if end - start > max(best.count, 1) { best = start..<end }
      start = max(end, start) + 1
    }
    let text = groups.map { String($0, radix: 16) }
    guard !best.isEmpty else { return text.joined(separator: ":") }
    return text[..<best.lowerBound].joined(separator: ":") + "::" + text[best.upperBound...].joined(separator: ":")
  }

  /// Whether no address of it is reachable over the internet (RFC 1918, RFC 4193).
  var isPrivate: Bool {
    let blocks: [(bits: UInt128, prefix: Int)] =
      isV6 ? [(0xFC << 120, 7)] : [(0x0A00_0000, 8), (0xAC10_0000, 12), (0xC0A8_0000, 16)]
    return blocks.contains { block in
      prefix >= block.prefix && bits >> UInt128(width - block.prefix) == block.bits >> UInt128(width - block.prefix)
    }
  }
}

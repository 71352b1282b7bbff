import Crypto

/// What contents come to: how much of each kind, and one checksum over all of it.
///
/// Two stores with the same summary hold the same, whatever databases they are.
public struct ContentsSummary: Sendable, Hashable {
  public let counts: ContentsCounts
  /// SHA-256 over all items in their order.
  public let checksum: [UInt8]

  init(counts: ContentsCounts, checksum: [UInt8]) {
    self.counts = counts
    self.checksum = checksum
  }

  /// In hexadecimal digits.
  public var shownChecksum: String {
    let digits = Array("0123456789abcdef")
    return String(checksum.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

/// Counts and sums items as they pass.
public struct ContentsDigest: Sendable {
  public private(set) var counts = ContentsCounts()
  private var hash = SHA256()

  public init() {}

  public mutating func add(_ items: [StoredItem]) {
    var bytes: [UInt8] = []
    for item in items {
      item.write(to: &bytes)
      count(item)
    }
    add(written: bytes)
  }

  /// Together with `add(written:)`, for items that are written already.
  mutating func count(_ item: StoredItem) { counts.add(item) }
  mutating func add(written bytes: [UInt8]) { hash.update(data: bytes) }

  public var summary: ContentsSummary { ContentsSummary(counts: counts, checksum: Array(hash.finalize())) }
}

public import AWSCore

/// Makes the bytes of a backup; where they go is the caller's.
///
/// After the header come chunks: one byte that says which kind, the length in four bytes, and so many sealed bytes.
/// The last chunk says what all items come to, so that nothing can be missing before it.
public struct BackupWriter: Sendable {
  /// A chunk is sealed when it has come to this size.
  static let chunkBytes = 1 << 20
  /// The kind and the length.
  static let frameBytes = 5

  /// The first bytes of the file.
  public let header: [UInt8]
  private let seal: BackupSeal
  private var digest = ContentsDigest()
  /// Written, and not yet sealed.
  private var pending: [UInt8] = []
  private var number: UInt64 = 0

  public init(
    created: Timestamp, program: String, keys: MasterKeyRing, entropy: Entropy = .system
  ) throws(StoreFailure) {
    let key = DataKey.random(from: entropy)
    let wrapped = keys.wrap(key, for: .registry, purpose: .backup)
    header = try BackupHeader(created: created, program: program, dataKey: wrapped).written()
    seal = BackupSeal(key: key, header: header)
  }

  /// Adds items; answers the bytes that are to be written now, often none.
  public mutating func add(_ items: [StoredItem]) -> [UInt8] {
    var bytes: [UInt8] = []
    for item in items {
      item.write(to: &pending)
      digest.count(item)
      if pending.count >= Self.chunkBytes { bytes += endChunk() }
    }
    return bytes
  }

  /// The last bytes, and what was written.
  public mutating func finish() -> (bytes: [UInt8], summary: ContentsSummary) {
    var bytes = pending.isEmpty ? [] : endChunk()
    let summary = digest.summary
    bytes += frame(BackupEnd(summary).written, as: .end)
    return (bytes, summary)
  }

  private mutating func endChunk() -> [UInt8] {
    digest.add(written: pending)
    defer { pending = [] }
    return frame(pending, as: .items)
  }

  private mutating func frame(_ plaintext: [UInt8], as chunk: BackupSeal.Chunk) -> [UInt8] {
    var bytes = [chunk.rawValue]
    bytes.write(seal.seal(plaintext, as: chunk, number: number))
    number += 1
    return bytes
  }
}

/// What the last chunk says.
struct BackupEnd {
  private static let checksumBytes = 32

  let summary: ContentsSummary

  init(_ summary: ContentsSummary) { self.summary = summary }

  var written: [UInt8] {
    let counts = summary.counts
    var bytes: [UInt8] = []
    for count in [counts.partitions, counts.accounts, counts.records, counts.shortLived] { bytes.write(UInt64(count)) }
    return bytes + summary.checksum
  }

  init?(_ bytes: [UInt8]) {
    var rest = ByteReader(bytes)
    guard let partitions = rest.number(), let accounts = rest.number(), let records = rest.number(),
      let shortLived = rest.number(), let checksum = rest.bytes(Self.checksumBytes), rest.isAtEnd
    else { return nil }
    var counts = ContentsCounts()
    counts.partitions = Int(clamping: partitions)
    counts.accounts = Int(clamping: accounts)
    counts.records = Int(clamping: records)
    counts.shortLived = Int(clamping: shortLived)
    summary = ContentsSummary(counts: counts, checksum: checksum)
  }
}

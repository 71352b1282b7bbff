/// Reads a backup and refuses everything that a `BackupWriter` with the same master key has not made, in that order.
public struct BackupReader: Sendable {
  /// A chunk is at most one item longer than a full one, and no item comes near this.
  static let sealedBytesMax = 64 << 20

  public let header: BackupHeader
  /// What is in it; known at its end.
  public private(set) var summary: ContentsSummary?
  private let keys: MasterKeyRing
  private let seal: BackupSeal
  private let read: @Sendable (Int) throws(StoreFailure) -> [UInt8]
  private var digest = ContentsDigest()
  private var number: UInt64 = 0

  /// Reads the header.
  ///
  /// - Parameter read: answers the next so many bytes, and fewer only at the end.
  /// - Throws: `corrupted`, with one line for the operator.
  public init(
    keys: MasterKeyRing, read: @escaping @Sendable (Int) throws(StoreFailure) -> [UInt8]
  ) throws(StoreFailure) {
    self.keys = keys
    self.read = read
    let magic = try read(BackupHeader.magic.count)
    guard magic == BackupHeader.magic else {
      throw .corrupted(
        magic.starts(with: BackupHeader.anyMagic)
          ? "the backup has a format that this program does not know: a newer one made it" : "this is not a backup")
    }
    let length = try read(4)
    let count = length.reduce(0) { $0 << 8 | Int($1) }
    guard length.count == 4, count <= BackupHeader.bytesMax else { throw .corrupted(Self.cut) }
    let json = try read(count)
    guard json.count == count else { throw .corrupted(Self.cut) }
    header = try BackupHeader(json: json)
    do throws(SecretsFailure) {
      let key = try keys.unwrap(header.dataKey, for: .registry, purpose: .backup)
      seal = BackupSeal(key: key, header: magic + length + json)
    } catch {
      throw .corrupted(error.description)
    }
  }

  private static let cut = "the backup is damaged: it breaks off"

  /// The next items; none at the end, and then ``summary`` says what they came to.
  public mutating func next() throws(StoreFailure) -> [StoredItem] {
    guard summary == nil else { return [] }
    let (chunk, plaintext) = try nextChunk()
    switch chunk {
    case .items:
      guard let items = StoredItem.items(of: plaintext), !items.isEmpty else { throw damaged }
      for item in items {
        try keys.requireOpening(item)
        digest.count(item)
      }
      digest.add(written: plaintext)
      return items
    case .end:
      guard BackupEnd(plaintext)?.summary == digest.summary else {
        throw .corrupted("the backup is damaged: it does not hold what its end says")
      }
      guard try read(1).isEmpty else { throw .corrupted("the backup is damaged: something follows its end") }
      summary = digest.summary
      return []
    }
  }

  private var damaged: StoreFailure {
    .corrupted("the backup is damaged: chunk \(number) was changed, or belongs elsewhere")
  }

  private mutating func nextChunk() throws(StoreFailure) -> (BackupSeal.Chunk, [UInt8]) {
    number += 1
    let frame = try read(BackupWriter.frameBytes)
    guard frame.count == BackupWriter.frameBytes else { throw .corrupted(Self.cut) }
    let count = frame.dropFirst().reduce(0) { $0 << 8 | Int($1) }
    guard let chunk = BackupSeal.Chunk(rawValue: frame[0]), count <= Self.sealedBytesMax else { throw damaged }
    let sealed = try read(count)
    guard sealed.count == count else { throw .corrupted(Self.cut) }
    guard let plaintext = seal.open(sealed, as: chunk, number: number - 1) else { throw damaged }
    return (chunk, plaintext)
  }
}

import AWSCore
import Foundation
import Synchronization
import Testing

@testable import Directory

@Suite("Backups") struct BackupTests {
  private let keys: MasterKeyRing

  init() throws { keys = try SecretsFixtures.ring(1, 2) }

  private static let items: [StoredItem] = {
    let account = PartitionID(text: "account/123456789012")
    let records = (0..<5).map {
      StoredItem.record(
        account,
        StoredRecord(kind: "user", id: "U\($0)", name: $0 == 0 ? nil : "name \($0)", body: Array("{\($0)}".utf8)))
    }
    let values: [StoredItem] = [
      .shortLived(EphemeralValue(key: "", body: [], expires: nil), space: "s"),
      .shortLived(EphemeralValue(key: "é", body: [0, 255], expires: .noon), space: "s"),
    ]
    return [.head(account, revision: 7)] + records + [.head(.registry, revision: .max)] + values
  }()

  private func backup(
    _ items: [StoredItem] = items, keys: MasterKeyRing? = nil
  ) throws -> (bytes: [UInt8], summary: ContentsSummary) {
    var writer = try BackupWriter(created: .noon, program: "1.2.3", keys: keys ?? self.keys)
    var bytes = writer.header
    for item in items { bytes += writer.add([item]) }
    let (end, summary) = writer.finish()
    return (bytes + end, summary)
  }

  private func reader(_ bytes: [UInt8], keys: MasterKeyRing? = nil) throws(StoreFailure) -> BackupReader {
    let left = Mutex(bytes[...])
    return try BackupReader(keys: keys ?? self.keys) { count throws(StoreFailure) in
      left.withLock { left in
        defer { left = left.dropFirst(count) }
        return Array(left.prefix(count))
      }
    }
  }

  private func read(_ bytes: [UInt8], keys: MasterKeyRing? = nil) throws(StoreFailure) -> [StoredItem] {
    var reader = try reader(bytes, keys: keys)
    var items: [StoredItem] = []
    while reader.summary == nil { items += try reader.next() }
    return items
  }

  private func refusal(_ bytes: [UInt8], keys: MasterKeyRing? = nil) -> StoreFailure? {
    do throws(StoreFailure) {
      _ = try read(bytes, keys: keys)
      return nil
    } catch {
      return error
    }
  }

  /// The header, and the frames after it: kind, length, sealed bytes.
  private func frames(_ bytes: [UInt8]) -> (header: [UInt8], frames: [[UInt8]]) {
    let magic = BackupHeader.magic.count
    let json = bytes.dropFirst(magic).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    let header = Array(bytes.prefix(magic + 4 + json))
    var rest = bytes.dropFirst(header.count)
    var frames: [[UInt8]] = []
    while !rest.isEmpty {
      let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
      frames.append(Array(rest.prefix(5 + length)))
      rest = rest.dropFirst(5 + length)
    }
    return (header, frames)
  }

  @Test("what was written is read, with its header and its summary")
  func roundTrip() throws {
    let (bytes, summary) = try backup()
    #expect(try read(bytes) == Self.items)
    var reader = try reader(bytes)
    #expect(reader.header.created == .noon)
    #expect(reader.header.program == "1.2.3")
    #expect(reader.header.dataKey.masterVersion == 2)
    while reader.summary == nil { _ = try reader.next() }
    #expect(reader.summary == summary)
    #expect(try reader.next() == [])
    #expect(summary.counts.partitions == 2)
    #expect(summary.counts.accounts == 1)
    #expect(summary.counts.records == 5)
    #expect(summary.counts.shortLived == 2)
    #expect(summary.shownChecksum.count == 64)
  }

  @Test("the summary depends on the contents alone, and on all of them")
  func checksum() throws {
    let summary = try backup().summary
    #expect(try backup().summary == summary)
    var digest = ContentsDigest()
    digest.add(Self.items)
    #expect(digest.summary == summary)
    for left in Self.items.indices {
      var fewer = Self.items
      fewer.remove(at: left)
      #expect(try backup(fewer).summary.checksum != summary.checksum)
    }
    let other = [StoredItem.head(.registry, revision: .max - 1)]
    #expect(try backup(other).summary != backup([.head(.registry, revision: .max)]).summary)
  }

  @Test("nothing of the contents can be read in the file, and no two files of them are alike")
  func sealed() throws {
    let bytes = try backup().bytes
    let text = String(decoding: bytes, as: UTF8.self)
    for word in ["123456789012", "registry", "user", "name 1", "U1"] { #expect(!text.contains(word)) }
    #expect(try backup().bytes != bytes)
  }

  @Test("a changed bit, a shorter file and a longer one are refused")
  func damaged() throws {
    let bytes = try backup(Array(Self.items.prefix(2))).bytes
    for damaged in SecretsFixtures.damaged(bytes) { #expect(refusal(damaged) != nil) }
    #expect(refusal(bytes) == nil)
  }

  @Test("chunks that are missing, doubled, exchanged or another backup's are refused")
  func chunks() throws {
    let large = (0..<3).map { number -> StoredItem in
      .shortLived(EphemeralValue(key: "\(number)", body: Array(repeating: 1, count: 1 << 20), expires: nil), space: "s")
    }
    let (bytes, _) = try backup(large)
    let (beginning, frames) = frames(bytes)
    let others = self.frames(try backup(large).bytes).frames
    try #require(frames.count == 4 && others.count == 4)
    #expect(beginning + frames.joined() == bytes)
    let wrong: [[[UInt8]]] = [
      [frames[1], frames[2], frames[3]], [frames[0], frames[2], frames[3]], [frames[0], frames[1], frames[3]],
      [frames[0], frames[1], frames[2]], [frames[1], frames[0], frames[2], frames[3]],
      [frames[0], frames[0], frames[1], frames[2], frames[3]], [others[0], frames[1], frames[2], frames[3]],
      [frames[0], frames[1], frames[2], others[3]], [frames[3]], [], others,
    ]
    for frames in wrong { #expect(refusal(beginning + frames.joined()) != nil) }
  }

  @Test("another master key, and one of another version, are refused by name")
  func wrongKey() throws {
    let bytes = try backup().bytes
    let words = StoreFailure.corrupted("the master key v2 is not the one with which this data was sealed")
    #expect(refusal(bytes, keys: try SecretsFixtures.ring(1, 2)) == words)
    let missing = "the master key v2, with which this data was sealed, is missing; add its line to the master keys"
    #expect(refusal(bytes, keys: try SecretsFixtures.ring(1)) == .corrupted(missing))
  }

  @Test("files of other kinds and newer formats are told apart")
  func others() {
    #expect(refusal([]) == .corrupted("this is not a backup"))
    #expect(refusal(Array("SQLite format 3\u{0} and so on".utf8)) == .corrupted("this is not a backup"))
    let newer = "the backup has a format that this program does not know: a newer one made it"
    #expect(refusal(Array("sallyport backup 2\nwhatever".utf8)) == .corrupted(newer))
  }

  @Test("a backup whose accounts another master key seals is refused")
  func foreignAccount() throws {
    let account = try #require(AccountID(number: 123_456_789_012))
    let other = try SecretsFixtures.ring(2)
    func item(_ ring: MasterKeyRing, wrappedFor partition: PartitionID) throws -> StoredItem {
      let key = ring.wrap(DataKey.random(from: .system), for: partition)
      let settings = AccountSettingsRecord(
        account: account, name: "n", email: "a@example.com", createDate: .noon, dataKey: key)
      return .record(.account(account), try settings.stored())
    }
    let head = StoredItem.head(.account(account), revision: 1)
    #expect(refusal(try backup([head, try item(keys, wrappedFor: .account(account))]).bytes) == nil)
    #expect(refusal(try backup([head, try item(other, wrappedFor: .account(account))]).bytes) != nil)
    #expect(refusal(try backup([head, try item(keys, wrappedFor: .registry)]).bytes) != nil)
  }
}

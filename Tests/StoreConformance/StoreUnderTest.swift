import AWSCore
import Directory
import StoreFixtures
import StoreSQLite
import Testing

/// One kind of store; every kind passes the same suite.
struct StoreUnderTest: Sendable, CustomTestStringConvertible {
  let name: String
  /// Opens the store that lies in the folder; a store that is not durable is a new one each time.
  let open: @Sendable (_ folder: String) async throws -> any Store & ContentsStore

  var testDescription: String { name }

  static let memory = StoreUnderTest(name: "memory") { _ in MemoryStore() }
  static let sqlite = StoreUnderTest(name: "SQLite") { try SQLiteStore.open(folder: $0) }

  static let postgreSQL = StoreUnderTest(name: "PostgreSQL") { try await PostgreSQLUnderTest.open(folder: $0) }

  static let all = [memory] + durable
  static let durable = [sqlite, postgreSQL]

  /// Opens a fresh store, and closes and removes it afterwards.
  func use(_ body: (any Store & ContentsStore) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in try await use(in: folder, body) }
  }

  /// Opens the store in the folder and closes it afterwards.
  func use(in folder: String, _ body: (any Store & ContentsStore) async throws -> Void) async throws {
    let store = try await open(folder)
    do {
      try await body(store)
    } catch {
      await store.close()
      throw error
    }
    await store.close()
  }
}

// MARK: Fixtures

let alpha = PartitionID(text: "account/000000000001")
let beta = PartitionID(text: "account/000000000002")

extension StoredRecord {
  static func user(_ id: String, name: String? = nil, body: String = "{}") -> StoredRecord {
    StoredRecord(kind: "user", id: id, name: name, body: Array(body.utf8))
  }
}

extension StoredChange {
  static func user(_ id: String, name: String? = nil, body: String = "{}") -> StoredChange {
    .put(.user(id, name: name, body: body))
  }

  static func deleteUser(_ id: String) -> StoredChange { .delete(kind: "user", id: id) }
}

extension Timestamp {
  static let noon = Timestamp(seconds: 1_795_003_200)

  func adding(milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: self.milliseconds + milliseconds) }
}

extension RecordStore {
  /// Commits one transaction on top of a revision.
  func commit(_ changes: [StoredChange], to partition: PartitionID, at base: Int64) async throws {
    try await commit([Commit(partition: partition, base: base, transactions: [changes])])
  }

  /// The partition as the feed alone tells it.
  func replay(_ partition: PartitionID, pageSize: Int = 7) async throws -> PartitionImage {
    var records: [String: StoredRecord] = [:]
    var revision: Int64 = 0
    while true {
      let page = try #require(try await revisions(of: partition, after: revision, limit: pageSize))
      guard !page.isEmpty else { break }
      for made in page {
        #expect(made.revision == revision + 1)
        revision = made.revision
        for change in made.changes {
          switch change {
          case .put(let record): records["\(record.kind)/\(record.id)"] = record
          case .delete(let kind, let id): records["\(kind)/\(id)"] = nil
          }
        }
      }
    }
    return PartitionImage(revision: revision, records: records.values.sorted { ($0.kind, $0.id) < ($1.kind, $1.id) })
  }
}

func expectEqual(_ image: PartitionImage?, _ other: PartitionImage?, _ location: SourceLocation = #_sourceLocation) {
  #expect(image?.revision == other?.revision, sourceLocation: location)
  #expect(image?.records == other?.records, sourceLocation: location)
}

import AWSCore
import Directory
import Foundation
import StoreFixtures
import Synchronization
import Testing

@testable import StoreSQLite

@Suite("A SQLite store after a crash") struct SQLiteCrashTests {
  private func copy(_ folder: String, to other: String) throws {
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    for file in ["sallyport.db", "sallyport.db-wal"] {
      try FileManager.default.copyItem(atPath: folder + "/" + file, toPath: other + "/" + file)
    }
  }

  /// Opens what is left, checks that it is whole, and answers its head.
  private func recoveredHead(_ folder: String) async throws -> Int64 {
    let connection = try SQLiteConnection(creating: folder + "/sallyport.db")
    #expect(try connection.text("PRAGMA integrity_check") == "ok")
    connection.disconnect()
    var head: Int64 = 0
    try await StoreUnderTest.sqlite.use(in: folder) { store in
      head = try await store.heads()[alpha] ?? 0
      if head > 0 { expectEqual(try await store.replay(alpha, pageSize: 100), try await store.load(alpha)) }
      try await store.commit([.user("after")], to: alpha, at: head)
    }
    return head
  }

  @Test("every answered commit is found in files copied while writers write")
  func copiedWhileWriting() async throws {
    try await withTemporaryFolder { folder in
      try await StoreUnderTest.sqlite.use(in: folder + "/live") { store in
        let answered = Answered()
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            for base in Int64(0)..<100 {
              try await store.commit(
                [.user("\(base % 9)", body: "\(base)"), .user("last", body: "x")], to: alpha, at: base)
              answered.count.store(base + 1, ordering: .sequentiallyConsistent)
            }
          }
          for number in 0..<5 {
            let least = answered.count.load(ordering: .sequentiallyConsistent)
            try copy(folder + "/live", to: folder + "/\(number)")
            #expect(try await recoveredHead(folder + "/\(number)") >= least)
          }
          try await group.waitForAll()
        }
        try copy(folder + "/live", to: folder + "/end")
        // A copy of two files is a moment of both only as long as the log was not moved into the database meanwhile.
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/end/sallyport.db-wal")).count < 1000 * 4096)
        #expect(try await recoveredHead(folder + "/end") == 100)
      }
    }
  }

  @Test("a log that breaks off anywhere holds whole commits only, and all before the break")
  func tornLog() async throws {
    try await withTemporaryFolder { folder in
      var sizes: [Int] = []
      let log = folder + "/live/sallyport.db-wal"
      try await StoreUnderTest.sqlite.use(in: folder + "/live") { store in
        for base in Int64(0)..<12 {
          let changes = (0..<3).map { StoredChange.user("\(base % 4)\($0)", body: "\(base)") }
          try await store.commit(changes, to: alpha, at: base)
          sizes.append(try Data(contentsOf: URL(fileURLWithPath: log)).count)
        }
        try copy(folder + "/live", to: folder + "/whole")
      }
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/whole/sallyport.db-wal"))
      let atCommits = sizes.flatMap { [$0 - 1, $0, $0 + 1] }.filter { $0 <= bytes.count }
      for length in atCommits + stride(from: sizes[0], to: bytes.count, by: 9001) {
        let torn = folder + "/torn\(length)"
        guard !FileManager.default.fileExists(atPath: torn) else { continue }
        try copy(folder + "/whole", to: torn)
        try bytes.prefix(length).write(to: URL(fileURLWithPath: torn + "/sallyport.db-wal"))
        let expected = sizes.filter { $0 <= length }.count
        #expect(try await recoveredHead(torn) == Int64(expected))
      }
    }
  }

  @Test("a full database refuses the writers and keeps what was answered")
  func full() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/sallyport.db"
      let lock = try FolderLock(folder: folder)
      let connection = try SQLiteConnection(creating: path)
      try connection.upgrade(SQLiteSchema.upgrades)
      try connection.execute("PRAGMA max_page_count = 40")
      let worker = try SQLiteWorker(connection: connection, lock: lock)
      var base: Int64 = 0
      var failure: StoreFailure?
      while failure == nil, base < 200 {
        let record = StoredRecord(kind: "user", id: "\(base)", name: nil, body: Array(repeating: 7, count: 3000))
        let commit = Commit(partition: alpha, base: base, transactions: [[.put(record)]])
        do throws(StoreFailure) {
          try await worker.write { script throws(StoreFailure) in try script.commit([commit]) }
          base += 1
        } catch {
          failure = error
        }
      }
      #expect(failure == .unavailable("the disk of `\(path)` is full"))
      let image = try await worker.read { script throws(StoreFailure) in try script.load(alpha) }
      #expect(image?.revision == base)
      #expect(image?.records.count == Int(base))
      await worker.close()
      try await StoreUnderTest.sqlite.use(in: folder) { store in
        #expect(try await store.heads() == [alpha: base])
        try await store.commit([.user("now there is room")], to: alpha, at: base)
      }
    }
  }

  @Test("writers that share a failing transaction are all told so")
  func sharedFailure() async throws {
    try await withTemporaryFolder { folder in
      let lock = try FolderLock(folder: folder)
      let connection = try SQLiteConnection(creating: folder + "/sallyport.db")
      try connection.upgrade(SQLiteSchema.upgrades)
      try connection.execute("PRAGMA max_page_count = 60")
      let worker = try SQLiteWorker(connection: connection, lock: lock)
      let answered = try await withThrowingTaskGroup(of: PartitionID?.self) { group in
        for number in 0..<100 {
          group.addTask {
            let partition = PartitionID(text: "p\(number)")
            let record = StoredRecord(kind: "user", id: "A", name: nil, body: Array(repeating: 7, count: 3000))
            let commit = Commit(partition: partition, base: 0, transactions: [[.put(record)]])
            do throws(StoreFailure) {
              try await worker.write { script throws(StoreFailure) in try script.commit([commit]) }
              return partition
            } catch {
              #expect(error != .conflict(partition))
              return nil
            }
          }
        }
        return try await group.reduce(into: Set<PartitionID>()) { if let partition = $1 { $0.insert(partition) } }
      }
      let heads = try await worker.read { script throws(StoreFailure) in try script.heads() }
      #expect(answered.count < 100)
      #expect(Set(heads.keys) == answered)
      await worker.close()
    }
  }
}

private final class Answered: Sendable {
  let count = Atomic<Int64>(0)
}

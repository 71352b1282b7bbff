import AWSCore
import Directory
import Foundation
import StoreFixtures
import Testing

@testable import StoreSQLite

@Suite("Opening a SQLite store") struct SQLiteStoreTests {
  private func refusal(ofFolder folder: String) async -> StoreFailure? {
    do throws(StoreFailure) {
      await (try SQLiteStore.open(folder: folder)).close()
      return nil
    } catch {
      return error
    }
  }

  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test("folders and files are made for their owner only")
  func modes() async throws {
    try await withTemporaryFolder { folder in
      let data = folder + "/not/there/yet/"
      try await StoreUnderTest.sqlite.use(in: data) { store in
        try await store.commit([.user("A")], to: alpha, at: 0)
        for made in ["/not", "/not/there", "/not/there/yet"] { #expect(try mode(folder + made) == 0o700) }
        let files = try FileManager.default.contentsOfDirectory(atPath: data).sorted()
        #expect(files == ["lock", "sallyport.db", "sallyport.db-shm", "sallyport.db-wal"])
        for file in files { #expect(try mode(data + file) == 0o600) }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: data).sorted() == ["lock", "sallyport.db"])
    }
  }

  @Test("a second opener is refused while the first is open")
  func second() async throws {
    try await withTemporaryFolder { folder in
      try await StoreUnderTest.sqlite.use(in: folder) { store in
        let process = ProcessInfo.processInfo.processIdentifier
        let words = "another sallyport (process \(process)) is using `\(folder)`"
        #expect(await refusal(ofFolder: folder) == .unavailable(words))
        try await store.commit([.user("A")], to: alpha, at: 0)
      }
      #expect(await refusal(ofFolder: folder) == nil)
    }
  }

  @Test("a reader beside the store sees one instant while the store goes on writing")
  func reader() async throws {
    try await withTemporaryFolder { folder in
      try await StoreUnderTest.sqlite.use(in: folder) { store in
        try await store.commit([.user("A")], to: alpha, at: 0)
        let reader = try SQLiteConnection(reading: folder + "/sallyport.db")
        try reader.execute("BEGIN")
        #expect(try reader.integer("SELECT count(*) FROM record") == 1)
        try await store.commit([.user("B")], to: alpha, at: 1)
        #expect(try reader.integer("SELECT count(*) FROM record") == 1)
        try reader.execute("COMMIT")
        #expect(try reader.integer("SELECT count(*) FROM record") == 2)
      }
    }
  }

  @Test("a reader writes nothing and makes nothing")
  func readerOnly() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/sallyport.db"
      #expect(throws: StoreFailure.unavailable("cannot open `\(path)`: No such file or directory")) {
        try SQLiteConnection(reading: path)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      try await StoreUnderTest.sqlite.use(in: folder) { try await $0.commit([.user("A")], to: alpha, at: 0) }
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let reader = try SQLiteConnection(reading: path)
      for statement in ["DELETE FROM record", "PRAGMA user_version = 7", "CREATE TABLE x (y text)"] {
        #expect(throws: StoreFailure.self) { try reader.execute(statement) }
      }
      reader.disconnect()
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }
  }

  @Test("what is kept alone is not served meanwhile, and a folder without a database is not made")
  func alone() async throws {
    try await withTemporaryFolder { folder in
      #expect(throws: StoreFailure.self) { try SQLiteContents(alone: folder + "/none") }
      #expect(!FileManager.default.fileExists(atPath: folder + "/none"))
      try await StoreUnderTest.sqlite.use(in: folder) { store in
        try await store.commit([.user("A")], to: alpha, at: 0)
        #expect(throws: StoreFailure.self) { try SQLiteContents(alone: folder) }
        #expect(try await SQLiteContents(folder: folder).outline().items == 2)
      }
      let contents = try SQLiteContents(alone: folder)
      #expect(await refusal(ofFolder: folder) != nil)
      #expect(try await contents.outline().items == 2)
    }
  }

  @Test("a database of a newer program is refused and left as it is")
  func newer() async throws {
    try await withTemporaryFolder { folder in
      try await StoreUnderTest.sqlite.use(in: folder) { try await $0.commit([.user("A")], to: alpha, at: 0) }
      let known = SQLiteSchema.upgrades.count
      let connection = try SQLiteConnection(creating: folder + "/sallyport.db")
      try connection.execute("PRAGMA user_version = \(known + 1)")
      connection.disconnect()
      #expect(await refusal(ofFolder: folder) == .newerVersion(found: known + 1, known: known))
      let again = try SQLiteConnection(creating: folder + "/sallyport.db")
      #expect(try again.integer("PRAGMA user_version") == known + 1)
      #expect(try again.integer("SELECT count(*) FROM record") == 1)
    }
  }

  @Test("a file that is not a database is refused and left as it is")
  func notADatabase() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/sallyport.db"
      let bytes = Data(String(repeating: "This is a letter, not a database. ", count: 100).utf8)
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(await refusal(ofFolder: folder) == .corrupted("`\(path)` is not a database"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }
  }

  @Test("a database of another program is refused", arguments: [0, 1])
  func foreignDatabase(version: Int) async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/sallyport.db"
      let connection = try SQLiteConnection(creating: path)
      try connection.execute("CREATE TABLE song (title text)")
      try connection.execute("PRAGMA user_version = \(version)")
      connection.disconnect()
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(await refusal(ofFolder: folder) == .corrupted("`\(path)` is a database of another program"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }
  }

  @Test("a folder that is a file is refused in one line")
  func fileForFolder() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/file"
      try Data().write(to: URL(fileURLWithPath: path))
      #expect(await refusal(ofFolder: path) == .unavailable("`\(path)` is not a folder"))
      #expect(await refusal(ofFolder: path + "/below") != nil)
    }
  }

  @Test("a folder that cannot be written is refused in one line", .enabled(if: geteuid() != 0))
  func unwritable() async throws {
    try await withTemporaryFolder { folder in
      try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
      defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder) }
      #expect(await refusal(ofFolder: folder) == .unavailable("cannot open `\(folder)/lock`: Permission denied"))
    }
  }

  @Test("a commit is written with a sync before it is answered, to a write-ahead log")
  func pragmas() async throws {
    try await withTemporaryFolder { folder in
      let connection = try SQLiteConnection(creating: folder + "/sallyport.db")
      try connection.upgrade(SQLiteSchema.upgrades)
      #expect(try connection.text("PRAGMA journal_mode") == "wal")
      #expect(try connection.integer("PRAGMA synchronous") == 2)
    }
  }

  @Test("a failing upgrade leaves the older version whole")
  func failingUpgrade() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/sallyport.db"
      try await StoreUnderTest.sqlite.use(in: folder) { try await $0.commit([.user("A")], to: alpha, at: 0) }
      let connection = try SQLiteConnection(creating: path)
      let known = SQLiteSchema.upgrades.count
      #expect(throws: StoreFailure.self) {
        try connection.upgrade(
          SQLiteSchema.upgrades + [["CREATE TABLE later (x text)", "CREATE TABLE later (x text)"]])
      }
      #expect(try connection.integer("PRAGMA user_version") == known)
      #expect(try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'later'") == 0)
      try connection.upgrade(SQLiteSchema.upgrades + [["CREATE TABLE later (x text)"]])
      #expect(try connection.integer("PRAGMA user_version") == known + 1)
      #expect(try connection.integer("SELECT count(*) FROM record") == 1)
    }
  }

  @Test("words of a failure are one line that names the file", arguments: [5, 6, 8, 10, 11, 13, 14, 26, 778, 1, 1555])
  func words(code: Int32) {
    let words = StoreFailure.sqlite(code, path: "/d/sallyport.db").description
    #expect(words.contains("`/d/sallyport.db`"))
    #expect(!words.contains("\n"))
  }
}

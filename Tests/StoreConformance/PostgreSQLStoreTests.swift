import AWSCore
import Directory
import StoreFixtures
import Testing

@testable import StorePostgreSQL

@Suite("A PostgreSQL store")
struct PostgreSQLStoreTests {
  // MARK: Tables

  @Test("of nodes that start on an empty database at once, one makes the tables and all open")
  func openedAtOnce() async throws {
    try await withTemporaryFolder { folder in
      let stores = try await withThrowingTaskGroup(of: PostgreSQLStore.self) { group in
        for _ in 0..<8 { group.addTask { try await PostgreSQLUnderTest.open(folder: folder) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      try await stores[0].commit([.user("A")], to: alpha, at: 0)
      for store in stores {
        #expect(try await store.heads() == [alpha: 1])
        await store.close()
      }
    }
  }

  @Test("a database of a newer program is refused and left as it is")
  func newerVersion() async throws {
    try await withTemporaryFolder { folder in
      try await PostgreSQLUnderTest.open(folder: folder).close()
      let url = try PostgreSQLUnderTest.schema(folder)
      let connection = try PostgreSQLConnection(to: url, limits: PostgreSQLUnderTest.limits)
      let known = PostgreSQLSchema.upgrades.count
      try connection.execute("UPDATE sallyport_schema SET version = \(known + 1)")
      await #expect(throws: StoreFailure.newerVersion(found: known + 1, known: known)) {
        try await PostgreSQLUnderTest.open(folder: folder)
      }
      #expect(try connection.execute("SELECT version FROM sallyport_schema") == [[.integer(Int64(known + 1))]])
    }
  }

  @Test("a node that runs while a newer one upgrades the tables is out from then on")
  func upgradedMeanwhile() async throws {
    try await withTemporaryFolder { folder in
      let store = try await PostgreSQLUnderTest.open(folder: folder)
      let connection = try PostgreSQLConnection(
        to: try PostgreSQLUnderTest.schema(folder), limits: PostgreSQLUnderTest.limits)
      try connection.execute("UPDATE sallyport_schema SET version = version + 1")
      while store.outage == nil { await Task.yield() }
      await #expect(throws: try #require(store.outage)) { try await store.commit([.user("A")], to: alpha, at: 0) }
      try connection.execute("UPDATE sallyport_schema SET version = version - 1")
      while store.outage != nil { await Task.yield() }
      try await store.commit([.user("A")], to: alpha, at: 0)
      await store.close()
    }
  }

  @Test("an upgrade runs once, on what is there")
  func upgrade() async throws {
    try await withTemporaryFolder { folder in
      let store = try await PostgreSQLUnderTest.open(folder: folder)
      try await store.commit([.user("A")], to: alpha, at: 0)
      let connection = try PostgreSQLConnection(
        to: try PostgreSQLUnderTest.schema(folder), limits: PostgreSQLUnderTest.limits)
      let upgrades =
        PostgreSQLSchema.upgrades + [["ALTER TABLE head ADD COLUMN note bigint", "UPDATE head SET note = 7"]]
      for _ in 0..<2 { try PostgreSQLSchema.upgrade(connection, by: upgrades) }
      #expect(try connection.execute("SELECT note FROM head") == [[.integer(7)]])
      #expect(try await store.heads() == [alpha: 1])
      await store.close()
    }
  }

  @Test("an upgrade that fails changes nothing")
  func failingUpgrade() async throws {
    try await withTemporaryFolder { folder in
      try await PostgreSQLUnderTest.open(folder: folder).close()
      let connection = try PostgreSQLConnection(
        to: try PostgreSQLUnderTest.schema(folder), limits: PostgreSQLUnderTest.limits)
      let upgrades = PostgreSQLSchema.upgrades + [["DROP TABLE head", "SELECT nothing FROM nowhere"]]
      #expect(throws: StoreFailure.self) { try PostgreSQLSchema.upgrade(connection, by: upgrades) }
      try await PostgreSQLUnderTest.open(folder: folder).close()
    }
  }

  // MARK: What goes wrong

  @Test("a server that cannot be reached is said in one line, without the password")
  func unreachable() async throws {
    let failure = await #expect(throws: StoreFailure.self) {
      try await PostgreSQLStore.open(url: "postgres://somebody:hush-hush@127.0.0.1:1/nowhere")
    }
    guard case .unavailable(let line) = try #require(failure) else { throw try #require(failure) }
    #expect(line.contains("127.0.0.1"))
    #expect(!line.contains("hush"))
    #expect(!line.contains { $0.isNewline })
  }

  @Test(
    "a URL that libpq would quote is refused without its password",
    arguments: [
      "postgres://u:hush%ZZ@127.0.0.1:1/d", "postgres://u:hush%00@127.0.0.1:1/d", "postgres://u:hush@[::1/d",
      "postgres://u:hu/sh@127.0.0.1:1/d", "postgres://u:hu@hush@127.0.0.1:1/d", "postgres://u:1/hush@127.0.0.1:1/d",
    ])
  func malformedURL(_ url: String) async throws {
    await #expect(throws: PostgreSQLURL.malformed) { try await PostgreSQLStore.open(url: url) }
  }

  @Test("a wrong password is refused at once")
  func wrongPassword() async throws {
    let url = try #require(PostgreSQLUnderTest.url).replacing(#/:[^:@/]+@/#, with: ":wrong@")
    await #expect(throws: StoreFailure.self) { try await PostgreSQLStore.open(url: url) }
  }

  @Test("a text that PostgreSQL cannot hold is refused whole, not cut")
  func nullInText() async throws {
    try await StoreUnderTest.postgreSQL.use { store in
      await #expect(throws: StoreFailure.self) { try await store.commit([.user("A\0B")], to: alpha, at: 0) }
      #expect(try await store.heads() == [:])
      try await store.commit([.user("A")], to: alpha, at: 0)
    }
  }

  @Test("transactions that a serializable database refuses are run again")
  func serializable() async throws {
    try await withTemporaryFolder { folder in
      let url = try PostgreSQLUnderTest.schema(folder, settings: ["default_transaction_isolation=serializable"])
      var limits = PostgreSQLUnderTest.limits
      limits.connections = 6
      let store = try await PostgreSQLStore.open(url: url, limits: limits)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<6 {
          group.addTask {
            for round in 0..<20 {
              let value = EphemeralValue(key: "\(round)", body: [UInt8(number)], expires: nil)
              try await store.put([value], in: "s")
              try await store.commit([.user("\(round)")], to: PartitionID(text: "p\(number)"), at: Int64(round))
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await store.heads().values.sorted() == Array(repeating: 20, count: 6))
      await store.close()
    }
  }

  @Test("connections that the server ends cost no write, and none is done twice")
  func terminated() async throws {
    try await withTemporaryFolder { folder in
      let url = try PostgreSQLUnderTest.schema(folder)
      let name = "terminated" + url.suffix(8)
      let store = try await PostgreSQLStore.open(
        url: url + "&application_name=" + name, limits: PostgreSQLUnderTest.limits)
      let killer = try PostgreSQLConnection(to: url, limits: PostgreSQLUnderTest.limits)
      var base: Int64 = 0
      for round in 0..<40 {
        if round % 4 == 0 {
          try killer.execute(
            "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE application_name = '\(name)'")
        }
        while true {
          do {
            try await store.commit([.user("counter", body: "\(base + 1)")], to: alpha, at: base)
            base += 1
            break
          } catch StoreFailure.unavailable {
            // What was refused was not done.
            await Task.yield()
          }
        }
      }
      #expect(try await store.heads() == [alpha: 40])
      expectEqual(try await store.replay(alpha), try await store.load(alpha))
      await store.close()
    }
  }

  // MARK: News

  @Test("what one node commits is told to the others, and the first look at all heads comes before")
  func news() async throws {
    try await withTemporaryFolder { folder in
      let one = try await PostgreSQLUnderTest.open(folder: folder)
      let other = try await PostgreSQLUnderTest.open(folder: folder)
      let partition = PartitionID(text: "only \(folder)")
      var told: [StoreNews] = []
      var isCommitted = false
      for await news in other.news() {
        if case .contact = news, told == [.anything], !isCommitted {
          try await one.commit([.user("A")], to: partition, at: 0)
          isCommitted = true
        }
        switch news {
        case .anything where told.isEmpty, .changed(partition, revision: _): told.append(news)
        default: break
        }
        if told.count == 2 {
          await one.close()
          await other.close()
        }
      }
      #expect(told == [.anything, .changed(partition, revision: 1)])
    }
  }

  @Test("where nothing is notified, commits show all the same")
  func unnotified() async throws {
    try await withTemporaryFolder { folder in
      let store = try await PostgreSQLUnderTest.open(folder: folder)
      let other = try PostgreSQLConnection(
        to: try PostgreSQLUnderTest.schema(folder), limits: PostgreSQLUnderTest.limits)
      var looks = 0
      for await news in store.news() where news == .anything {
        looks += 1
        if looks <= 3 { try other.execute("INSERT INTO head VALUES ('p\(looks)', 1, 0)") } else { await store.close() }
      }
      #expect(looks == 4)
    }
  }
}

import AWSCore
import Testing

@testable import Directory

@Suite("Write queue") struct WriteQueueTests {
  private static let refused = ErrorCode("Refused", status: 409)

  /// How many revisions the partition has, each one above the one before.
  private func expectGapless(_ store: any Store, _ partition: PartitionID, count: Int64) async throws {
    let feed = try #require(try await store.revisions(of: partition, after: 0, limit: 10_000))
    #expect(feed.map(\.revision) == Array(1...count))
    #expect(try await store.heads()[partition] == count)
  }

  @Test("64 writers at once on one account: what was answered is there", arguments: StoreKind.allCases)
  func oneAccount(_ kind: StoreKind) async throws {
    let keys = try SecretsFixtures.ring(1)
    try await kind.use { reopen in
      let store = try await reopen()
      let directory = try await Directory.fixture(store, keys: keys)
      let account = try await directory.account()
      try await withThrowingTaskGroup { group in
        for number in 0..<64 {
          group.addTask { try await directory.addUser("u\(number + 100)", to: account) }
        }
        try await group.waitForAll()
      }
      let expected = (100..<164).map { "u\($0)" }
      #expect(try await directory.userNames(of: account) == expected)
      #expect(try await directory.account(account)?.revision == 65)
      try await expectGapless(store, .account(account), count: 65)
      let second = try await Directory.fixture(try await reopen(), keys: keys)
      #expect(try await second.userNames(of: account) == expected)
      #expect(try await second.account(account)?.revision == 65)
    }
  }

  @Test("64 writers at once on eight accounts", arguments: StoreKind.allCases)
  func severalAccounts(_ kind: StoreKind) async throws {
    let keys = try SecretsFixtures.ring(1)
    try await kind.use { reopen in
      let store = try await reopen()
      let directory = try await Directory.fixture(store, keys: keys)
      var accounts: [AccountID] = []
      for _ in 0..<8 { accounts.append(try await directory.account()) }
      try await withThrowingTaskGroup { group in
        for number in 0..<64 {
          let account = accounts[number % 8]
          group.addTask { try await directory.addUser("u\(number / 8)", to: account) }
        }
        try await group.waitForAll()
      }
      let second = try await Directory.fixture(try await reopen(), keys: keys)
      for account in accounts {
        #expect(try await directory.userNames(of: account) == (0..<8).map { "u\($0)" })
        #expect(try await second.userNames(of: account) == (0..<8).map { "u\($0)" })
        try await expectGapless(second.store, .account(account), count: 9)
      }
    }
  }

  @Test("accounts made at once are all there, and the registry has a revision for each")
  func accountsAtOnce() async throws {
    let store = MemoryStore()
    let directory = try await Directory.fixture(store)
    let made = try await withThrowingTaskGroup(of: AccountID.self) { group in
      for _ in 0..<32 { group.addTask { try await directory.account() } }
      return try await group.reduce(into: Set<AccountID>()) { $0.insert($1) }
    }
    #expect(made.count == 32)
    #expect(directory.registry.accounts.count == 32)
    #expect(directory.registry.revision == 33)
    try await expectGapless(store, .registry, count: 33)
  }

  @Test("of writers who want the same name exactly one gets it")
  func sameName() async throws {
    let directory = try await Directory.fixture(TroubledStore())
    let account = try await directory.account()
    let won = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<64 {
        group.addTask {
          try await directory.write(to: account) { tx throws(Failure) in
            guard tx.account.users[name: "ann"] == nil else { return false }
            try tx.put(UserRecord.fixture("ann", id: "U\(number)", in: account))
            return true
          }
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(won == 1)
    #expect(try await directory.userNames(of: account) == ["ann"])
  }

  @Test("a write is run again on the newer state when another node commits first", arguments: [1, 3, 19])
  func conflicts(count: Int) async throws {
    let store = TroubledStore()
    let directory = try await Directory.fixture(store)
    let account = try await directory.account()
    store.set(.rivals(count))
    let seen = try await directory.write(to: account) { tx throws(Failure) in
      let seen = tx.account.users.count
      try tx.put(UserRecord.fixture("ann", in: account))
      return seen
    }
    #expect(store.rivalCount == count)
    #expect(seen == count)
    #expect(try await directory.account(account)?.users.count == count + 1)
    #expect(try await directory.account(account)?.revision == Int64(count + 2))
    try await expectGapless(store, .account(account), count: Int64(count + 2))
  }

  @Test("what another node has done decides the write that is run again")
  func conflictDecides() async throws {
    let store = TroubledStore()
    let directory = try await Directory.fixture(store)
    let account = try await directory.account()
    store.set(.rivals(1))
    let failure = await #expect(throws: Failure.self) {
      try await directory.write(to: account) { tx throws(Failure) in
        guard tx.account.users[name: "rival1"] == nil else { throw Failure(Self.refused, "rival was first") }
        try tx.put(UserRecord.fixture("ann", in: account))
      }
    }
    #expect(failure?.code == Self.refused)
    #expect(try await directory.userNames(of: account) == ["rival1"])
  }

  @Test("concurrent writers all get through the conflicts")
  func conflictingBatch() async throws {
    let store = TroubledStore()
    let directory = try await Directory.fixture(store)
    let accounts = [try await directory.account(), try await directory.account()]
    store.set(.rivals(5))
    try await withThrowingTaskGroup { group in
      for number in 0..<64 {
        group.addTask { try await directory.addUser("u\(number)", to: accounts[number % 2]) }
      }
      try await group.waitForAll()
    }
    let names = try await directory.userNames(of: accounts[0]) + directory.userNames(of: accounts[1])
    #expect(names.filter { $0.hasPrefix("u") }.count == 64)
    #expect(names.filter { $0.hasPrefix("rival") }.count == 5)
  }

  @Test("conflicts without end are an answer at last, and the account is still of use")
  func endlessConflicts() async throws {
    let store = TroubledStore()
    let directory = try await Directory.fixture(store)
    let account = try await directory.account()
    store.set(.rivals(1_000))
    let failure = await #expect(throws: Failure.self) { try await directory.addUser("ann", to: account) }
    #expect(failure?.code == .serviceUnavailable)
    #expect(store.rivalCount == Directory.conflictRetriesMax)
    store.set(.none)
    try await directory.addUser("ann", to: account)
    #expect(try await directory.account(account)?.users.count == Directory.conflictRetriesMax + 1)
  }

  @Test("a store that cannot be written: every writer is told so, and nothing is published")
  func unavailable() async throws {
    let store = TroubledStore()
    let directory = try await Directory.fixture(store)
    let account = try await directory.account()
    store.set(.failure(.unavailable("disk full")))
    let codes = await withTaskGroup(of: ErrorCode?.self) { group in
      for number in 0..<64 {
        group.addTask {
          // Half of them find nothing to do where the other half has been: their answers hold only if it is durable.
          do throws(Failure) {
            try await directory.write(to: account) { tx throws(Failure) in
              guard tx.account.users[name: "u\(number / 4)"] == nil else {
                if number % 4 == 3 { throw Failure(Self.refused, "already there") }
                return
              }
              try tx.put(UserRecord.fixture("u\(number / 4)", in: account))
            }
            return nil
          } catch {
            return error.code
          }
        }
      }
      return await group.reduce(into: [ErrorCode?]()) { $0.append($1) }
    }
    #expect(codes.count == 64)
    #expect(codes.allSatisfy { $0 == .serviceUnavailable }, "\(codes.filter { $0 != .serviceUnavailable })")
    #expect(try await directory.userNames(of: account) == [])
    #expect(try await directory.account(account)?.revision == 1)
    store.set(.none)
    try await directory.addUser("later", to: account)
    #expect(try await directory.userNames(of: account) == ["later"])
  }

  @Test("the cause of a failure is for the log alone")
  func causes() async throws {
    let store = TroubledStore()
    let directory = try await Directory.fixture(store)
    let account = try await directory.account()
    for (trouble, code) in [
      (StoreFailure.unavailable("disk full"), ErrorCode.serviceUnavailable),
      (.corrupted("page 7"), .serviceFailure), (.newerVersion(found: 2, known: 1), .serviceFailure),
      (.nameTaken(.account(account), kind: "user", name: "ann"), .serviceFailure),
    ] {
      store.set(.failure(trouble))
      let failure = await #expect(throws: Failure.self) { try await directory.addUser("ann", to: account) }
      #expect(failure?.code == code)
      #expect(failure?.reason == "\(trouble)")
      #expect(failure?.message.contains("\(trouble)") == false)
    }
  }

  @Test("a body that throws changes nothing, and a body that changes nothing makes no revision")
  func throwing() async throws {
    let store = TroubledStore()
    let directory = try await Directory.fixture(store)
    let account = try await directory.account()
    let commits = store.commits
    let failure = await #expect(throws: Failure.self) {
      try await directory.write(to: account) { tx throws(Failure) in
        try tx.put(UserRecord.fixture("ann", in: account))
        try tx.register(AliasRecord(id: "shop", account: account))
        throw Failure(Self.refused, "no")
      }
    }
    #expect(failure?.code == Self.refused)
    #expect(failure?.message == "no")
    let count = try await directory.write(to: account) { tx throws(Failure) in tx.account.users.count }
    #expect(count == 0)
    #expect(store.commits == commits)
    #expect(directory.registry.aliases.count == 0)
    #expect(try await directory.account(account)?.revision == 1)
  }

  @Test("a write that fails leaves the others of its batch alone")
  func failingJobs() async throws {
    let store = TroubledStore()
    let directory = try await Directory.fixture(store)
    let account = try await directory.account()
    let answers = await withTaskGroup(of: (Int, Bool).self) { group in
      for number in 0..<64 {
        group.addTask {
          do throws(Failure) {
            try await directory.write(to: account) { tx throws(Failure) in
              try tx.put(UserRecord.fixture("u\(number)", in: account))
              if number % 3 == 0 { throw Failure(Self.refused, "no") }
            }
            return (number, true)
          } catch {
            return (number, false)
          }
        }
      }
      return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
    }
    #expect(answers.allSatisfy { $0.value == ($0.key % 3 != 0) })
    let expected = (0..<64).filter { $0 % 3 != 0 }.map { "u\($0)" }.sorted()
    #expect(try await directory.userNames(of: account) == expected)
    #expect(try await directory.account(account)?.revision == Int64(expected.count + 1))
    // Far fewer commits than writes: they were batched.
    #expect(store.commits < 50)
  }

  @Test("more writers than one commit takes all come through")
  func manyWriters() async throws {
    let directory = try await Directory.fixture(TroubledStore())
    let account = try await directory.account()
    try await withThrowingTaskGroup { group in
      for number in 0..<(2 * WriteQueue.batchSizeMax + 10) {
        group.addTask { try await directory.addUser("u\(number)", to: account) }
      }
      try await group.waitForAll()
    }
    #expect(try await directory.account(account)?.users.count == 2 * WriteQueue.batchSizeMax + 10)
  }

  @Test("account and registry change together or not at all")
  func together() async throws {
    let store = TroubledStore()
    let directory = try await Directory.fixture(store)
    let account = try await directory.account()
    store.set(.failure(.unavailable("x")))
    let write: @Sendable (inout Transaction) throws(Failure) -> Void = { tx throws(Failure) in
      try tx.put(UserRecord.fixture("ann", in: account))
      try tx.register(AliasRecord(id: "shop", account: account))
    }
    await #expect(throws: Failure.self) { try await directory.write(to: account, write) }
    #expect(directory.registry.aliases.count == 0)
    store.set(.none)
    try await directory.write(to: account, write)
    #expect(directory.registry.aliases[id: "shop"]?.account == account)
    let second = try await Directory.open(store: store, keys: directory.keys, clock: directory.clock)
    #expect(second.registry.aliases[id: "shop"]?.account == account)
    #expect(try await second.userNames(of: account) == ["ann"])
  }
}

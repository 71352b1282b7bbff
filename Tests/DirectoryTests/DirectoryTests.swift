import AWSCore
import Testing

@testable import Directory

@Suite("Directory") struct DirectoryTests {
  private func refusal(_ store: any Store, _ keys: MasterKeyRing) async -> StoreFailure? {
    do throws(StoreFailure) {
      _ = try await Directory.fixture2(store, keys)
      return nil
    } catch {
      return error
    }
  }

  @Test("what one directory wrote another finds", arguments: StoreKind.allCases)
  func reopened(_ kind: StoreKind) async throws {
    let keys = try SecretsFixtures.ring(1)
    try await kind.use { reopen in
      let first = try await Directory.fixture(try await reopen(), keys: keys)
      let made = try await first.createAccount(name: "shop", email: "root@example.invalid")
      try await first.addUser("ann", to: made.account)
      let mac = first.sealingKey.mac([1], purpose: .sessionToken)
      let second = try await Directory.fixture(try await reopen(), keys: keys)
      let account = try #require(try await second.account(made.account))
      #expect(account.revision == 2)
      #expect(account.settings?.name == "shop")
      #expect(account.users[name: "ANN"] != nil)
      #expect(second.sealingKey.mac([1], purpose: .sessionToken) == mac)
      #expect(second.registry.accounts.count == 1)
      let key = try #require(account.accessKeys[id: made.rootAccessKeyID])
      let secret = try account.dataKey?.open(
        key.sealedSecret, as: AccessKeyRecord.field(of: key.id, in: made.account))
      #expect(secret.map { String(decoding: $0, as: UTF8.self) } == made.rootSecretAccessKey.reveal())
    }
  }

  @Test("the wrong master key is refused at once, in words that help", arguments: StoreKind.allCases)
  func wrongMasterKey(_ kind: StoreKind) async throws {
    try await kind.use { reopen in
      _ = try await Directory.fixture(try await reopen(), keys: SecretsFixtures.ring(1)).account()
      let store = try await reopen()
      #expect(
        await refusal(store, try SecretsFixtures.ring(1))
          == .corrupted("the master key v1 is not the one with which this data was sealed"))
      #expect(
        await refusal(store, try SecretsFixtures.ring(2))
          == .corrupted(
            "the master key v1, with which this data was sealed, is missing; add its line to the master keys"))
    }
  }

  @Test("a master key that was added does not lock out what the old one sealed")
  func newerMasterKey() async throws {
    let store = MemoryStore()
    let old = MasterKey.random(version: 1, from: .system)
    let account = try await Directory.fixture(store, keys: MasterKeyRing([old])).account()
    let both = try MasterKeyRing([old, .random(version: 2, from: .system)])
    let directory = try await Directory.fixture(store, keys: both)
    #expect(try await directory.account(account)?.dataKey != nil)
  }

  @Test("an account that nobody made is none")
  func noAccount() async throws {
    let directory = try await Directory.fixture()
    #expect(try await directory.account(#require(AccountID(number: 42))) == nil)
  }

  @Test("an account whose records cannot be read is an error, not an empty account")
  func unreadable() async throws {
    let store = MemoryStore()
    let keys = try SecretsFixtures.ring(1)
    let account = try await Directory.fixture(store, keys: keys).account()
    let bad = StoredRecord(kind: "user", id: "U", name: "ann", body: Array("{}".utf8))
    try await store.commit([Commit(partition: .account(account), base: 1, transactions: [[.put(bad)]])])
    let directory = try await Directory.fixture(store, keys: keys)
    let failure = await #expect(throws: Failure.self) { try await directory.account(account) }
    #expect(failure?.code == .serviceFailure)
    await #expect(throws: Failure.self) { try await directory.addUser("bob", to: account) }
    #expect(await store.heads()[.account(account)] == 2)
  }

  @Test("a reset forgets accounts, addresses and sealing key, and goes on working")
  func reset() async throws {
    let directory = try await Directory.fixture()
    let made = try await directory.createAccount(name: "a", email: "a@example.invalid")
    let mac = directory.sealingKey.mac([1], purpose: .sessionToken)
    try await directory.reset()
    #expect(try await directory.account(made.account) == nil)
    #expect(directory.registry.accounts.count == 0)
    #expect(directory.sealingKey.mac([1], purpose: .sessionToken) != mac)
    let again = try await directory.createAccount(name: "a", email: "a@example.invalid")
    try await directory.addUser("ann", to: again.account)
    #expect(try await directory.userNames(of: again.account) == ["ann"])
  }
}

extension Directory {
  fileprivate static func fixture2(_ store: any Store, _ keys: MasterKeyRing) async throws(StoreFailure) -> Directory {
    try await open(store: store, keys: keys, clock: Clock { .noon })
  }
}

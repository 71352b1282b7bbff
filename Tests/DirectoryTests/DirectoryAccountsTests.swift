import AWSCore
import Testing

@testable import Directory

@Suite("Making accounts") struct DirectoryAccountsTests {
  @Test("a new account has a root key that carries it, and an id of twelve digits without a leading zero")
  func made() async throws {
    let directory = try await Directory.fixture()
    for number in 0..<50 {
      let made = try await directory.createAccount(name: "n", email: "\(number)@example.invalid")
      #expect(made.account.number >= 100_000_000_000)
      let id = try #require(AccessKeyID(presented: made.rootAccessKeyID))
      #expect(id.account == made.account)
      #expect(directory.accountID(ofAccessKey: id) == made.account)
      let account = try #require(try await directory.account(made.account))
      #expect(account.accessKeys(of: nil).map(\.id) == [made.rootAccessKeyID])
      #expect(account.revision == 1)
    }
    #expect(directory.registry.foreignKeys.count == 0)
  }

  @Test(
    "an address is taken in any letter case",
    arguments: ["root@example.invalid", "ROOT@EXAMPLE.INVALID", "Root@Example.Invalid"])
  func sameAddress(_ email: String) async throws {
    let directory = try await Directory.fixture()
    _ = try await directory.createAccount(name: "a", email: "root@example.invalid")
    let failure = await #expect(throws: Failure.self) { try await directory.createAccount(name: "b", email: email) }
    #expect(failure?.code == .accountAlreadyExists)
    #expect(directory.registry.accounts.count == 1)
  }

  @Test("an id is taken once and for all")
  func sameID() async throws {
    let directory = try await Directory.fixture()
    let id = try #require(AccountID("000000000001"))
    #expect(try await directory.createAccount(id: id, name: "a", email: "a@example.invalid").account == id)
    let failure = await #expect(throws: Failure.self) {
      try await directory.createAccount(id: id, name: "b", email: "b@example.invalid")
    }
    #expect(failure?.code == .accountAlreadyExists)
    #expect(try await directory.account(id)?.settings?.name == "a")
  }

  @Test("id and address of an account that left the store never return")
  func neverAgain() async throws {
    let store = MemoryStore()
    let keys = try SecretsFixtures.ring(1)
    let first = try await Directory.fixture(store, keys: keys)
    let made = try await first.createAccount(name: "a", email: "a@example.invalid")
    let image = try #require(await store.load(.account(made.account)))
    let deletions = image.records.map { StoredChange.delete(kind: $0.kind, id: $0.id) }
    try await store.commit([Commit(partition: .account(made.account), base: image.revision, transactions: [deletions])])
    let second = try await Directory.fixture(store, keys: keys)
    for (id, email) in [(made.account, "b@example.invalid"), (nil, "A@example.invalid")] {
      await #expect(throws: Failure.self) { try await second.createAccount(id: id, name: "b", email: email) }
    }
    #expect(second.registry.accounts.count == 1)
  }

  @Test("of many who want one address exactly one gets it")
  func race() async throws {
    let directory = try await Directory.fixture(TroubledStore())
    let won = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<32 {
        group.addTask {
          do throws(Failure) {
            _ = try await directory.createAccount(name: "n", email: number % 2 == 0 ? "a@x.invalid" : "A@X.invalid")
            return true
          } catch {
            return false
          }
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(won == 1)
    #expect(directory.registry.accounts.count == 1)
  }

  private func given(_ id: String) throws -> GivenAccessKey {
    GivenAccessKey(id: try #require(AccessKeyID(presented: id)), secret: Secret("given secret"))
  }

  @Test("a given key that carries no account is found by the registry")
  func givenKey() async throws {
    let directory = try await Directory.fixture()
    let key = try given("AKIAIOSFODNN7EXAMPLE")
    let made = try await directory.createAccount(name: "a", email: "a@example.invalid", rootKey: key)
    #expect(made.rootAccessKeyID == key.id.text)
    #expect(made.rootSecretAccessKey.reveal() == "given secret")
    #expect(directory.accountID(ofAccessKey: key.id) == made.account)
    let failure = await #expect(throws: Failure.self) {
      try await directory.createAccount(name: "b", email: "b@example.invalid", rootKey: key)
    }
    #expect(failure?.code == .accountAlreadyExists)
  }

  @Test("a given key that carries another account belongs to the one that it was given for")
  func givenForeignKey() async throws {
    let directory = try await Directory.fixture()
    let other = try await directory.account()
    let key = GivenAccessKey(id: Entropy.system.accessKeyID(.accessKey, account: other), secret: Secret("s"))
    let made = try await directory.createAccount(name: "a", email: "a@example.invalid", rootKey: key)
    #expect(directory.accountID(ofAccessKey: key.id) == made.account)
    #expect(made.account != other)
  }

  @Test("a key that another account has cannot be given")
  func givenTakenKey() async throws {
    let directory = try await Directory.fixture()
    let other = try await directory.createAccount(name: "a", email: "a@example.invalid")
    let key = try given(other.rootAccessKeyID)
    let failure = await #expect(throws: Failure.self) {
      try await directory.createAccount(name: "b", email: "b@example.invalid", rootKey: key)
    }
    #expect(failure?.code == .accountAlreadyExists)
    #expect(directory.accountID(ofAccessKey: key.id) == other.account)
  }

  @Test("a key id of an account that is not here is nobody's")
  func strangersKey() async throws {
    let directory = try await Directory.fixture()
    let stranger = Entropy.system.accessKeyID(.accessKey, account: try #require(AccountID(number: 42)))
    #expect(directory.accountID(ofAccessKey: stranger) == nil)
    #expect(directory.accountID(ofAccessKey: try #require(AccessKeyID(presented: "AKIAIOSFODNN7EXAMPLE"))) == nil)
  }
}

import AWSCore
import Testing

@testable import Directory

@Suite("Nodes that share a store") struct FollowingTests {
  /// Two nodes on one store, with an account that both have in memory.
  private struct Nodes {
    let one: Directory
    let other: Directory
    /// The other's way to the store.
    let otherStore: TroubledStore
    let account: AccountID

    init() async throws {
      let shared = MemoryStore()
      let keys = try SecretsFixtures.ring(1)
      one = try await Directory.fixture(TroubledStore(on: shared), keys: keys, outageMax: .seconds(60))
      otherStore = TroubledStore(on: shared)
      other = try await Directory.fixture(otherStore, keys: keys, outageMax: .seconds(60))
      account = try await one.account()
      try await other.compare()
      #expect(try await other.account(account)?.users.count == 0)
    }

    var partition: PartitionID { .account(account) }
  }

  @Test("what one node writes, the other has after it was told, in order")
  func told() async throws {
    let nodes = try await Nodes()
    let following = Task { await nodes.other.follow() }
    for number in 1...5 { try await nodes.one.addUser("u\(number)", to: nodes.account) }
    // News of what is long there, and of what is not in memory, is nothing.
    for revision: Int64 in [3, 1, 6, 6] { nodes.otherStore.tell.yield(.changed(nodes.partition, revision: revision)) }
    nodes.otherStore.tell.yield(.changed(PartitionID(text: "account/000000000009"), revision: 7))
    nodes.otherStore.tell.finish()
    await following.value
    #expect(try await nodes.other.userNames(of: nodes.account) == ["u1", "u2", "u3", "u4", "u5"])
    #expect(nodes.other.knownRevision(nodes.partition) == 6)
  }

  @Test("accounts and aliases that another node makes are known after a look at all heads")
  func registry() async throws {
    let nodes = try await Nodes()
    let made = try await nodes.one.account()
    #expect(nodes.other.registry.accounts[id: made.description] == nil)
    let following = Task { await nodes.other.follow() }
    nodes.otherStore.tell.yield(.anything)
    nodes.otherStore.tell.yield(.contact(.now))
    nodes.otherStore.tell.finish()
    await following.value
    #expect(nodes.other.registry.accounts[id: made.description] != nil)
    #expect(try await nodes.other.account(made) != nil)
  }

  @Test("a node that missed more than the feed keeps loads the account anew")
  func gap() async throws {
    let nodes = try await Nodes()
    for number in 0..<1200 {
      try await nodes.one.write(to: nodes.account) { tx throws(Failure) in
        try tx.put(UserRecord.fixture("u", id: "U\(number % 2)", in: nodes.account))
        if number % 2 == 0 { tx.delete(UserRecord.fixture("u", id: "U\(number % 2)", in: nodes.account)) }
      }
    }
    try await nodes.other.compare()
    #expect(try await nodes.other.account(nodes.account)?.revision == 1201)
    #expect(try await nodes.other.userNames(of: nodes.account) == ["u"])
  }

  @Test("a store that has gone back, as one that was restored, is followed there")
  func wentBack() async throws {
    let nodes = try await Nodes()
    try await nodes.one.addUser("lost", to: nodes.account)
    try await nodes.other.compare()
    let registry = nodes.other.registry.revision
    // The same account as it was before.
    let shared = nodes.otherStore.inner
    let image = try #require(await shared.load(nodes.partition))
    let kept = image.records.filter { $0.kind != UserRecord.kind }
    let all = try #require(await shared.load(.registry))
    await shared.removeAll()
    try await shared.commit([
      Commit(partition: nodes.partition, base: 0, transactions: [kept.map(StoredChange.put)]),
      Commit(partition: .registry, base: 0, transactions: [all.records.map(StoredChange.put)]),
    ])
    try await nodes.other.compare()
    #expect(try await nodes.other.userNames(of: nodes.account).isEmpty)
    #expect(nodes.other.registry.revision == 1)
    #expect(registry > 1)
    try await nodes.other.addUser("new", to: nodes.account)
    #expect(try await nodes.other.userNames(of: nodes.account) == ["new"])
  }

  @Test("what is committed while an account is loaded is not missed")
  func committedWhileLoading() async throws {
    let nodes = try await Nodes()
    let fresh = try await nodes.one.account()
    try await nodes.other.compare()
    nodes.otherStore.setAfterLoad {
      await #expect(throws: Never.self) { try await nodes.one.addUser("ann", to: fresh) }
    }
    #expect(try await nodes.other.userNames(of: fresh) == ["ann"])
  }

  @Test("a write on one node after one on the other is made on what that one left")
  func alternating() async throws {
    let nodes = try await Nodes()
    for number in 0..<20 {
      try await (number % 2 == 0 ? nodes.one : nodes.other).addUser("u\(number + 10)", to: nodes.account)
    }
    try await nodes.one.compare()
    #expect(try await nodes.one.userNames(of: nodes.account) == (10..<30).map { "u\($0)" })
  }

  // MARK: Revisions that a client has seen

  @Test("a revision that is wanted is fetched, and one that nobody made is refused")
  func wantedRevision() async throws {
    let nodes = try await Nodes()
    try await nodes.one.addUser("ann", to: nodes.account)
    try await nodes.other.require(nodes.partition, at: 2)
    #expect(nodes.other.knownRevision(nodes.partition) == 2)
    await #expect(throws: Failure.self) { try await nodes.other.require(nodes.partition, at: 3) }
    await #expect(throws: Failure.self) {
      try await nodes.other.require(PartitionID(text: "account/000000000009"), at: 1)
    }
  }

  @Test("an account that the node has never heard of is fetched with the registry")
  func wantedAccount() async throws {
    let nodes = try await Nodes()
    let fresh = try await nodes.one.account()
    try await nodes.one.addUser("ann", to: fresh)
    try await nodes.other.require(.account(fresh), at: 2)
    #expect(nodes.other.registry.accounts[id: fresh.description] != nil)
    #expect(nodes.other.knownRevision(.account(fresh)) == 2)
  }

  @Test("an account that is written while all heads are looked at stays in memory")
  func writtenWhileComparing() async throws {
    let nodes = try await Nodes()
    nodes.otherStore.setAfterHeads {
      await #expect(throws: Never.self) { try await nodes.other.addUser("ann", to: nodes.account) }
    }
    try await nodes.other.compare()
    #expect(nodes.other.knownRevision(nodes.partition) == 2)
  }

  @Test("a registry that another node has made anew brings its sealing key")
  func newSealingKey() async throws {
    let nodes = try await Nodes()
    for _ in 0..<3 { _ = try await nodes.one.account() }
    try await nodes.other.compare()
    try await nodes.one.reset()
    try await nodes.other.compare()
    let sealed = nodes.one.sealingKey.seal([7], purpose: .sessionToken)
    #expect(try nodes.other.sealingKey.open(sealed, purpose: .sessionToken) == [7])
  }

  // MARK: Without a store

  @Test("without contact known accounts are answered for so long and no longer, and again after the next contact")
  func withoutContact() async throws {
    let nodes = try await Nodes()
    nodes.other.noteContact(.now - .seconds(50))
    try nodes.other.requireContact()
    nodes.other.noteContact(.now - .seconds(70))
    #expect(throws: Failure.self) { try nodes.other.requireContact() }
    let following = Task { await nodes.other.follow() }
    nodes.otherStore.tell.yield(.contact(.now))
    nodes.otherStore.tell.finish()
    await following.value
    try nodes.other.requireContact()
  }

  @Test("a program that has its store alone needs no contact")
  func alone() async throws {
    let directory = try await Directory.fixture()
    await directory.follow()
    try directory.requireContact()
  }

  @Test("during an outage writes are refused before anything is tried, and reads go on")
  func outage() async throws {
    let nodes = try await Nodes()
    nodes.otherStore.set(outage: .unavailable("the cable is cut"))
    let commits = nodes.otherStore.commits
    let failure = await #expect(throws: Failure.self) { try await nodes.other.addUser("ann", to: nodes.account) }
    #expect(failure?.code == .serviceUnavailable)
    #expect(nodes.otherStore.commits == commits)
    #expect(try await nodes.other.userNames(of: nodes.account).isEmpty)
    nodes.otherStore.set(outage: nil)
    try await nodes.other.addUser("ann", to: nodes.account)
  }

  // MARK: Starting

  @Test("of nodes that start on an empty store at once all come up with one sealing key")
  func startedAtOnce() async throws {
    let shared = MemoryStore()
    let keys = try SecretsFixtures.ring(1)
    let nodes = try await withThrowingTaskGroup(of: Directory.self) { group in
      for _ in 0..<8 { group.addTask { try await Directory.fixture(TroubledStore(on: shared), keys: keys) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let sealed = nodes[0].sealingKey.seal([1, 2, 3], purpose: .sessionToken)
    for node in nodes { #expect(try node.sealingKey.open(sealed, purpose: .sessionToken) == [1, 2, 3]) }
  }
}

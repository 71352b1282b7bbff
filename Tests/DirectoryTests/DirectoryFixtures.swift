import AWSCore
import Foundation
import PolicyEngine
import StoreFixtures
import StoreSQLite
import Synchronization
import Testing

@testable import Directory

/// Random numbers that are the same for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension Timestamp {
  static let noon = Timestamp(seconds: 1_795_003_200)
}

extension UserRecord {
  static func fixture(_ name: String, id: String? = nil, in account: AccountID) -> UserRecord {
    UserRecord(
      id: id ?? "AIDA-\(name)", account: account, userName: UserName(unchecked: name), path: .root, createDate: .noon,
      tags: [], permissionsBoundary: nil)
  }
}

extension StoredPolicy {
  static let document = #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#
  static let trustDocument = """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}
    """

  static func inline(_ name: String) throws -> StoredPolicy {
    StoredPolicy(name: name, document: try PolicyDocument.parse(document, as: .identity), kind: .inline)
  }

  static func managed(_ name: String) throws -> StoredPolicy {
    StoredPolicy(name: name, document: try PolicyDocument.parse(document, as: .identity), kind: .managed)
  }

  static func trust() throws -> StoredPolicy {
    StoredPolicy(name: "trust", document: try PolicyDocument.parse(trustDocument, as: .trust), kind: .trust)
  }
}

/// What a directory lies on.
enum StoreKind: Sendable, CaseIterable {
  case memory, sqlite, postgreSQL

  /// Gives the body a function that opens one and the same store anew each time, closing it first.
  func use(_ body: (_ reopen: () async throws -> any Store) async throws -> Void) async throws {
    switch self {
    case .memory:
      let store = MemoryStore()
      try await body { store }
    case .sqlite: try await use(body) { folder in try SQLiteStore.open(folder: folder) }
    case .postgreSQL: try await use(body) { folder in try await PostgreSQLUnderTest.open(folder: folder) }
    }
  }

  private func use(
    _ body: (_ reopen: () async throws -> any Store) async throws -> Void,
    open: @escaping (_ folder: String) async throws -> any Store
  ) async throws {
    try await withTemporaryFolder { folder in
      var opened: (any Store)?
      do {
        try await body {
          await opened?.close()
          let store = try await open(folder)
          opened = store
          return store
        }
      } catch {
        await opened?.close()
        throw error
      }
      await opened?.close()
    }
  }
}

extension Directory {
  static func fixture(
    _ store: any Store, keys: MasterKeyRing, outageMax: Duration? = nil
  ) async throws -> Directory {
    try await open(store: store, keys: keys, clock: Clock { .noon }, outageMax: outageMax)
  }

  static func fixture(_ store: any Store = MemoryStore()) async throws -> Directory {
    try await fixture(store, keys: SecretsFixtures.ring(1))
  }

  /// Makes an account with an address of its own.
  func account() async throws -> AccountID {
    try await createAccount(name: "test", email: "\(entropy.requestID())@example.invalid").account
  }

  func addUser(_ name: String, to account: AccountID) async throws {
    try await write(to: account) { tx throws(Failure) in try tx.put(UserRecord.fixture(name, in: account)) }
  }

  /// The names of the account's users, in order.
  func userNames(of account: AccountID) async throws -> [String] {
    var names: [String] = []
    try #require(try await self.account(account)).users.walk { user in
      names.append(user.name)
      return true
    }
    return names
  }
}

/// A store that goes wrong as a test wants it; everything else is the store's behind it, which several may share.
final class TroubledStore: Store {
  enum Trouble: Sendable {
    case none
    /// Another node commits first, so many times: each time one more user of the account.
    case rivals(Int)
    case failure(StoreFailure)
  }

  private struct State {
    var trouble: Trouble = .none
    var rivalCount = 0
    var commits = 0
    var outage: StoreFailure?
    var afterLoad: (@Sendable () async -> Void)?
    var afterHeads: (@Sendable () async -> Void)?
  }

  let inner: MemoryStore
  private let state = Mutex(State())
  private let stream: AsyncStream<StoreNews>
  /// Takes the news of other nodes.
  let tell: AsyncStream<StoreNews>.Continuation

  init(on inner: MemoryStore = MemoryStore()) {
    self.inner = inner
    (stream, tell) = AsyncStream.makeStream()
  }

  func news() -> AsyncStream<StoreNews> { stream }
  var outage: StoreFailure? { state.withLock(\.outage) }
  func set(outage: StoreFailure?) { state.withLock { $0.outage = outage } }
  /// What happens once, between the next look at all heads and whoever asked for it.
  func setAfterHeads(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.afterHeads = body } }
  /// What happens once, between the next load and whoever asked for it.
  func setAfterLoad(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.afterLoad = body } }

  var rivalCount: Int { state.withLock(\.rivalCount) }
  var commits: Int { state.withLock(\.commits) }
  func set(_ trouble: Trouble) { state.withLock { $0.trouble = trouble } }

  func commit(_ commits: [Commit]) async throws(StoreFailure) {
    // Lets the other writers come up and form a batch.
    for _ in 0..<20 { await Task.yield() }
    let (trouble, number) = state.withLock { state in
      state.commits += 1
      if case .rivals(let left) = state.trouble, left > 0 {
        state.trouble = .rivals(left - 1)
        state.rivalCount += 1
        return (Trouble.rivals(left), state.rivalCount)
      }
      if case .rivals = state.trouble { return (Trouble.none, 0) }
      return (state.trouble, 0)
    }
    switch trouble {
    case .none: break
    case .failure(let failure): throw failure
    case .rivals: try await commitRival(number, before: commits)
    }
    try await inner.commit(commits)
  }

  private func commitRival(_ number: Int, before commits: [Commit]) async throws(StoreFailure) {
    guard let partition = commits.first(where: { $0.partition.accountID != nil })?.partition,
      let account = partition.accountID, let head = await inner.heads()[partition]
    else { return }
    let stored: StoredRecord
    do { stored = try UserRecord.fixture("rival\(number)", in: account).stored() } catch {
      throw .corrupted("\(error)")
    }
    try await inner.commit([Commit(partition: partition, base: head, transactions: [[.put(stored)]])])
  }

  func heads() async -> [PartitionID: Int64] {
    let heads = await inner.heads()
    let afterHeads = state.withLock { state in
      defer { state.afterHeads = nil }
      return state.afterHeads
    }
    await afterHeads?()
    return heads
  }
  func load(_ partition: PartitionID) async -> PartitionImage? {
    let image = await inner.load(partition)
    let afterLoad = state.withLock { state in
      defer { state.afterLoad = nil }
      return state.afterLoad
    }
    await afterLoad?()
    return image
  }
  func revisions(of partition: PartitionID, after revision: Int64, limit: Int) async -> [StoredRevision]? {
    await inner.revisions(of: partition, after: revision, limit: limit)
  }
  func removeAll() async { await inner.removeAll() }
  func close() async {}
  func put(_ values: [EphemeralValue], in space: String) async { await inner.put(values, in: space) }
  func insert(_ value: EphemeralValue, in space: String, now: Timestamp) async -> Bool {
    await inner.insert(value, in: space, now: now)
  }
  func value(_ key: String, in space: String, now: Timestamp) async -> EphemeralValue? {
    await inner.value(key, in: space, now: now)
  }
  func take(_ key: String, in space: String, now: Timestamp) async -> EphemeralValue? {
    await inner.take(key, in: space, now: now)
  }
  func values(
    in space: String, prefix: String, after key: String?, limit: Int, now: Timestamp
  ) async -> [EphemeralValue] {
    await inner.values(in: space, prefix: prefix, after: key, limit: limit, now: now)
  }
  func removeExpired(before now: Timestamp) async -> Int { await inner.removeExpired(before: now) }
}

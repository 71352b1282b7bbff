public import AWSCore
public import PolicyEngine
import Synchronization

/// An account at one revision, held by reference: passing it on costs one count, where the value would cost dozens.
public final class AccountSnapshot: Sendable {
  public let account: Account
  /// What governs each user and role, by unique id, collected when first asked for.
  private let governing = Mutex<[String: PolicySet]>([:])
  private let conditionKeys = Mutex<[String: RequestContext]>([:])

  public init(_ account: Account) { self.account = account }

  /// The identity policies of a user: its own and its groups'.
  public func identityPolicies(of user: UserRecord) -> PolicySet {
    policies(user.id) { account.identityPolicies(of: user) }
  }

  public func identityPolicies(of role: RoleRecord) -> PolicySet {
    policies(role.id) { account.identityPolicies(of: role) }
  }

  /// The condition keys that follow from a principal's record alone, by its unique id; collected when first asked for.
  public func conditionKeys(ofPrincipal id: String, collect: () -> RequestContext) -> RequestContext {
    if let known = conditionKeys.withLock({ $0[id] }) { return known }
    let collected = collect()
    conditionKeys.withLock { $0[id] = collected }
    return collected
  }

  private func policies(_ id: String, collect: () -> PolicySet) -> PolicySet {
    if let known = governing.withLock({ $0[id] }) { return known }
    let collected = collect()
    governing.withLock { $0[id] = collected }
    return collected
  }
}

/// All accounts of this program: the current value of each in memory, every change in the store before it is answered.
public final class Directory: Sendable {
  public let store: any Store
  public let clock: Clock
  public let entropy: Entropy
  public let quotas: Quotas
  let keys: MasterKeyRing
  let writes = WriteQueue()
  private let state: Mutex<State>
  private let sealing: Mutex<SealingKey>

  struct State {
    var registry: Registry
    /// The accounts that have been read so far.
    var accounts: [AccountID: AccountSnapshot] = [:]
  }

  /// Opens what the store holds, and prepares an empty store for its first account.
  public static func open(
    store: any Store, keys: MasterKeyRing, clock: Clock, entropy: Entropy = .system, quotas: Quotas = .standard
  ) async throws(StoreFailure) -> Directory {
    let (registry, sealing) = try await openRegistry(store: store, keys: keys, entropy: entropy)
    return Directory(
      store: store, keys: keys, clock: clock, entropy: entropy, quotas: quotas, registry: registry, sealing: sealing)
  }

  private init(
    store: any Store, keys: MasterKeyRing, clock: Clock, entropy: Entropy, quotas: Quotas, registry: Registry,
    sealing: SealingKey
  ) {
    self.store = store
    self.keys = keys
    self.clock = clock
    self.entropy = entropy
    self.quotas = quotas
    self.sealing = Mutex(sealing)
    state = Mutex(State(registry: registry))
  }

  private static func openRegistry(
    store: any Store, keys: MasterKeyRing, entropy: Entropy
  ) async throws(StoreFailure) -> (Registry, SealingKey) {
    var registry = Registry()
    if let image = try await store.load(.registry) { registry = try Registry(image: image) }
    if registry.sealingRoot == nil {
      let record: StoredRecord
      do {
        let wrapped = keys.wrap(DataKey.random(from: entropy), for: .registry, purpose: .sealingRoot)
        record = try SealingRootRecord(key: wrapped).stored()
      } catch {
        throw .corrupted("the sealing key cannot be made: \(error)")
      }
      let commit = Commit(partition: .registry, base: registry.revision, transactions: [[.put(record)]])
      try await store.commit([commit])
      try registry.apply(.put(record))
      registry.revision = commit.head
    }
    guard let root = registry.sealingRoot else { throw .corrupted("the registry has no sealing key") }
    do throws(SecretsFailure) {
      return (registry, SealingKey(root: try keys.unwrap(root.key, for: .registry, purpose: .sealingRoot)))
    } catch {
      throw .corrupted(error.description)
    }
  }

  /// Seals what leaves the program to come back unchanged: session tokens, markers, encoded messages.
  public var sealingKey: SealingKey { sealing.withLock { $0 } }

  public var registry: Registry { state.withLock { $0.registry } }

  /// The account's current value; nil where there is no such account. Reads the store the first time only.
  public func account(_ id: AccountID) async throws(Failure) -> Account? { try await snapshot(id)?.account }

  /// The account's current value where it is in memory already, as almost always.
  public func loaded(_ id: AccountID) -> AccountSnapshot? { state.withLock { $0.accounts[id] } }

  /// The same by reference, for the way of a request.
  public func snapshot(_ id: AccountID) async throws(Failure) -> AccountSnapshot? {
    let known = state.withLock { ($0.accounts[id], $0.registry.accounts[id: id.description] != nil) }
    if let account = known.0 { return account }
    guard known.1 else { return nil }
    do throws(StoreFailure) {
      guard let image = try await store.load(.account(id)) else { return nil }
      let loaded = AccountSnapshot(try Account(id: id, image: image, keys: keys))
      // INVARIANT: what is published is never replaced by an older value.
      return state.withLock { state in
        if let newer = state.accounts[id], newer.account.revision >= loaded.account.revision { return newer }
        state.accounts[id] = loaded
        return loaded
      }
    } catch {
      throw Failure(store: error)
    }
  }

  /// The account that an access key belongs to, whether its id says so or the registry does.
  public func accountID(ofAccessKey id: AccessKeyID) -> AccountID? {
    state.withLock { state in
      // A given key may carry another account by chance or by its origin.
      if let given = state.registry.foreignKeys[id: id.text] { return given.account }
      guard let carried = id.account, state.registry.accounts[id: carried.description] != nil else { return nil }
      return carried
    }
  }

  func publish(_ accounts: [AccountID: Account], registry: Registry) {
    state.withLock { state in
      for (id, account) in accounts { state.accounts[id] = AccountSnapshot(account) }
      state.registry = registry
    }
  }

  /// Drops what is in memory about the partitions, after somebody else has changed them.
  func forget(_ partitions: some Sequence<AccountID>) async throws(StoreFailure) {
    var registry = Registry()
    if let image = try await store.load(.registry) { registry = try Registry(image: image) }
    state.withLock { state in
      for id in partitions { state.accounts[id] = nil }
      state.registry = registry
    }
  }

  /// Empties everything, as if the store had just been made; for test suites.
  public func reset() async throws(StoreFailure) {
    try await store.removeAll()
    let (registry, sealing) = try await Self.openRegistry(store: store, keys: keys, entropy: entropy)
    state.withLock { $0 = State(registry: registry) }
    self.sealing.withLock { $0 = sealing }
  }
}

extension Failure {
  /// A store's refusal in the words of a service: what the client may know, and the cause for the log.
  init(store failure: StoreFailure) {
    switch failure {
    case .unavailable(let cause):
      self.init(.serviceUnavailable, "The store cannot be written now. Try again.", reason: cause)
    default: self.init(.serviceFailure, "Internal failure.", reason: "\(failure)")
    }
  }
}

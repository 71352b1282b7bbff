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
  /// How long the accounts here are good for while the store cannot be asked; nil where nobody else writes there.
  let outageMax: Duration?
  let keys: MasterKeyRing
  let writes = WriteQueue()
  let conflicts = Atomic(0)
  private let state: Mutex<State>
  private let sealing: Mutex<SealingKey>

  struct State {
    var registry: Registry
    /// The accounts that have been read so far.
    var accounts: [AccountID: AccountSnapshot] = [:]
    /// When the store was last known to answer, and what it told had been applied; nil where nobody else writes.
    var contact: ContinuousClock.Instant?
  }

  /// Opens what the store holds, and prepares an empty store for its first account.
  ///
  /// - Parameter outageMax: where other nodes write to the store too, how long this one goes on to answer for known
  ///   accounts while it cannot be reached.
  public static func open(
    store: any Store, keys: MasterKeyRing, clock: Clock, entropy: Entropy = .system, quotas: Quotas = .standard,
    outageMax: Duration? = nil
  ) async throws(StoreFailure) -> Directory {
    let opened = ContinuousClock.now
    let (registry, sealing) = try await openRegistry(store: store, keys: keys, entropy: entropy)
    return Directory(
      store: store, keys: keys, clock: clock, entropy: entropy, quotas: quotas, outageMax: outageMax, sealing: sealing,
      state: State(registry: registry, contact: outageMax.map { _ in opened }))
  }

  private init(
    store: any Store, keys: MasterKeyRing, clock: Clock, entropy: Entropy, quotas: Quotas, outageMax: Duration?,
    sealing: SealingKey, state: State
  ) {
    self.store = store
    self.keys = keys
    self.clock = clock
    self.entropy = entropy
    self.quotas = quotas
    self.outageMax = outageMax
    self.sealing = Mutex(sealing)
    self.state = Mutex(state)
  }

  private static func openRegistry(
    store: any Store, keys: MasterKeyRing, entropy: Entropy
  ) async throws(StoreFailure) -> (Registry, SealingKey) {
    var registry = try await loadRegistry(store)
    if registry.sealingRoot == nil {
      do throws(StoreFailure) {
        registry = try await makeSealingRoot(registry, store: store, keys: keys, entropy: entropy)
      } catch .conflict {
        // Another node that starts at the same time has made it.
        registry = try await loadRegistry(store)
      }
    }
    return (registry, try sealingKey(of: registry, keys))
  }

  private static func sealingKey(of registry: Registry, _ keys: MasterKeyRing) throws(StoreFailure) -> SealingKey {
    guard let root = registry.sealingRoot else { throw .corrupted("the registry has no sealing key") }
    do throws(SecretsFailure) {
      return SealingKey(root: try keys.unwrap(root.key, for: .registry, purpose: .sealingRoot))
    } catch {
      throw .corrupted(error.description)
    }
  }

  /// Takes over the sealing key of a registry that another node has made anew.
  func adoptSealingKey(of registry: Registry) throws(StoreFailure) {
    guard registry.sealingRoot?.key != self.registry.sealingRoot?.key else { return }
    let key = try Self.sealingKey(of: registry, keys)
    sealing.withLock { $0 = key }
  }

  static func loadRegistry(_ store: any Store) async throws(StoreFailure) -> Registry {
    guard let image = try await store.load(.registry) else { return Registry() }
    return try Registry(image: image)
  }

  private static func makeSealingRoot(
    _ registry: Registry, store: any Store, keys: MasterKeyRing, entropy: Entropy
  ) async throws(StoreFailure) -> Registry {
    let record: StoredRecord
    do {
      let wrapped = keys.wrap(DataKey.random(from: entropy), for: .registry, purpose: .sealingRoot)
      record = try SealingRootRecord(key: wrapped).stored()
    } catch {
      throw .corrupted("the sealing key cannot be made: \(error)")
    }
    let commit = Commit(partition: .registry, base: registry.revision, transactions: [[.put(record)]])
    try await store.commit([commit])
    var made = registry
    try made.apply(StoredRevision(revision: commit.head, changes: [.put(record)]))
    return made
  }

  /// Whether other nodes write to the store too.
  public var isShared: Bool { outageMax != nil }

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
      let read = try Account(id: id, image: image, keys: keys)
      publish([id: read], registry: nil)
      // What was committed between the load and now was told while there was nothing to apply it to.
      if isShared { try await catchUp(.account(id)) }
      return loaded(id) ?? AccountSnapshot(read)
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

  /// The account whose issuer of outbound federation it is.
  public func account(ofIssuer id: String) -> AccountID? { state.withLock { $0.registry.issuers[id: id]?.account } }

  /// Makes values the current ones, where no newer ones are.
  func publish(_ accounts: [AccountID: Account], registry: Registry?) {
    state.withLock { state in
      // INVARIANT: what is published is never replaced by an older value.
      for (id, account) in accounts where account.revision >= state.accounts[id]?.account.revision ?? 0 {
        state.accounts[id] = AccountSnapshot(account)
      }
      if let registry, registry.revision >= state.registry.revision { state.registry = registry }
    }
  }

  /// The revision at which the partition is in memory; nil where it is not.
  func knownRevision(_ partition: PartitionID) -> Int64? {
    state.withLock { state in
      if partition == .registry { return state.registry.revision }
      return partition.accountID.flatMap { state.accounts[$0]?.account.revision }
    }
  }

  var knownRevisions: [PartitionID: Int64] {
    state.withLock { state in
      var known: [PartitionID: Int64] = [.registry: state.registry.revision]
      for (id, snapshot) in state.accounts { known[.account(id)] = snapshot.account.revision }
      return known
    }
  }

  /// How many commits another node came before.
  public var conflictCount: Int { conflicts.load(ordering: .relaxed) }
  var lastContact: ContinuousClock.Instant? { state.withLock { $0.contact } }
  func noteContact(_ instant: ContinuousClock.Instant) { state.withLock { $0.contact = instant } }

  /// Puts another registry in the place of the one at this revision.
  func replace(_ registry: Registry, if revision: Int64) {
    state.withLock { state in
      if state.registry.revision == revision { state.registry = registry }
    }
  }

  /// Drops the account that is in memory at this revision.
  func drop(_ id: AccountID, if revision: Int64) {
    state.withLock { state in
      if state.accounts[id]?.account.revision == revision { state.accounts[id] = nil }
    }
  }

  /// Empties everything, as if the store had just been made; for test suites.
  public func reset() async throws(StoreFailure) {
    try await store.removeAll()
    let (registry, sealing) = try await Self.openRegistry(store: store, keys: keys, entropy: entropy)
    state.withLock { $0 = State(registry: registry, contact: $0.contact) }
    self.sealing.withLock { $0 = sealing }
  }
}

extension Failure {
  /// A store's refusal in the words of a service: what the client may know, and the cause for the log.
  public init(store failure: StoreFailure) {
    switch failure {
    case .unavailable(let cause):
      self.init(.serviceUnavailable, "The store cannot be written now. Try again.", reason: cause)
    default: self.init(.serviceFailure, "Internal failure.", reason: "\(failure)")
    }
  }
}

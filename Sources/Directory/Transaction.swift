public import AWSCore

/// One change of an account in the making: reads see what was written before, nothing is visible outside.
///
/// A pure value: if the operation throws, the transaction is dropped and nothing has happened.
public struct Transaction: Sendable {
  public private(set) var account: Account
  public private(set) var registry: Registry
  public let quotas: Quotas
  private(set) var changes: [StoredChange] = []
  private(set) var registryChanges: [StoredChange] = []

  init(account: Account, registry: Registry, quotas: Quotas) {
    self.account = account
    self.registry = registry
    self.quotas = quotas
  }

  public mutating func put(_ user: UserRecord) throws(Failure) {
    try record(user)
    account.put(user)
  }

  public mutating func put(_ group: GroupRecord) throws(Failure) {
    try record(group)
    account.put(group)
  }

  public mutating func put(_ role: RoleRecord) throws(Failure) {
    try record(role)
    account.put(role)
  }

  public mutating func put(_ policy: PolicyRecord) throws(Failure) {
    try record(policy)
    account.put(policy)
  }

  public mutating func put(_ profile: InstanceProfileRecord) throws(Failure) {
    try record(profile)
    account.put(profile)
  }

  public mutating func put(_ key: AccessKeyRecord) throws(Failure) {
    try record(key)
    account.put(key)
  }

  public mutating func put(_ deletion: RoleDeletionRecord) throws(Failure) {
    try record(deletion)
    account.put(deletion)
  }

  public mutating func put(_ settings: AccountSettingsRecord) throws(Failure) {
    try record(settings)
    account.settings = settings
  }

  public mutating func delete<R: Record>(_ record: R) {
    changes.append(.delete(kind: R.kind, id: record.id))
    account.remove(kind: R.kind, id: record.id)
  }

  /// Writes a record of the registry, committed together with the account's changes.
  public mutating func register<R: Record>(_ record: R) throws(Failure) {
    let change = StoredChange.put(try Self.stored(record))
    registryChanges.append(change)
    try applyToRegistry(change)
  }

  public mutating func unregister<R: Record>(_ record: R) throws(Failure) {
    let change = StoredChange.delete(kind: R.kind, id: record.id)
    registryChanges.append(change)
    try applyToRegistry(change)
  }

  private mutating func applyToRegistry(_ change: StoredChange) throws(Failure) {
    do throws(StoreFailure) {
      try registry.apply(change)
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "\(error)")
    }
  }

  private mutating func record<R: Record>(_ record: R) throws(Failure) {
    changes.append(.put(try Self.stored(record)))
  }

  private static func stored<R: Record>(_ record: R) throws(Failure) -> StoredRecord {
    do {
      return try record.stored()
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "cannot encode a \(R.kind) record: \(error)")
    }
  }
}

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

  public mutating func put(_ record: some AccountRecord) throws(Failure) {
    try note(record)
    account.put(record)
  }

  public mutating func put(_ settings: AccountSettingsRecord) throws(Failure) {
    try note(settings)
    account.settings = settings
  }

  public mutating func delete<R: AccountRecord>(_ record: R) {
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

  private mutating func note(_ record: some Record) throws(Failure) {
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

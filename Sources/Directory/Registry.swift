import AWSCore

/// What belongs to no single account: which accounts there are, whose an alias or a given access key is, and what one
/// account asks of another.
public struct Registry: Sendable {
  public internal(set) var revision: Int64 = 0
  public internal(set) var accounts = RecordTable<RegisteredAccountRecord>()
  public internal(set) var foreignKeys = RecordTable<ForeignKeyRecord>()
  public internal(set) var aliases = RecordTable<AliasRecord>()
  public internal(set) var issuers = RecordTable<OutboundIssuerRecord>()
  public internal(set) var delegationRequests = RecordTable<DelegationRequestRecord>()
  public internal(set) var sealingRoot: SealingRootRecord?

  public init() {}

  init(image: PartitionImage) throws(StoreFailure) {
    for record in image.records { try apply(.put(record)) }
    revision = image.revision
  }

  mutating func apply(_ change: StoredChange) throws(StoreFailure) {
    switch change {
    case .put(let stored):
      switch stored.kind {
      case RegisteredAccountRecord.kind: accounts.put(try RegisteredAccountRecord(stored: stored))
      case ForeignKeyRecord.kind: foreignKeys.put(try ForeignKeyRecord(stored: stored))
      case AliasRecord.kind: aliases.put(try AliasRecord(stored: stored))
      case OutboundIssuerRecord.kind: issuers.put(try OutboundIssuerRecord(stored: stored))
      case DelegationRequestRecord.kind: delegationRequests.put(try DelegationRequestRecord(stored: stored))
      case SealingRootRecord.kind: sealingRoot = try SealingRootRecord(stored: stored)
      default: throw .corrupted("unknown kind of record `\(stored.kind)`")
      }
    case .delete(ForeignKeyRecord.kind, let id): _ = foreignKeys.remove(id: id)
    case .delete(AliasRecord.kind, let id): _ = aliases.remove(id: id)
    case .delete(DelegationRequestRecord.kind, let id): _ = delegationRequests.remove(id: id)
    // INVARIANT: a registered account is never removed: its id and e-mail address must not return.
    case .delete: break
    }
  }
}

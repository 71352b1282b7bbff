public import AWSCore

/// The name of a partition: the unit that is loaded, changed and followed as a whole.
///
/// An AWS account is a partition; what belongs to no account (the list of accounts, sealing keys) is in `registry`.
public struct PartitionID: Sendable, Hashable, CustomStringConvertible {
  public let text: String

  public init(text: String) { self.text = text }

  public static let registry = PartitionID(text: "registry")
  public static func account(_ id: AccountID) -> PartitionID { PartitionID(text: "account/\(id)") }

  /// The account that this partition holds; nil for every other kind of partition.
  public var accountID: AccountID? {
    guard text.hasPrefix("account/") else { return nil }
    return AccountID(text.dropFirst("account/".utf8.count))
  }

  public var description: String { text }
}

/// One record as it lies in the store: its kind and id are its key, its name is unique among its kind where it has one.
public struct StoredRecord: Sendable, Hashable {
  public let kind: String
  public let id: String
  /// What must be unique within partition and kind, already folded to one case; nil where the kind has no names.
  public let name: String?
  /// The record itself, JSON with a version number.
  public let body: [UInt8]

  public init(kind: String, id: String, name: String?, body: [UInt8]) {
    self.kind = kind
    self.id = id
    self.name = name
    self.body = body
  }
}

/// One typed change of a partition, as it is committed and as it is read back from the feed.
public enum StoredChange: Sendable, Hashable {
  case put(StoredRecord)
  case delete(kind: String, id: String)
}

/// What one transaction changed, with the revision that it made.
public struct StoredRevision: Sendable, Hashable {
  public let revision: Int64
  public let changes: [StoredChange]

  public init(revision: Int64, changes: [StoredChange]) {
    self.revision = revision
    self.changes = changes
  }
}

/// Transactions on one partition that are to be committed together, on top of the revision they were computed from.
public struct Commit: Sendable {
  public let partition: PartitionID
  /// The partition's head when the transactions ran; 0 for a partition that does not exist yet.
  public let base: Int64
  /// What each transaction changed, in order; the first makes revision `base + 1`, the last the new head.
  public let transactions: [[StoredChange]]

  public init(partition: PartitionID, base: Int64, transactions: [[StoredChange]]) {
    self.partition = partition
    self.base = base
    self.transactions = transactions
  }

  public var head: Int64 { base + Int64(transactions.count) }
}

public struct PartitionImage: Sendable {
  public let revision: Int64
  public let records: [StoredRecord]

  public init(revision: Int64, records: [StoredRecord]) {
    self.revision = revision
    self.records = records
  }
}

/// Why a store refused.
public enum StoreFailure: Error, Sendable, Equatable {
  /// Somebody else committed first: the partition's head is not the commit's base.
  case conflict(PartitionID)
  /// A second record of the kind would carry the same name: the guard behind the domain's own check.
  case nameTaken(PartitionID, kind: String, name: String)
  /// The database cannot be reached, is full, or refuses to write. Nothing was committed, or it is not known.
  case unavailable(String)
  /// The database was written by a newer program.
  case newerVersion(found: Int, known: Int)
  /// Contents are to be placed where there are some already.
  case notEmpty
  /// What was read is not what a store writes.
  case corrupted(String)
}

extension StoreFailure: CustomStringConvertible {
  /// One line for the operator.
  public var description: String {
    switch self {
    case .conflict(let partition): "`\(partition)` was changed by somebody else"
    case .nameTaken(let partition, let kind, let name): "`\(partition)` already has a \(kind) named `\(name)`"
    case .unavailable(let line), .corrupted(let line): line
    case .notEmpty: "it is not empty"
    case .newerVersion(let found, let known):
      "the database has version \(found), this program knows \(known): it was written by a newer program"
    }
  }
}

/// Where records lie: three tables (`head`, `record`, `change`) and about ten statements, the same on every database.
///
/// A commit that returned is durable. Commits of several partitions passed together are atomic: all or none.
public protocol RecordStore: Sendable {
  /// Every partition with the revision of its head.
  func heads() async throws(StoreFailure) -> [PartitionID: Int64]
  /// All records of a partition as of one revision; nil where the partition does not exist.
  func load(_ partition: PartitionID) async throws(StoreFailure) -> PartitionImage?
  /// Compare-and-set on the head of each partition, records and changes, in one durable transaction.
  func commit(_ commits: [Commit]) async throws(StoreFailure)
  /// The feed after a revision, oldest first; nil where the feed does not reach there: load the partition instead.
  func revisions(
    of partition: PartitionID, after revision: Int64, limit: Int
  ) async throws(StoreFailure) -> [StoredRevision]?
  /// What others change in the same database, from now on; ends at once where nobody else can. For one reader.
  func news() -> AsyncStream<StoreNews>
  /// Why nothing can be written at the moment, as far as is known without trying; nil where all is well.
  var outage: StoreFailure? { get }
  /// Forgets everything; for test suites.
  func removeAll() async throws(StoreFailure)
  /// Waits for what is under way, then lets go of the database.
  func close() async
}

extension RecordStore {
  public func news() -> AsyncStream<StoreNews> { AsyncStream { $0.finish() } }
  public var outage: StoreFailure? { nil }
}

/// What a store that several nodes share tells each of them, in this order.
public enum StoreNews: Sendable, Equatable {
  /// The partition has come to this revision.
  case changed(PartitionID, revision: Int64)
  /// Nobody knows what was changed: all heads are to be looked at.
  case anything
  /// The store answered a question of this instant.
  case contact(ContinuousClock.Instant)
}

/// One short-lived value: many, never input of a policy, gone after its time.
public struct EphemeralValue: Sendable, Hashable {
  public let key: String
  public let body: [UInt8]
  /// From this instant on the value is not found; nil keeps it until it is removed.
  public let expires: Timestamp?

  public init(key: String, body: [UInt8], expires: Timestamp?) {
    self.key = key
    self.body = body
    self.expires = expires
  }
}

/// Where short-lived things lie: sessions, one-time values, last-used marks, mail to send.
///
/// `space` keeps the kinds apart. All calls are durable when they return.
public protocol EphemeralStore: Sendable {
  /// Writes the values, over older ones with the same keys.
  func put(_ values: [EphemeralValue], in space: String) async throws(StoreFailure)
  /// Writes the value if its key is free (an expired one is free); false where it was taken: guards one-time values.
  func insert(_ value: EphemeralValue, in space: String, now: Timestamp) async throws(StoreFailure) -> Bool
  func value(_ key: String, in space: String, now: Timestamp) async throws(StoreFailure) -> EphemeralValue?
  /// Removes the value and answers it: of several callers exactly one gets it.
  func take(_ key: String, in space: String, now: Timestamp) async throws(StoreFailure) -> EphemeralValue?
  /// Values whose keys begin with `prefix`, in the order of their keys, after `key`.
  func values(
    in space: String, prefix: String, after key: String?, limit: Int, now: Timestamp
  ) async throws(StoreFailure) -> [EphemeralValue]
  /// Removes what has expired; answers how many.
  func removeExpired(before now: Timestamp) async throws(StoreFailure) -> Int
}

public typealias Store = EphemeralStore & RecordStore

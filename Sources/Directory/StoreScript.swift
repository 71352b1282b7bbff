public import AWSCore

/// What a store does with its statements: the same on every database, given a session that is inside a transaction.
///
/// A store calls the writing functions within a transaction (or savepoint) that it rolls back when they throw.
public struct StoreScript<Session: SQLSession> {
  private let session: Session

  public init(on session: Session) { self.session = session }

  private func run(
    _ statement: StoreSQL, _ parameters: [SQLValue], row: ([SQLValue]) throws(StoreFailure) -> Void = { _ in }
  ) throws(StoreFailure) -> Int {
    do {
      return try session.run(statement, parameters, row: row)
    } catch {
      switch error {
      case .notUnique: throw .corrupted("`\(statement)` broke a unique index")
      case .other(let failure): throw failure
      }
    }
  }
}

// MARK: Records

extension StoreScript {
  public func heads() throws(StoreFailure) -> [PartitionID: Int64] {
    var heads: [PartitionID: Int64] = [:]
    _ = try run(.heads, []) { row throws(StoreFailure) in
      guard case .text(let partition) = row[0], case .integer(let revision) = row[1] else { throw .strangeRow(.heads) }
      heads[PartitionID(text: partition)] = revision
    }
    return heads
  }

  public func load(_ partition: PartitionID) throws(StoreFailure) -> PartitionImage? {
    var head: Int64?
    var records: [StoredRecord] = []
    _ = try run(.load, [.text(partition.text)]) { row throws(StoreFailure) in
      guard case .integer(let revision) = row[0] else { throw .strangeRow(.load) }
      head = revision
      guard row[1] != .null else { return }
      guard case .put(let record) = try StoredChange(columns: row[1...], of: .load) else { throw .strangeRow(.load) }
      records.append(record)
    }
    return head.map { PartitionImage(revision: $0, records: records) }
  }

  public func commit(_ commits: [Commit]) throws(StoreFailure) {
    let commits = Commit.inLockingOrder(commits)
    for commit in commits { try advance(commit) }
    for commit in commits {
      for (transaction, revision) in zip(commit.transactions, (commit.base + 1)...) {
        try apply(transaction, to: commit.partition, making: revision)
      }
      if let floor = Feed.newFloor(from: commit.base, to: commit.head) {
        _ = try run(.raiseFloor, [.integer(floor), .text(commit.partition.text)])
        _ = try run(.trimChanges, [.text(commit.partition.text), .integer(floor)])
      }
    }
  }

  private func advance(_ commit: Commit) throws(StoreFailure) {
    let partition = SQLValue.text(commit.partition.text)
    let changed =
      commit.base == 0
      ? try run(.createHead, [partition, .integer(commit.head)])
      : try run(.advanceHead, [.integer(commit.head), partition, .integer(commit.base)])
    guard changed == 1 else { throw .conflict(commit.partition) }
  }

  private func apply(
    _ transaction: [StoredChange], to partition: PartitionID, making revision: Int64
  ) throws(StoreFailure) {
    for change in StoredChange.net(transaction) {
      switch change {
      case .put(let record): try put(record, in: partition, revision)
      case .delete(let kind, let id):
        _ = try run(.deleteRecord, [.text(partition.text), .text(kind), .text(id)])
      }
    }
    for (ordinal, change) in transaction.enumerated() {
      let key: [SQLValue] = [.text(partition.text), .integer(revision), .integer(Int64(ordinal))]
      _ = try run(.appendChange, key + change.columns)
    }
  }

  /// Writes the record over an older one.
  ///
  /// The primary key cannot be in the way of an upsert, so a unique index that is broken is that of the names.
  private func put(_ record: StoredRecord, in partition: PartitionID, _ revision: Int64) throws(StoreFailure) {
    let columns = [.text(partition.text)] + StoredChange.put(record).columns + [.integer(revision)]
    do {
      try session.run(.putRecord, columns)
    } catch {
      switch error {
      case .notUnique: throw .nameTaken(partition, kind: record.kind, name: record.name ?? "")
      case .other(let failure): throw failure
      }
    }
  }

  public func revisions(
    of partition: PartitionID, after revision: Int64, limit: Int
  ) throws(StoreFailure) -> [StoredRevision]? {
    let last = revision.addingReportingOverflow(Int64(limit))
    let end = last.overflow ? Int64.max : last.partialValue
    var head: Int64 = 0
    var floor: Int64 = 0
    var changes: [Int64: [StoredChange]] = [:]
    _ = try run(.changes, [.integer(revision), .integer(end), .text(partition.text)]) { row throws(StoreFailure) in
      guard case .integer(let newest) = row[0], case .integer(let lowest) = row[1] else { throw .strangeRow(.changes) }
      head = newest
      floor = lowest
      guard case .integer(let made) = row[2] else { return }
      changes[made, default: []].append(try StoredChange(columns: row[3...], of: .changes))
    }
    guard revision >= floor, revision <= head else { return nil }
    // A transaction that changed nothing has left no rows, and is a revision all the same.
    guard revision < min(end, head) else { return [] }
    return (revision + 1...min(end, head)).map { StoredRevision(revision: $0, changes: changes[$0] ?? []) }
  }

  public func removeAll() throws(StoreFailure) {
    for statement in [StoreSQL.clearHead, .clearRecord, .clearChange, .clearEphemeral] { _ = try run(statement, []) }
  }
}

// MARK: Short-lived values

extension StoreScript {
  public func put(_ values: [EphemeralValue], in space: String) throws(StoreFailure) {
    for value in values { _ = try run(.putEphemeral, value.columns(in: space)) }
  }

  public func insert(_ value: EphemeralValue, in space: String, now: Timestamp) throws(StoreFailure) -> Bool {
    try run(.insertEphemeral, value.columns(in: space) + [SQLValue(now)]) == 1
  }

  public func value(_ key: String, in space: String, now: Timestamp) throws(StoreFailure) -> EphemeralValue? {
    try single(.ephemeral, key, space, now)
  }

  public func take(_ key: String, in space: String, now: Timestamp) throws(StoreFailure) -> EphemeralValue? {
    try single(.takeEphemeral, key, space, now)
  }

  private func single(
    _ statement: StoreSQL, _ key: String, _ space: String, _ now: Timestamp
  ) throws(StoreFailure) -> EphemeralValue? {
    var found: EphemeralValue?
    _ = try run(statement, [.text(space), .text(key), SQLValue(now)]) { row throws(StoreFailure) in
      found = try EphemeralValue(key: key, columns: row[...], of: statement)
    }
    return found
  }

  public func values(
    in space: String, prefix: String, after key: String?, limit: Int, now: Timestamp
  ) throws(StoreFailure) -> [EphemeralValue] {
    let begin = key.map { ByteText($0) < ByteText(prefix) ? prefix : $0 } ?? prefix
    var values: [EphemeralValue] = []
    let parameters: [SQLValue] = [
      .text(space), .text(begin), SQLValue(key), SQLValue(now), .integer(Int64(max(limit, 0))),
    ]
    _ = try run(.listEphemeral, parameters) { row throws(StoreFailure) in
      guard case .text(let found) = row[0] else { throw .strangeRow(.listEphemeral) }
      guard found.utf8.starts(with: prefix.utf8) else { return }
      values.append(try EphemeralValue(key: found, columns: row[1...], of: .listEphemeral))
    }
    return values
  }

  /// Removes up to `limit` expired values; answers how many.
  public func removeExpired(before now: Timestamp, limit: Int) throws(StoreFailure) -> Int {
    try run(.removeExpired, [SQLValue(now), .integer(Int64(limit))])
  }
}

// MARK: Rows

extension StoredChange {
  /// `kind`, `id`, `name`, `body`
  fileprivate var columns: [SQLValue] {
    switch self {
    case .put(let record): [.text(record.kind), .text(record.id), SQLValue(record.name), .bytes(record.body)]
    case .delete(let kind, let id): [.text(kind), .text(id), .null, .null]
    }
  }

  fileprivate init(columns: ArraySlice<SQLValue>, of statement: StoreSQL) throws(StoreFailure) {
    let column = Array(columns)
    switch (column[0], column[1], column[2], column[3]) {
    case (.text(let kind), .text(let id), .null, .null): self = .delete(kind: kind, id: id)
    case (.text(let kind), .text(let id), .null, .bytes(let body)):
      self = .put(StoredRecord(kind: kind, id: id, name: nil, body: body))
    case (.text(let kind), .text(let id), .text(let name), .bytes(let body)):
      self = .put(StoredRecord(kind: kind, id: id, name: name, body: body))
    default: throw .strangeRow(statement)
    }
  }
}

extension EphemeralValue {
  fileprivate func columns(in space: String) -> [SQLValue] {
    [.text(space), .text(key), .bytes(body), SQLValue(expires)]
  }

  fileprivate init(key: String, columns: ArraySlice<SQLValue>, of statement: StoreSQL) throws(StoreFailure) {
    let column = Array(columns)
    switch (column[0], column[1]) {
    case (.bytes(let body), .null): self.init(key: key, body: body, expires: nil)
    case (.bytes(let body), .integer(let expires)):
      self.init(key: key, body: body, expires: Timestamp(milliseconds: expires))
    default: throw .strangeRow(statement)
    }
  }
}

extension StoreFailure {
  fileprivate static func strangeRow(_ statement: StoreSQL) -> StoreFailure {
    .corrupted("`\(statement)` answered a row of another shape")
  }
}

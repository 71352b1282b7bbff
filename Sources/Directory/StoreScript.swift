public import AWSCore

/// What a store does with its statements: the same on every database, given a session that is inside a transaction.
///
/// A store calls the writing functions within a transaction (or savepoint) that it rolls back when they throw.
public struct StoreScript<Session: SQLSession> {
  let session: Session

  public init(on session: Session) { self.session = session }

  func run(
    _ statement: StoreSQL, _ parameters: [SQLValue], row: ([SQLValue]) throws(StoreFailure) -> Void = { _ in }
  ) throws(StoreFailure) -> Int {
    do {
      return try session.run(statement, parameters, row: row)
    } catch {
      throw SQLStep(statement, parameters).failure(error)
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
    try session.run(commits.map(\.advance) + commits.flatMap(\.writing))
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
    try session.run([.clearHead, .clearRecord, .clearChange, .clearEphemeral].map { SQLStep($0, []) })
  }
}

// MARK: Short-lived values

extension StoreScript {
  public func put(_ values: [EphemeralValue], in space: String) throws(StoreFailure) {
    try session.run(values.map { SQLStep(.putEphemeral, $0.columns(in: space)) })
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

// MARK: A commit's statements

extension Commit {
  /// The compare-and-set on the partition's head.
  fileprivate var advance: SQLStep {
    let partition = SQLValue.text(partition.text)
    return base == 0
      ? SQLStep(.createHead, [partition, .integer(head)], ifUnchanged: .conflict(self.partition))
      : SQLStep(.advanceHead, [.integer(head), partition, .integer(base)], ifUnchanged: .conflict(self.partition))
  }

  /// Records and changes, and the cut of the feed where it is time.
  fileprivate var writing: [SQLStep] {
    var steps: [SQLStep] = []
    for (transaction, revision) in zip(transactions, (base + 1)...) {
      steps += StoredChange.net(transaction).map { record($0, making: revision) }
      steps += transaction.enumerated().map { ordinal, change in
        let key: [SQLValue] = [.text(partition.text), .integer(revision), .integer(Int64(ordinal))]
        return SQLStep(.appendChange, key + change.columns)
      }
    }
    if let floor = Feed.newFloor(from: base, to: head) {
      steps.append(SQLStep(.raiseFloor, [.integer(floor), .text(partition.text)]))
      steps.append(SQLStep(.trimChanges, [.text(partition.text), .integer(floor)]))
    }
    return steps
  }

  /// Writes a record over an older one, or deletes it.
  ///
  /// The primary key cannot be in the way of an upsert, so a unique index that is broken is that of the names.
  private func record(_ change: StoredChange, making revision: Int64) -> SQLStep {
    switch change {
    case .put(let record):
      SQLStep(
        .putRecord, [.text(partition.text)] + change.columns + [.integer(revision)],
        ifNotUnique: .nameTaken(partition, kind: record.kind, name: record.name ?? ""))
    case .delete(let kind, let id): SQLStep(.deleteRecord, [.text(partition.text), .text(kind), .text(id)])
    }
  }
}

// MARK: Rows

extension StoredChange {
  /// `kind`, `id`, `name`, `body`
  var columns: [SQLValue] {
    switch self {
    case .put(let record): [.text(record.kind), .text(record.id), SQLValue(record.name), .bytes(record.body)]
    case .delete(let kind, let id): [.text(kind), .text(id), .null, .null]
    }
  }

  init(columns: ArraySlice<SQLValue>, of statement: StoreSQL) throws(StoreFailure) {
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
  func columns(in space: String) -> [SQLValue] {
    [.text(space), .text(key), .bytes(body), SQLValue(expires)]
  }

  init(key: String, columns: ArraySlice<SQLValue>, of statement: StoreSQL) throws(StoreFailure) {
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
  static func strangeRow(_ statement: StoreSQL) -> StoreFailure {
    .corrupted("`\(statement)` answered a row of another shape")
  }
}

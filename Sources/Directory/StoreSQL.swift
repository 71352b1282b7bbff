public import AWSCore

/// Every statement of a store: one text that SQLite and PostgreSQL both understand.
///
/// PostgreSQL numbers its parameters `$1`, `$2`, …; to SQLite these are names, numbered as they first appear.
// INVARIANT: in each text the parameters first appear in the order $1, $2, $3, …, so that name and number agree.
// Only the creation of the tables differs between the databases; it is in each store's own list of upgrades.
public enum StoreSQL: String, Sendable, CaseIterable {
  // MARK: Heads

  case heads = """
    SELECT partition, revision FROM head
    """
  case createHead = """
    INSERT INTO head (partition, revision, floor) VALUES ($1, $2, 0)
    ON CONFLICT (partition) DO NOTHING
    """
  case advanceHead = """
    UPDATE head SET revision = $1 WHERE partition = $2 AND revision = $3
    """
  /// Where contents were placed, the feed begins at their revision, and is not to begin before it.
  case raiseFloor = """
    UPDATE head SET floor = $1 WHERE partition = $2 AND floor < $1
    """

  // MARK: Records

  /// One row with nulls for a partition without records, none for a partition that does not exist.
  case load = """
    SELECT head.revision, record.kind, record.id, record.name, record.body
    FROM head LEFT JOIN record ON record.partition = head.partition
    WHERE head.partition = $1
    ORDER BY record.kind, record.id
    """
  case putRecord = """
    INSERT INTO record (partition, kind, id, name, body, revision) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (partition, kind, id) DO UPDATE
    SET name = excluded.name, body = excluded.body, revision = excluded.revision
    """
  case deleteRecord = """
    DELETE FROM record WHERE partition = $1 AND kind = $2 AND id = $3
    """

  // MARK: The feed

  /// A deletion has a null body; a record's body is never null.
  case appendChange = """
    INSERT INTO change (partition, revision, ordinal, kind, id, name, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
    """
  case changes = """
    SELECT head.revision, head.floor, change.revision, change.kind, change.id, change.name, change.body
    FROM head LEFT JOIN change
    ON change.partition = head.partition AND change.revision > $1 AND change.revision <= $2
    WHERE head.partition = $3
    ORDER BY change.revision, change.ordinal
    """
  case trimChanges = """
    DELETE FROM change WHERE partition = $1 AND revision <= $2
    """

  // MARK: Short-lived values

  case putEphemeral = """
    INSERT INTO ephemeral (space, key, body, expires) VALUES ($1, $2, $3, $4)
    ON CONFLICT (space, key) DO UPDATE SET body = excluded.body, expires = excluded.expires
    """
  case insertEphemeral = """
    INSERT INTO ephemeral (space, key, body, expires) VALUES ($1, $2, $3, $4)
    ON CONFLICT (space, key) DO UPDATE SET body = excluded.body, expires = excluded.expires
    WHERE ephemeral.expires <= $5
    """
  case ephemeral = """
    SELECT body, expires FROM ephemeral
    WHERE space = $1 AND key = $2 AND (expires IS NULL OR expires > $3)
    """
  case takeEphemeral = """
    DELETE FROM ephemeral
    WHERE space = $1 AND key = $2 AND (expires IS NULL OR expires > $3)
    RETURNING body, expires
    """
  /// From a key on, without one that may be null; the caller stops where the prefix ends.
  case listEphemeral = """
    SELECT key, body, expires FROM ephemeral
    WHERE space = $1 AND key >= $2 AND key IS DISTINCT FROM $3 AND (expires IS NULL OR expires > $4)
    ORDER BY key LIMIT $5
    """
  case removeExpired = """
    DELETE FROM ephemeral WHERE (space, key) IN
    (SELECT space, key FROM ephemeral WHERE expires <= $1 LIMIT $2)
    """

  // MARK: Everything

  case counts = """
    SELECT (SELECT count(*) FROM head), (SELECT count(*) FROM record), (SELECT count(*) FROM ephemeral)
    """
  case record = """
    SELECT kind, id, name, body FROM record WHERE partition = $1 AND kind = $2 AND id = $3
    """
  case headsAfter = """
    SELECT partition, revision FROM head WHERE partition > $1 ORDER BY partition LIMIT $2
    """
  case recordsAfter = """
    SELECT partition, kind, id, name, body FROM record WHERE (partition, kind, id) > ($1, $2, $3)
    ORDER BY partition, kind, id LIMIT $4
    """
  case ephemeralAfter = """
    SELECT space, key, body, expires FROM ephemeral WHERE (space, key) > ($1, $2) ORDER BY space, key LIMIT $3
    """
  /// Without a feed: it begins after the revision that is placed.
  case placeHead = """
    INSERT INTO head (partition, revision, floor) VALUES ($1, $2, $2)
    """
  case placeRecord = """
    INSERT INTO record (partition, kind, id, name, body, revision) VALUES ($1, $2, $3, $4, $5, $6)
    """
  case placeEphemeral = """
    INSERT INTO ephemeral (space, key, body, expires) VALUES ($1, $2, $3, $4)
    """

  // MARK: Forgetting

  case clearHead = "DELETE FROM head"
  case clearRecord = "DELETE FROM record"
  case clearChange = "DELETE FROM change"
  case clearEphemeral = "DELETE FROM ephemeral"
}

/// What a statement takes and answers: the column types that both databases have.
public enum SQLValue: Sendable, Hashable {
  case null
  /// `bigint`
  case integer(Int64)
  /// `text`, compared by its bytes
  case text(String)
  /// `bytea`, or SQLite's blob
  case bytes([UInt8])

  public init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
  public init(_ instant: Timestamp?) { self = instant.map { .integer($0.milliseconds) } ?? .null }
}

/// Why a statement failed.
public enum SQLFailure: Error, Sendable, Equatable {
  /// A row would break a unique index.
  case notUnique
  case other(StoreFailure)
}

/// One of several statements that need no answer of each other, so that a session may send them together.
public struct SQLStep: Sendable {
  public let statement: StoreSQL
  public let parameters: [SQLValue]
  /// Thrown where the statement changes no row; nil where that is as good as any.
  public let ifUnchanged: StoreFailure?
  /// Thrown where a row would break a unique index; nil where none can.
  public let ifNotUnique: StoreFailure?

  init(
    _ statement: StoreSQL, _ parameters: [SQLValue], ifUnchanged: StoreFailure? = nil, ifNotUnique: StoreFailure? = nil
  ) {
    self.statement = statement
    self.parameters = parameters
    self.ifUnchanged = ifUnchanged
    self.ifNotUnique = ifNotUnique
  }

  /// What the step's failure comes to.
  public func failure(_ failure: SQLFailure) -> StoreFailure {
    switch failure {
    case .notUnique: ifNotUnique ?? .brokenIndex("\(statement)")
    case .other(let failure): failure
    }
  }
}

extension StoreFailure {
  /// A row would break a unique index that none can break.
  public static func brokenIndex(_ statement: String) -> StoreFailure {
    .corrupted("`\(statement)` broke a unique index")
  }
}

/// One connection to a database, used by one thread at a time: what a store's wrapper around its C library offers.
public protocol SQLSession {
  /// Runs one statement, hands over its rows and answers how many rows it changed.
  @discardableResult
  func run(
    _ statement: StoreSQL, _ parameters: [SQLValue], row: ([SQLValue]) throws(StoreFailure) -> Void
  ) throws(SQLFailure) -> Int

  /// Runs the steps in their order; throws the failure of the first that has one.
  func run(_ steps: [SQLStep]) throws(StoreFailure)
}

extension SQLSession {
  /// Runs one statement that answers no rows.
  @discardableResult
  public func run(_ statement: StoreSQL, _ parameters: [SQLValue]) throws(SQLFailure) -> Int {
    try run(statement, parameters) { _ throws(StoreFailure) in }
  }

  /// One after the other: right where a statement is no way to go.
  public func run(_ steps: [SQLStep]) throws(StoreFailure) {
    for step in steps {
      let changed: Int
      do { changed = try run(step.statement, step.parameters) } catch { throw step.failure(error) }
      if changed == 0, let failure = step.ifUnchanged { throw failure }
    }
  }
}

import Directory

/// The tables, and how each version of them becomes the next.
enum SQLiteSchema {
  /// "Slyp" in the file's header: the file is a sallyport's.
  static let applicationID: Int32 = 0x536C_7970

  /// Each entry makes the version after it of the one before; a new file goes through all of them.
  static let upgrades: [[String]] = [
    [
      """
      CREATE TABLE head (
        partition text NOT NULL PRIMARY KEY,
        revision integer NOT NULL,
        floor integer NOT NULL
      ) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE record (
        partition text NOT NULL,
        kind text NOT NULL,
        id text NOT NULL,
        name text,
        body blob NOT NULL,
        revision integer NOT NULL,
        PRIMARY KEY (partition, kind, id)
      ) STRICT
      """,
      "CREATE UNIQUE INDEX record_name ON record (partition, kind, name) WHERE name IS NOT NULL",
      """
      CREATE TABLE change (
        partition text NOT NULL,
        revision integer NOT NULL,
        ordinal integer NOT NULL,
        kind text NOT NULL,
        id text NOT NULL,
        name text,
        body blob,
        PRIMARY KEY (partition, revision, ordinal)
      ) STRICT
      """,
      """
      CREATE TABLE ephemeral (
        space text NOT NULL,
        key text NOT NULL,
        body blob NOT NULL,
        expires integer,
        PRIMARY KEY (space, key)
      ) STRICT
      """,
      "CREATE INDEX ephemeral_expires ON ephemeral (expires) WHERE expires IS NOT NULL",
    ]
  ]
}

extension SQLiteConnection {
  /// Brings the file to the newest version, in one transaction, and makes the connection ready.
  ///
  /// Refuses a newer version and files of other programs, and leaves them as they are.
  func upgrade(_ upgrades: [[String]]) throws(StoreFailure) {
    let version = try integer("PRAGMA user_version")
    guard version <= upgrades.count else { throw .newerVersion(found: version, known: upgrades.count) }
    let owner = try integer("PRAGMA application_id")
    let tables = try integer("SELECT count(*) FROM sqlite_schema")
    guard owner == Int(SQLiteSchema.applicationID) || (owner == 0 && version == 0 && tables == 0) else {
      throw .corrupted("`\(path)` is a database of another program")
    }
    try configure()
    guard version < upgrades.count else { return }
    try execute("BEGIN IMMEDIATE")
    do throws(StoreFailure) {
      for statement in upgrades[version...].joined() { try execute(statement) }
      try execute("PRAGMA application_id = \(SQLiteSchema.applicationID)")
      try execute("PRAGMA user_version = \(upgrades.count)")
      try execute("COMMIT")
    } catch {
      rollBack()
      throw error
    }
  }
}

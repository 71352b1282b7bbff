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
    let version = try version(upTo: upgrades.count)
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

  /// The version of the file, 0 for an empty one; refuses a newer one and files of other programs.
  private func version(upTo known: Int) throws(StoreFailure) -> Int {
    let version = try integer("PRAGMA user_version")
    guard version <= known else { throw .newerVersion(found: version, known: known) }
    let owner = try integer("PRAGMA application_id")
    let tables = try integer("SELECT count(*) FROM sqlite_schema")
    guard owner == Int(SQLiteSchema.applicationID) || (owner == 0 && version == 0 && tables == 0) else {
      throw .corrupted("`\(path)` is a database of another program")
    }
    return version
  }

  /// Whether there are tables; refuses those of another version: whoever only reads cannot upgrade them.
  func hasTables() throws(StoreFailure) -> Bool {
    let known = SQLiteSchema.upgrades.count
    let version = try version(upTo: known)
    guard [0, known].contains(version) else {
      throw .unavailable("`\(path)` was written by an older sallyport; serve it with this one first")
    }
    return version > 0
  }
}

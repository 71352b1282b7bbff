import Directory

/// The tables, and how each version of them becomes the next.
enum PostgreSQLSchema {
  /// "Slyp": what nodes that start at the same time lock, so that one of them makes the tables.
  private static let lock = 0x536C_7970

  /// Each entry makes the version after it of the one before; an empty database goes through all of them.
  ///
  /// Texts are compared by their bytes, as everywhere in this program.
  static let upgrades: [[String]] = [
    [
      """
      CREATE TABLE head (
        partition text COLLATE "C" NOT NULL PRIMARY KEY,
        revision bigint NOT NULL,
        floor bigint NOT NULL
      )
      """,
      """
      CREATE TABLE record (
        partition text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        name text COLLATE "C",
        body bytea NOT NULL,
        revision bigint NOT NULL,
        PRIMARY KEY (partition, kind, id)
      )
      """,
      "CREATE UNIQUE INDEX record_name ON record (partition, kind, name) WHERE name IS NOT NULL",
      """
      CREATE TABLE change (
        partition text COLLATE "C" NOT NULL,
        revision bigint NOT NULL,
        ordinal bigint NOT NULL,
        kind text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        name text COLLATE "C",
        body bytea,
        PRIMARY KEY (partition, revision, ordinal)
      )
      """,
      """
      CREATE TABLE ephemeral (
        space text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        body bytea NOT NULL,
        expires bigint,
        PRIMARY KEY (space, key)
      )
      """,
      "CREATE INDEX ephemeral_expires ON ephemeral (expires) WHERE expires IS NOT NULL",
      """
      CREATE TABLE signature (
        partition text COLLATE "C" NOT NULL,
        revision bigint NOT NULL,
        writer text COLLATE "C" NOT NULL,
        PRIMARY KEY (partition, revision)
      )
      """,
    ]
  ]

  /// Brings the database to the newest version, in one transaction; one node at a time.
  ///
  /// Refuses a newer version and leaves it as it is.
  static func upgrade(_ connection: PostgreSQLConnection, by upgrades: [[String]] = upgrades) throws(StoreFailure) {
    try connection.transaction { () throws(StoreFailure) in
      // However long the node takes that has the lock.
      try connection.execute("SET LOCAL lock_timeout = 0")
      try connection.execute("SELECT pg_advisory_xact_lock(\(lock))")
      let version = try version(connection)
      guard version <= upgrades.count else { throw .newerVersion(found: version, known: upgrades.count) }
      guard version < upgrades.count else { return }
      if version == 0 { try connection.execute("CREATE TABLE sallyport_schema (version bigint NOT NULL)") }
      for statement in upgrades[version...].joined() { try connection.execute(statement) }
      try connection.execute("DELETE FROM sallyport_schema")
      try connection.execute("INSERT INTO sallyport_schema (version) VALUES (\(upgrades.count))")
    }
  }

  /// Refuses a database that a node of a newer version has upgraded meanwhile.
  static func requireKnown(_ connection: PostgreSQLConnection) throws(StoreFailure) {
    let found = try connection.execute("SELECT version FROM sallyport_schema").first?.first
    guard case .integer(let version) = found, version <= upgrades.count else {
      throw .unavailable("a newer program has upgraded the database; this one must be replaced")
    }
  }

  /// Whether there are tables; refuses those of another version: whoever only reads cannot upgrade them.
  static func hasTables(_ connection: PostgreSQLConnection) throws(StoreFailure) -> Bool {
    let (version, known) = (try version(connection), upgrades.count)
    guard version <= known else { throw .newerVersion(found: version, known: known) }
    guard [0, known].contains(version) else {
      throw .unavailable("an older sallyport made the tables of the database; serve it with this one first")
    }
    return version > 0
  }

  /// 0 for a database without tables.
  private static func version(_ connection: PostgreSQLConnection) throws(StoreFailure) -> Int {
    guard try connection.execute("SELECT to_regclass('sallyport_schema')::text").first?.first != .null else { return 0 }
    guard case .integer(let version) = try connection.execute("SELECT version FROM sallyport_schema").first?.first,
      version > 0
    else { throw .corrupted("`sallyport_schema` does not say which version the tables have") }
    return Int(version)
  }
}

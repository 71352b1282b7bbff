import CSQLite
import Directory

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One connection to one database file.
// INVARIANT: used by one thread at a time; the worker's, after it was opened.
final class SQLiteConnection: SQLSession {
  /// How many milliseconds a statement waits for another connection that has locked the file.
  static let patience: Int32 = 5000

  let path: String
  private var handle: OpaquePointer?
  private var prepared: [StoreSQL: OpaquePointer] = [:]
  private var preparedSteps: [Step: OpaquePointer] = [:]

  /// Opens the file to write it; makes it, for its owner only, where it does not exist.
  // INVARIANT: there is one such connection to a file, see `FolderLock`: SQLite before 3.51.3 can corrupt a write-ahead
  // log that two write or checkpoint.
  convenience init(creating path: String) throws(StoreFailure) {
    try Self.makeFile(path)
    try self.init(path, SQLITE_OPEN_READWRITE)
  }

  /// Opens the file to read it, also while another connection writes; never makes, changes or checkpoints it.
  convenience init(reading path: String) throws(StoreFailure) {
    guard access(path, F_OK) == 0 else { throw .system("cannot open `\(path)`") }
    try self.init(path, SQLITE_OPEN_READONLY)
    try execute("PRAGMA trusted_schema = OFF")
  }

  private init(_ path: String, _ mode: Int32) throws(StoreFailure) {
    self.path = path
    var handle: OpaquePointer?
    let flags = mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK, let handle else {
      sqlite3_close_v2(handle)
      throw .sqlite(code, path: path)
    }
    self.handle = handle
    sqlite3_busy_timeout(handle, Self.patience)
  }

  deinit { disconnect() }

  /// Moves the write-ahead log into the database file and lets go of both.
  func disconnect() {
    for statement in prepared.values { sqlite3_finalize(statement) }
    for statement in preparedSteps.values { sqlite3_finalize(statement) }
    prepared = [:]
    preparedSteps = [:]
    sqlite3_close_v2(handle)
    handle = nil
  }

  private static func makeFile(_ path: String) throws(StoreFailure) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("cannot open `\(path)`") }
    _ = close(descriptor)
  }

  /// Makes each commit durable: a write-ahead log that is on the disk before a commit returns.
  func configure() throws(StoreFailure) {
    guard try text("PRAGMA journal_mode = WAL") == "wal" else {
      throw .unavailable("`\(path)` is on a file system that cannot hold a write-ahead log")
    }
    try execute("PRAGMA synchronous = FULL")
    try execute("PRAGMA fullfsync = ON")
    try execute("PRAGMA checkpoint_fullfsync = ON")
    try execute("PRAGMA temp_store = MEMORY")
    try execute("PRAGMA journal_size_limit = \(64 << 20)")
    try execute("PRAGMA trusted_schema = OFF")
  }

  // MARK: Statements of a store

  @discardableResult
  func run(
    _ statement: StoreSQL, _ parameters: [SQLValue], row: ([SQLValue]) throws(StoreFailure) -> Void
  ) throws(SQLFailure) -> Int {
    let prepared = try preparedStatement(statement)
    defer {
      sqlite3_reset(prepared)
      sqlite3_clear_bindings(prepared)
    }
    for (index, value) in parameters.enumerated() {
      try check(bind(value, to: Int32(index + 1), of: prepared))
    }
    let before = sqlite3_total_changes64(handle)
    while true {
      switch sqlite3_step(prepared) {
      case SQLITE_ROW:
        do throws(StoreFailure) { try row(Self.columns(of: prepared)) } catch { throw .other(error) }
      case SQLITE_DONE: return Int(sqlite3_total_changes64(handle) - before)
      case csqlite_constraint_unique, csqlite_constraint_primary_key: throw .notUnique
      case let code: throw .other(.sqlite(code, path: path))
      }
    }
  }

  private func preparedStatement(_ statement: StoreSQL) throws(SQLFailure) -> OpaquePointer {
    if let found = prepared[statement] { return found }
    let made: OpaquePointer
    do throws(StoreFailure) { made = try prepare(statement.rawValue, lasting: true) } catch { throw .other(error) }
    for index in 0..<sqlite3_bind_parameter_count(made) {
      let name = sqlite3_bind_parameter_name(made, index + 1).map { String(cString: $0) }
      precondition(name == "$\(index + 1)", "the parameters of `\(statement)` do not appear in order")
    }
    prepared[statement] = made
    return made
  }

  private func bind(_ value: SQLValue, to index: Int32, of statement: OpaquePointer) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(statement, index)
    case .integer(let number): return sqlite3_bind_int64(statement, index, number)
    case .text(var text):
      return text.withUTF8 { csqlite_bind_text(statement, index, $0.baseAddress, Int32($0.count)) }
    case .bytes(let bytes):
      return bytes.withUnsafeBytes { csqlite_bind_blob(statement, index, $0.baseAddress, Int32($0.count)) }
    }
  }

  private static func columns(of statement: OpaquePointer) -> [SQLValue] {
    (0..<sqlite3_column_count(statement)).map { index in
      switch sqlite3_column_type(statement, index) {
      case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, index))
      case SQLITE_TEXT:
        .text(
          String(
            decoding: UnsafeRawBufferPointer(
              start: sqlite3_column_text(statement, index), count: Int(sqlite3_column_bytes(statement, index))),
            as: UTF8.self))
      case SQLITE_BLOB:
        .bytes(
          Array(
            UnsafeRawBufferPointer(
              start: sqlite3_column_blob(statement, index), count: Int(sqlite3_column_bytes(statement, index)))))
      default: .null
      }
    }
  }

  private func check(_ code: Int32) throws(SQLFailure) {
    guard code == SQLITE_OK else { throw .other(.sqlite(code, path: path)) }
  }

  // MARK: Statements of the connection itself

  func execute(_ text: String) throws(StoreFailure) {
    let code = sqlite3_exec(handle, text, nil, nil, nil)
    guard code == SQLITE_OK else { throw .sqlite(code, path: path) }
  }

  func integer(_ query: String) throws(StoreFailure) -> Int {
    guard case .integer(let number) = try first(query) else { return 0 }
    return Int(number)
  }

  func text(_ query: String) throws(StoreFailure) -> String? {
    guard case .text(let text) = try first(query) else { return nil }
    return text
  }

  private func first(_ query: String) throws(StoreFailure) -> SQLValue? {
    let statement = try prepare(query, lasting: false)
    defer { sqlite3_finalize(statement) }
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return Self.columns(of: statement).first
    case SQLITE_DONE: return nil
    case let code: throw .sqlite(code, path: path)
    }
  }

  private func prepare(_ text: String, lasting: Bool) throws(StoreFailure) -> OpaquePointer {
    var statement: OpaquePointer?
    let flags = lasting ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
    let code = sqlite3_prepare_v3(handle, text, -1, flags, &statement, nil)
    guard code == SQLITE_OK, let statement else { throw .sqlite(code, path: path) }
    return statement
  }

  // MARK: Transactions

  /// The steps of a transaction in which several callers' work lies, each within a savepoint of its own.
  enum Step: String {
    case begin = "BEGIN IMMEDIATE"
    case commit = "COMMIT"
    case save = "SAVEPOINT caller"
    case undo = "ROLLBACK TO caller"
    case release = "RELEASE caller"
  }

  func take(_ step: Step) throws(StoreFailure) {
    let statement: OpaquePointer
    if let found = preparedSteps[step] {
      statement = found
    } else {
      statement = try prepare(step.rawValue, lasting: true)
      preparedSteps[step] = statement
    }
    let code = sqlite3_step(statement)
    sqlite3_reset(statement)
    guard code == SQLITE_DONE else { throw .sqlite(code, path: path) }
  }

  /// Whether a transaction is open; SQLite ends one by itself when the disk fails it.
  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  func rollBack() {
    if isInTransaction { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
  }
}

extension StoreFailure {
  /// What went wrong, in one line that says which file and what to do about it.
  static func sqlite(_ code: Int32, path: String) -> StoreFailure {
    let words = String(cString: sqlite3_errstr(code))
    switch code & 0xFF {
    case SQLITE_NOTADB: return .corrupted("`\(path)` is not a database")
    case SQLITE_CORRUPT: return .corrupted("`\(path)` is damaged (\(words), code \(code)); restore it from a backup")
    case SQLITE_FULL: return .unavailable("the disk of `\(path)` is full")
    case SQLITE_IOERR: return .unavailable("the disk of `\(path)` cannot be read or written (\(words), code \(code))")
    case SQLITE_READONLY, SQLITE_PERM: return .unavailable("`\(path)` cannot be written (\(words), code \(code))")
    case SQLITE_CANTOPEN: return .unavailable("`\(path)` cannot be opened (\(words), code \(code))")
    case SQLITE_BUSY, SQLITE_LOCKED: return .unavailable("`\(path)` is locked by another program")
    default: return .unavailable("`\(path)` refused a statement (\(words), code \(code))")
    }
  }
}

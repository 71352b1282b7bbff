import Directory

/// One connection to a PostgreSQL server, and what it says to it.
// INVARIANT: used by one thread at a time.
final class PostgreSQLConnection: SQLSession {
  private let limits: PostgreSQLLimits
  private let pipeline: PostgreSQLPipeline
  /// What just failed lost against another transaction, and may be run again.
  private(set) var mayRunAgain = false
  /// The connection broke while it committed: nobody knows whether the transaction is there.
  private(set) var isUnsure = false

  /// The connection cannot be used any more: it is to be dropped.
  var isLost: Bool { pipeline.isLost }

  /// Connects and sets what the server's configuration may say otherwise.
  ///
  /// - Parameters:
  ///   - url: a libpq URL or its keywords; what it does not say is set to what suits the store.
  ///   - isCutOff: whether the server is known to be out of reach since: no answer of it is waited for then.
  init(
    to url: String, limits: PostgreSQLLimits, isCutOff: @escaping @Sendable () -> Bool = { false }
  ) throws(StoreFailure) {
    self.limits = limits
    pipeline = try PostgreSQLPipeline(to: url, limits: limits, isCutOff: isCutOff)
    for statement in Self.session { try execute(statement) }
  }

  // INVARIANT: no statement_timeout. Where a standby is waited for, it makes COMMIT answer that all is well when only
  // a warning says that the standby has not confirmed. The deadline of this side ends the connection instead.
  private static let session = [
    "SET statement_timeout = 0", "SET lock_timeout = 8000", "SET idle_in_transaction_session_timeout = 15000",
    // What was answered is on the disk, whatever the server's own setting.
    """
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
    """,
  ]

  /// Prepares every statement, once the tables are there.
  func prepare() throws(StoreFailure) {
    for statement in StoreSQL.allCases { try pipeline.prepare("\(statement)", statement.rawValue) }
    for statement in PostgreSQLStatement.allCases { try pipeline.prepare("\(statement)", statement.rawValue) }
    try check(try settle()[...])
  }

  // MARK: Statements of every store

  @discardableResult
  func run(
    _ statement: StoreSQL, _ parameters: [SQLValue], row: ([SQLValue]) throws(StoreFailure) -> Void
  ) throws(SQLFailure) -> Int {
    do throws(StoreFailure) { try pipeline.send("\(statement)", parameters) } catch { throw .other(error) }
    return try answer(row)
  }

  /// Sends all steps before the first answer comes.
  func run(_ steps: [SQLStep]) throws(StoreFailure) {
    for step in steps { try pipeline.send("\(step.statement)", step.parameters) }
    let results = try settle()
    try check(results.dropLast(steps.count))
    for (step, result) in zip(steps, results.suffix(steps.count)) {
      if let failure = failure(of: result) { throw step.failure(failure) }
      if result.rowsAffected == 0, let failure = step.ifUnchanged { throw failure }
    }
  }

  // MARK: Statements of this store

  /// Sends a statement together with the next one that is run; if it fails, that one does.
  func send(_ statement: PostgreSQLStatement, _ parameters: [SQLValue] = []) throws(StoreFailure) {
    try pipeline.send("\(statement)", parameters)
  }

  /// Runs a statement and answers its rows.
  @discardableResult
  func run(_ statement: PostgreSQLStatement, _ parameters: [SQLValue] = []) throws(StoreFailure) -> [[SQLValue]] {
    try send(statement, parameters)
    return try rows(of: "\(statement)")
  }

  /// Runs a statement that is not prepared, and answers its rows.
  @discardableResult
  func execute(_ text: String) throws(StoreFailure) -> [[SQLValue]] {
    try pipeline.send(text: text)
    return try rows(of: text)
  }

  // MARK: Answers

  private func settle() throws(StoreFailure) -> [PostgreSQLResult] {
    mayRunAgain = false
    return try pipeline.settle(within: limits.statement)
  }

  private func rows(of statement: String) throws(StoreFailure) -> [[SQLValue]] {
    var rows: [[SQLValue]] = []
    do {
      try answer { row throws(StoreFailure) in rows.append(row) }
    } catch {
      throw .of(error, statement)
    }
    return rows
  }

  /// Hands over the rows of the statement that was sent last, and answers its count.
  @discardableResult
  private func answer(_ row: ([SQLValue]) throws(StoreFailure) -> Void) throws(SQLFailure) -> Int {
    let result: PostgreSQLResult
    do throws(StoreFailure) {
      let results = try settle()
      try check(results.dropLast())
      guard let last = results.last else { throw .corrupted("the database answered nothing") }
      result = last
    } catch {
      throw .other(error)
    }
    if let failure = failure(of: result) { throw failure }
    do throws(StoreFailure) {
      for number in 0..<result.rowCount { try row(try result.row(number)) }
    } catch {
      throw .other(error)
    }
    return result.rowsAffected
  }

  private func check(_ results: ArraySlice<PostgreSQLResult>) throws(StoreFailure) {
    for result in results {
      if let failure = failure(of: result) { throw .of(failure, result.statement) }
    }
  }

  private func failure(of result: PostgreSQLResult) -> SQLFailure? {
    switch result.outcome {
    case .done: return nil
    case .skipped: return .other(.unavailable("the database skipped `\(result.statement)`"))
    case .failed(let state, _) where state.isUniqueViolation: return .notUnique
    case .failed(let state, let message):
      if state.isRetryable { mayRunAgain = true }
      if state.endsConnection { pipeline.isLost = true }
      return .other(.unavailable("the database refused `\(result.statement)`: \(message) (\(state.code))"))
    }
  }

  // MARK: Transactions

  /// Runs work in a transaction; what throws is undone.
  ///
  /// - Parameters:
  ///   - begin: how the transaction begins.
  ///   - last: sends what belongs to the transaction and needs no answer before it is committed.
  func transaction<Value>(
    _ begin: String = "BEGIN", _ work: () throws(StoreFailure) -> Value, last: () throws(StoreFailure) -> Void = {}
  ) throws(StoreFailure) -> Value {
    let value: Value
    do throws(StoreFailure) {
      try pipeline.send(text: begin)
      value = try work()
      try last()
    } catch {
      rollBack()
      throw error
    }
    try commit()
    return value
  }

  private func commit() throws(StoreFailure) {
    do throws(StoreFailure) {
      try pipeline.send(text: "COMMIT")
      let results = try settle()
      try check(results[...])
      // A warning: it is committed here, and a standby that should have confirmed has not.
      guard !pipeline.hasWarned else {
        pipeline.isLost = true
        throw .unavailable("the database has committed, and its standby has not confirmed")
      }
      guard results.last?.command == "COMMIT" else { throw .unavailable("the database did not commit") }
    } catch {
      if isLost { isUnsure = true } else { rollBack() }
      throw error
    }
  }

  private func rollBack() {
    let wasRetryable = mayRunAgain
    guard !isLost else { return }
    do throws(StoreFailure) {
      try pipeline.send(text: "ROLLBACK")
      _ = try settle()
    } catch {
      pipeline.isLost = true
    }
    mayRunAgain = wasRetryable
  }

  // MARK: Notifications

  /// What other connections have notified of, waiting for the first until the time is over.
  func notifications(within limit: Duration) throws(StoreFailure) -> [String] {
    try pipeline.notifications(within: limit)
  }
}

extension StoreFailure {
  /// What a statement's failure comes to that breaks no index.
  fileprivate static func of(_ failure: SQLFailure, _ statement: String) -> StoreFailure {
    switch failure {
    case .notUnique: .brokenIndex(statement)
    case .other(let failure): failure
    }
  }
}

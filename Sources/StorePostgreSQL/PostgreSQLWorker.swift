import Directory

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A connection that is made anew when it breaks, and what is tried again on it.
// INVARIANT: used by one thread at a time.
final class PostgreSQLWorker {
  /// How often a transaction is run again that lost against others.
  private static let attemptsMax = 30

  private let url: String
  private let limits: PostgreSQLLimits
  /// How many outages there have been: a connection from before the last one may hang.
  private let outages: @Sendable () -> Int
  private var connection: PostgreSQLConnection?
  /// Outages before the connection was made.
  private var outagesBefore = 0

  init(url: String, limits: PostgreSQLLimits, outages: @escaping @Sendable () -> Int = { 0 }) {
    self.url = url
    self.limits = limits
    self.outages = outages
  }

  func disconnect() { connection = nil }

  private func connected() throws(StoreFailure) -> PostgreSQLConnection {
    let before = outages()
    if let connection, !connection.isLost, before == outagesBefore { return connection }
    connection = nil
    let made = try PostgreSQLConnection(to: url, limits: limits) { [outages] in outages() != before }
    try made.prepare()
    connection = made
    outagesBefore = before
    return made
  }

  // MARK: Work

  /// Runs what changes nothing.
  func read<Value>(
    _ work: (StoreScript<PostgreSQLConnection>) throws(StoreFailure) -> Value
  ) throws(StoreFailure) -> Value {
    try attempt(unsureIsFine: true) { connection throws(StoreFailure) in try work(StoreScript(on: connection)) }
  }

  /// Runs work in a transaction, again where it lost against another one.
  ///
  /// - Parameter isRepeatable: whether doing it twice is the same as doing it once. What is not is given up where
  ///   nobody knows what became of it.
  func write<Value>(
    isRepeatable: Bool, _ work: (StoreScript<PostgreSQLConnection>) throws(StoreFailure) -> Value
  ) throws(StoreFailure) -> Value {
    try attempt(unsureIsFine: isRepeatable) { connection throws(StoreFailure) in
      try connection.transaction { () throws(StoreFailure) in try work(StoreScript(on: connection)) }
    }
  }

  func removeAll() throws(StoreFailure) {
    try attempt(unsureIsFine: true) { connection throws(StoreFailure) in
      try connection.transaction { () throws(StoreFailure) in
        try StoreScript(on: connection).removeAll()
        try connection.run(.clearSignatures)
      }
    }
  }

  private func attempt<Value>(
    unsureIsFine: Bool, _ work: (PostgreSQLConnection) throws(StoreFailure) -> Value
  ) throws(StoreFailure) -> Value {
    let deadline = ContinuousClock.now + limits.wait
    var number = 0
    while true {
      number += 1
      let connection = try connected()
      do throws(StoreFailure) {
        return try work(connection)
      } catch {
        let isHarmless = connection.isLost && (unsureIsFine || !connection.isUnsure)
        guard number < Self.attemptsMax, .now < deadline, connection.mayRunAgain || isHarmless else { throw error }
      }
      Self.pause(after: number)
    }
  }

  /// So that those who got into each other's way do not meet again.
  private static func pause(after attempts: Int) {
    usleep(UInt32.random(in: 0...500) << UInt32(min(attempts, 9)))
  }

  // MARK: Commits

  /// Commits once, whatever breaks meanwhile: each commit is signed, and who signed tells what became of it.
  ///
  /// A commit whose connection broke is run again. If it meets a revision that this one signed, it was there already.
  func commit(_ commits: [Commit]) throws(StoreFailure) {
    let writer = String(UInt64.random(in: 0 ... .max), radix: 36) + String(UInt64.random(in: 0 ... .max), radix: 36)
    var unsureUntil: ContinuousClock.Instant?
    var number = 0
    while true {
      number += 1
      do throws(StoreFailure) {
        let connection = try connected()
        do throws(StoreFailure) {
          return try commit(commits, by: writer, on: connection)
        } catch .conflict(let partition) where unsureUntil != nil {
          guard try isThere(commits, by: writer, on: connection) else { throw .conflict(partition) }
          return
        } catch {
          if connection.isUnsure { unsureUntil = unsureUntil ?? .now + limits.unsureCommit }
          let mayTry = connection.mayRunAgain || connection.isLost
          guard mayTry, number < Self.attemptsMax || unsureUntil != nil else { throw error }
        }
      } catch {
        guard case .unavailable(let cause) = error, let limit = unsureUntil else { throw error }
        guard .now < limit else { throw .unavailable("nobody knows whether a commit is there: \(cause)") }
      }
      Self.pause(after: number)
    }
  }

  private func commit(
    _ commits: [Commit], by writer: String, on connection: PostgreSQLConnection
  ) throws(StoreFailure) {
    try connection.transaction { () throws(StoreFailure) in
      try StoreScript(on: connection).commit(commits)
    } last: { () throws(StoreFailure) in
      for commit in commits {
        let partition = SQLValue.text(commit.partition.text)
        try connection.send(.sign, [partition, .integer(commit.head), .text(writer)])
        if let floor = Feed.newFloor(from: commit.base, to: commit.head) {
          try connection.send(.trimSignatures, [partition, .integer(floor)])
        }
        try connection.send(.notify, [.text("\(commit.head) \(commit.partition)")])
      }
    }
  }

  /// Whether the commits are there and will stay.
  private func isThere(
    _ commits: [Commit], by writer: String, on connection: PostgreSQLConnection
  ) throws(StoreFailure) -> Bool {
    guard let commit = commits.first else { return true }
    let partition = SQLValue.text(commit.partition.text)
    guard let row = try connection.run(.signer, [partition, .integer(commit.head)]).first,
      case .integer(let floor) = row[0]
    else { return false }
    guard commit.head > floor else { throw .unavailable("nobody knows any more whether a commit is there") }
    guard row[1] == .text(writer) else { return false }
    // Where a standby must confirm, it may not have yet: when it has confirmed this, it has all before it.
    _ = try connection.transaction { () throws(StoreFailure) in try connection.run(.touch, [partition]) }
    return true
  }
}

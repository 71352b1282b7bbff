import CPQ
import Directory

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The way to the server: statements go out without waiting for each other, and their results come back in order.
// INVARIANT: used by one thread at a time.
final class PostgreSQLPipeline {
  private let handle: OpaquePointer
  private let notices: Notices
  /// Whether nobody need wait for the server any longer.
  private let isCutOff: @Sendable () -> Bool
  /// Between two looks at that.
  private static let patience = Duration.milliseconds(100)
  /// What was sent, and whose results were not read.
  private var underWay: [String] = []
  /// The connection broke: nothing can be sent any more.
  var isLost = false

  /// Connects to the server, or to that of several hosts that takes writes.
  init(to url: String, limits: PostgreSQLLimits, isCutOff: @escaping @Sendable () -> Bool) throws(StoreFailure) {
    self.isCutOff = isCutOff
    guard PostgreSQLURL.isWellFormed(url) else { throw PostgreSQLURL.malformed }
    let settings = [
      ("fallback_application_name", "sallyport"), ("connect_timeout", "\(limits.connectSeconds)"),
      ("target_session_attrs", "read-write"), ("keepalives_idle", "5"), ("keepalives_interval", "2"),
      ("keepalives_count", "3"), ("tcp_user_timeout", "10000"),
      // What the URL says goes before what comes earlier.
      ("dbname", url), ("client_encoding", "UTF8"),
    ]
    let connected = CStrings(settings.map(\.0)).withPointers { names in
      CStrings(settings.map(\.1)).withPointers { values in PQconnectdbParams(names, values, 1) }
    }
    guard let connected else { throw .unavailable("there is no memory for a connection to the database") }
    handle = connected
    notices = Notices(of: connected)
    guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
      throw .unavailable("cannot connect to the database: \(message)")
    }
  }

  deinit { PQfinish(handle) }

  /// What libpq says of the connection, in one line.
  private var message: String {
    let text = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
    return text.split(whereSeparator: \.isNewline).joined(separator: "; ")
  }

  private func lost() -> StoreFailure {
    isLost = true
    return .unavailable("the connection to the database broke: \(message)")
  }

  // MARK: Sending

  func prepare(_ name: String, _ text: String) throws(StoreFailure) {
    guard PQsendPrepare(handle, name, text, 0, nil) == 1 else { throw lost() }
    underWay.append(name)
  }

  /// Sends a prepared statement.
  func send(_ name: String, _ parameters: [SQLValue]) throws(StoreFailure) {
    let sent = PostgreSQLParameters(parameters).withPointers { values, lengths, formats in
      PQsendQueryPrepared(handle, name, Int32(parameters.count), values, lengths, formats, 1)
    }
    guard sent == 1 else { throw lost() }
    underWay.append(name)
  }

  /// Sends a statement that is not prepared.
  func send(text: String) throws(StoreFailure) {
    guard PQsendQueryParams(handle, text, 0, nil, nil, nil, nil, 1) == 1 else { throw lost() }
    underWay.append(text)
  }

  // MARK: Receiving

  /// Ends what was sent and answers the result of each statement, in order.
  func settle(within limit: Duration) throws(StoreFailure) -> [PostgreSQLResult] {
    let deadline = ContinuousClock.now + limit
    notices.hasWarned = false
    guard PQpipelineSync(handle) == 1 else { throw lost() }
    var results: [PostgreSQLResult] = []
    // After the results of each statement comes a null.
    var wasNull = true
    while true {
      if let result = try nextResult(deadline, limit) {
        if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
          PQclear(result)
          break
        }
        guard results.count < underWay.count else {
          PQclear(result)
          throw lost()
        }
        results.append(PostgreSQLResult(result, of: underWay[results.count]))
        wasNull = false
      } else {
        guard !wasNull, PQstatus(handle) == CONNECTION_OK else { throw lost() }
        wasNull = true
      }
    }
    guard results.count == underWay.count else { throw lost() }
    underWay = []
    return results
  }

  private func nextResult(
    _ deadline: ContinuousClock.Instant, _ limit: Duration
  ) throws(StoreFailure) -> OpaquePointer? {
    while true {
      let left = PQflush(handle)
      guard left >= 0 else { throw lost() }
      if left == 0, PQisBusy(handle) == 0 { return PQgetResult(handle) }
      guard try isReady(forWriting: left > 0, until: min(deadline, .now + Self.patience)) else {
        if .now < deadline, !isCutOff() { continue }
        isLost = true
        throw .unavailable(
          .now < deadline ? "the database is out of reach" : "the database did not answer within \(limit)")
      }
      guard PQconsumeInput(handle) == 1 else { throw lost() }
    }
  }

  /// Waits until the server has sent something, or takes more; false where the time is over.
  private func isReady(forWriting: Bool, until deadline: ContinuousClock.Instant) throws(StoreFailure) -> Bool {
    while true {
      let left = deadline - .now
      guard left > .zero else { return false }
      let events = Int16(POLLIN) | (forWriting ? Int16(POLLOUT) : 0)
      var descriptor = pollfd(fd: PQsocket(handle), events: events, revents: 0)
      guard descriptor.fd >= 0 else { throw lost() }
      let found = poll(&descriptor, 1, Int32(clamping: Int64(left / .milliseconds(1)) + 1))
      if found > 0 { return true }
      guard found == 0 || errno == EINTR else { throw lost() }
    }
  }

  /// Whether the server has warned since the last statements were sent.
  var hasWarned: Bool { notices.hasWarned }

  // MARK: Notifications

  /// What other connections have notified of, waiting for the first until the time is over.
  func notifications(within limit: Duration) throws(StoreFailure) -> [String] {
    let deadline = ContinuousClock.now + limit
    while true {
      guard PQconsumeInput(handle) == 1 else { throw lost() }
      let found = takeNotifications()
      if !found.isEmpty { return found }
      guard try isReady(forWriting: false, until: deadline) else { return [] }
    }
  }

  private func takeNotifications() -> [String] {
    var found: [String] = []
    while let notification = PQnotifies(handle) {
      found.append(String(cString: notification.pointee.extra))
      PQfreemem(notification)
    }
    return found
  }
}

/// What the server says beside its results, for as long as the connection lives.
private final class Notices {
  var hasWarned = false

  init(of handle: OpaquePointer) {
    // The connection does not outlive its pipeline, which holds this.
    PQsetNoticeReceiver(
      handle,
      { context, result in
        guard let context, let severity = PQresultErrorField(result, cpq_severity) else { return }
        if String(cString: severity) == "WARNING" {
          Unmanaged<Notices>.fromOpaque(context).takeUnretainedValue().hasWarned = true
        }
      }, Unmanaged.passUnretained(self).toOpaque())
  }
}

public import Directory

/// All that is in a database, read beside the nodes that write to it; makes and upgrades no tables.
public struct PostgreSQLContents: ContentsSource {
  private let url: String
  private let limits: PostgreSQLLimits

  public init(url: String, limits: PostgreSQLLimits = .init()) {
    self.url = url
    self.limits = limits
  }

  /// One instant for all statements, without locks that a writer would wait for.
  private static let snapshot = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

  public func outline() async throws(StoreFailure) -> ContentsOutline {
    try await alone(Self.snapshot) { script throws(StoreFailure) in try script.outline() } ?? .empty
  }

  public func readAll(
    _ sink: @escaping @Sendable ([StoredItem]) throws(StoreFailure) -> Void
  ) async throws(StoreFailure) {
    _ = try await alone(Self.snapshot) { script throws(StoreFailure) in try script.readAll(sink) }
  }

  /// Runs work once, in a transaction on a connection and a thread of its own, however long it takes; nil for
  /// a database without tables.
  func alone<Value: Sendable>(
    _ begin: String, _ work: @escaping @Sendable (StoreScript<PostgreSQLConnection>) throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> Value? {
    let (url, limits) = (url, limits.unhurried)
    return try await onStoreThread { () throws(StoreFailure) in
      let connection = try PostgreSQLConnection(to: url, limits: limits)
      guard try PostgreSQLSchema.hasTables(connection) else { return nil }
      try connection.prepare()
      return try connection.transaction(begin) { () throws(StoreFailure) in
        // Whatever takes or gives the items may be slow.
        try connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        return try work(StoreScript(on: connection))
      }
    }
  }
}

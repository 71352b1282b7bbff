public import AWSCore
public import Directory

/// The store for several nodes: one PostgreSQL database, reached through libpq.
///
/// Every node reads and writes the same tables; a compare-and-set on a partition's head decides between two that write
/// at once. What others have committed is told by ``news()``.
public final class PostgreSQLStore: Store {
  /// So many expired values are removed in one go, so that nobody waits long behind it.
  static let removalBatch = 5000

  private let contents: PostgreSQLContents
  private let pool: PostgreSQLPool
  private let stream: AsyncStream<StoreNews>

  private init(contents: PostgreSQLContents, pool: PostgreSQLPool, stream: AsyncStream<StoreNews>) {
    self.contents = contents
    self.pool = pool
    self.stream = stream
  }

  /// Connects, and makes the tables or brings them up to date.
  ///
  /// - Parameter url: a libpq URL (`postgres://user@host:port/database?sslmode=…`) or its keywords.
  /// - Throws: `unavailable` where the server cannot be reached, `newerVersion` where a newer program made the tables.
  public static func open(url: String, limits: PostgreSQLLimits = .init()) async throws(StoreFailure) -> PostgreSQLStore
  {
    try await upgrade(url, limits)
    let (stream, tell) = AsyncStream.makeStream(of: StoreNews.self)
    return PostgreSQLStore(
      contents: PostgreSQLContents(url: url, limits: limits),
      pool: try PostgreSQLPool(url: url, limits: limits, tell: tell), stream: stream)
  }

  private static func upgrade(_ url: String, _ limits: PostgreSQLLimits) async throws(StoreFailure) {
    try await onStoreThread { () throws(StoreFailure) in
      try PostgreSQLSchema.upgrade(try PostgreSQLConnection(to: url, limits: limits.unhurried))
    }
  }

  deinit { pool.stop() }

  public func close() async { await pool.close() }

  public func news() -> AsyncStream<StoreNews> { stream }
  public var outage: StoreFailure? { pool.outage }

  private func read<Value: Sendable>(
    _ work: @escaping @Sendable (StoreScript<PostgreSQLConnection>) throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> Value {
    try await pool.run { worker throws(StoreFailure) in try worker.read(work) }
  }

  private func write<Value: Sendable>(
    isRepeatable: Bool, _ work: @escaping @Sendable (StoreScript<PostgreSQLConnection>) throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> Value {
    try await pool.run { worker throws(StoreFailure) in try worker.write(isRepeatable: isRepeatable, work) }
  }
}

// MARK: Records

extension PostgreSQLStore {
  public func heads() async throws(StoreFailure) -> [PartitionID: Int64] {
    try await read { script throws(StoreFailure) in try script.heads() }
  }

  public func load(_ partition: PartitionID) async throws(StoreFailure) -> PartitionImage? {
    try await read { script throws(StoreFailure) in try script.load(partition) }
  }

  public func commit(_ commits: [Commit]) async throws(StoreFailure) {
    guard !commits.isEmpty else { return }
    try await pool.run { worker throws(StoreFailure) in try worker.commit(commits) }
  }

  public func revisions(
    of partition: PartitionID, after revision: Int64, limit: Int
  ) async throws(StoreFailure) -> [StoredRevision]? {
    try await read { script throws(StoreFailure) in
      try script.revisions(of: partition, after: revision, limit: limit)
    }
  }

  public func removeAll() async throws(StoreFailure) {
    try await pool.run { worker throws(StoreFailure) in try worker.removeAll() }
  }
}

// MARK: Short-lived values

extension PostgreSQLStore {
  public func put(_ values: [EphemeralValue], in space: String) async throws(StoreFailure) {
    guard !values.isEmpty else { return }
    // By key, so that no two callers lock rows in opposite orders; of one key the last counts.
    let sorted = values.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }
    try await write(isRepeatable: true) { script throws(StoreFailure) in
      try script.put(sorted.map(\.element), in: space)
    }
  }

  public func insert(_ value: EphemeralValue, in space: String, now: Timestamp) async throws(StoreFailure) -> Bool {
    try await write(isRepeatable: false) { script throws(StoreFailure) in
      try script.insert(value, in: space, now: now)
    }
  }

  public func value(_ key: String, in space: String, now: Timestamp) async throws(StoreFailure) -> EphemeralValue? {
    try await read { script throws(StoreFailure) in try script.value(key, in: space, now: now) }
  }

  public func take(_ key: String, in space: String, now: Timestamp) async throws(StoreFailure) -> EphemeralValue? {
    try await write(isRepeatable: false) { script throws(StoreFailure) in try script.take(key, in: space, now: now) }
  }

  public func values(
    in space: String, prefix: String, after key: String?, limit: Int, now: Timestamp
  ) async throws(StoreFailure) -> [EphemeralValue] {
    try await read { script throws(StoreFailure) in
      try script.values(in: space, prefix: prefix, after: key, limit: limit, now: now)
    }
  }

  public func removeExpired(before now: Timestamp) async throws(StoreFailure) -> Int {
    var removed = 0
    while true {
      let count = try await write(isRepeatable: true) { script throws(StoreFailure) in
        try script.removeExpired(before: now, limit: Self.removalBatch)
      }
      removed += count
      guard count == Self.removalBatch else { return removed }
    }
  }
}

// MARK: Everything

extension PostgreSQLStore: ContentsStore {
  public func outline() async throws(StoreFailure) -> ContentsOutline { try await contents.outline() }

  public func readAll(
    _ sink: @escaping @Sendable ([StoredItem]) throws(StoreFailure) -> Void
  ) async throws(StoreFailure) {
    try await contents.readAll(sink)
  }

  public func fill(
    from next: @escaping @Sendable () throws(StoreFailure) -> [StoredItem]
  ) async throws(StoreFailure) {
    _ = try await contents.alone("BEGIN") { script throws(StoreFailure) in try script.fill(from: next) }
  }
}

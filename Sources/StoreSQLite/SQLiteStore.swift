public import AWSCore
public import Directory

/// The embedded store: one file in one folder, one connection that writes it, on a thread of its own.
///
/// Callers that wait at the same time are committed together with one write to the disk. SQLite before 3.51.3 can
/// corrupt a write-ahead log that two connections write, so there is exactly one: a second process is refused. Others only
/// read (``SQLiteContents``).
public final class SQLiteStore: Store {
  /// So many expired values are removed in one go, so that nobody waits long behind it.
  static let removalBatch = 5000

  /// The database's name in the folder.
  public static let file = "sallyport.db"

  private let folder: String
  private let worker: SQLiteWorker

  private init(folder: String, worker: SQLiteWorker) {
    self.folder = folder
    self.worker = worker
  }

  /// Opens the folder's database, and makes both where they do not exist.
  public static func open(folder: String) throws(StoreFailure) -> SQLiteStore {
    let lock = try FolderLock(folder: folder)
    let connection = try SQLiteConnection(creating: folder + "/" + file)
    try connection.upgrade(SQLiteSchema.upgrades)
    return SQLiteStore(folder: folder, worker: try SQLiteWorker(connection: connection, lock: lock))
  }

  deinit { worker.stop() }

  public func close() async { await worker.close() }
}

// MARK: Records

extension SQLiteStore {
  public func heads() async throws(StoreFailure) -> [PartitionID: Int64] {
    try await worker.read { script throws(StoreFailure) in try script.heads() }
  }

  public func load(_ partition: PartitionID) async throws(StoreFailure) -> PartitionImage? {
    try await worker.read { script throws(StoreFailure) in try script.load(partition) }
  }

  public func commit(_ commits: [Commit]) async throws(StoreFailure) {
    guard !commits.isEmpty else { return }
    try await worker.write { script throws(StoreFailure) in try script.commit(commits) }
  }

  public func revisions(
    of partition: PartitionID, after revision: Int64, limit: Int
  ) async throws(StoreFailure) -> [StoredRevision]? {
    try await worker.read { script throws(StoreFailure) in
      try script.revisions(of: partition, after: revision, limit: limit)
    }
  }

  public func removeAll() async throws(StoreFailure) {
    try await worker.write { script throws(StoreFailure) in try script.removeAll() }
  }
}

// MARK: Short-lived values

extension SQLiteStore {
  public func put(_ values: [EphemeralValue], in space: String) async throws(StoreFailure) {
    guard !values.isEmpty else { return }
    try await worker.write { script throws(StoreFailure) in try script.put(values, in: space) }
  }

  public func insert(_ value: EphemeralValue, in space: String, now: Timestamp) async throws(StoreFailure) -> Bool {
    try await worker.write { script throws(StoreFailure) in try script.insert(value, in: space, now: now) }
  }

  public func value(_ key: String, in space: String, now: Timestamp) async throws(StoreFailure) -> EphemeralValue? {
    try await worker.read { script throws(StoreFailure) in try script.value(key, in: space, now: now) }
  }

  public func take(_ key: String, in space: String, now: Timestamp) async throws(StoreFailure) -> EphemeralValue? {
    try await worker.write { script throws(StoreFailure) in try script.take(key, in: space, now: now) }
  }

  public func values(
    in space: String, prefix: String, after key: String?, limit: Int, now: Timestamp
  ) async throws(StoreFailure) -> [EphemeralValue] {
    try await worker.read { script throws(StoreFailure) in
      try script.values(in: space, prefix: prefix, after: key, limit: limit, now: now)
    }
  }

  public func removeExpired(before now: Timestamp) async throws(StoreFailure) -> Int {
    var removed = 0
    while true {
      let count = try await worker.write { script throws(StoreFailure) in
        try script.removeExpired(before: now, limit: Self.removalBatch)
      }
      removed += count
      guard count == Self.removalBatch else { return removed }
    }
  }
}

// MARK: Everything

extension SQLiteStore: ContentsStore {
  public func outline() async throws(StoreFailure) -> ContentsOutline {
    try await SQLiteContents(folder: folder).outline()
  }

  /// Reads on a connection of its own, so that writers go on.
  public func readAll(
    _ sink: @escaping @Sendable ([StoredItem]) throws(StoreFailure) -> Void
  ) async throws(StoreFailure) {
    try await SQLiteContents(folder: folder).readAll(sink)
  }

  public func fill(
    from next: @escaping @Sendable () throws(StoreFailure) -> [StoredItem]
  ) async throws(StoreFailure) {
    try await worker.write { script throws(StoreFailure) in try script.fill(from: next) }
  }
}

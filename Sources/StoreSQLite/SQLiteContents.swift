public import Directory

/// All that is in a folder's database, read beside the process that serves it.
///
/// What is read is one instant: a read transaction on the write-ahead log, which grows until the reading ends. Nothing in
/// the folder is written but what every reader of such a log needs, its shared memory.
public struct SQLiteContents: ContentsSource {
  private let path: String
  private let lock: FolderLock?

  public init(folder: String) {
    path = folder + "/" + SQLiteStore.file
    lock = nil
  }

  /// - Parameter alone: keeps the folder for as long as the value lives, so that nobody writes there meanwhile.
  /// - Throws: `unavailable` where there is no database, or another process uses it.
  public init(alone folder: String) throws(StoreFailure) {
    path = folder + "/" + SQLiteStore.file
    // The lock would make the folder.
    _ = try SQLiteConnection(reading: path)
    lock = try FolderLock(folder: folder)
  }

  public func outline() async throws(StoreFailure) -> ContentsOutline {
    try await read { script throws(StoreFailure) in try script.outline() } ?? .empty
  }

  public func readAll(
    _ sink: @escaping @Sendable ([StoredItem]) throws(StoreFailure) -> Void
  ) async throws(StoreFailure) {
    _ = try await read { script throws(StoreFailure) in try script.readAll(sink) }
  }

  /// Runs work within one instant; nil for a database without tables.
  private func read<Value: Sendable>(
    _ work: @escaping @Sendable (StoreScript<SQLiteConnection>) throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> Value? {
    let path = path
    return try await onStoreThread { () throws(StoreFailure) in
      let connection = try SQLiteConnection(reading: path)
      try connection.execute("BEGIN")
      defer { connection.rollBack() }
      return try connection.hasTables() ? work(StoreScript(on: connection)) : nil
    }
  }
}

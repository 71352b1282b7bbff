import Directory

/// The thread that owns the connection: nothing else in the program waits for the disk.
///
/// It takes everything that waits, runs the reads, runs all writes in one transaction with a savepoint for each,
/// commits once, and only then answers the writers.
final class SQLiteWorker: Sendable {
  private let queue = SQLiteJobQueue()

  init(connection: sending SQLiteConnection, lock: sending FolderLock) throws(StoreFailure) {
    let loop = SQLiteLoop(connection: connection, lock: lock, queue: queue)
    try startStoreThread { loop.run() }
  }

  /// Runs work that changes nothing, between transactions.
  func read<Value: Sendable>(
    _ work: @escaping @Sendable (StoreScript<SQLiteConnection>) throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> Value {
    try await submit(isWrite: false, work)
  }

  /// Runs work in the next transaction; answers when that is on the disk. What throws is undone.
  func write<Value: Sendable>(
    _ work: @escaping @Sendable (StoreScript<SQLiteConnection>) throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> Value {
    try await submit(isWrite: true, work)
  }

  private func submit<Value: Sendable>(
    isWrite: Bool, _ work: @escaping @Sendable (StoreScript<SQLiteConnection>) throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> Value {
    let result = await withCheckedContinuation { (caller: CheckedContinuation<Result<Value, StoreFailure>, Never>) in
      let job = SQLiteJob(isWrite: isWrite) { script in
        let result = Result { () throws(StoreFailure) in try work(script) }
        return SQLiteJob.Outcome(failure: result.failure) { commitFailure in
          caller.resume(returning: commitFailure.map { .failure($0) } ?? result)
        }
      } refuse: {
        caller.resume(returning: .failure($0))
      }
      queue.add(job)
    }
    return try result.get()
  }

  /// Ends the thread after what waits, without waiting for it.
  func stop() { queue.stop() }

  /// Ends the thread after what waits, and waits until file and lock are let go.
  func close() async {
    await withCheckedContinuation { queue.stop(then: $0) }
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}

/// What the thread does.
private final class SQLiteLoop {
  private let connection: SQLiteConnection
  private let lock: FolderLock
  private let queue: SQLiteJobQueue

  init(connection: SQLiteConnection, lock: FolderLock, queue: SQLiteJobQueue) {
    self.connection = connection
    self.lock = lock
    self.queue = queue
  }

  func run() {
    while let jobs = queue.next() {
      for job in jobs where !job.isWrite { job.run(StoreScript(on: connection)).answer(nil) }
      let writes = jobs.filter(\.isWrite)
      if !writes.isEmpty { commit(writes) }
    }
    connection.disconnect()
    lock.release()
    queue.finish()
  }

  /// One transaction of all these jobs.
  private func commit(_ jobs: [SQLiteJob]) {
    var outcomes: [SQLiteJob.Outcome] = []
    do throws(StoreFailure) {
      try connection.take(.begin)
      for job in jobs {
        try connection.take(.save)
        let outcome = job.run(StoreScript(on: connection))
        outcomes.append(outcome)
        guard connection.isInTransaction else {
          throw outcome.failure ?? .unavailable("the disk failed, and nothing was committed")
        }
        if outcome.failure != nil { try connection.take(.undo) }
        try connection.take(.release)
      }
      try connection.take(.commit)
    } catch {
      connection.rollBack()
      for outcome in outcomes { outcome.answer(error) }
      for job in jobs.dropFirst(outcomes.count) { job.refuse(error) }
      return
    }
    for outcome in outcomes { outcome.answer(nil) }
  }
}

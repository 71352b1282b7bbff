import Directory
import Dispatch
import Synchronization

/// Threads with a connection each: nothing else in the program waits for the server.
final class PostgreSQLPool: Sendable {
  /// So many callers may wait; more are refused at once.
  private static let waitingMax = 10_000

  private struct Job: Sendable {
    let deadline: ContinuousClock.Instant
    let run: @Sendable (PostgreSQLWorker) -> Void
    let refuse: @Sendable (StoreFailure) -> Void
  }

  private struct State {
    var waiting: [Job] = []
    var isStopping = false
    var threads = 0
    var outage: StoreFailure?
    var outages = 0
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  private let limits: PostgreSQLLimits
  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  /// - Parameter tell: takes what the listening connection hears.
  init(
    url: String, limits: PostgreSQLLimits, tell: AsyncStream<StoreNews>.Continuation
  ) throws(StoreFailure) {
    self.limits = limits
    for _ in 0..<limits.connections {
      try start { pool in
        pool.serve(PostgreSQLWorker(url: url, limits: limits) { [unowned pool] in pool.state.withLock { $0.outages } })
      }
    }
    try start { pool in PostgreSQLMonitor(url: url, limits: limits, tell: tell).run(for: pool) }
  }

  private func start(_ body: @escaping @Sendable (PostgreSQLPool) -> Void) throws(StoreFailure) {
    state.withLock { $0.threads += 1 }
    do throws(StoreFailure) {
      try startStoreThread { [self] in
        body(self)
        leave()
      }
    } catch {
      leave()
      stop()
      throw error
    }
  }

  // MARK: For callers

  /// Runs work on a thread of the pool when one is free.
  func run<Value: Sendable>(
    _ work: @escaping @Sendable (PostgreSQLWorker) throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> Value {
    let deadline = ContinuousClock.now + limits.wait
    let result = await withCheckedContinuation { (caller: CheckedContinuation<Result<Value, StoreFailure>, Never>) in
      let job = Job(deadline: deadline) { worker in
        caller.resume(returning: Result { () throws(StoreFailure) in try work(worker) })
      } refuse: {
        caller.resume(returning: .failure($0))
      }
      add(job)
    }
    return try result.get()
  }

  private func add(_ job: Job) {
    let refusal = state.withLock { state -> StoreFailure? in
      if state.isStopping { return .unavailable("the store is closed") }
      if let outage = state.outage { return outage }
      if state.waiting.count >= Self.waitingMax { return .unavailable("too many wait for the database") }
      state.waiting.append(job)
      return nil
    }
    if let refusal { job.refuse(refusal) } else { bell.signal() }
  }

  /// Ends the threads after what waits, without waiting for it.
  func stop() {
    let threads = state.withLock { state in
      state.isStopping = true
      return state.threads
    }
    for _ in 0..<threads { bell.signal() }
  }

  /// Ends the threads after what waits, and waits until all connections are closed.
  func close() async {
    stop()
    await withCheckedContinuation { closer in
      let isOver = state.withLock { state in
        if state.threads > 0 { state.closers.append(closer) }
        return state.threads == 0
      }
      if isOver { closer.resume() }
    }
  }

  // MARK: For the threads

  private func serve(_ worker: PostgreSQLWorker) {
    while true {
      bell.wait()
      let (job, isStopping) = state.withLock { state in
        (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isStopping)
      }
      guard let job else {
        if isStopping { return worker.disconnect() }
        continue
      }
      if .now < job.deadline {
        job.run(worker)
      } else {
        job.refuse(.unavailable("the database is too busy"))
      }
    }
  }

  private func leave() {
    let closers = state.withLock { state in
      state.threads -= 1
      guard state.threads == 0 else { return [CheckedContinuation<Void, Never>]() }
      defer { state.closers = [] }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }

  var isStopping: Bool { state.withLock { $0.isStopping } }

  /// Why the database cannot be reached; whoever asks for it meanwhile is refused at once.
  var outage: StoreFailure? {
    get { state.withLock { $0.outage } }
    set {
      let refused = state.withLock { state -> [Job] in
        if state.outage == nil, newValue != nil { state.outages += 1 }
        state.outage = newValue
        guard newValue != nil else { return [] }
        defer { state.waiting = [] }
        return state.waiting
      }
      if let newValue { refused.forEach { $0.refuse(newValue) } }
    }
  }
}

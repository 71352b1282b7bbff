import Directory
import Dispatch
import Synchronization

/// One caller's work for the worker's thread.
struct SQLiteJob: Sendable {
  /// What became of the work, before it is known whether its transaction reaches the disk.
  struct Outcome {
    let failure: StoreFailure?
    /// Lets the caller go on, with the failure of the whole transaction if there was one.
    let answer: (StoreFailure?) -> Void
  }

  let isWrite: Bool
  let run: @Sendable (StoreScript<SQLiteConnection>) -> Outcome
  /// Lets the caller go on without having run.
  let refuse: @Sendable (StoreFailure) -> Void
}

/// What waits for the worker's thread.
final class SQLiteJobQueue: Sendable {
  /// So many jobs at most share one transaction.
  private static let batchLimit = 512

  private struct State {
    var jobs: [SQLiteJob] = []
    var isAsleep = false
    var isStopping = false
    var isFinished = false
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  private enum Turn {
    case work([SQLiteJob])
    case sleep
    case end
  }

  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  func add(_ job: SQLiteJob) {
    let isAccepted = change { state in
      guard !state.isStopping else { return false }
      state.jobs.append(job)
      return true
    }
    if !isAccepted { job.refuse(.unavailable("the store is closed")) }
  }

  func stop() { change { $0.isStopping = true } }

  func stop(then closer: CheckedContinuation<Void, Never>) {
    let isFinished = change { state in
      state.isStopping = true
      if !state.isFinished { state.closers.append(closer) }
      return state.isFinished
    }
    if isFinished { closer.resume() }
  }

  /// Changes the state, then wakes the thread if it was asleep.
  private func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
    let (value, wasAsleep) = state.withLock { state in
      let value = body(&state)
      defer { state.isAsleep = false }
      return (value, state.isAsleep)
    }
    if wasAsleep { bell.signal() }
    return value
  }

  /// All that waits, at most a batch; blocks while nothing does. nil when the queue was stopped and is empty.
  func next() -> [SQLiteJob]? {
    while true {
      let turn = state.withLock { state -> Turn in
        if !state.jobs.isEmpty {
          let batch = Array(state.jobs.prefix(Self.batchLimit))
          state.jobs.removeFirst(batch.count)
          return .work(batch)
        }
        if state.isStopping { return .end }
        state.isAsleep = true
        return .sleep
      }
      switch turn {
      case .work(let batch): return batch
      case .end: return nil
      case .sleep: bell.wait()
      }
    }
  }

  /// Tells those who wait for the end that file and lock are let go.
  func finish() {
    let closers = state.withLock { state in
      state.isFinished = true
      defer { state.closers = [] }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }
}

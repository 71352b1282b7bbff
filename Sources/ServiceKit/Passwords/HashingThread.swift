import AWSCore
import Directory
import Synchronization

/// A thread for what takes long to compute: however many passwords come, requests are answered beside it.
///
/// It is there while there is work. What waits is bounded; more than that is refused.
final class HashingThread: Sendable {
  static let waitingMax = 64

  private struct Job: Sendable {
    let run: @Sendable () -> Void
    let refuse: @Sendable () -> Void
  }

  private struct State {
    var waiting: [Job] = []
    var isRunning = false
  }

  private enum Admission { case refused, queued, first }

  private let state = Mutex(State())

  /// - Throws: `Throttling` where too much waits already.
  func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(Failure) -> Value {
    let value = await withCheckedContinuation { (caller: CheckedContinuation<Value?, Never>) in
      add(
        Job {
          caller.resume(returning: work())
        } refuse: {
          caller.resume(returning: nil)
        })
    }
    guard let value else { throw Failure(.throttling, "Rate exceeded", reason: "too many passwords wait") }
    return value
  }

  private func add(_ job: Job) {
    let admission = state.withLock { state -> Admission in
      guard state.waiting.count < Self.waitingMax else { return .refused }
      state.waiting.append(job)
      defer { state.isRunning = true }
      return state.isRunning ? .queued : .first
    }
    switch admission {
    case .refused: job.refuse()
    case .queued: break
    case .first: start()
    }
  }

  private func start() {
    do throws(StoreFailure) {
      try startStoreThread { [self] in
        while let job = next() { job.run() }
      }
    } catch {
      while let job = next() { job.refuse() }
    }
  }

  /// The next job; the thread ends where there is none.
  private func next() -> Job? {
    state.withLock { state in
      state.isRunning = !state.waiting.isEmpty
      return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
    }
  }
}

extension ErrorCode {
  fileprivate static let throttling = ErrorCode("Throttling", status: 400)
}

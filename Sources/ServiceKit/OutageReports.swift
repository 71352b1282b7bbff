import AWSCore
import Synchronization

/// Says of an outage that it is there, once a minute and not once a request.
final class OutageReports: Sendable {
  static let silenceSeconds: Int64 = 60

  private struct State {
    var reported: Timestamp?
    var unreported = 0
  }

  private let state = Mutex(State())

  /// How many requests have failed since the last report, this one included; nil while that one is fresh.
  func due(at now: Timestamp) -> Int? {
    state.withLock { state in
      state.unreported += 1
      if let reported = state.reported, (0..<Self.silenceSeconds).contains(now.seconds(since: reported)) { return nil }
      defer { state = State(reported: now) }
      return state.unreported
    }
  }
}

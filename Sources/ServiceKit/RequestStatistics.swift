import AWSCore
import Synchronization

/// How many requests there were, how they ended, and how long they took.
public final class RequestStatistics: Sendable {
  public enum Outcome: String, Sendable, CaseIterable {
    case allowed
    /// Not authenticated or not authorized.
    case denied
    /// Any other mistake of the client.
    case refused
    /// A mistake of ours, or a store that cannot be reached.
    case failed

    init(_ failure: Failure?) {
      switch failure?.code.status {
      case nil: self = .allowed
      case 401?, 403?: self = .denied
      case let status? where status >= 500: self = .failed
      case _?: self = .refused
      }
    }
  }

  public struct Snapshot: Sendable {
    public struct Kind: Sendable, Hashable {
      public let service: String
      public let outcome: Outcome
    }

    public fileprivate(set) var counts: [Kind: Int] = [:]
    /// How many took at most as long as each of `limits`, and longer than the one before; the last all others.
    public fileprivate(set) var durations = [Int](repeating: 0, count: RequestStatistics.limits.count + 1)
    /// Seconds of all requests together.
    public fileprivate(set) var seconds = 0.0
  }

  /// In seconds.
  public static let limits = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5]

  private let state = Mutex(Snapshot())

  public init() {}

  public var snapshot: Snapshot { state.withLock { $0 } }

  func count(_ service: String, _ outcome: Outcome, since started: ContinuousClock.Instant) {
    let taken = (ContinuousClock.now - started) / .seconds(1)
    let place = Self.limits.firstIndex { taken <= $0 } ?? Self.limits.count
    state.withLock { state in
      state.counts[.init(service: service, outcome: outcome), default: 0] += 1
      state.durations[place] += 1
      state.seconds += taken
    }
  }
}

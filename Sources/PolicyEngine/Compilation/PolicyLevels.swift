/// The policies of an organization's levels, from the root down to the account; each level must allow.
///
/// They are compiled together, so that a decision costs hardly more with many levels than with one. One object serves
/// all accounts that have the same policies above them.
public final class PolicyLevels: Sendable, ExpressibleByArrayLiteral {
  /// By themselves.
  public let levels: [PolicySet]
  /// All together; nil where they are too many.
  private let joined: PolicySet?

  /// Levels that are compiled together.
  static let levelsMax = 32

  /// Compiles them together: some microseconds for each statement.
  public init(_ levels: [PolicySet]) {
    self.levels = levels
    joined = 2...Self.levelsMax ~= levels.count ? PolicySet(levels: levels.map(\.policies)) : nil
  }

  /// Compiles them together, as `init(_:)` does.
  public convenience init(arrayLiteral levels: PolicySet...) { self.init(levels) }

  /// No levels: they limit nothing.
  public static let none = PolicyLevels([])

  /// What the levels say of a request.
  enum Answer {
    case allowed, denied, silent
  }

  /// - Parameter layer: as whose the levels are shown to the observer, if it wants to see them one by one.
  func answer<Observer: DecisionObserver>(
    _ request: borrowing AuthorizationRequest, _ layer: Layer, _ observer: inout Observer
  ) -> Answer {
    if levels.isEmpty { return .allowed }
    if let joined, !Observer.wantsStatements {
      let outcome = joined.outcome(of: request)
      return outcome.denial >= 0 ? .denied : outcome.allowance >= 0 ? .allowed : .silent
    }
    var answer = Answer.allowed
    for (level, set) in levels.enumerated() {
      let outcome = set.outcome(of: request)
      observer.observe(outcome, of: set, layer, level)
      if outcome.denial >= 0 { return .denied }
      if outcome.allowance < 0 { answer = .silent }
    }
    return answer
  }
}

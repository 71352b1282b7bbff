/// The part that policies play in a decision.
public enum Layer: Sendable, CaseIterable, BitwiseCopyable {
  case resourceControl, serviceControl, endpoint, resource, trust, identity, boundary, session
}

/// The answer to an authorization request.
public struct Decision: Sendable, Hashable, BitwiseCopyable {
  public enum Outcome: Sendable, BitwiseCopyable { case allowed, explicitlyDenied, implicitlyDenied }

  public let outcome: Outcome
  /// Where the request was denied or what did not allow it; nil if it is allowed.
  public let layer: Layer?

  public var isAllowed: Bool { outcome == .allowed }

  static let allowed = Decision(outcome: .allowed, layer: nil)
  static func explicitlyDenied(_ layer: Layer) -> Decision { Decision(outcome: .explicitlyDenied, layer: layer) }
  static func implicitlyDenied(_ layer: Layer) -> Decision { Decision(outcome: .implicitlyDenied, layer: layer) }
}

/// A statement that decided, so that a person finds it.
public struct StatementReference: Sendable, Hashable {
  public let source: PolicySource
  /// The policy's place in its set, counted from 0.
  public let policy: Int
  /// The statement's place in its document, counted from 0.
  public let index: Int
  public let sid: String?
  /// Where the statement begins in its document.
  public let position: SourcePosition

  init(source: PolicySource, policy: Int, statement: Statement) {
    self.source = source
    self.policy = policy
    index = statement.index
    sid = statement.sid
    position = statement.position
  }
}

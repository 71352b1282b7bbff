/// The part that policies play in a decision.
public enum Layer: Sendable, CaseIterable, BitwiseCopyable {
  /// Resource control policies, of the organization above the resource's account.
  case resourceControl
  /// Service control policies, of the organization above the principal's account.
  case serviceControl
  /// The policy of the VPC endpoint that the request came by.
  case endpoint
  /// The policy of the resource.
  case resource
  /// The trust policy of the role that is the resource.
  case trust
  /// The policies of the user and their groups, or of the role.
  case identity
  /// The permissions boundary of the user or role.
  case boundary
  /// The policies that were passed when the session was made.
  case session
}

/// The answer to an authorization request.
public struct Decision: Sendable, Hashable, BitwiseCopyable {
  /// What came of a request.
  public enum Outcome: Sendable, BitwiseCopyable {
    /// All that must allow does, and nothing denies.
    case allowed
    /// A statement denies.
    case explicitlyDenied
    /// Nothing denies, and something that must allow does not.
    case implicitlyDenied
  }

  /// What came of the request.
  public let outcome: Outcome
  /// Where the request was denied or what did not allow it; nil if it is allowed.
  public let layer: Layer?

  /// Whether the request may be carried out.
  public var isAllowed: Bool { outcome == .allowed }

  static let allowed = Decision(outcome: .allowed, layer: nil)
  static func explicitlyDenied(_ layer: Layer) -> Decision { Decision(outcome: .explicitlyDenied, layer: layer) }
  static func implicitlyDenied(_ layer: Layer) -> Decision { Decision(outcome: .implicitlyDenied, layer: layer) }
}

/// A statement that decided, so that a person finds it.
public struct StatementReference: Sendable, Hashable {
  /// The policy that has the statement.
  public let source: PolicySource
  /// The policy's place in its set, counted from 0.
  public let policy: Int
  /// The statement's place in its document, counted from 0.
  public let index: Int
  /// The statement's own name; nil for none.
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

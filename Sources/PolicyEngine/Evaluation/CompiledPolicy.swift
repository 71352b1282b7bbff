/// What identifies a policy in an explanation.
public struct PolicySource: Sendable, Hashable {
  public enum Kind: Sendable {
    case managed, inline, boundary, session, trust, resource, endpoint, serviceControl, resourceControl
  }

  public let kind: Kind
  /// The ARN of a managed policy, or the name of one that has none.
  public let name: String

  public init(kind: Kind, name: String) {
    self.kind = kind
    self.name = name
  }
}

/// A policy document made ready to decide by; immutable, so that one is shared by all that it is attached to.
public final class CompiledPolicy: Sendable {
  public let document: PolicyDocument
  public let source: PolicySource

  private let statements: StatementTable
  private let allows: StatementIndex
  private let denies: StatementIndex

  public init(_ document: PolicyDocument, source: PolicySource) {
    self.document = document
    self.source = source
    statements = StatementTable(document.statements, variables: document.version >= .v2012)
    allows = StatementIndex(document.statements, effect: .allow)
    denies = StatementIndex(document.statements, effect: .deny)
  }

  /// The first statement that denies the request.
  func denial(of request: borrowing AuthorizationRequest) -> Int? {
    var found: Int?
    denies.search(request) { index in
      guard statements.applies(index, to: request) else { return false }
      found = index
      return true
    }
    return found
  }

  /// A statement that allows the request; for policies whose holder is the principal.
  func allowance(of request: borrowing AuthorizationRequest) -> Int? {
    var found: Int?
    allows.search(request) { index in
      guard statements.applies(index, to: request) else { return false }
      found = index
      return true
    }
    return found
  }

  /// The statement of a resource's policy that allows the request most directly, and how directly.
  func grant(of request: borrowing AuthorizationRequest) -> (statement: Int, reach: Reach)? {
    var best: (statement: Int, reach: Reach)?
    allows.search(request) { index in
      let reach = statements.reach(index, of: request)
      if reach > best?.reach ?? .none { best = (index, reach) }
      return reach == .session
    }
    return best
  }

  func reference(to index: Int) -> StatementReference {
    let statement = document.statements[index]
    return StatementReference(source: source, index: index, sid: statement.sid, line: statement.position.line)
  }
}

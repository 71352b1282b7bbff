/// A statement that does not speak of a request, and for want of what.
public struct NearMiss: Sendable, Hashable {
  /// The statement, and where it stands.
  public let statement: StatementReference
  /// Whether it would allow or deny.
  public let effect: Statement.Effect
  /// The elements that do not match; all of them would have to.
  public let mismatches: [Mismatch]
  /// A change of the request after which the statement speaks of it; none where no simple one was found. It has been
  /// tried, but is one of many.
  public let changes: [RequestChange]
}

/// An element of a statement that does not match a request.
public struct Mismatch: Sendable, Hashable {
  /// What it is of the statement.
  public let element: Element
  /// Where in the document: the value that comes nearest, the operator's key, or else the element.
  public let range: SourceRange
  /// The policy's values.
  public let wanted: [String]
  /// The request's; nil for a key that it lacks.
  public let given: [String]?
  /// Why it does not match.
  public let reason: Reason
  /// The policy variables among the policy's values, with what they stand for.
  public var variables: [Variable] = []
  /// What AWS's service reference says to the values of `Resource`.
  public var remark: Explanation.Remark?

  /// A policy variable with its value in a request.
  public struct Variable: Sendable, Hashable {
    /// Without `${` and `}`.
    public let name: String
    /// What it stands for.
    public let value: String
  }

  /// A part of a statement that a request has to match.
  public enum Element: Sendable, Hashable {
    /// `Action`.
    case action
    /// `NotAction`.
    case notAction
    /// `Resource`.
    case resource
    /// `NotResource`.
    case notResource
    /// `Principal`.
    case principal
    /// `NotPrincipal`.
    case notPrincipal
    /// One operator of `Condition` with one key.
    case condition(ConditionOperator, key: String)
  }

  /// Why an element does not match.
  public enum Reason: Sendable, Hashable {
    /// The two do not match; of elements with `Not`, they do.
    case differs
    /// The request lacks the condition key.
    case keyAbsent
    /// The key is there, but without a value.
    case noValue
    /// These policy variables have no value, or several.
    case unresolvedVariables([String])
    /// The values of these policy variables hold a colon in the part of an ARN that one could move.
    case colonInVariables([String])
    /// The operator cannot read these values of the request: they are no number, date, address, …
    case unreadableValues([String])
    /// The operator cannot read these values of the policy.
    case unreadableOperands([String])
  }
}

/// A part of a document's text.
public struct SourceRange: Sendable, Hashable {
  /// The first character.
  public let start: SourcePosition
  /// Behind the last character.
  public let end: SourcePosition
}

/// Another action, resource or condition key for a request.
public enum RequestChange: Sendable, Hashable {
  /// Another action.
  case action(String)
  /// Another resource.
  case resource(String)
  /// The key with all its values.
  case key(String, [String])
  /// A request without the key.
  case noKey(String)
}

extension AuthorizationRequest {
  /// The same question, but for some changes.
  public func changed(by changes: [RequestChange]) -> AuthorizationRequest {
    var action = action
    var resource = resource
    var context = context
    for change in changes {
      switch change {
      case .action(let name): action = name
      case .resource(let name): resource = name
      case .key(let key, let values): context[key] = values
      case .noKey(let key): context[key] = nil
      }
    }
    return AuthorizationRequest(
      principal: principal, action: action, resource: resource, resourceAccount: resourceAccount, context: context)
  }
}

/// A statement that decided, so that a person finds it.
public struct StatementReference: Sendable, Hashable {
  public let source: PolicySource
  /// Counted from 0.
  public let index: Int
  public let sid: String?
  /// Where the statement begins in its document, counted from 1.
  public let line: Int
}

/// The answer to an authorization request, with its reason.
public struct Verdict: Sendable, Hashable {
  public enum Decision: Sendable { case allowed, explicitlyDenied, implicitlyDenied }

  public enum Layer: Sendable {
    case identity, boundary, session, resource, trust, endpoint, serviceControl, resourceControl
  }

  public let decision: Decision
  /// Where the request was denied or what did not allow it; nil if it is allowed.
  public let layer: Layer?
  /// The statements that decided: the one that denies, or one that allows for each layer that had to.
  public let statements: [StatementReference]

  public var isAllowed: Bool { decision == .allowed }
}

extension Verdict {
  /// AWS's words for the caller who was refused.
  ///
  /// - Parameters:
  ///   - principalARN: for a role's session the ARN of the assumed role.
  ///   - namingPolicy: whether the ARN of the policy that denies is added, as AWS has done since 2026 for callers of
  ///     the policy's own account or organization; nobody else may read it.
  // AWS: troubleshoot_access-denied.md gives one example for each kind of policy. The ARN of the policy came with
  // "Enhanced access denied error messages with policy ARNs" (AWS Security Blog); policies of resources are not named.
  public func accessDeniedMessage(
    principalARN: String, action: String, resource: String, namingPolicy: Bool = false
  ) -> String {
    let head = "User: \(principalARN) is not authorized to perform: \(action) on resource: \(resource)"
    guard let layer else { return head }
    switch decision {
    case .allowed: return head
    case .explicitlyDenied:
      let message = "\(head) with an explicit deny in \(layer.withArticle)"
      guard namingPolicy, layer.namesPolicies, let name = statements.first?.source.name, name.hasPrefix("arn:") else {
        return message
      }
      return "\(message): \(name)"
    case .implicitlyDenied: return "\(head) because no \(layer.name) allows the \(action) action"
    }
  }
}

extension Verdict.Layer {
  var name: String {
    switch self {
    case .identity: "identity-based policy"
    case .boundary: "permissions boundary"
    case .session: "session policy"
    case .resource: "resource-based policy"
    case .trust: "role trust policy"
    case .endpoint: "VPC endpoint policy"
    case .serviceControl: "service control policy"
    case .resourceControl: "resource control policy"
    }
  }

  fileprivate var namesPolicies: Bool {
    switch self {
    case .identity, .boundary, .session, .serviceControl, .resourceControl: true
    case .resource, .trust, .endpoint: false
    }
  }

  fileprivate var withArticle: String {
    switch self {
    case .identity: "an \(name)"
    // AWS: a role has one trust policy, so it is "the".
    case .trust: "the \(name)"
    default: "a \(name)"
    }
  }
}

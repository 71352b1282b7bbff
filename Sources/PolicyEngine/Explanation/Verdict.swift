/// A decision with the statements that made it.
public struct Verdict: Sendable, Hashable {
  /// A statement that had a say, and where.
  public struct Decider: Sendable, Hashable {
    /// The part that its policy plays.
    public let layer: Layer
    /// Counted from 0; of service and resource control policies.
    public let level: Int
    /// Which statement it is.
    public let statement: StatementReference
  }

  /// As `Authorization.decide` makes it.
  public let decision: Decision
  /// The one that denies; or one that allows for each layer that had to; none where a layer was silent.
  public let deciders: [Decider]

  /// What came of the request.
  public var outcome: Decision.Outcome { decision.outcome }
  /// Where the request was denied or what did not allow it; nil if it is allowed.
  public var layer: Layer? { decision.layer }
  /// Whether the request may be carried out.
  public var isAllowed: Bool { decision.isAllowed }
}

extension Authorization {
  /// Decides as `decide` does, and keeps the statements that decided.
  public static func verdict(
    on request: borrowing AuthorizationRequest, under layers: borrowing PolicyLayers
  ) -> Verdict {
    var observer = StatementObserver()
    let decision = decide(request, under: layers, &observer)
    switch decision.outcome {
    case .allowed: return Verdict(decision: decision, deciders: observer.allowing)
    case .explicitlyDenied: return Verdict(decision: decision, deciders: observer.denying)
    case .implicitlyDenied: return Verdict(decision: decision, deciders: [])
    }
  }
}

extension PolicyLayers {
  /// A statement that decided under these policies, as it was written.
  public func statement(of decider: Verdict.Decider) -> Statement {
    policy(of: decider).document.statements[decider.statement.index]
  }

  /// The policy of a statement that decided under these policies.
  public func policy(of decider: Verdict.Decider) -> Policy {
    let set: PolicySet? =
      switch decider.layer {
      case .identity: identity
      case .boundary: boundary
      case .session: session
      case .resource, .trust: resource
      case .endpoint: endpoint
      case .serviceControl: serviceControl.levels[decider.level]
      case .resourceControl: resourceControl.levels[decider.level]
      }
    guard let set else { preconditionFailure("only policies that were given decide") }
    return set.policies[decider.statement.policy]
  }
}

private struct StatementObserver: DecisionObserver {
  static var wantsStatements: Bool { true }

  var allowing: [Verdict.Decider] = []
  var denying: [Verdict.Decider] = []

  mutating func observe(_ outcome: PolicySet.Outcome, of set: PolicySet, _ layer: Layer, _ level: Int) {
    if outcome.denial >= 0 {
      denying.append(.init(layer: layer, level: level, statement: set.reference(to: outcome.denial)))
    }
    if outcome.allowance >= 0 {
      allowing.append(.init(layer: layer, level: level, statement: set.reference(to: outcome.allowance)))
    }
  }
}

extension Verdict {
  /// AWS's words for the caller who was refused.
  ///
  /// - Parameters:
  ///   - principalARN: for a role's session the ARN of the assumed role.
  ///   - action: as it was asked for.
  ///   - resource: as it was asked for.
  ///   - namingPolicy: whether the ARN of the policy that denies is added, as AWS has done since 2026 for callers of
  ///     the policy's own account or organization; nobody else may read it.
  // AWS: troubleshoot_access-denied.md gives one example for each kind of policy. The ARN of the policy came with
  // "Enhanced access denied error messages with policy ARNs" (AWS Security Blog); policies of resources are not named.
  public func accessDeniedMessage(
    principalARN: String, action: String, resource: String, namingPolicy: Bool = false
  ) -> String {
    let head = "User: \(principalARN) is not authorized to perform: \(action) on resource: \(resource)"
    guard let layer else { return head }
    switch outcome {
    case .allowed: return head
    case .explicitlyDenied:
      let message = "\(head) with an explicit deny in \(layer.withArticle)"
      guard namingPolicy, layer.namesPolicies, let name = deciders.first?.statement.source.name,
        name.hasPrefix("arn:")
      else { return message }
      return "\(message): \(name)"
    case .implicitlyDenied: return "\(head) because no \(layer.name) allows the \(action) action"
    }
  }
}

extension Layer {
  /// As AWS calls policies of the kind.
  public var name: String {
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

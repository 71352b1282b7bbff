import PolicyEngine

/// The kinds of policies, each of which can deny or be silent.
enum ReferenceLayer: String, CaseIterable {
  case resourceControl, serviceControl, endpoint, resource, trust, identity, boundary, session
}

/// The answer to a request: allowed, or denied by a statement of a layer or for want of one.
enum ReferenceDecision: Hashable, CustomStringConvertible {
  case allowed
  case explicitlyDenied(ReferenceLayer)
  case implicitlyDenied(ReferenceLayer)

  var description: String {
    switch self {
    case .allowed: "allowed"
    case .explicitlyDenied(let layer): "explicitlyDenied(\(layer.rawValue))"
    case .implicitlyDenied(let layer): "implicitlyDenied(\(layer.rawValue))"
    }
  }
}

/// AWS's policy evaluation logic, statement by statement over the parsed documents.
struct ReferenceEvaluator {
  struct Policy {
    let document: PolicyDocument
    let source: PolicySource
  }

  /// All policies that apply to a request, by the part that they play.
  struct Layers {
    var identity: [Policy] = []
    /// Nil for none; an empty list allows nothing, here and below.
    var boundary: [Policy]?
    var session: [Policy]?
    var resource: [Policy]?
    /// Whether the resource's policy must grant, whatever the caller's own policies do.
    var mustGrant = false
    var endpoint: [Policy]?
    /// From the organization's root down to the account.
    var serviceControl: [[Policy]] = []
    var resourceControl: [[Policy]] = []

    /// A role's policy is its trust policy.
    var resourceLayer: ReferenceLayer { resource?.first?.source.kind == .trust ? .trust : .resource }
  }

  /// A request as statements are held against it.
  struct Asked {
    /// In lower case.
    let action: [Unicode.Scalar]
    let resource: [Unicode.Scalar]
    let context: ReferenceContext

    init(_ request: ReferenceRequest) {
      action = Array(ReferenceTexts.lowercasedASCII(request.action).unicodeScalars)
      resource = Array(request.resource.unicodeScalars)
      context = request.context
    }
  }

  private let request: ReferenceRequest
  private let asked: Asked

  init(request: ReferenceRequest) {
    self.request = request
    asked = Asked(request)
  }

  /// Explicit denies first, of whatever policy, then what must allow and does not; the rest is allowed
  /// (reference_policies_evaluation-logic_policy-eval-denyallow.md, the flow chart).
  func decide(_ layers: Layers) -> ReferenceDecision {
    if ReferenceExemptions.needsNoPermission(request) { return .allowed }
    let layers = ReferenceExemptions.applying(to: request, layers)
    if let layer = explicitDeny(layers) { return .explicitlyDenied(layer) }
    if let layer = missingAllow(layers) { return .implicitlyDenied(layer) }
    return .allowed
  }

  // MARK: Explicit denies

  /// The first layer with a Deny that applies, in the order of the flow chart
  /// (reference_policies_evaluation-logic_policy-eval-denyallow.md).
  private func explicitDeny(_ layers: Layers) -> ReferenceLayer? {
    // Only users, roles and what is made of them can have a boundary (access_policies_boundaries.md).
    let hasBoundary = layers.boundary != nil
    if layers.resourceControl.joined().contains(where: { denies($0) }) { return .resourceControl }
    if layers.serviceControl.joined().contains(where: { denies($0) }) { return .serviceControl }
    if (layers.endpoint ?? []).contains(where: { denies($0, hasBoundary: hasBoundary) }) { return .endpoint }
    if (layers.resource ?? []).contains(where: { denies($0, hasBoundary: hasBoundary) }) { return layers.resourceLayer }
    if layers.identity.contains(where: { denies($0) }) { return .identity }
    if (layers.boundary ?? []).contains(where: { denies($0) }) { return .boundary }
    if (layers.session ?? []).contains(where: { denies($0) }) { return .session }
    return nil
  }

  private func denies(_ policy: Policy, hasBoundary: Bool = false) -> Bool {
    policy.document.statements.contains { statement in
      statement.effect == .deny && applies(statement, policy)
        && ReferencePrincipals(caller: request.caller).isDenied(by: statement, hasBoundary: hasBoundary)
    }
  }

  // MARK: What must allow

  /// The first layer that must allow and does not
  /// (reference_policies_evaluation-logic_policy-eval-denyallow.md, reference_policies_evaluation-logic-cross-account.md).
  private func missingAllow(_ layers: Layers) -> ReferenceLayer? {
    if !layers.resourceControl.allSatisfy(allows) { return .resourceControl }
    if !layers.serviceControl.allSatisfy(allows) { return .serviceControl }
    if let endpoint = layers.endpoint, !allows(endpoint) { return .endpoint }
    let grant = grant(layers)
    if request.caller.account == nil { return missingWithoutAccount(grant, layers) }
    if request.isBetweenAccounts { return missingBetweenAccounts(grant, layers) }
    return missingInOneAccount(grant, layers)
  }

  /// A service, a provider's user or an anonymous caller has no policies of an account: the resource's policy decides
  /// (reference_policies_elements_principal.md).
  private func missingWithoutAccount(_ grant: ReferenceNaming, _ layers: Layers) -> ReferenceLayer? {
    grant == .nobody ? layers.resourceLayer : nil
  }

  /// Both accounts must allow, however directly the resource's policy names the caller; the caller's own is checked
  /// first (reference_policies_evaluation-logic-cross-account.md, "Example cross-account policy evaluation").
  private func missingBetweenAccounts(_ grant: ReferenceNaming, _ layers: Layers) -> ReferenceLayer? {
    let own = missingIdentity(layers) ?? missingBoundary(layers) ?? missingSession(layers)
    return own ?? (grant == .nobody ? layers.resourceLayer : nil)
  }

  /// In one account the resource's policy or the caller's own grants, and the more directly the former names the
  /// caller, the less the latter limit (reference_policies_evaluation-logic.md, "Resource-based policies and implicit
  /// denies in other policy types"; access_policies_boundaries.md). A role's trust policy and a key's policy must grant
  /// in any case (reference_policies_evaluation-logic.md, step of resource-based policies; key-policies.md of KMS).
  private func missingInOneAccount(_ grant: ReferenceNaming, _ layers: Layers) -> ReferenceLayer? {
    switch grant {
    case .nobody where layers.mustGrant: layers.resourceLayer
    case .nobody, .account: missingIdentity(layers) ?? missingBoundary(layers) ?? missingSession(layers)
    case .origin: missingBoundary(layers) ?? missingSession(layers)
    case .user: missingSession(layers)
    case .session: nil
    }
  }

  private func missingIdentity(_ layers: Layers) -> ReferenceLayer? {
    request.caller.isRoot || allows(layers.identity) ? nil : .identity
  }

  private func missingBoundary(_ layers: Layers) -> ReferenceLayer? {
    layers.boundary.map { allows($0) } ?? true ? nil : .boundary
  }

  private func missingSession(_ layers: Layers) -> ReferenceLayer? {
    layers.session.map { allows($0) } ?? true ? nil : .session
  }

  private func allows(_ policies: [Policy]) -> Bool {
    policies.contains { policy in
      policy.document.statements.contains { statement in
        statement.effect == .allow && applies(statement, policy)
          && ReferencePrincipals(caller: request.caller).isAllowed(by: statement)
      }
    }
  }

  /// How directly the resource's policy names the caller in a statement that allows.
  private func grant(_ layers: Layers) -> ReferenceNaming {
    var namings: [ReferenceNaming] = [.nobody]
    for policy in layers.resource ?? [] {
      for statement in policy.document.statements
      where statement.effect == .allow && !statement.principals.isEmpty && applies(statement, policy) {
        namings.append(ReferencePrincipals(caller: request.caller).naming(inAllow: statement))
      }
    }
    return namings.max() ?? .nobody
  }

  private func applies(_ statement: Statement, _ policy: Policy) -> Bool {
    ReferenceStatement(statement, of: policy.document, asked).applies
  }
}

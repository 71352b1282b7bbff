/// The decision: AWS's policy evaluation logic, within one account and between two.
///
/// Deny by default; an explicit deny in any policy wins; each layer that limits must allow; and either side, or
/// both, must grant (reference_policies_evaluation-logic.md and …-cross-account.md). The order of policies and of
/// statements plays no part.
public enum Authorization {
  /// Decides; nothing is allocated on the way.
  public static func decide(_ request: borrowing AuthorizationRequest, under layers: borrowing PolicyLayers) -> Decision
  {
    var observer = NoObserver()
    return decide(request, under: layers, &observer)
  }

  /// Decides, and tells an observer which statement of each layer had a say.
  static func decide(
    _ request: borrowing AuthorizationRequest, under layers: borrowing PolicyLayers,
    _ observer: inout some DecisionObserver
  ) -> Decision {
    let principal = request.principalText
    if isOpen(to: principal, request.traits) { return .allowed }
    // The first layer that does not allow, of those that must; an explicit deny in any layer comes before it.
    var missing: Layer?
    if isUnderResourceControl(request) {
      switch layers.resourceControl.answer(request, .resourceControl, &observer) {
      case .denied: return .explicitlyDenied(.resourceControl)
      case .silent: missing = .resourceControl
      case .allowed: break
      }
    }
    if isUnderServiceControl(principal) {
      switch layers.serviceControl.answer(request, .serviceControl, &observer) {
      case .denied: return .explicitlyDenied(.serviceControl)
      case .silent: missing = missing ?? .serviceControl
      case .allowed: break
      }
    }
    let isBounded = layers.present.contains(.boundary) && hasOwnPolicies(principal)
    if layers.present.contains(.endpoint) {
      let outcome = layers.endpointSet.outcome(of: request, isBounded: isBounded)
      observer.observe(outcome, of: layers.endpointSet, .endpoint, 0)
      if outcome.denial >= 0 { return .explicitlyDenied(.endpoint) }
      if outcome.allowance < 0 { missing = missing ?? .endpoint }
    }
    var granted = PolicySet.Outcome()
    if layers.present.contains(.resource) {
      granted = layers.resourceSet.outcome(of: request, isGrantOnly: true, isBounded: isBounded)
      observer.observe(granted, of: layers.resourceSet, layers.resourceLayer, 0)
      if granted.denial >= 0 { return .explicitlyDenied(layers.resourceLayer) }
    }
    var own = OwnOutcomes()
    if hasOwnPolicies(principal) {
      own.identity = layers.identity.outcome(of: request)
      observer.observe(own.identity, of: layers.identity, .identity, 0)
      if own.identity.denial >= 0 { return .explicitlyDenied(.identity) }
      if layers.present.contains(.boundary) {
        own.boundary = layers.boundarySet.outcome(of: request)
        observer.observe(own.boundary, of: layers.boundarySet, .boundary, 0)
        if own.boundary.denial >= 0 { return .explicitlyDenied(.boundary) }
      }
    }
    if layers.present.contains(.session) {
      own.session = layers.sessionSet.outcome(of: request)
      observer.observe(own.session, of: layers.sessionSet, .session, 0)
      if own.session.denial >= 0 { return .explicitlyDenied(.session) }
    }
    if let layer = missing ?? missingGrant(request, layers, granted.reach, own) { return .implicitlyDenied(layer) }
    return .allowed
  }

  /// What the policies of the principal's own account say.
  private struct OwnOutcomes {
    var identity = PolicySet.Outcome()
    var boundary = PolicySet.Outcome()
    var session = PolicySet.Outcome()
  }

  // MARK: Who is subject to what

  /// Whether the principal may do the action whatever policies say.
  static func isOpen(to principal: PrincipalText, _ traits: ActionTraits) -> Bool {
    if traits.contains(.isOpenToCallers) { return principal.account != nil }
    return traits.contains(.isOpenToUsers) && (principal.kind == .user || principal.kind == .root)
  }

  // AWS: "RCPs do not apply to calls made by service-linked roles" (orgs_manage_policies_rcps.md).
  @inline(__always)
  static func isUnderResourceControl(_ request: borrowing AuthorizationRequest) -> Bool {
    !request.principalText.isServiceLinked && !isBeyondResourceControl(request)
  }

  private static func isBeyondResourceControl(_ request: borrowing AuthorizationRequest) -> Bool {
    if request.traits.contains(.isBeyondResourceControl) { return true }
    // AWS: RCPs do not affect the trust policies of service-linked roles (orgs_manage_policies_rcps.md).
    return request.principalText.kind == .service && request.traits.contains(.isOfSTS)
      && request.resource.isServiceLinkedRole
  }

  // AWS: SCPs affect the users, roles and root users of member accounts and nobody else, nor service-linked roles
  // (orgs_manage_policies_scps.md).
  @inline(__always)
  static func isUnderServiceControl(_ principal: PrincipalText) -> Bool {
    principal.account != nil && !principal.isServiceLinked
  }

  // AWS: identity-based policies and boundaries cannot be attached to the root user.
  @inline(__always)
  static func hasOwnPolicies(_ principal: PrincipalText) -> Bool { principal.account != nil && !principal.isRoot }

  // MARK: Grants

  /// The layer for whose silence the request is denied; nil if all that must allow do.
  private static func missingGrant(
    _ request: borrowing AuthorizationRequest, _ layers: borrowing PolicyLayers, _ reach: Reach, _ own: OwnOutcomes
  ) -> Layer? {
    guard let account = request.principalText.account else {
      // Nobody's policies but the resource's speak of a service, a provider's user or an anonymous caller.
      return reach == .none ? layers.resourceLayer : nil
    }
    guard account == request.resourceAccount ?? account else {
      // Between accounts both sides must grant, however directly the resource's policy names the principal.
      return missingOwnGrant(request, layers, as: .account, own) ?? (reach == .none ? layers.resourceLayer : nil)
    }
    if layers.resourceRule == .mustGrant, reach == .none { return layers.resourceLayer }
    return missingOwnGrant(request, layers, as: reach, own)
  }

  /// What of the principal's own account must still allow, given how directly the resource's policy granted.
  private static func missingOwnGrant(
    _ request: borrowing AuthorizationRequest, _ layers: borrowing PolicyLayers, as reach: Reach, _ own: OwnOutcomes
  ) -> Layer? {
    if needsIdentity(request, reach), own.identity.allowance < 0 { return .identity }
    if needsBoundary(request, layers, reach), own.boundary.allowance < 0 { return .boundary }
    return needsSession(request, layers, reach) && own.session.allowance < 0 ? .session : nil
  }

  @inline(__always)
  static func needsIdentity(_ request: borrowing AuthorizationRequest, _ reach: Reach) -> Bool {
    reach < .origin && !request.principalText.isRoot
  }

  @inline(__always)
  static func needsBoundary(
    _ request: borrowing AuthorizationRequest, _ layers: borrowing PolicyLayers, _ reach: Reach
  ) -> Bool {
    reach < .user && !request.principalText.isRoot && layers.present.contains(.boundary)
  }

  // AWS: a federated user has no permissions without a session policy
  // (id_credentials_temp_control-access_getfederationtoken.md).
  @inline(__always)
  static func needsSession(
    _ request: borrowing AuthorizationRequest, _ layers: borrowing PolicyLayers, _ reach: Reach
  ) -> Bool {
    reach < .session && (layers.present.contains(.session) || request.principalText.kind == .federatedUser)
  }
}

extension PolicyLayers {
  /// A role's trust policy has a name of its own in messages.
  var resourceLayer: Layer { resourceSet.policies.first?.source.kind == .trust ? .trust : .resource }
}

/// Is told what each layer says while a decision is made.
protocol DecisionObserver {
  /// Whether it wants to be told; else levels are asked together and nothing is told of them.
  static var wantsStatements: Bool { get }

  mutating func observe(_ outcome: PolicySet.Outcome, of set: PolicySet, _ layer: Layer, _ level: Int)
}

/// Asks for nothing, and so costs nothing.
private struct NoObserver: DecisionObserver {
  static var wantsStatements: Bool { false }

  @inline(__always)
  mutating func observe(_ outcome: PolicySet.Outcome, of set: PolicySet, _ layer: Layer, _ level: Int) {}
}

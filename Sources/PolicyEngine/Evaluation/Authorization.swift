internal import AWSCore

/// The decision: AWS's policy evaluation logic, within one account and between two.
///
/// Deny by default; an explicit deny in any policy wins; each layer that limits must allow; and either side, or
/// both, must grant (reference_policies_evaluation-logic.md and …-cross-account.md). The order of policies and of
/// statements plays no part.
public enum Authorization {
  public static func decide(_ request: borrowing AuthorizationRequest, under layers: PolicyLayers) -> Verdict {
    if let denied = explicitDenial(request, layers) { return denied }
    var deciding: [StatementReference] = []
    for policies in layers.serviceControl where !allows(policies, request, &deciding) {
      return .implicitlyDenied(.serviceControl)
    }
    for policies in layers.resourceControl where !allows(policies, request, &deciding) {
      return .implicitlyDenied(.resourceControl)
    }
    if let endpoint = layers.endpoint, !allows(endpoint, request, &deciding) { return .implicitlyDenied(.endpoint) }
    if let missing = missingGrant(request, layers, &deciding) { return .implicitlyDenied(missing) }
    return Verdict(decision: .allowed, layer: nil, statements: deciding)
  }

  // MARK: Explicit denies

  private static func explicitDenial(_ request: borrowing AuthorizationRequest, _ layers: PolicyLayers) -> Verdict? {
    for policies in layers.serviceControl {
      if let denied = denial(in: policies, .serviceControl, request) { return denied }
    }
    for policies in layers.resourceControl {
      if let denied = denial(in: policies, .resourceControl, request) { return denied }
    }
    if let endpoint = layers.endpoint, let denied = denial(in: endpoint, .endpoint, request) { return denied }
    if let resource = layers.resource, let denied = denial(in: CollectionOfOne(resource), layers.resourceLayer, request)
    {
      return denied
    }
    // AWS: identity-based policies and boundaries cannot be attached to the root user.
    if !request.principal.isRoot {
      if let denied = denial(in: layers.identity, .identity, request) { return denied }
      if let boundary = layers.boundary, let denied = denial(in: boundary, .boundary, request) { return denied }
    }
    if let session = layers.session, let denied = denial(in: session, .session, request) { return denied }
    return nil
  }

  private static func denial(
    in policies: some Collection<CompiledPolicy>, _ layer: Verdict.Layer, _ request: borrowing AuthorizationRequest
  ) -> Verdict? {
    for policy in policies {
      if let index = policy.denial(of: request) {
        return Verdict(decision: .explicitlyDenied, layer: layer, statements: [policy.reference(to: index)])
      }
    }
    return nil
  }

  // MARK: Grants

  /// The layer for whose silence the request is denied; nil if all that must allow do.
  private static func missingGrant(
    _ request: borrowing AuthorizationRequest, _ layers: PolicyLayers, _ deciding: inout [StatementReference]
  ) -> Verdict.Layer? {
    let grant = layers.resource?.grant(of: request)
    let reach = grant?.reach ?? .none
    if let resource = layers.resource, let grant { deciding.append(resource.reference(to: grant.statement)) }
    guard let account = request.principal.account else {
      // Nobody's policies but the resource's speak of a service, a provider's user or an anonymous caller.
      return reach == .none ? layers.resourceLayer : nil
    }
    guard account == request.resourceAccount ?? account else {
      // Between accounts both sides must grant, however directly the resource's policy names the principal.
      return missingOwnGrant(request, layers, as: .account, &deciding)
        ?? (reach == .none ? layers.resourceLayer : nil)
    }
    if layers.resourceRule == .mustGrant, reach == .none { return layers.resourceLayer }
    return missingOwnGrant(request, layers, as: reach, &deciding)
  }

  /// What of the principal's own account must still allow, given how directly the resource's policy granted.
  private static func missingOwnGrant(
    _ request: borrowing AuthorizationRequest, _ layers: PolicyLayers, as reach: Reach,
    _ deciding: inout [StatementReference]
  ) -> Verdict.Layer? {
    if reach == .session { return nil }
    if !request.principal.isRoot {
      if reach < .origin, !allows(layers.identity, request, &deciding) { return .identity }
      if reach < .user, let boundary = layers.boundary, !allows(boundary, request, &deciding) { return .boundary }
    }
    if let session = layers.session, !allows(session, request, &deciding) { return .session }
    return nil
  }

  private static func allows(
    _ policies: [CompiledPolicy], _ request: borrowing AuthorizationRequest, _ deciding: inout [StatementReference]
  ) -> Bool {
    for policy in policies {
      if let index = policy.allowance(of: request) {
        deciding.append(policy.reference(to: index))
        return true
      }
    }
    return false
  }
}

extension Verdict {
  fileprivate static func implicitlyDenied(_ layer: Layer) -> Verdict {
    Verdict(decision: .implicitlyDenied, layer: layer, statements: [])
  }
}

extension PolicyLayers {
  fileprivate var resourceLayer: Verdict.Layer { resource?.source.kind == .trust ? .trust : .resource }
}

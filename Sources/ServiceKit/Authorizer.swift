public import AWSCore
import Directory
import PolicyEngine

/// Gate 2: what may the caller do? The only maker of a ``Grant``.
public enum Authorizer {
  /// INVARIANT: nobody outside this file can make one.
  public struct Seal: Sendable {
    fileprivate init() {}
  }

  /// Decides the access that an operation declared, on the accounts as the view holds them.
  ///
  /// - Throws: `AccessDenied` in AWS's words; `InvalidClientTokenId` where the caller is gone.
  public static func require(_ access: Access, _ view: View) throws(Failure) -> Grant {
    if case .vouched(let provider) = view.caller.principal {
      try decide(access, forWhom: provider, view)
      for further in access.further { try decide(further, forWhom: provider, view) }
      return Grant(authorizedBy: Seal(), call: view.call)
    }
    let caller = try ResolvedCaller(view.caller, in: view.callerAccount)
    try SessionLimits.check(view.call)
    if access.action != nil {
      try decide(access, by: caller, view)
      for further in access.further { try decide(further, by: caller, view) }
    }
    return Grant(authorizedBy: Seal(), call: view.call)
  }

  private static func decide(_ access: Access, by caller: ResolvedCaller, _ view: View) throws(Failure) {
    guard let action = access.action else { return }
    let layers = layers(over: access, by: caller, view)
    var context = RequestKeys.common(caller, view)
    access.putKeys(into: &context)
    let account = access.resourceARN?.accountID ?? view.account.id
    context.set("aws:ResourceAccount", account.description)
    let request = AuthorizationRequest(
      principal: caller.principal(for: access.trustingRole), action: action, resource: access.resource,
      resourceAccount: account, context: context)
    guard Authorization.decide(request, under: layers).isAllowed else {
      let verdict = Authorization.verdict(on: request, under: layers)
      throw Failure(
        .accessDenied,
        // AWS: only callers of the account that the policies belong to are told which one denied.
        verdict.accessDeniedMessage(
          principalARN: caller.arn.text, action: action, resource: access.resource,
          namingPolicy: caller.account == account),
        reason: "\(verdict.outcome)",
        encodedMessage: AuthorizationMessage.sealed(
          Refusal(verdict: verdict, layers: layers, caller: caller, request: request),
          with: view.call.environment.directory.sealingKey))
    }
  }

  /// Decides for somebody whom an identity provider vouches for: the resource's policy must say yes, and nothing is open.
  private static func decide(_ access: Access, forWhom provider: String, _ view: View) throws(Failure) {
    guard let action = access.action else {
      throw Failure(.accessDenied, "Not authorized.", reason: "open access is for callers with credentials")
    }
    var layers = PolicyLayers()
    layers.resource = PolicySets.shared.set(of: access.resourcePolicy.map { [$0] } ?? [])
    layers.resourceRule = .mustGrant
    var context = RequestKeys.vouched(view.call)
    access.putKeys(into: &context)
    let account = access.resourceARN?.accountID ?? view.account.id
    context.set("aws:ResourceAccount", account.description)
    let request = AuthorizationRequest(
      principal: .federated(provider: provider, account: view.caller.account), action: action,
      resource: access.resource, resourceAccount: account, context: context)
    guard Authorization.decide(request, under: layers).isAllowed else {
      // AWS: says no more than this to those who have no account (troubleshoot_saml.md).
      throw Failure(
        .accessDenied, "Not authorized to perform \(action)",
        reason: "\(Authorization.verdict(on: request, under: layers).outcome)")
    }
  }

  private static func layers(over access: Access, by caller: ResolvedCaller, _ view: View) -> PolicyLayers {
    let account = view.callerAccount
    var layers = PolicyLayers()
    layers.resource = access.resourcePolicy.map { PolicySets.shared.set(of: [$0]) }
    layers.resourceRule = access.resourceRule
    switch caller.record {
    case .root: break
    case .user(let user):
      layers.identity = view.callerSnapshot.identityPolicies(of: user)
      layers.boundary = account.boundary(of: user)
    case .role(let role, _):
      layers.identity = view.callerSnapshot.identityPolicies(of: role)
      layers.boundary = account.boundary(of: role)
    case .federatedUser(_, let issuer):
      if let issuer {
        layers.identity = view.callerSnapshot.identityPolicies(of: issuer)
        layers.boundary = account.boundary(of: issuer)
      }
    }
    let named = view.caller.session?.policyARNs ?? []
    if view.caller.sessionPolicies != nil || !named.isEmpty {
      // A managed policy given for the session counts as it is now; one that is gone allows nothing.
      layers.session = PolicySets.shared.set(
        of: (view.caller.sessionPolicies ?? []) + named.compactMap { account.managedPolicy($0) })
    }
    return layers
  }
}

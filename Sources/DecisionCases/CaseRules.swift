internal import AWSCore
public import PolicyEngine

/// How the policies of a case count.
public struct CaseRules: Sendable, Hashable {
  /// Whether the policy on the resource is a role's trust policy.
  public let isTrustPolicy: Bool
  public let resourceRule: PolicyLayers.ResourceRule
  /// Whether the settings say that SCPs do not limit the principal.
  public let ignoresServiceControl: Bool
  /// Whether the settings say that RCPs do not limit the principal.
  public let ignoresResourceControl: Bool
}

extension CaseRules {
  private static let trustActions = ["sts:tagsession", "sts:setsourceidentity"]

  /// The rules that the settings give, or else those that follow from the request.
  init(_ settings: CaseSettings, for request: AuthorizationRequest) {
    let resource = ARN(request.resource)
    let action = request.action.lowercased()
    let asksForRole =
      resource?.service == "iam" && resource?.resource.hasPrefix("role/") == true
      && (action.hasPrefix("sts:assumerole") || Self.trustActions.contains(action))
    isTrustPolicy = settings.resourceKind.map { $0 == .trust } ?? asksForRole
    // AWS: identity policies alone never open a key; its key policy must (KMS developer guide, key-policies.md).
    let isKey = action.hasPrefix("kms:") && resource?.service == "kms" && resource?.resource.hasPrefix("key/") == true
    resourceRule =
      switch settings.resourceRule {
      case .union?: .union
      case .mustGrant?: .mustGrant
      case nil: isTrustPolicy || isKey ? .mustGrant : .union
      }
    // What a role's path and a principal's kind say of SCPs and RCPs, the engine knows by itself.
    // AWS: the management account is not subject to SCPs (orgs_manage_policies_scps.md).
    let isServiceLinkedRole = settings.isServiceLinkedRole == true
    ignoresServiceControl = settings.isManagementAccount || isServiceLinkedRole
    ignoresResourceControl = isServiceLinkedRole
  }
}

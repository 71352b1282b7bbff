import PolicyEngine

/// Who and what is outside of some or all policies.
enum ReferenceExemptions {
  // MARK: Requests that need no permission

  /// Whether AWS answers whatever the policies say.
  static func needsNoPermission(_ request: ReferenceRequest) -> Bool {
    isCallerIdentity(request) || isSessionToken(request)
  }

  /// No permissions are required, and a policy that denies it has no effect (API_GetCallerIdentity.md); one who has no
  /// credentials of an account cannot ask at all.
  private static func isCallerIdentity(_ request: ReferenceRequest) -> Bool {
    guard ReferenceTexts.lowercasedASCII(request.action) == "sts:getcalleridentity" else { return false }
    return request.caller.account != nil
  }

  /// A policy has no effect on a user's ability to ask for it (id_credentials_temp_control-access_getsessiontoken.md);
  /// only an IAM user or the root user can.
  private static func isSessionToken(_ request: ReferenceRequest) -> Bool {
    guard ReferenceTexts.lowercasedASCII(request.action) == "sts:getsessiontoken" else { return false }
    switch request.caller {
    case .user, .root: return true
    case .roleSession, .federatedUser, .federated, .service, .anonymous: return false
    }
  }

  // MARK: Layers that do not concern the request

  /// The layers that count for the request.
  static func applying(to request: ReferenceRequest, _ layers: ReferenceEvaluator.Layers) -> ReferenceEvaluator.Layers {
    var layers = layers
    if !isSubjectToServiceControl(request.caller) { layers.serviceControl = [] }
    if !isSubjectToResourceControl(request) { layers.resourceControl = [] }
    if !hasPoliciesOfIdentity(request.caller) { (layers.identity, layers.boundary) = ([], nil) }
    layers.session = sessionPolicies(of: request.caller, layers.session)
    return layers
  }

  /// SCPs limit users, roles and root users of member accounts, nobody else, and no service-linked role
  /// (orgs_manage_policies_scps.md, "Tasks and entities not restricted by SCPs").
  private static func isSubjectToServiceControl(_ caller: ReferenceCaller) -> Bool {
    caller.account != nil && !caller.isServiceLinkedRole
  }

  /// RCPs limit everyone but service-linked roles, with exceptions by action and resource
  /// (orgs_manage_policies_rcps.md, "Resources and entities not restricted by RCPs").
  private static func isSubjectToResourceControl(_ request: ReferenceRequest) -> Bool {
    !request.caller.isServiceLinkedRole && !isServiceTakingItsRole(request) && !isRetiringGrant(request)
      && supportsResourceControl(request)
  }

  /// RCPs do not affect the ability of services to assume service-linked roles, nor the trust policies of those
  /// (orgs_manage_policies_rcps.md).
  private static func isServiceTakingItsRole(_ request: ReferenceRequest) -> Bool {
    guard case .service = request.caller, ReferenceTexts.isServiceLinkedRole(request.resource) else { return false }
    return ReferenceTexts.begins(ReferenceTexts.lowercasedASCII(request.action), with: "sts:")
  }

  /// `kms:RetireGrant` is not effective in an RCP (orgs_manage_policies_rcps.md; resource-control-policies.md of KMS).
  private static func isRetiringGrant(_ request: ReferenceRequest) -> Bool {
    ReferenceTexts.lowercasedASCII(request.action) == "kms:retiregrant"
  }

  /// RCPs apply to the services of a list (orgs_manage_policies_rcps.md, "List of AWS services that support RCPs");
  /// that they apply to a service that nobody knows is our choice.
  private static func supportsResourceControl(_ request: ReferenceRequest) -> Bool {
    let prefix = String(request.action.unicodeScalars.prefix { $0 != ":" })
    return ServiceReference.service(prefix)?.supportsResourceControlPolicies ?? true
  }

  /// Only users and roles, and the sessions made of them, have identity policies and a boundary
  /// (access_policies_boundaries.md; id_root-user.md).
  private static func hasPoliciesOfIdentity(_ caller: ReferenceCaller) -> Bool {
    caller.account != nil && !caller.isRoot
  }

  /// A federated user to whose session no policy was passed has no permissions of their own
  /// (id_credentials_temp_control-access_getfederationtoken.md); any other session is not limited without one.
  private static func sessionPolicies(
    of caller: ReferenceCaller, _ given: [ReferenceEvaluator.Policy]?
  ) -> [ReferenceEvaluator.Policy]? {
    if case .federatedUser = caller { return given ?? [] }
    return given
  }
}

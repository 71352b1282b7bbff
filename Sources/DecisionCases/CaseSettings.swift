internal import AWSCore
internal import PolicyEngine

/// What a case says about its principal and policies beyond what they say themselves.
struct CaseSettings {
  private(set) var roleARN: ARN?
  private(set) var issuerARN: ARN?
  private(set) var uniqueID: String?
  private(set) var resourceRule: ResourceRule?
  private(set) var resourceKind: ResourceKind?
  private(set) var isServiceLinkedRole: Bool?
  private(set) var isManagementAccount = false
  private(set) var derivesKeys = false
  private(set) var emptyMeansNothing = false

  enum ResourceRule: String, CaseIterable { case union, mustGrant }
  enum ResourceKind: String, CaseIterable { case resource, trust }

  private static let members = [
    "roleArn", "issuerArn", "uniqueId", "resourceRule", "resourceKind", "serviceLinkedRole", "managementAccount",
    "derive", "emptyMeansNothing",
  ]

  init() {}

  init(_ value: CaseValue) throws(MalformedCase) {
    let members = try value.object(admitting: Self.members)
    roleARN = try members.optional("roleArn")?.arn()
    issuerARN = try members.optional("issuerArn")?.arn()
    uniqueID = try members.optional("uniqueId")?.text()
    resourceRule = try members.optional("resourceRule")?.word(ResourceRule.self)
    resourceKind = try members.optional("resourceKind")?.word(ResourceKind.self)
    isServiceLinkedRole = try members.optional("serviceLinkedRole")?.truth()
    isManagementAccount = try members.optional("managementAccount")?.truth() ?? false
    derivesKeys = try members.optional("derive")?.truth() ?? false
    emptyMeansNothing = try members.optional("emptyMeansNothing")?.truth() ?? false
  }

  static func malformed(_ name: String, _ reason: String) -> MalformedCase {
    MalformedCase(reason, at: .member(name, of: .member("settings", of: .line)))
  }

  /// Refuses settings that say something about another kind of principal than the case has.
  func check(against principal: RequestPrincipal) throws(MalformedCase) {
    var isUser = false
    var isRoleSession = false
    var isFederatedUser = false
    var isInServicePath = false
    switch principal {
    case .user: isUser = true
    case .roleSession(_, let roleARN, _, _):
      isRoleSession = true
      isInServicePath = ARN(roleARN)?.resource.hasPrefix("role/aws-service-role/") == true
    case .federatedUser: isFederatedUser = true
    case .root, .federated, .service, .anonymous: break
    }
    func refuse(_ isGiven: Bool, _ name: String, _ reason: String) throws(MalformedCase) {
      if isGiven { throw Self.malformed(name, reason) }
    }
    try refuse(!isRoleSession && roleARN != nil, "roleArn", "the principal is no session of a role")
    try refuse(!isFederatedUser && issuerARN != nil, "issuerArn", "the principal is no federated user")
    try refuse(!isUser && !isRoleSession && uniqueID != nil, "uniqueId", "the principal is neither user nor role")
    try refuse(!isRoleSession && isServiceLinkedRole == true, "serviceLinkedRole", "the principal is no role")
    try refuse(
      isInServicePath && isServiceLinkedRole == false, "serviceLinkedRole", "the role's path says that it is one")
  }
}

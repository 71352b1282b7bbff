import PolicyEngine
import Testing

@testable import DecisionCases

@Suite("CaseSettings and CaseRules")
struct CaseSettingsTests {
  private static let session = #""arn:aws:sts::111122223333:assumed-role/deploy/run""#
  private static let federated = #""arn:aws:sts::111122223333:federated-user/eve""#

  @Test(
    "a setting that is wrong is named",
    arguments: [
      (
        #""roleARN":"a""#,
        "settings: unknown member `roleARN`; there are roleArn, issuerArn, uniqueId, resourceRule, "
          + "resourceKind, serviceLinkedRole, managementAccount, derive, emptyMeansNothing"
      ),
      (#""roleArn":"deploy""#, "settings.roleArn: `deploy` is no ARN"),
      (#""resourceRule":"both""#, "settings.resourceRule: must be one of union, mustGrant, not `both`"),
      (#""resourceKind":"role""#, "settings.resourceKind: must be one of resource, trust, not `role`"),
      (#""derive":"yes""#, "settings.derive: must be true or false, not a string"),
      (#""managementAccount":1"#, "settings.managementAccount: must be true or false, not a number"),
      (#""roleArn":"arn:aws:iam::111122223333:role/x""#, "settings.roleArn: the principal is no session of a role"),
      (#""issuerArn":"arn:aws:iam::111122223333:root""#, "settings.issuerArn: the principal is no federated user"),
      (#""serviceLinkedRole":true"#, "settings.serviceLinkedRole: the principal is no role"),
    ])
  func faults(settings: String, fault: String) {
    #expect(CaseLine(rest: CaseLine.settings(settings)).fault == fault)
  }

  @Test("a unique id belongs to a user or a role")
  func uniqueIDs() throws {
    let settings = CaseLine.settings(#""uniqueId":"AIDACKCEVSQ6C2EXAMPLE""#)
    guard case .user(_, _, let id) = try CaseLine(rest: settings).read().request.principal else {
      Issue.record("no user")
      return
    }
    #expect(id == "AIDACKCEVSQ6C2EXAMPLE")
    #expect(CaseLine(principal: Self.session, rest: settings).fault == nil)
    #expect(
      CaseLine(principal: Self.federated, rest: settings).fault
        == "settings.uniqueId: the principal is neither user nor role")
  }

  @Test("a role of the settings is the session's")
  func roles() {
    func fault(_ principal: String, _ role: String) -> String? {
      CaseLine(principal: principal, rest: CaseLine.settings(#""roleArn":"\#(role)""#)).fault
    }
    for wrong in [
      "arn:aws:iam::444455556666:role/deploy", "arn:aws:iam::111122223333:role/other",
      "arn:aws-cn:iam::111122223333:role/deploy", "arn:aws:iam::111122223333:user/deploy",
    ] {
      #expect(fault(Self.session, wrong) == "settings.roleArn: `\(wrong)` is not the role of the session")
    }
    let role = #""arn:aws:iam::111122223333:role/deploy""#
    #expect(fault(role, "arn:aws:iam::111122223333:role/deploy") == nil)
    #expect(fault(role, "arn:aws:iam::111122223333:role/a/deploy") == "settings.roleArn: the principal is another role")
  }

  @Test(
    "an issuer is a user or the root user of the account",
    arguments: [
      ("arn:aws:iam::111122223333:root", true), ("arn:aws:iam::111122223333:user/a/ann", true),
      ("arn:aws:iam::444455556666:root", false), ("arn:aws:iam::111122223333:role/a", false),
      ("arn:aws:iam::111122223333:user/", false),
    ])
  func issuers(arn: String, isAccepted: Bool) throws {
    let line = CaseLine(principal: Self.federated, rest: CaseLine.settings(#""issuerArn":"\#(arn)""#))
    guard isAccepted else {
      #expect(
        line.fault
          == "settings.issuerArn: `\(arn)` is no user and not the root of the federated user's account")
      return
    }
    guard case .federatedUser(_, let issuer, _) = try line.read().request.principal else {
      Issue.record("no federated user")
      return
    }
    #expect(issuer == arn)
  }

  @Test(
    "the kind of the resource's policy and its rule follow from action and resource",
    arguments: [
      ("sts:AssumeRole", "arn:aws:iam::111122223333:role/r", true, true),
      ("STS:assumerolewithsaml", "arn:aws:iam::111122223333:role/r", true, true),
      ("sts:TagSession", "arn:aws:iam::111122223333:role/r", true, true),
      ("sts:SetSourceIdentity", "arn:aws:iam::111122223333:role/a/r", true, true),
      ("sts:AssumeRole", "*", false, false), ("sts:GetCallerIdentity", "*", false, false),
      ("sts:AssumeRoot", "arn:aws:iam::111122223333:root", false, false),
      ("iam:GetRole", "arn:aws:iam::111122223333:role/r", false, false),
      ("kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/k", false, true),
      ("kms:UpdateAlias", "arn:aws:kms:us-east-1:111122223333:alias/k", false, false),
      ("kms:CreateKey", "*", false, false), ("s3:GetObject", "arn:aws:s3:::photos/role/x", false, false),
    ])
  func rules(action: String, resource: String, isTrust: Bool, mustGrant: Bool) throws {
    let line = CaseLine(action: "\"\(action)\"", resource: "\"\(resource)\"")
    let rules = try line.read().rules
    #expect(rules.isTrustPolicy == isTrust)
    #expect(rules.resourceRule == (mustGrant ? .mustGrant : .union))
  }

  @Test("the settings have the last word on kind and rule")
  func overriding() throws {
    func rules(_ settings: String, _ action: String, _ resource: String) throws -> CaseRules {
      try CaseLine(action: action, resource: resource, rest: CaseLine.settings(settings)).read().rules
    }
    let role = #""arn:aws:iam::111122223333:role/r""#
    let plain = try rules(#""resourceKind":"resource""#, #""sts:AssumeRole""#, role)
    #expect(!plain.isTrustPolicy && plain.resourceRule == .union)
    let trust = try rules(#""resourceKind":"trust""#, #""sts:AssumeRole""#, #""*""#)
    #expect(trust.isTrustPolicy && trust.resourceRule == .mustGrant)
    #expect(try rules(#""resourceRule":"union""#, #""sts:AssumeRole""#, role).resourceRule == .union)
    #expect(try rules(#""resourceRule":"mustGrant""#, #""s3:GetObject""#, #""*""#).resourceRule == .mustGrant)
  }

  private static let organization = """
    {"identity":[\(CaseLine.allow("s3:*"))],"scp":[[\(CaseLine.allow("*")),\(CaseLine.deny("s3:*"))]]}
    """

  @Test(
    "a service-linked role is known by its path, or by the settings",
    arguments: [
      ("role/aws-service-role/x.amazonaws.com/deploy", "", true), ("role/service-role/deploy", "", false),
      ("role/team/aws-service-role/x/deploy", "", false), ("role/deploy", #","serviceLinkedRole":true"#, true),
      ("role/deploy", #","serviceLinkedRole":false"#, false),
      ("role/aws-service-role/x.amazonaws.com/deploy", #","serviceLinkedRole":true"#, true),
    ])
  func serviceLinked(role: String, more: String, isLinked: Bool) throws {
    let settings = CaseLine.settings(#""roleArn":"arn:aws:iam::111122223333:\#(role)"\#(more)"#)
    let line = CaseLine(principal: Self.session, policies: Self.organization, rest: settings)
    #expect(try line.decide().decision == (isLinked ? .allowed : .explicitlyDenied))
  }

  @Test("the settings cannot deny what a role's path says")
  func contradiction() {
    let role = #""arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/deploy""#
    let line = CaseLine(principal: role, rest: CaseLine.settings(#""serviceLinkedRole":false"#))
    #expect(line.fault == "settings.serviceLinkedRole: the role's path says that it is one")
  }

  @Test("the management account is not subject to SCPs, but its resources' callers are to RCPs")
  func managementAccount() throws {
    let rules = try CaseLine(rest: CaseLine.settings(#""managementAccount":true"#)).read().rules
    #expect(rules.ignoresServiceControl && !rules.ignoresResourceControl)
    #expect(try CaseLine(policies: Self.organization).decide().decision == .explicitlyDenied)
    let managing = CaseLine(policies: Self.organization, rest: CaseLine.settings(#""managementAccount":true"#))
    #expect(try managing.decide().decision == .allowed)
  }
}

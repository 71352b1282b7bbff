import AWSCore
import AWSWire
import ScenarioKit
import Testing

@Suite("AssumeRole") struct AssumeRoleTests {
  let server: TestServer
  let account: TestAccount

  init() async throws {
    server = try await TestServer.start()
    account = try await server.account()
  }

  private func assume(
    _ role: String, in owner: TestAccount? = nil, as caller: SigV4.Credentials, _ parameters: [String: String] = [:]
  ) async throws -> Answer {
    var all = ["RoleArn": "arn:aws:iam::\((owner ?? account).id):role/\(role)", "RoleSessionName": "session"]
    all.merge(parameters) { $1 }
    return try await server.call("AssumeRole", all, as: caller, service: "sts")
  }

  @Test("a session acts as the role, and only within the role's policies")
  func session() async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("reader", policy: TestPolicy.allow("iam:ListUsers"))
    let session = try await account.assume("reader", as: user)
    let identity = try await server.call("GetCallerIdentity", as: session, service: "sts")
    #expect(identity["Arn"] == "arn:aws:sts::\(account.id):assumed-role/reader/session")
    #expect(identity["UserId"]?.hasSuffix(":session") == true)
    #expect(try await server.call("ListUsers", as: session).isSuccess)
    let refused = try await server.call("ListGroups", as: session)
    #expect(refused.code == "AccessDenied")
    #expect(
      refused.message
        == "User: arn:aws:sts::\(account.id):assumed-role/reader/session is not authorized to perform: iam:ListGroups "
        + "on resource: arn:aws:iam::\(account.id):group/ because no identity-based policy allows the iam:ListGroups "
        + "action")
  }

  @Test("a trust in the account leaves the decision to the user's own policies")
  func delegated() async throws {
    let user = try await account.user("ann")
    try await account.role("reader")
    #expect(try await assume("reader", as: user).code == "AccessDenied")
  }

  @Test("a trust in the user itself needs nothing else")
  func direct() async throws {
    let user = try await account.user("ann")
    try await account.role("reader", trusting: "arn:aws:iam::\(account.id):user/ann")
    #expect(try await assume("reader", as: user).isSuccess)
  }

  @Test("across accounts both sides must grant", arguments: [true, false], [true, false])
  func crossAccount(userMay: Bool, roleTrusts: Bool) async throws {
    let other = try await server.account()
    let user = try await other.user("eve", policy: userMay ? TestPolicy.allow("sts:AssumeRole") : nil)
    let trusted = roleTrusts ? other : account
    try await account.role("shared", trusting: "arn:aws:iam::\(trusted.id):root")
    let answer = try await assume("shared", in: account, as: user)
    #expect(answer.isSuccess == (userMay && roleTrusts))
    #expect(answer.isSuccess || answer.code == "AccessDenied")
  }

  @Test("a role that is not there is refused like one that does not trust")
  func missing() async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:*"))
    #expect(try await assume("nobody", as: user).code == "AccessDenied")
  }

  @Test("the root user cannot assume roles")
  func root() async throws {
    try await account.role("reader")
    let answer = try await assume("reader", as: account.root)
    #expect(answer.code == "AccessDenied")
    #expect(answer.message == "Roles may not be assumed by root accounts.")
  }

  @Test("an external id must be the one that the trust policy wants", arguments: [nil, "wrong", "right"])
  func externalID(_ id: String?) async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    let trust = TestPolicy.trust(
      "arn:aws:iam::\(account.id):root", condition: #"{"StringEquals":{"sts:ExternalId":"right"}}"#)
    try await account.root("CreateRole", ["RoleName": "outside", "AssumeRolePolicyDocument": trust])
    let answer = try await assume("outside", as: user, id.map { ["ExternalId": $0] } ?? [:])
    #expect(answer.isSuccess == (id == "right"))
  }

  @Test(
    "durations have their limits",
    arguments: [
      (nil, 3600, true), (900, 3600, true), (3600, 3600, true), (3601, 3600, false), (7200, 7200, true),
      (899, 3600, false), (43_200, 43_200, true), (43_201, 43_200, false),
    ] as [(Int?, Int, Bool)])
  func durations(asked: Int?, roleMax: Int, isAllowed: Bool) async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("timed")
    try await account.root("UpdateRole", ["RoleName": "timed", "MaxSessionDuration": String(roleMax)])
    let answer = try await assume("timed", as: user, asked.map { ["DurationSeconds": String($0)] } ?? [:])
    #expect(answer.isSuccess == isAllowed)
    if isAllowed { #expect(answer["Expiration"] == server.now.adding(seconds: Int64(asked ?? 3600)).iso8601) }
    if !isAllowed { #expect(answer.code == "ValidationError") }
  }

  @Test("a role assumed by a role lasts an hour at most")
  func chaining() async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("first", policy: TestPolicy.allow("sts:*"))
    try await account.role("second")
    try await account.root("UpdateRole", ["RoleName": "second", "MaxSessionDuration": "43200"])
    let session = try await account.assume("first", as: user)
    #expect(try await assume("second", as: session, ["DurationSeconds": "3600"]).isSuccess)
    let answer = try await assume("second", as: session, ["DurationSeconds": "3601"])
    #expect(
      answer.message
        == "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
  }

  @Test("a session ends when its time is over, to the second")
  func expiry() async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("reader", policy: TestPolicy.allow("iam:*"))
    let session = try await account.assume("reader", as: user, ["DurationSeconds": "900"])
    server.advance(seconds: 899)
    #expect(try await server.call("ListUsers", as: session).isSuccess)
    server.advance(seconds: 1)
    let answer = try await server.call("ListUsers", as: session)
    #expect(answer.code == "ExpiredToken")
    #expect(answer.status == 403)
  }

  @Test("the session of a deleted role is dead, also when a role of the same name comes")
  func deletedRole() async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("reader", policy: TestPolicy.allow("iam:*"))
    let session = try await account.assume("reader", as: user)
    try await account.root("DeleteRolePolicy", ["RoleName": "reader", "PolicyName": "inline"])
    try await account.root("DeleteRole", ["RoleName": "reader"])
    #expect(try await server.call("ListUsers", as: session).code == "InvalidClientTokenId")
    try await account.role("reader", policy: TestPolicy.allow("iam:*"))
    #expect(try await server.call("ListUsers", as: session).code == "InvalidClientTokenId")
  }

  @Test("a trust in a user does not hold for a later user of the same name")
  func recycledName() async throws {
    _ = try await account.user("ann")
    try await account.role("reader", trusting: "arn:aws:iam::\(account.id):user/ann")
    for key in try await account.root("ListAccessKeys", ["UserName": "ann"]).all("AccessKeyId") {
      try await account.root("DeleteAccessKey", ["UserName": "ann", "AccessKeyId": key])
    }
    try await account.root("DeleteUser", ["UserName": "ann"])
    let impostor = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    #expect(try await assume("reader", as: impostor).code == "AccessDenied")
  }

  @Test("a trust in a user of another account does not hold for a later user of the same name")
  func recycledNameElsewhere() async throws {
    let other = try await server.account()
    let eve = try await other.user("eve", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("shared", trusting: "arn:aws:iam::\(other.id):user/eve")
    #expect(try await assume("shared", as: eve).isSuccess)
    try await other.root("DeleteAccessKey", ["UserName": "eve", "AccessKeyId": eve.accessKeyID])
    try await other.root("DeleteUserPolicy", ["UserName": "eve", "PolicyName": "inline"])
    try await other.root("DeleteUser", ["UserName": "eve"])
    server.advance(seconds: 1)
    let impostor = try await other.user("eve", policy: TestPolicy.allow("sts:AssumeRole"))
    #expect(try await assume("shared", as: impostor).code == "AccessDenied")
  }

  @Test("a trust in a user goes along with a change of the user's name")
  func renamed() async throws {
    let user = try await account.user("ann")
    try await account.role("reader", trusting: "arn:aws:iam::\(account.id):user/ann")
    try await account.root("UpdateUser", ["UserName": "ann", "NewUserName": "anna"])
    #expect(try await assume("reader", as: user).isSuccess)
  }

  @Test("session tags become principal tags, and transitive ones go along")
  func sessionTags() async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole", "sts:TagSession"))
    let policy = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*",\
      "Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}},\
      {"Effect":"Allow","Action":"sts:*","Resource":"*"}]}
      """
    try await account.role("first", policy: policy)
    try await account.role("second", policy: policy)
    let tags = [
      "Tags.member.1.Key": "team", "Tags.member.1.Value": "blue", "Tags.member.2.Key": "shift",
      "Tags.member.2.Value": "day",
    ]
    let plain = try await account.assume("first", as: user)
    #expect(try await server.call("ListUsers", as: plain).code == "AccessDenied")
    let tagged = try await account.assume("first", as: user, tags)
    #expect(try await server.call("ListUsers", as: tagged).isSuccess)
    let chained = try await account.assume("second", as: tagged)
    #expect(try await server.call("ListUsers", as: chained).code == "AccessDenied")
    let transitive = try await account.assume(
      "first", as: user, tags.merging(["TransitiveTagKeys.member.1": "team"]) { $1 })
    let inheriting = try await account.assume("second", as: transitive)
    #expect(try await server.call("ListUsers", as: inheriting).isSuccess)
    let conflict = try await assume(
      "second", as: transitive, ["Tags.member.1.Key": "TEAM", "Tags.member.1.Value": "red"])
    #expect(conflict.code == "InvalidParameterValue")
  }

  @Test("a source identity stays through chained roles and cannot be changed")
  func sourceIdentity() async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole", "sts:SetSourceIdentity"))
    try await account.role("first", policy: TestPolicy.allow("sts:*"))
    try await account.role("second")
    let session = try await account.assume("first", as: user, ["SourceIdentity": "ann.real"])
    #expect(try await assume("second", as: session)["SourceIdentity"] == "ann.real")
    let changed = try await assume("second", as: session, ["SourceIdentity": "somebody"])
    #expect(changed.code == "AccessDenied")
  }

  @Test("a malformed session policy is refused")
  func malformedPolicy() async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("reader")
    let answer = try await assume("reader", as: user, ["Policy": "{}"])
    #expect(answer.code == "MalformedPolicyDocument")
    #expect(answer.status == 400)
  }

  @Test("a one-time code without a device is refused")
  func oneTimeCode() async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("reader")
    let serial = "arn:aws:iam::\(account.id):mfa/ann"
    let answer = try await assume("reader", as: user, ["SerialNumber": serial, "TokenCode": "123456"])
    #expect(answer.code == "AccessDenied")
  }
}

import AWSCore
import AWSWire
import Directory
import ServiceKit
import Testing

@testable import ScenarioKit

/// Each key is observed from outside: through a policy that allows the call on a condition.
@Suite("Condition keys of every request") struct RequestKeysTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let condition: String
    let isAllowed: Bool
    var testDescription: String { "\(condition) \(isAllowed ? "allows" : "does not allow")" }

    init(_ op: String, _ key: String, _ value: String, _ isAllowed: Bool) {
      condition = #"{"\#(op)":{"\#(key)":"\#(value)"}}"#
      self.isAllowed = isAllowed
    }
  }

  static let account = "123456789012"

  private static func policy(_ condition: String) -> String {
    """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*",\
    "Condition":\(condition)}]}
    """
  }

  private static func start() async throws -> TestAccount {
    let server = try await TestServer.start()
    let made = try await server.directory.createAccount(
      id: AccountID(account), name: "test", email: "root@example.invalid")
    return TestAccount(
      server: server, id: made.account,
      root: SigV4.Credentials(accessKeyID: made.rootAccessKeyID, secretAccessKey: made.rootSecretAccessKey))
  }

  private static func expect(_ answer: Answer, isAllowed: Bool) {
    #expect(answer.isSuccess == isAllowed, "\(answer.text)")
    #expect(answer.isSuccess || answer.code == "AccessDenied")
  }

  static let ofUser = [
    Case("StringEquals", "aws:username", "ann", true), Case("StringEquals", "aws:username", "bob", false),
    Case("StringEquals", "AWS:UserName", "ann", true), Case("StringEquals", "aws:username", "Ann", false),
    Case("StringLike", "aws:userid", "AIDA*", true), Case("StringLike", "aws:userid", "*:*", false),
    Case("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:user/ann", true),
    Case("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:user/bob", false),
    Case("StringEquals", "aws:PrincipalAccount", "123456789012", true),
    Case("StringEquals", "aws:PrincipalAccount", "123456789013", false),
    Case("StringEquals", "aws:PrincipalType", "User", true),
    Case("StringEquals", "aws:PrincipalType", "Account", false),
    Case("StringEquals", "aws:PrincipalTag/team", "blue", true),
    Case("StringEquals", "aws:PrincipalTag/TEAM", "blue", true),
    Case("StringEquals", "aws:PrincipalTag/team", "red", false), Case("Null", "aws:PrincipalTag/other", "true", true),
    Case("DateEquals", "aws:CurrentTime", "2026-01-01T00:00:00Z", true),
    Case("DateGreaterThan", "aws:CurrentTime", "2025-12-31T23:59:59Z", true),
    Case("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", false),
    Case("NumericEquals", "aws:EpochTime", "1767225600", true),
    Case("NumericEquals", "aws:EpochTime", "1767225601", false),
    Case("DateEquals", "aws:EpochTime", "2026-01-01T00:00:00Z", true),
    Case("IpAddress", "aws:SourceIp", "192.0.2.0/24", true), Case("IpAddress", "aws:SourceIp", "192.0.3.0/24", false),
    Case("NotIpAddress", "aws:SourceIp", "192.0.2.7/32", false),
    Case("StringEquals", "aws:UserAgent", "test", true), Case("StringEquals", "aws:UserAgent", "Test", false),
    Case("Null", "aws:Referer", "true", true), Case("Null", "aws:Referer", "false", false),
    Case("Bool", "aws:SecureTransport", "false", true), Case("Bool", "aws:SecureTransport", "true", false),
    Case("StringEquals", "aws:RequestedRegion", "us-east-1", true),
    Case("StringEquals", "aws:RequestedRegion", "eu-west-1", false),
    Case("Null", "aws:TokenIssueTime", "true", true), Case("Null", "aws:TokenIssueTime", "false", false),
    Case("Null", "aws:MultiFactorAuthPresent", "true", true),
    Case("Bool", "aws:MultiFactorAuthPresent", "false", false),
    Case("BoolIfExists", "aws:MultiFactorAuthPresent", "true", true),
    Case("Null", "aws:MultiFactorAuthAge", "true", true),
    Case("Null", "aws:SourceIdentity", "true", true), Case("Null", "aws:SourceIdentity", "false", false),
    Case("Bool", "aws:ViaAWSService", "false", true), Case("Bool", "aws:ViaAWSService", "true", false),
    Case("Bool", "aws:PrincipalIsAWSService", "false", true),
    Case("Bool", "aws:PrincipalIsAWSService", "true", false),
    Case("StringEquals", "aws:ResourceAccount", "123456789012", true),
    Case("StringEquals", "aws:ResourceAccount", "123456789013", false),
    Case("StringEquals", "aws:NoSuchKey", "x", false), Case("Null", "aws:NoSuchKey", "true", true),
  ]

  @Test("of a user with its own key", arguments: ofUser)
  func user(_ tested: Case) async throws {
    let account = try await Self.start()
    let ann = try await account.user("ann", policy: Self.policy(tested.condition))
    try await account.root(
      "TagUser", ["UserName": "ann", "Tags.member.1.Key": "team", "Tags.member.1.Value": "blue"])
    Self.expect(try await account.server.call("ListUsers", as: ann), isAllowed: tested.isAllowed)
  }

  static let ofSession = [
    Case("Null", "aws:username", "true", true), Case("Null", "aws:username", "false", false),
    Case("StringLike", "aws:userid", "AROA*:session", true), Case("StringLike", "aws:userid", "AIDA*", false),
    Case("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/reader", true),
    Case("ArnLike", "aws:PrincipalArn", "arn:aws:sts::123456789012:assumed-role/reader/*", false),
    Case("StringEquals", "aws:PrincipalAccount", "123456789012", true),
    Case("StringEquals", "aws:PrincipalType", "AssumedRole", true),
    Case("StringEquals", "aws:PrincipalType", "User", false),
    Case("StringEquals", "aws:PrincipalTag/team", "red", true),
    Case("StringEquals", "aws:PrincipalTag/team", "blue", false),
    Case("StringEquals", "aws:PrincipalTag/stage", "test", true),
    Case("DateEquals", "aws:TokenIssueTime", "2026-01-01T00:00:00Z", true),
    Case("DateGreaterThan", "aws:TokenIssueTime", "2026-01-01T00:00:00Z", false),
    Case("DateEquals", "aws:CurrentTime", "2026-01-01T00:01:00Z", true),
    Case("Bool", "aws:MultiFactorAuthPresent", "false", true),
    Case("Bool", "aws:MultiFactorAuthPresent", "true", false),
    Case("Null", "aws:MultiFactorAuthPresent", "false", true), Case("Null", "aws:MultiFactorAuthAge", "true", true),
    Case("StringEquals", "aws:SourceIdentity", "ann.real", true),
    Case("StringEquals", "aws:SourceIdentity", "ann", false),
    Case("Bool", "aws:ViaAWSService", "false", true),
    Case("StringEquals", "aws:ResourceAccount", "123456789012", true),
  ]

  @Test("of a role's session, a minute after it began", arguments: ofSession)
  func session(_ tested: Case) async throws {
    let account = try await Self.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("sts:*"))
    try await account.role("reader", policy: Self.policy(tested.condition))
    try await account.root(
      "TagRole",
      [
        "RoleName": "reader", "Tags.member.1.Key": "Team", "Tags.member.1.Value": "blue", "Tags.member.2.Key": "stage",
        "Tags.member.2.Value": "test",
      ])
    let session = try await account.assume(
      "reader", as: ann,
      ["SourceIdentity": "ann.real", "Tags.member.1.Key": "team", "Tags.member.1.Value": "red"])
    account.server.advance(seconds: 60)
    Self.expect(try await account.server.call("ListUsers", as: session), isAllowed: tested.isAllowed)
  }

  @Test("a principal's tag counts as it is now, however often it was asked for before")
  func changedTag() async throws {
    let account = try await Self.start()
    let condition = #"{"StringEquals":{"aws:PrincipalTag/team":"blue"}}"#
    let ann = try await account.user("ann", policy: Self.policy(condition))
    for (team, isAllowed) in [("red", false), ("blue", true), ("green", false), ("blue", true)] {
      try await account.root(
        "TagUser", ["UserName": "ann", "Tags.member.1.Key": "team", "Tags.member.1.Value": team])
      for _ in 0..<2 {
        Self.expect(try await account.server.call("ListUsers", as: ann), isAllowed: isAllowed)
      }
    }
    try await account.root("UntagUser", ["UserName": "ann", "TagKeys.member.1": "team"])
    Self.expect(try await account.server.call("ListUsers", as: ann), isAllowed: false)
  }

  @Test("what one session of a role says of itself holds for no other session of it")
  func twoSessions() async throws {
    let account = try await Self.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("sts:*"))
    try await account.role("reader", policy: Self.policy(#"{"StringEquals":{"aws:PrincipalTag/team":"red"}}"#))
    func session(_ team: String) async throws -> SigV4.Credentials {
      try await account.assume(
        "reader", as: ann, ["Tags.member.1.Key": "team", "Tags.member.1.Value": team])
    }
    let (red, blue) = (try await session("red"), try await session("blue"))
    for _ in 0..<2 {
      Self.expect(try await account.server.call("ListUsers", as: red), isAllowed: true)
      Self.expect(try await account.server.call("ListUsers", as: blue), isAllowed: false)
    }
  }

  @Test(
    "of the connection and the headers as they came",
    arguments: [
      Case("Bool", "aws:SecureTransport", "true", true), Case("Bool", "aws:SecureTransport", "false", false),
      Case("IpAddress", "aws:SourceIp", "2001:db8::/32", true),
      Case("IpAddress", "aws:SourceIp", "203.0.113.9/32", false),
      Case("StringLike", "aws:UserAgent", "Boto3/*", true),
      Case("StringEquals", "aws:Referer", "https://x.invalid/", true),
      Case("StringEquals", "aws:RequestedRegion", "eu-west-1", true), Case("Null", "aws:VpcSourceIp", "true", true),
    ])
  func connection(_ tested: Case) async throws {
    let account = try await Self.start()
    let ann = try await account.user("ann", policy: Self.policy(tested.condition))
    let request = try account.server.signed("ListUsers", as: ann, region: "eu-west-1") { request in
      request.isSecure = true
      request.peerAddress = "2001:db8::7"
      request.headers.removeAll { $0.name == "user-agent" }
      request.headers += [
        Header("user-agent", "Boto3/1.44"), Header("referer", "https://x.invalid/"),
        Header("x-forwarded-for", "203.0.113.9"), Header("x-forwarded-proto", "http"),
        Header("forwarded", "for=203.0.113.9"),
      ]
    }
    Self.expect(await account.server.send(request), isAllowed: tested.isAllowed)
  }

  @Test("the root user has no name, and its id is the account's")
  func root() async throws {
    let account = try await Self.start()
    let identity = try await account.root("GetCallerIdentity", service: "sts")
    #expect(identity["UserId"] == Self.account)
    #expect(identity["Arn"] == "arn:aws:iam::123456789012:root")
  }
}

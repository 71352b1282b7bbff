import AWSCore
import AWSWire
import ScenarioKit
import Testing
import WebIdentity

@Suite("Web identity tokens") struct WebIdentityTokensTests {
  private let account: TestAccount
  private var server: TestServer { account.server }

  init() async throws { account = try await TestServer.start().account() }

  private func token(
    as caller: SigV4.Credentials, _ more: [String: String] = [:]
  ) async throws -> Answer {
    var parameters = ["Audience.member.1": "https://api.example.com", "SigningAlgorithm": "ES384"]
    parameters.merge(more) { $1 }
    return try await server.call("GetWebIdentityToken", parameters, as: caller, service: "sts")
  }

  private func claims(_ answer: Answer) throws -> [String: JSONValue] {
    let parts = try #require(answer["WebIdentityToken"]).split(separator: ".")
    let payload = try #require(Base64.decode(parts[1], .urlSafe))
    // The reader of tokens takes no ES384 of an issuer that it does not know; the claims are read by themselves.
    let text = "\(Base64.encode(Array("{\"alg\":\"ES256\",\"kid\":\"k\"}".utf8), .urlSafe))."
    return try JSONWebToken(text + Base64.encode(payload, .urlSafe) + ".YWJj").claims
  }

  @Test("without the feature there is no token")
  func disabled() async throws {
    let answer = try await token(as: account.root)
    #expect(answer.code == "OutboundWebIdentityFederationDisabledException")
    #expect(answer.status == 403)
  }

  @Test("a token says who asks, for whom and how long")
  func whoAsks() async throws {
    let issuer = try await account.root("EnableOutboundWebIdentityFederation")["IssuerIdentifier"]
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:*"))
    try await account.root(
      "TagUser", ["UserName": "ann", "Tags.member.1.Key": "team", "Tags.member.1.Value": "red"])
    let answer = try await token(
      as: user, ["Tags.member.1.Key": "job", "Tags.member.1.Value": "42", "DurationSeconds": "60"])
    #expect(answer["Expiration"] == "2026-01-01T00:01:00Z")
    let claims = try claims(answer)
    #expect(claims["iss"]?.text == issuer)
    #expect(claims["sub"]?.text == "arn:aws:iam::\(account.id):user/ann")
    #expect(claims["aud"]?.text == "https://api.example.com")
    #expect(claims["exp"]?.integer == server.now.seconds + 60)
    let own = try #require(claims["https://sts.amazonaws.com/"])
    #expect(own["aws_account"]?.text == account.id.description)
    #expect(own["source_region"]?.text == "us-east-1")
    #expect(own["principal_tags"]?["team"]?.text == "red")
    #expect(own["request_tags"]?["job"]?.text == "42")
    #expect(own["original_session_exp"] == nil)
  }

  @Test("a role's session goes by its role, with its own tags, and no longer than itself")
  func roleSession() async throws {
    try await account.root("EnableOutboundWebIdentityFederation")
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:*"))
    try await account.role("worker", policy: TestPolicy.allow("sts:*"))
    let session = try await account.assume(
      "worker", as: user,
      [
        "DurationSeconds": "900", "Tags.member.1.Key": "team", "Tags.member.1.Value": "blue", "SourceIdentity": "ann",
      ])
    let claims = try claims(try await token(as: session, ["DurationSeconds": "900"]))
    #expect(claims["sub"]?.text == "arn:aws:iam::\(account.id):role/worker")
    let own = try #require(claims["https://sts.amazonaws.com/"])
    #expect(own["principal_tags"]?["team"]?.text == "blue")
    #expect(own["original_session_exp"]?.text == "2026-01-01T00:15:00Z")
    #expect(own["source_identity"]?.text == "ann")
    server.advance(seconds: 1)
    #expect(try await token(as: session, ["DurationSeconds": "900"]).code == "SessionDurationEscalationException")
    #expect(try await token(as: session, ["DurationSeconds": "899"]).isSuccess)
  }

  @Test("policies may ask for audience, algorithm, duration and tags")
  func conditions() async throws {
    try await account.root("EnableOutboundWebIdentityFederation")
    let policy = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:GetWebIdentityToken","Resource":"*",
      "Condition":{"ForAllValues:StringEquals":{"sts:IdentityTokenAudience":"https://api.example.com"},
      "NumericLessThanEquals":{"sts:DurationSeconds":300},"StringEquals":{"sts:SigningAlgorithm":"ES384"}}}}
      """
    let user = try await account.user("ann", policy: policy)
    #expect(try await token(as: user).isSuccess)
    for more in [
      ["Audience.member.1": "other"], ["Audience.member.2": "other"], ["DurationSeconds": "301"],
      ["SigningAlgorithm": "RS256"], ["Tags.member.1.Key": "a", "Tags.member.1.Value": "b"],
    ] {
      #expect(try await token(as: user, more).code == "AccessDenied", "\(more)")
    }
  }

  @Test(
    "inputs are checked",
    arguments: [
      ["SigningAlgorithm": "HS256"], ["SigningAlgorithm": "RS25"], ["DurationSeconds": "59"],
      ["DurationSeconds": "3601"], ["Audience.member.1": ""],
    ])
  func badInput(_ more: [String: String]) async throws {
    try await account.root("EnableOutboundWebIdentityFederation")
    #expect(try await token(as: account.root, more).code == "ValidationError")
  }

  @Test("a payload that is too large is refused")
  func tooLarge() async throws {
    try await account.root("EnableOutboundWebIdentityFederation")
    var more: [String: String] = [:]
    for number in 1...50 {
      more["Tags.member.\(number).Key"] = "\(number)" + String(repeating: "k", count: 120)
      more["Tags.member.\(number).Value"] = String(repeating: "v", count: 256)
    }
    #expect(try await token(as: account.root, more).code == "JWTPayloadSizeExceededException")
  }
}

@Suite("Root sessions and delegated tokens") struct RootSessionsTests {
  private static let task = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"

  private func attempt(
    _ account: TestAccount, as caller: SigV4.Credentials, target: String? = nil, task: String = RootSessionsTests.task,
    _ more: [String: String] = [:]
  ) async throws -> Answer {
    var parameters = ["TargetPrincipal": target ?? account.id.description, "TaskPolicyArn.arn": task]
    parameters.merge(more) { $1 }
    return try await account.server.call("AssumeRoot", parameters, as: caller, service: "sts")
  }

  @Test("nobody manages an organization here, so that AssumeRoot is refused, the root user first")
  func refused() async throws {
    let account = try await TestServer.start().account()
    let other = try await account.server.account()
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRoot"))
    #expect(try await attempt(account, as: account.root).code == "AccessDenied")
    #expect(try await attempt(account, as: user).code == "AccessDenied")
    #expect(try await attempt(account, as: user, target: "arn:aws:iam::\(account.id):root").code == "AccessDenied")
    #expect(try await attempt(account, as: user, target: other.id.description).code == "AccessDenied")
  }

  @Test("task, target and duration are checked")
  func checked() async throws {
    let account = try await TestServer.start().account()
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRoot"))
    for task in ["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/root-task/Other"] {
      #expect(try await attempt(account, as: user, task: task).code == "ValidationError")
    }
    #expect(try await attempt(account, as: user, target: "not an account").code == "ValidationError")
    #expect(try await attempt(account, as: user, ["DurationSeconds": "901"]).code == "ValidationError")
  }

  @Test("a policy may ask which task it is")
  func taskKey() async throws {
    let account = try await TestServer.start().account()
    let policy = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRoot","Resource":"*",
      "Condition":{"ArnEquals":{"sts:TaskPolicyArn":"\(Self.task)"}}}}
      """
    let user = try await account.user("ann", policy: policy)
    let granted = try await attempt(account, as: user)
    #expect(granted.message?.contains("not authorized to perform: sts:AssumeRoot") == false)
    let other = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"
    let denied = try await attempt(account, as: user, task: other)
    #expect(denied.message?.contains("not authorized to perform: sts:AssumeRoot") == true)
  }

  @Test("a token that nobody gave cannot be traded in")
  func delegated() async throws {
    let account = try await TestServer.start().account()
    let answer = try await account.server.call(
      "GetDelegatedAccessToken", ["TradeInToken": "x"], as: account.root, service: "sts")
    #expect(answer.code == "ExpiredTradeInTokenException")
  }
}

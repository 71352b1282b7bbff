import AWSCore
import AWSWire
import ScenarioKit
import Testing

@Suite("AssumeRoleWithWebIdentity") struct AssumeRoleWithWebIdentityTests {
  private let account: TestAccount
  private let issuer: TestIssuer
  private let stub = StubIssuers()
  private var server: TestServer { account.server }
  private var arn: String { "arn:aws:iam::\(account.id):oidc-provider/id.example.com" }

  init() async throws {
    account = try await TestServer.start(issuers: stub).account()
    issuer = try await TestIssuer(in: stub)
    try await account.root(
      "CreateOpenIDConnectProvider",
      [
        "Url": issuer.url, "ClientIDList.member.1": "client", "ThumbprintList.member.1": StubIssuers.thumbprint,
      ])
  }

  private func role(
    _ name: String = "web", condition: String = "{}", actions: String = "\"sts:AssumeRoleWithWebIdentity\"",
    provider: String? = nil, policy: String = TestPolicy.allow("iam:*")
  ) async throws {
    let trust = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"\(provider ?? arn)"},
      "Action":[\(actions)],"Condition":\(condition)}}
      """
    try await account.root("CreateRole", ["RoleName": name, "AssumeRolePolicyDocument": trust])
    try await account.root(
      "PutRolePolicy", ["RoleName": name, "PolicyName": "inline", "PolicyDocument": policy])
  }

  private func assume(
    _ token: String, role: String = "web", _ more: [String: String] = [:]
  ) async throws -> Answer {
    var parameters = [
      "RoleArn": "arn:aws:iam::\(account.id):role/\(role)", "RoleSessionName": "session", "WebIdentityToken": token,
    ]
    parameters.merge(more) { $1 }
    return try await server.call("AssumeRoleWithWebIdentity", parameters, as: nil, service: "sts")
  }

  private func token(_ claims: [String: String] = [:]) throws -> String { try issuer.token(claims, now: server.now) }

  @Test("a token gives a role's credentials, without a signature, as often as it is shown")
  func credentials() async throws {
    try await role()
    let token = try token()
    for _ in 0..<2 {
      let answer = try await assume(token)
      #expect(answer["SubjectFromWebIdentityToken"] == "somebody")
      #expect(answer["Audience"] == "client")
      #expect(answer["Provider"] == arn)
      #expect(answer["Arn"] == "arn:aws:sts::\(account.id):assumed-role/web/session")
      let caller = try await server.call("GetCallerIdentity", [:], as: answer.credentials, service: "sts")
      #expect(caller["Arn"] == "arn:aws:sts::\(account.id):assumed-role/web/session")
      #expect(try await server.call("ListUsers", [:], as: answer.credentials).isSuccess)
    }
  }

  @Test(
    "what the token lacks or has wrong refuses it",
    arguments: [
      (["aud": "\"other\""], "InvalidIdentityToken", "Incorrect token audience"),
      (["azp": "\"other\""], "InvalidIdentityToken", "Incorrect token audience"),
      (["aud": ""], "InvalidIdentityToken", "Missing a required claim: aud"),
      (["sub": ""], "InvalidIdentityToken", "Missing a required claim: sub"),
      (["exp": ""], "InvalidIdentityToken", "Missing a required claim: exp"),
      (["iat": ""], "InvalidIdentityToken", "Missing a required claim: iat"),
      (["iss": ""], "InvalidIdentityToken", "Missing a required claim: iss"),
      (["iss": "\"id.example.com\""], "InvalidIdentityToken", "Issuer must be a valid URL"),
      (
        ["iss": "\"https://id.example.com/\""], "InvalidIdentityToken",
        "No OpenIDConnect provider found in your account for https://id.example.com/"
      ),
      (["exp": "1000"], "ExpiredTokenException", "Token expired: current date/time 1767225600 must be before"),
      (["nbf": "1767225700"], "InvalidIdentityToken", "Token is not valid yet"),
    ])
  func refused(_ claims: [String: String], _ code: String, _ message: String) async throws {
    try await role()
    let answer = try await assume(try token(claims))
    #expect(answer.code == code)
    #expect(answer.message?.hasPrefix(message) == true, "\(answer.message ?? "")")
  }

  @Test("a token that another key signed, or that names a key that is not published, is refused")
  func otherKeys() async throws {
    try await role()
    let other = try await TestIssuer(issuer.url, in: StubIssuers())
    #expect(try await assume(try other.token(now: server.now)).code == "InvalidIdentityToken")
    let unknown = try await assume(try issuer.token(now: server.now, kid: "key-2"))
    #expect(unknown.code == "InvalidIdentityToken")
    #expect(unknown.message?.hasPrefix("Couldn't retrieve verification key from your identity provider") == true)
  }

  @Test("an issuer that cannot be reached is told so")
  func unreachable() async throws {
    try await account.root(
      "CreateOpenIDConnectProvider",
      ["Url": "https://away.example.com", "ThumbprintList.member.1": StubIssuers.thumbprint])
    let answer = try await assume(try token(["iss": "\"https://away.example.com\""]))
    #expect(answer.code == "IDPCommunicationError")
  }

  @Test("a token expires to the second")
  func expiry() async throws {
    try await role()
    let token = try token()
    server.advance(seconds: 299)
    #expect(try await assume(token).isSuccess)
    server.advance(seconds: 1)
    #expect(try await assume(token).code == "ExpiredTokenException")
  }

  @Test("the trust policy decides: about the provider, the audience and the subject")
  func trust() async throws {
    let right = #"{"StringEquals":{"id.example.com:sub":"somebody","id.example.com:aud":"client"}}"#
    try await role("right", condition: right)
    try await role("subject", condition: #"{"StringEquals":{"id.example.com:sub":"another"}}"#)
    try await role("provider", provider: "arn:aws:iam::\(account.id):oidc-provider/other.example.com")
    try await role("action", actions: "\"sts:AssumeRoleWithSAML\"")
    try await account.role("account")
    let token = try token()
    #expect(try await assume(token, role: "right").isSuccess)
    for name in ["subject", "provider", "action", "account", "missing"] {
      let answer = try await assume(token, role: name)
      #expect(answer.code == "AccessDenied", "\(name)")
      #expect(answer.message == "Not authorized to perform sts:AssumeRoleWithWebIdentity")
    }
  }

  @Test("another account's provider of the same name vouches for nobody here")
  func otherAccount() async throws {
    try await role()
    let other = try await server.account()
    let answer = try await server.call(
      "AssumeRoleWithWebIdentity",
      [
        "RoleArn": "arn:aws:iam::\(other.id):role/web", "RoleSessionName": "session", "WebIdentityToken": try token(),
      ], as: nil, service: "sts")
    #expect(answer.code == "InvalidIdentityToken")
  }

  @Test("a deleted provider vouches for nobody any longer")
  func deletedProvider() async throws {
    try await role()
    let token = try token()
    #expect(try await assume(token).isSuccess)
    try await account.root("DeleteOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn])
    #expect(try await assume(token).code == "InvalidIdentityToken")
  }

  @Test("several audiences are several values, and azp stands in their place")
  func audiences() async throws {
    try await role(condition: #"{"ForAnyValue:StringEquals":{"id.example.com:aud":"first"}}"#)
    #expect(try await assume(try token(["aud": #"["first","client"]"#])).isSuccess)
    let party = try await assume(try token(["aud": #"["first","client"]"#, "azp": "\"client\""]))
    #expect(party.code == "AccessDenied")
  }

  @Test("the session keeps who vouched, and for whom")
  func lastingKeys() async throws {
    let policy = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":{
      "StringEquals":{"aws:FederatedProvider":"\(arn)","id.example.com:sub":"somebody","id.example.com:aud":"client"}}}}
      """
    try await role(policy: policy)
    let session = try await assume(try token()).credentials
    #expect(try await server.call("ListUsers", [:], as: session).isSuccess)
    let other = try await assume(try token(["sub": "\"another\""])).credentials
    #expect(try await server.call("ListUsers", [:], as: other).code == "AccessDenied")
  }

  @Test("tags of the token become the session's, if the trust policy lets them")
  func tags() async throws {
    let nested =
      #"{"principal_tags":{"team":["red"],"area":"north"},"transitive_tag_keys":["team"]}"#
    let claims = ["https://aws.amazon.com/tags": nested]
    let flat = [
      "https://aws.amazon.com/tags/principal_tags/team": #"["red"]"#,
      "https://aws.amazon.com/tags/transitive_tag_keys": #"["team"]"#,
    ]
    let condition = """
      {"StringEquals":{"aws:RequestTag/team":"red"},
      "ForAllValues:StringEquals":{"sts:TransitiveTagKeys":["team"]}}
      """
    let policy = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*",
      "Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}}}
      """
    try await role("untagged")
    try await role(
      "tagged", condition: condition, actions: #""sts:AssumeRoleWithWebIdentity","sts:TagSession""#, policy: policy)
    #expect(try await assume(try token(claims), role: "untagged").code == "AccessDenied")
    for form in [claims, flat] {
      let answer = try await assume(try token(form), role: "tagged")
      #expect(answer["PackedPolicySize"] != nil)
      #expect(try await server.call("ListUsers", [:], as: answer.credentials).isSuccess)
    }
    #expect(try await assume(try token(), role: "tagged").code == "AccessDenied")
  }

  @Test(
    "tags that are none refuse the token",
    arguments: [
      #"[]"#, #"{"principal_tags":[]}"#, #"{"principal_tags":{"a":["x","y"]}}"#, #"{"principal_tags":{"a":7}}"#,
      #"{"principal_tags":{"<":["x"]}}"#, #"{"transitive_tag_keys":["a"]}"#,
    ])
  func badTags(_ tags: String) async throws {
    try await role(actions: #""sts:AssumeRoleWithWebIdentity","sts:TagSession""#)
    #expect(try await assume(try token(["https://aws.amazon.com/tags": tags])).code == "InvalidIdentityToken")
  }

  @Test("a source identity needs the trust policy's leave and stays")
  func sourceIdentity() async throws {
    let claims = ["https://aws.amazon.com/source_identity": "\"ann\""]
    try await role("plain")
    try await role("named", actions: #""sts:AssumeRoleWithWebIdentity","sts:SetSourceIdentity""#)
    #expect(try await assume(try token(claims), role: "plain").code == "AccessDenied")
    #expect(try await assume(try token(claims), role: "named")["SourceIdentity"] == "ann")
    let bad = ["https://aws.amazon.com/source_identity": "\"a b\""]
    #expect(try await assume(try token(bad), role: "named").code == "InvalidIdentityToken")
  }

  @Test("a token that names roles is good for these alone")
  func roles() async throws {
    try await role()
    try await role("asked", condition: #"{"Bool":{"sts:RoleAuthorizedByIdp":"true"}}"#)
    let name = "https://aws.amazon.com/roles"
    let asked = "arn:aws:iam::\(account.id):role/asked"
    #expect(try await assume(try token([name: "[\"\(asked)\"]"]), role: "asked").isSuccess)
    #expect(try await assume(try token([name: "[\"\(asked)\"]"])).code == "InvalidIdentityToken")
    #expect(try await assume(try token(), role: "asked").code == "AccessDenied")
  }

  @Test("durations, session policies and provider ids are checked")
  func otherInputs() async throws {
    try await role()
    let token = try token()
    #expect(try await assume(token, ["DurationSeconds": "3601"]).code == "ValidationError")
    #expect(try await assume(token, ["DurationSeconds": "899"]).code == "ValidationError")
    #expect(try await assume(token, ["Policy": "{"]).code == "MalformedPolicyDocument")
    let limited = try await assume(token, ["Policy": TestPolicy.allow("s3:*")])
    #expect(try await server.call("ListUsers", [:], as: limited.credentials).code == "AccessDenied")
    #expect(try await assume(token, ["ProviderId": "id.example.com"]).code == "InvalidIdentityToken")
    #expect(try await assume(token, ["ProviderId": "www.amazon.com"]).code == "IDPCommunicationError")
    #expect(try await assume("abc").code == "ValidationError")
    #expect(try await assume("abcd").code == "InvalidIdentityToken")
    #expect(try await assume(String(repeating: "a", count: 20_001)).code == "ValidationError")
  }

  @Test("what Google knows is asked of Google, by its own names")
  func builtIn() async throws {
    let google = try await TestIssuer("https://accounts.google.com", in: stub)
    let condition = """
      {"StringEquals":{"accounts.google.com:aud":"app","accounts.google.com:oaud":"web",
      "accounts.google.com:sub":"somebody"}}
      """
    try await role(condition: condition, provider: "accounts.google.com")
    let good = try google.token(["aud": "\"web\"", "azp": "\"app\""], now: server.now)
    #expect(try await assume(good)["Provider"] == "accounts.google.com")
    #expect(try await assume(try google.token(["aud": "\"web\""], now: server.now)).code == "AccessDenied")
  }
}

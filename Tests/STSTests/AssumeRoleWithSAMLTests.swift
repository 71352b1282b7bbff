import AWSCore
import AWSWire
import Directory
import SAMLFixtures
import ScenarioKit
import Testing

@Suite("AssumeRoleWithSAML") struct AssumeRoleWithSAMLTests {
  let account: TestAccount
  let roleARN: String
  let providerARN: String

  init() async throws {
    account = try await TestServer.start().account()
    roleARN = "arn:aws:iam::\(account.id):role/federated"
    providerARN = "arn:aws:iam::\(account.id):saml-provider/idp"
    try await account.root("CreateSAMLProvider", ["Name": "idp", "SAMLMetadataDocument": TestResponse.metadata()])
    try await account.root("CreateRole", ["RoleName": "federated", "AssumeRolePolicyDocument": trust()])
    try await account.root(
      "PutRolePolicy",
      ["RoleName": "federated", "PolicyName": "all", "PolicyDocument": TestPolicy.allow("iam:*", "sts:*")])
  }

  private func trust(
    _ actions: String = "\"sts:AssumeRoleWithSAML\"", condition: String = "{}"
  ) -> String {
    """
    {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"\(providerARN)"},
    "Action":[\(actions)],"Condition":\(condition)}}
    """
  }

  private func trust(_ document: String) async throws {
    try await account.root("UpdateAssumeRolePolicy", ["RoleName": "federated", "PolicyDocument": document])
  }

  private func response(_ id: String = "_assertion", _ change: (inout TestResponse) -> Void = { _ in }) -> TestResponse
  {
    var response = TestResponse(role: roleARN, provider: providerARN, at: account.server.now)
    response.assertionID = id
    change(&response)
    return response
  }

  private func assume(
    _ response: TestResponse, _ more: [String: String] = [:], as credentials: SigV4.Credentials? = nil
  ) async throws -> Answer {
    try await assume(base64: try response.base64(), more, as: credentials)
  }

  private func assume(
    base64: String, _ more: [String: String] = [:], as credentials: SigV4.Credentials? = nil
  ) async throws -> Answer {
    try await account.server.call(
      "AssumeRoleWithSAML",
      ["RoleArn": roleARN, "PrincipalArn": providerARN, "SAMLAssertion": base64].merging(more) { $1 },
      as: credentials, service: "sts")
  }

  // MARK: What comes of it

  @Test("an assertion opens a session of the role, without any signature")
  func session() async throws {
    let answer = try await assume(response())
    #expect(answer.isSuccess, "\(answer.text)")
    #expect(answer["Subject"] == "ann@example.com")
    #expect(answer["SubjectType"] == "persistent")
    #expect(answer["Issuer"] == TestResponse.entityID)
    #expect(answer["Audience"] == TestResponse.endpoint)
    #expect(answer["Arn"] == "arn:aws:sts::\(account.id):assumed-role/federated/ann")
    #expect(answer["Expiration"] == account.server.now.adding(seconds: 3_600).iso8601)
    #expect(answer["PackedPolicySize"] == nil)
    #expect(answer["SourceIdentity"] == nil)
    // A SHA-1 in base 64.
    #expect(answer["NameQualifier"]?.utf8.count == 28)
    let identity = try await account.server.call("GetCallerIdentity", as: answer.credentials, service: "sts")
    #expect(identity["Arn"] == "arn:aws:sts::\(account.id):assumed-role/federated/ann")
    #expect(try await account.server.call("ListUsers", as: answer.credentials).isSuccess)
  }

  @Test("a signature of whoever it is changes nothing")
  func signed() async throws {
    let stranger = SigV4.Credentials(accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: Secret("wrong"))
    #expect(try await assume(response("_1"), as: account.root).isSuccess)
    #expect(try await assume(response("_2"), as: stranger).isSuccess)
  }

  @Test("the provider may be named first, and other pairs may stand beside")
  func pairs() async throws {
    let answer = try await assume(
      response {
        $0.set(
          "Role",
          [
            "arn:aws:iam::111122223333:role/x,arn:aws:iam::111122223333:saml-provider/x",
            "\(providerARN) , \(roleARN)",
          ])
      })
    #expect(answer.isSuccess, "\(answer.text)")
  }

  @Test("a session lasts as long as the shortest of all that limits it")
  func durations() async throws {
    let now = account.server.now
    try await account.root("UpdateRole", ["RoleName": "federated", "MaxSessionDuration": "7200"])
    let cases: [(asked: String?, attribute: String?, end: Int64?, seconds: Int64)] = [
      (nil, nil, nil, 3_600), ("7200", nil, nil, 7_200), ("7200", "1800", nil, 1_800), (nil, "43200", nil, 3_600),
      ("900", "1800", nil, 900), (nil, nil, 1_000, 1_000), ("7200", "1800", 1_200, 1_200), (nil, "900", 8_000, 900),
    ]
    for (index, wanted) in cases.enumerated() {
      let response = response("_\(index)") {
        $0.sessionEnd = wanted.end.map { now.adding(seconds: $0) }
        $0.set("SessionDuration", wanted.attribute.map { [$0] } ?? [])
      }
      let answer = try await assume(response, wanted.asked.map { ["DurationSeconds": $0] } ?? [:])
      #expect(answer["Expiration"] == now.adding(seconds: wanted.seconds).iso8601, "\(index): \(answer.text)")
    }
    let tooLong = try await assume(response("_x"), ["DurationSeconds": "7201"])
    #expect(tooLong.code == "ValidationError")
    #expect(tooLong.message == "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
  }

  @Test("tags and source identity go along where the trust policy grants them")
  func tags() async throws {
    let tagged: (inout TestResponse) -> Void = {
      $0.set("PrincipalTag:Project", ["Rocket"])
      $0.set("PrincipalTag:Cost", ["12"])
      $0.set("TransitiveTagKeys", ["Project"])
      $0.set("SourceIdentity", ["ann-source"])
    }
    #expect(try await assume(response("_1", tagged)).code == "AccessDenied")
    try await trust(trust("\"sts:AssumeRoleWithSAML\",\"sts:TagSession\""))
    #expect(try await assume(response("_1", tagged)).code == "AccessDenied")
    try await trust(trust("\"sts:AssumeRoleWithSAML\",\"sts:TagSession\",\"sts:SetSourceIdentity\""))
    let answer = try await assume(response("_1", tagged))
    #expect(answer["SourceIdentity"] == "ann-source")
    #expect(answer["PackedPolicySize"] == "1")
    try await account.root(
      "PutRolePolicy",
      [
        "RoleName": "federated", "PolicyName": "all",
        "PolicyDocument": """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":
        {"StringEquals":{"aws:PrincipalTag/Project":"Rocket","aws:SourceIdentity":"ann-source"}}}}
        """,
      ])
    #expect(try await account.server.call("ListUsers", as: answer.credentials).isSuccess)
  }

  @Test(
    "the trust policy can ask for what the assertion says",
    arguments: [
      ("saml:aud", TestResponse.endpoint), ("saml:iss", TestResponse.entityID), ("saml:sub", "ann@example.com"),
      ("saml:sub_type", "persistent"), ("saml:doc", "ACCOUNT/idp"), ("sts:RoleSessionName", "ann"),
      ("saml:edupersonprimaryaffiliation", "staff"), ("saml:mail", "ann@mail.example"),
      ("saml:commonName", "Ann"),
    ])
  func trustConditions(_ key: String, _ value: String) async throws {
    let value = value.replacing("ACCOUNT", with: account.id.description)
    let response = response {
      $0.set(attribute: "urn:oid:1.3.6.1.4.1.5923.1.1.1.5", ["staff"])
      $0.set(attribute: "0.9.2342.19200300100.1.3", ["ann@mail.example"])
      $0.set(attribute: "2.5.4.3", ["Ann"])
    }
    try await trust(trust(condition: "{\"StringEquals\":{\"\(key)\":\"x\(value)\"}}"))
    #expect(try await assume(response).code == "AccessDenied")
    try await trust(trust(condition: "{\"StringEquals\":{\"\(key)\":\"\(value)\"}}"))
    let answer = try await assume(response)
    #expect(answer.isSuccess, "\(answer.text)")
  }

  @Test("an attribute with several values is a list of them")
  func lists() async throws {
    let response = response { $0.set(attribute: "urn:oid:1.3.6.1.4.1.5923.1.1.1.1", ["student", "staff"]) }
    let all = "{\"ForAllValues:StringEquals\":{\"saml:edupersonaffiliation\":[\"staff\"]}}"
    try await trust(trust(condition: all))
    #expect(try await assume(response).code == "AccessDenied")
    try await trust(trust(condition: all.replacing("AllValues", with: "AnyValue")))
    #expect(try await assume(response).isSuccess)
  }

  @Test("the session's requests know the subject and the provider, and nothing else of the assertion")
  func sessionConditions() async throws {
    let answer = try await assume(response())
    for (condition, isMet) in [
      ("\"StringEquals\":{\"saml:sub\":\"ann@example.com\",\"saml:sub_type\":\"persistent\"}", true),
      ("\"StringEquals\":{\"saml:namequalifier\":\"\(answer["NameQualifier"] ?? "")\"}", true),
      ("\"StringEquals\":{\"aws:FederatedProvider\":\"\(providerARN)\"}", true),
      ("\"Null\":{\"saml:iss\":\"false\"}", false), ("\"Null\":{\"saml:aud\":\"false\"}", false),
    ] {
      try await account.root(
        "PutRolePolicy",
        [
          "RoleName": "federated", "PolicyName": "all",
          "PolicyDocument": """
          {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*",
          "Condition":{\(condition)}}}
          """,
        ])
      let listed = try await account.server.call("ListUsers", as: answer.credentials)
      #expect(listed.isSuccess == isMet, "\(condition): \(listed.text)")
    }
  }

  @Test("a session policy limits the session")
  func sessionPolicy() async throws {
    let answer = try await assume(response(), ["Policy": TestPolicy.allow("iam:ListRoles")])
    #expect(try await account.server.call("ListRoles", as: answer.credentials).isSuccess)
    #expect(try await account.server.call("ListUsers", as: answer.credentials).code == "AccessDenied")
  }

  @Test("an encrypted assertion opens the session, and a plain one none where encryption is required")
  func encrypted() async throws {
    let encrypted = Base64.encode(Array(try response().encryptedXML(for: .encryption).utf8))
    #expect(try await assume(base64: encrypted).code == "InvalidIdentityToken")
    try await account.root(
      "UpdateSAMLProvider",
      [
        "SAMLProviderArn": providerARN, "AssertionEncryptionMode": "Required", "AddPrivateKey": TestKey.encryption.pem,
      ])
    #expect(try await assume(base64: encrypted).isSuccess)
    let plain = try await assume(response("_plain"))
    #expect(plain.code == "InvalidIdentityToken")
    #expect(plain.message == "The provider requires that assertions are encrypted.")
  }

  // MARK: What is refused

  @Test("an assertion holds once, and a call that is refused does not use it up")
  func replay() async throws {
    let response = response()
    #expect(try await assume(response, ["Policy": "{"]).code == "MalformedPolicyDocument")
    #expect(try await assume(response).isSuccess)
    let again = try await assume(response)
    #expect(again.code == "InvalidIdentityToken")
    #expect(again.message == "The assertion has been used before")
    account.server.advance(seconds: 299)
    #expect(try await assume(response).code == "InvalidIdentityToken")
    account.server.advance(seconds: 1)
    #expect(try await assume(response).code == "ExpiredTokenException")
  }

  @Test("of calls at one time with one assertion one is answered")
  func race() async throws {
    let base64 = try response().base64()
    let successes = try await withThrowingTaskGroup { group in
      for _ in 0..<20 { group.addTask { try await assume(base64: base64).isSuccess } }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(successes == 1)
  }

  @Test(
    "a role that the assertion does not name, or that does not exist, is not given",
    arguments: [
      "role/other", "role/federated2", "role/path/federated", "role/FEDERATED",
    ])
  func otherRole(_ resource: String) async throws {
    try await account.root("CreateRole", ["RoleName": "other", "AssumeRolePolicyDocument": trust()])
    let arn = "arn:aws:iam::\(account.id):\(resource)"
    let unnamed = try await assume(response("_1"), ["RoleArn": arn])
    #expect(unnamed.code == "AccessDenied")
    #expect(unnamed.message == "Not authorized to perform sts:AssumeRoleWithSAML")
    let named = try await assume(response("_2") { $0.set("Role", ["\(arn),\(providerARN)"]) }, ["RoleArn": arn])
    #expect(named.isSuccess == (resource == "role/other"), "\(named.text)")
  }

  @Test("a role that trusts somebody else is not given")
  func trustsOthers() async throws {
    for principal in [
      "\"AWS\":\"arn:aws:iam::\(account.id):root\"", "\"Federated\":\"\(providerARN)2\"",
      "\"Federated\":\"accounts.google.com\"",
    ] {
      let policy = """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{\(principal)},
        "Action":"sts:AssumeRoleWithSAML"}}
        """
      try await trust(policy)
      #expect(try await assume(response()).code == "AccessDenied")
    }
    try await trust(trust("\"sts:AssumeRole\""))
    #expect(try await assume(response()).code == "AccessDenied")
  }

  @Test("the provider of another account vouches for no role of this one")
  func otherAccount() async throws {
    let other = try await account.server.account()
    try await other.root("CreateSAMLProvider", ["Name": "idp", "SAMLMetadataDocument": TestResponse.metadata()])
    let theirs = "arn:aws:iam::\(other.id):saml-provider/idp"
    try await trust(trust().replacing(providerARN, with: theirs))
    let answer = try await assume(
      response { $0.set("Role", ["\(roleARN),\(theirs)"]) }, ["PrincipalArn": theirs])
    #expect(answer.code == "AccessDenied")
  }

  @Test(
    "a provider that is not there vouches for nobody",
    arguments: [
      "saml-provider/other", "saml-provider/IDP", "role/federated", "oidc-provider/idp",
    ])
  func noProvider(_ resource: String) async throws {
    let answer = try await assume(response(), ["PrincipalArn": "arn:aws:iam::\(account.id):\(resource)"])
    #expect(answer.code == "InvalidIdentityToken")
    #expect(answer.message == "Specified provider doesn't exist")
  }

  @Test("a provider that is deleted or whose metadata has ended vouches for nobody")
  func gone() async throws {
    let end = account.server.now.adding(seconds: 60)
    try await account.root(
      "UpdateSAMLProvider",
      ["SAMLProviderArn": providerARN, "SAMLMetadataDocument": TestResponse.metadata(validUntil: end)])
    account.server.advance(seconds: 60)
    let ended = try await assume(response())
    #expect(ended.message == "The metadata of the specified provider has expired")
    try await account.root("DeleteSAMLProvider", ["SAMLProviderArn": providerARN])
    #expect(try await assume(response()).message == "Specified provider doesn't exist")
  }

  @Test("each attribute that is wrong is refused in AWS's words")
  func attributes() async throws {
    let cases: [(String, [String], String)] = [
      ("RoleSessionName", [], "RoleSessionName is required in AuthnResponse"),
      ("RoleSessionName", ["ann", "bob"], "RoleSessionName must have one value in AuthnResponse"),
      ("RoleSessionName", ["a b"], "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"),
      ("RoleSessionName", ["a"], "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"),
      (
        "SourceIdentity", ["aws:x"],
        #"Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:""#
      ),
      ("SessionDuration", ["899"], "SessionDuration in AuthnResponse must be between 900 and 43200"),
      ("TransitiveTagKeys", ["x"], "The specified transitive tag key must be included in the requested tags."),
      ("PrincipalTag:aws:x", ["y"], "Tag keys beginning with aws: are reserved for system use."),
      ("PrincipalTag:x", ["y", "z"], "A PrincipalTag in AuthnResponse must be a tag key with one tag value"),
      ("Role", [], "The response has no attribute https://aws.amazon.com/SAML/Attributes/Role"),
    ]
    for (name, values, message) in cases {
      let answer = try await assume(response { $0.set(name, values) })
      #expect(answer.code == "InvalidIdentityToken")
      #expect(answer.message == message)
    }
  }

  @Test("each kind of refusal has AWS's error")
  func codes() async throws {
    let now = account.server.now
    let cases: [(String, (inout TestResponse) -> Void)] = [
      ("InvalidIdentityToken", { $0.key = .second }), ("InvalidIdentityToken", { $0.signed = .nothing }),
      ("ExpiredTokenException", { $0.issued = now.adding(seconds: -301) }),
      ("IDPRejectedClaim", { $0.status = "urn:oasis:names:tc:SAML:2.0:status:Responder" }),
      ("AccessDenied", { $0.nameID = nil }),
    ]
    for (code, change) in cases { #expect(try await assume(response("_x", change)).code == code) }
    let missing = try await account.server.call("AssumeRoleWithSAML", as: nil, service: "sts")
    #expect(missing.code == "ValidationError")
    let long = try await assume(base64: String(repeating: "canary", count: 20_000))
    #expect(long.code == "ValidationError")
    #expect(!long.text.contains("canary"))
  }
}

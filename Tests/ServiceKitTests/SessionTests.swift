import AWSCore
import AWSWire
import Directory
import Testing

@testable import ScenarioKit
@testable import ServiceKit

@Suite("Sessions") struct SessionTests {
  let server: TestServer
  let account: TestAccount
  let session: SigV4.Credentials

  init() async throws {
    server = try await TestServer.start()
    account = try await server.account()
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("reader", policy: TestPolicy.allow("iam:ListUsers"))
    session = try await account.assume("reader", as: user)
  }

  private func answer(token: String?) async throws -> Answer {
    try await server.call(
      "ListUsers",
      as: SigV4.Credentials(
        accessKeyID: session.accessKeyID, secretAccessKey: session.secretAccessKey, sessionToken: token))
  }

  private func expectRefused(_ token: String?, _ location: SourceLocation = #_sourceLocation) async throws {
    #expect(try await answer(token: token).code == "InvalidClientTokenId", sourceLocation: location)
  }

  @Test("a token is good as it was given, and not without it")
  func given() async throws {
    let token = try #require(session.sessionToken)
    #expect(try await answer(token: token).isSuccess)
    try await expectRefused(nil)
    try await expectRefused("")
    try await expectRefused(token + "A")
    try await expectRefused(token + token)
    try await expectRefused("AAAA" + token)
  }

  @Test("every beginning and every end of a token is refused")
  func truncated() async throws {
    let token = try #require(session.sessionToken)
    for count in stride(from: 1, to: token.count, by: 3) {
      try await expectRefused(String(token.prefix(count)))
      try await expectRefused(String(token.suffix(count)))
    }
  }

  @Test("every change of one bit is refused")
  func bits() async throws {
    let token = try #require(session.sessionToken)
    let bytes = try #require(Base64.decode(token))
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1 << UInt8(index % 8)
      try await expectRefused(Base64.encode(changed))
    }
  }

  @Test("a token does not go with another key, nor a long-term key with a token")
  func otherKeys() async throws {
    let other = SigV4.Credentials(
      accessKeyID: account.root.accessKeyID, secretAccessKey: account.root.secretAccessKey,
      sessionToken: session.sessionToken)
    #expect(try await server.call("ListUsers", as: other).code == "InvalidClientTokenId")
    let swapped = SigV4.Credentials(
      accessKeyID: account.root.accessKeyID, secretAccessKey: session.secretAccessKey,
      sessionToken: session.sessionToken)
    #expect(try await server.call("ListUsers", as: swapped).code == "InvalidClientTokenId")
  }

  @Test("a token of another installation is refused")
  func otherInstallation() async throws {
    let elsewhere = try await TestServer.start(seed: 2)
    _ = try await elsewhere.account()
    #expect(try await elsewhere.call("ListUsers", as: session).code == "InvalidClientTokenId")
  }

  private func sealed(
    _ principal: Session.Principal, policies: [String] = [], seconds: Int64 = 3600
  ) throws -> SigV4.Credentials {
    let session = Session(
      account: account.id, principal: principal, accessKeyID: "ASIA0123456789ABCDEF", secret: Secret("s3cr3t"),
      issued: server.now, expires: server.now.adding(seconds: seconds), policies: policies)
    return SigV4.Credentials(
      accessKeyID: session.accessKeyID, secretAccessKey: session.secretAccessKey,
      sessionToken: try session.sealed(with: server.directory.sealingKey))
  }

  @Test("what is sealed is opened: every member, and nothing for another key or purpose")
  func roundTrip() throws {
    let key = server.directory.sealingKey
    for principal in [
      Session.Principal.root, .user(id: "AIDA"), .role(id: "AROA", sessionName: "s"),
      .federated(name: "f", issuer: nil), .federated(name: "f", issuer: "AIDA"),
    ] {
      let session = Session(
        account: account.id, principal: principal, accessKeyID: "ASIA", secret: Secret("s3cr3t"), issued: server.now,
        expires: server.now.adding(seconds: 1), policies: ["{}"], policyARNs: [.iam(account.id, "policy/p")],
        tags: [Tag(key: TagKey(unchecked: "k"), value: TagValue(unchecked: "v"))], transitiveTagKeys: ["k"],
        sourceIdentity: "ann", authenticatedByMFA: server.now)
      let token = try session.sealed(with: key)
      let opened = try #require(Session(token: token, key: key))
      #expect(opened.principal == principal)
      #expect(opened.secretAccessKey.reveal() == "s3cr3t")
      #expect(opened.expires == session.expires)
      #expect(opened.tags == session.tags)
      #expect(opened.policyARNs == session.policyARNs)
      #expect(opened.transitiveTagKeys == ["k"])
      #expect(opened.sourceIdentity == "ann")
      #expect(opened.authenticatedByMFA == server.now)
      #expect(Session(token: token, key: SealingKey(root: .random(from: .system))) == nil)
      #expect(!"\(session) \(String(reflecting: session)) \(Optional(session) as Any)".contains("s3cr3t"))
      var dumped = ""
      dump(session, to: &dumped)
      #expect(!dumped.contains("s3cr3t"))
    }
    let other = Base64.encode(key.seal(Array("{}".utf8), purpose: .browserSession))
    #expect(Session(token: other, key: key) == nil)
  }

  @Test("a session whose policy cannot be read may do nothing, not everything")
  func unreadablePolicy() async throws {
    let good = try sealed(.role(id: try await roleID(), sessionName: "s"), policies: [TestPolicy.allow("iam:*")])
    #expect(try await server.call("ListUsers", as: good).isSuccess)
    let bad = try sealed(.role(id: try await roleID(), sessionName: "s"), policies: ["{}"])
    #expect(try await server.call("ListUsers", as: bad).code == "InvalidClientTokenId")
  }

  private func roleID() async throws -> String {
    try await account.root("GetRole", ["RoleName": "reader"])["RoleId"] ?? ""
  }

  @Test("a session of a user that is gone is dead", arguments: ["user", "federated"])
  func goneUser(_ kind: String) async throws {
    let dead = try sealed(kind == "user" ? .user(id: "AIDAGONE") : .federated(name: "f", issuer: "AIDAGONE"))
    let answer = try await server.call("GetCallerIdentity", as: dead, service: "sts")
    #expect(answer.code == "InvalidClientTokenId")
  }
}

@Suite("Limits of sessions") struct SessionLimitsTests {
  private static func call(
    _ action: String, _ service: String, with token: String, _ parameters: [String: String] = [:]
  ) async throws -> Answer {
    let server = try await TestServer.start()
    let account = try await server.account()
    let user = try await account.user("ann", policy: TestPolicy.allow("*"))
    try await account.role("reader", trusting: "arn:aws:iam::\(account.id):user/ann")
    let made = try await server.call(token, parameters, as: user, service: "sts").succeeded(token)
    let role = ["RoleArn": "arn:aws:iam::\(account.id):role/reader", "RoleSessionName": "session"]
    let input = action == "AssumeRole" ? role : action == "GetFederationToken" ? ["Name": "bob"] : [:]
    return try await server.call(action, input, as: made.credentials, service: service)
  }

  @Test(
    "credentials of GetSessionToken assume roles and ask who they are, no more",
    arguments: [
      ("GetCallerIdentity", "sts", nil), ("AssumeRole", "sts", nil), ("GetSessionToken", "sts", "AccessDenied"),
      ("GetFederationToken", "sts", "AccessDenied"), ("ListUsers", "iam", "InvalidClientTokenId"),
      ("GetUser", "iam", "InvalidClientTokenId"),
    ] as [(String, String, String?)])
  func sessionToken(action: String, service: String, code: String?) async throws {
    let answer = try await Self.call(action, service, with: "GetSessionToken")
    #expect(answer.code == code)
    if code == "AccessDenied" { #expect(answer.message == "Cannot call \(action) with session credentials") }
  }

  @Test(
    "credentials of GetFederationToken ask who they are, no more",
    arguments: [
      ("GetCallerIdentity", "sts", nil), ("AssumeRole", "sts", "AccessDenied"),
      ("GetSessionToken", "sts", "AccessDenied"),
      ("GetFederationToken", "sts", "AccessDenied"), ("ListUsers", "iam", "InvalidClientTokenId"),
    ] as [(String, String, String?)])
  func federation(action: String, service: String, code: String?) async throws {
    let answer = try await Self.call(
      action, service, with: "GetFederationToken", ["Name": "fred", "Policy": TestPolicy.allow("*")])
    #expect(answer.code == code)
  }
}

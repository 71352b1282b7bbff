import AWSCore
import AWSWire
import ScenarioKit
import Testing

@Suite("Session tokens") struct SessionTokenTests {
  let server: TestServer
  let account: TestAccount

  init() async throws {
    server = try await TestServer.start()
    account = try await server.account()
  }

  private func sts(
    _ action: String, _ parameters: [String: String] = [:], as caller: SigV4.Credentials
  ) async throws -> Answer {
    try await server.call(action, parameters, as: caller, service: "sts")
  }

  @Test("a user's session is the user, lasts 12 hours, and cannot call IAM without a second factor")
  func sessionToken() async throws {
    let user = try await account.user("ann", policy: TestPolicy.allow("*"))
    let answer = try await sts("GetSessionToken", as: user)
    #expect(answer["Expiration"] == server.now.adding(seconds: 43_200).iso8601)
    let session = answer.credentials
    #expect(session.accessKeyID.hasPrefix("ASIA"))
    #expect(try await sts("GetCallerIdentity", as: session)["Arn"] == "arn:aws:iam::\(account.id):user/ann")
    #expect(try await server.call("ListUsers", as: session).code == "InvalidClientTokenId")
    #expect(try await sts("GetSessionToken", as: session).code == "AccessDenied")
    #expect(try await sts("GetFederationToken", ["Name": "bob"], as: session).code == "AccessDenied")
  }

  @Test("the root user's sessions last an hour, whatever is asked", arguments: [nil, 900, 129_600] as [Int?])
  func rootSession(_ asked: Int?) async throws {
    let answer = try await sts(
      "GetSessionToken", asked.map { ["DurationSeconds": String($0)] } ?? [:], as: account.root)
    #expect(answer["Expiration"] == server.now.adding(seconds: Int64(min(asked ?? 3600, 3600))).iso8601)
  }

  @Test("a federated user needs the permission, and may do nothing in IAM")
  func federated() async throws {
    let plain = try await account.user("plain")
    #expect(try await sts("GetFederationToken", ["Name": "bob"], as: plain).code == "AccessDenied")
    let user = try await account.user("broker", policy: TestPolicy.allow("*"))
    let answer = try await sts(
      "GetFederationToken", ["Name": "bob", "Policy": TestPolicy.allow("iam:*")], as: user)
    #expect(answer["Arn"] == "arn:aws:sts::\(account.id):federated-user/bob")
    #expect(answer["FederatedUserId"] == "\(account.id):bob")
    let session = answer.credentials
    #expect(
      try await sts("GetCallerIdentity", as: session)["Arn"] == "arn:aws:sts::\(account.id):federated-user/bob")
    #expect(try await server.call("ListUsers", as: session).code == "InvalidClientTokenId")
  }

  @Test("a session dies with its user")
  func deletedUser() async throws {
    let user = try await account.user("ann")
    let session = try await sts("GetSessionToken", as: user).credentials
    try await account.root("DeleteAccessKey", ["UserName": "ann", "AccessKeyId": user.accessKeyID])
    #expect(try await sts("GetCallerIdentity", as: session).isSuccess)
    try await account.root("DeleteUser", ["UserName": "ann"])
    #expect(try await sts("GetCallerIdentity", as: session).code == "InvalidClientTokenId")
  }

  @Test("a token that was changed anywhere is worth nothing")
  func changedToken() async throws {
    let session = try await sts("GetSessionToken", as: account.root).credentials
    let token = Array((session.sessionToken ?? "").utf8)
    #expect(token.count > 64)
    for index in stride(from: 0, to: token.count, by: 7) {
      var changed = token
      changed[index] = changed[index] == 0x41 ? 0x42 : 0x41
      let forged = SigV4.Credentials(
        accessKeyID: session.accessKeyID, secretAccessKey: session.secretAccessKey,
        sessionToken: String(decoding: changed, as: UTF8.self))
      #expect(try await sts("GetCallerIdentity", as: forged).code == "InvalidClientTokenId")
    }
    let cut = SigV4.Credentials(
      accessKeyID: session.accessKeyID, secretAccessKey: session.secretAccessKey,
      sessionToken: String(decoding: token.dropLast(4), as: UTF8.self))
    #expect(try await sts("GetCallerIdentity", as: cut).code == "InvalidClientTokenId")
    let bare = SigV4.Credentials(accessKeyID: session.accessKeyID, secretAccessKey: session.secretAccessKey)
    #expect(try await sts("GetCallerIdentity", as: bare).code == "InvalidClientTokenId")
  }

  @Test("a token goes with its own access key only")
  func foreignToken() async throws {
    let one = try await sts("GetSessionToken", as: account.root).credentials
    let two = try await sts("GetSessionToken", as: account.root).credentials
    let mixed = SigV4.Credentials(
      accessKeyID: one.accessKeyID, secretAccessKey: one.secretAccessKey, sessionToken: two.sessionToken)
    #expect(try await sts("GetCallerIdentity", as: mixed).code == "InvalidClientTokenId")
  }

  @Test("an access key tells its account")
  func accessKeyInfo() async throws {
    let answer = try await sts("GetAccessKeyInfo", ["AccessKeyId": account.root.accessKeyID], as: account.root)
    #expect(answer["Account"] == account.id.description)
    #expect(try await sts("GetAccessKeyInfo", ["AccessKeyId": "short"], as: account.root).code == "ValidationError")
  }

  @Test("no credentials are ever printed by the types that hold them")
  func redacted() async throws {
    let session = try await sts("GetSessionToken", as: account.root).credentials
    var printed = ""
    dump(session, to: &printed)
    printed += "\(session)"
    #expect(!printed.contains(session.secretAccessKey.reveal()))
  }
}

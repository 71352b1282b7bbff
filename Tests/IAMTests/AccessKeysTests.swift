import AWSCore
import AWSWire
import Directory
import ScenarioKit
import Testing

@Suite("Access keys") struct AccessKeysTests {
  private func credentials(_ key: Answer) -> SigV4.Credentials {
    SigV4.Credentials(
      accessKeyID: key["AccessKeyId"] ?? "", secretAccessKey: Secret(key["SecretAccessKey"] ?? ""))
  }

  @Test("a key is made, put away, taken up again and deleted, each with effect at once")
  func life() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u")
    let key = ["UserName": "u", "AccessKeyId": user.accessKeyID]
    func answer() async throws -> String? {
      try await account.server.call("GetCallerIdentity", as: user, service: "sts").code
    }
    #expect(try await answer() == nil)
    try await account.root("UpdateAccessKey", key.merging(["Status": "Inactive"]) { $1 })
    #expect(try await answer() == "InvalidClientTokenId")
    #expect(try await account.root("ListAccessKeys", ["UserName": "u"]).all("Status") == ["Inactive"])
    try await account.root("UpdateAccessKey", key.merging(["Status": "Active"]) { $1 })
    #expect(try await answer() == nil)
    try await account.root("DeleteAccessKey", key)
    #expect(try await answer() == "InvalidClientTokenId")
    #expect(try await account.root("ListAccessKeys", ["UserName": "u"]).all("AccessKeyId").isEmpty)
  }

  @Test("a secret is shown once and lies nowhere in the clear")
  func secret() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "u"])
    let made = try await account.root("CreateAccessKey", ["UserName": "u"])
    #expect(made["AccessKeyId"]?.wholeMatch(of: /AKIA[A-Z2-7]{16}/) != nil)
    let secret = try #require(made["SecretAccessKey"])
    #expect(secret.wholeMatch(of: /[A-Za-z0-9\/+]{40}/) != nil)
    let listed = try await account.root("ListAccessKeys", ["UserName": "u"])
    #expect(listed.all("UserName") == ["u"])
    #expect(listed["SecretAccessKey"] == nil)
    let state = try #require(try await account.server.directory.account(account.id))
    let record = try #require(state.accessKeys[id: made["AccessKeyId"] ?? ""])
    #expect(!String(decoding: record.sealedSecret, as: UTF8.self).contains(secret))
  }

  @Test("the status Expired is AWS's to set")
  func expired() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u")
    let refused = try await account.attempt(
      "UpdateAccessKey", ["UserName": "u", "AccessKeyId": user.accessKeyID, "Status": "Expired"])
    #expect(refused.code == "InvalidInput")
    #expect(try await account.root("ListAccessKeys", ["UserName": "u"]).all("Status") == ["Active"])
  }

  @Test("nobody has more than two keys, the inactive ones counted", arguments: [true, false])
  func quota(isRoot: Bool) async throws {
    let account = try await TestAccount.start()
    if !isRoot { _ = try await account.user("u") }
    let owner = isRoot ? [:] : ["UserName": "u"]
    let second = try await account.root("CreateAccessKey", owner)
    try await account.root(
      "UpdateAccessKey", owner.merging(["AccessKeyId": second["AccessKeyId"] ?? "", "Status": "Inactive"]) { $1 })
    let refused = try await account.attempt("CreateAccessKey", owner)
    #expect(refused.code == "LimitExceeded")
    #expect(refused.message == "Cannot exceed quota for AccessKeysPerUser: 2")
    #expect(try await account.pages("ListAccessKeys", owner, size: 1).flatMap { $0.all("AccessKeyId") }.count == 2)
  }

  @Test("without a name the keys are the caller's own")
  func own() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user(
      "own", policy: TestPolicy.allow("iam:*AccessKey*", on: "arn:aws:iam::*:user/${aws:username}"))
    let peer = try await account.user("peer")
    let second = try await account.server.call("CreateAccessKey", as: user).succeeded("CreateAccessKey")
    #expect(second["UserName"] == "own")
    let identity = try await account.server.call("GetCallerIdentity", as: credentials(second), service: "sts")
    #expect(identity["Arn"] == "arn:aws:iam::\(account.id):user/own")
    let other = ["UserName": "peer", "AccessKeyId": peer.accessKeyID]
    #expect(try await account.server.call("DeleteAccessKey", other, as: user).code == "AccessDenied")
    let hidden = try await account.server.call("DeleteAccessKey", ["AccessKeyId": peer.accessKeyID], as: user)
    #expect(hidden.code == "NoSuchEntity")
    #expect(hidden.message == "The Access Key with id \(peer.accessKeyID) cannot be found.")
    let root = try await account.root("CreateAccessKey")
    let rootIdentity = try await account.server.call("GetCallerIdentity", as: credentials(root), service: "sts")
    #expect(rootIdentity["Arn"] == "arn:aws:iam::\(account.id):root")
  }

  @Test("a session of a role must say whose keys it means")
  func session() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("r", policy: TestPolicy.allow("iam:*"))
    let session = try await account.assume("r", as: user)
    let refused = try await account.server.call("CreateAccessKey", as: session)
    #expect(refused.code == "ValidationError")
    #expect(refused.message == "Must specify userName when calling with non-User credentials")
    #expect(try await account.server.call("CreateAccessKey", ["UserName": "u"], as: session).isSuccess)
  }

  @Test("the last use names time, service and region")
  func lastUse() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u")
    let key = ["AccessKeyId": user.accessKeyID]
    let before = try await account.root("GetAccessKeyLastUsed", key)
    #expect(before["UserName"] == "u")
    #expect([before["ServiceName"], before["Region"], before["LastUsedDate"]] == ["N/A", "N/A", nil])
    _ = try await account.server.call("GetCallerIdentity", as: user, service: "sts").succeeded("GetCallerIdentity")
    let used = account.server.now
    account.server.advance(seconds: 60)
    let after = try await account.root("GetAccessKeyLastUsed", key)
    #expect([after["ServiceName"], after["Region"], after["LastUsedDate"]] == ["sts", "us-east-1", used.iso8601])
  }

  @Test("a key of another account is as one that does not exist")
  func foreignKey() async throws {
    let account = try await TestAccount.start()
    let theirs = try await account.server.account().user("theirs")
    let key = ["AccessKeyId": theirs.accessKeyID]
    #expect(try await account.attempt("GetAccessKeyLastUsed", key).code == "AccessDenied")
    #expect(
      try await account.attempt("GetAccessKeyLastUsed", ["AccessKeyId": "AKIA0000000000000000"]).code == "AccessDenied")
    #expect(try await account.attempt("DeleteAccessKey", key).code == "NoSuchEntity")
    #expect(try await account.server.call("GetCallerIdentity", as: theirs, service: "sts").isSuccess)
  }
}

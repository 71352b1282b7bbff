import AWSCore
import Directory
import SAMLFixtures
import ScenarioKit
import Testing

@Suite("SAML providers") struct SAMLProvidersTests {
  let account: TestAccount
  init() async throws { account = try await TestServer.start().account() }

  private func arn(_ name: String) -> String { "arn:aws:iam::\(account.id):saml-provider/\(name)" }

  @discardableResult
  private func create(_ name: String, _ more: [String: String] = [:]) async throws -> Answer {
    try await account.root(
      "CreateSAMLProvider",
      ["Name": name, "SAMLMetadataDocument": TestResponse.metadata()].merging(more) { $1 })
  }

  private func refused(_ action: String, _ parameters: [String: String], quotas: Quotas? = nil) async throws -> Answer {
    try await account.server.call(action, parameters, as: account.root)
  }

  @Test("what is made is shown")
  func make() async throws {
    let end = account.server.now.adding(seconds: 86_400)
    let made = try await create(
      "idp",
      [
        "SAMLMetadataDocument": TestResponse.metadata(validUntil: end), "Tags.member.1.Key": "team",
        "Tags.member.1.Value": "a",
      ])
    #expect(made["SAMLProviderArn"] == arn("idp"))
    #expect(made["Key"] == "team")
    let shown = try await account.root("GetSAMLProvider", ["SAMLProviderArn": arn("idp")])
    #expect(shown["SAMLMetadataDocument"] == TestResponse.metadata(validUntil: end))
    #expect(shown["CreateDate"] == account.server.now.iso8601)
    #expect(shown["ValidUntil"] == end.iso8601)
    #expect(shown["SAMLProviderUUID"]?.count == 26)
    #expect(shown["AssertionEncryptionMode"] == nil)
    #expect(shown["PrivateKeyList"] == nil)
    #expect(shown["Key"] == "team")
  }

  @Test("metadata without an end holds for a hundred years")
  func noEnd() async throws {
    try await create("idp")
    let shown = try await account.root("GetSAMLProvider", ["SAMLProviderArn": arn("idp")])
    #expect(shown["ValidUntil"] == account.server.now.adding(seconds: 36_525 * 86_400).iso8601)
  }

  @Test("a name is taken in any letter case", arguments: ["idp", "IDP"])
  func nameIsTaken(_ name: String) async throws {
    try await create("IdP")
    let again = try await refused(
      "CreateSAMLProvider", ["Name": name, "SAMLMetadataDocument": TestResponse.metadata()])
    #expect(again.code == "EntityAlreadyExists")
  }

  @Test("the list has all of them by name, without their documents")
  func list() async throws {
    for name in ["b", "a", "C"] { try await create(name) }
    let list = try await account.root("ListSAMLProviders")
    #expect(list.all("Arn") == [arn("a"), arn("b"), arn("C")])
    #expect(list.all("ValidUntil").count == 3)
    #expect(!list.text.contains("EntityDescriptor"))
    #expect(try await account.root("GetAccountSummary").text.contains("<key>Providers</key><value>3</value>"))
  }

  @Test(
    "bad metadata is refused in AWS's words, and nothing is made",
    arguments: [
      String(repeating: "x", count: 1_000), TestResponse.metadata().replacing("IDPSSO", with: "SPSSO"),
      TestResponse.metadata(validUntil: Timestamp(seconds: 1)),
    ])
  func badMetadata(_ text: String) async throws {
    let refused = try await refused("CreateSAMLProvider", ["Name": "idp", "SAMLMetadataDocument": text])
    #expect(refused.code == "InvalidInput")
    #expect(try await account.root("ListSAMLProviders").all("Arn") == [])
    try await create("idp")
    let update = try await self.refused(
      "UpdateSAMLProvider", ["SAMLProviderArn": arn("idp"), "SAMLMetadataDocument": text])
    #expect(update.code == "InvalidInput")
    let shown = try await account.root("GetSAMLProvider", ["SAMLProviderArn": arn("idp")])
    #expect(shown["SAMLMetadataDocument"] == TestResponse.metadata())
  }

  @Test("a document is 1,000 characters or more")
  func lengths() async throws {
    let short = try await refused("CreateSAMLProvider", ["Name": "idp", "SAMLMetadataDocument": "<a/>"])
    #expect(short.code == "ValidationError")
    #expect(short.message?.contains("greater than or equal to 1000") == true)
    let name = try await refused(
      "CreateSAMLProvider", ["Name": "a/b", "SAMLMetadataDocument": TestResponse.metadata()])
    #expect(name.code == "ValidationError")
  }

  // MARK: Private keys

  private func keys() async throws -> [String] {
    try await account.root("GetSAMLProvider", ["SAMLProviderArn": arn("idp")]).all("KeyId")
  }

  @Test("keys are added and removed, two at the most, and never shown")
  func privateKeys() async throws {
    try await create("idp", ["AssertionEncryptionMode": "Required", "AddPrivateKey": TestKey.encryption.pem])
    let first = try #require(try await keys().first)
    let update = ["SAMLProviderArn": arn("idp")]
    try await account.root("UpdateSAMLProvider", update.merging(["AddPrivateKey": TestKey.first.pem]) { $1 })
    let both = try await keys()
    #expect(both.count == 2 && both[0] == first)
    let third = try await refused(
      "UpdateSAMLProvider", update.merging(["AddPrivateKey": TestKey.second.pem]) { $1 })
    #expect(third.code == "LimitExceeded")
    let atOnce = try await refused(
      "UpdateSAMLProvider",
      update.merging(["AddPrivateKey": TestKey.second.pem, "RemovePrivateKey": first]) { $1 })
    #expect(atOnce.code == "InvalidInput")
    try await account.root("UpdateSAMLProvider", update.merging(["RemovePrivateKey": first]) { $1 })
    #expect(try await keys() == [both[1]])
    let unknown = try await refused("UpdateSAMLProvider", update.merging(["RemovePrivateKey": first]) { $1 })
    #expect(unknown.code == "NoSuchEntity")
    let last = try await refused("UpdateSAMLProvider", update.merging(["RemovePrivateKey": both[1]]) { $1 })
    #expect(last.code == "InvalidInput")
    try await account.root(
      "UpdateSAMLProvider",
      update.merging(["RemovePrivateKey": both[1], "AssertionEncryptionMode": "Allowed"]) { $1 })
    #expect(try await keys() == [])
    let shown = try await account.root("GetSAMLProvider", update)
    #expect(shown["AssertionEncryptionMode"] == "Allowed")
    #expect(!shown.text.contains("PRIVATE"))
  }

  @Test("keys lie sealed in the store")
  func sealedKeys() async throws {
    try await create("idp", ["AddPrivateKey": TestKey.encryption.pem])
    let image = try #require(try await account.server.directory.store.load(.account(account.id)))
    let record = try #require(image.records.first { $0.kind == "saml-provider" })
    #expect(!String(decoding: record.body, as: UTF8.self).contains("PRIVATE KEY"))
    #expect(!"\(record)".contains("PRIVATE KEY"))
  }

  @Test(
    "what is not a private key is refused, and not repeated",
    arguments: [
      "canary", TestKey.elliptic.pem, TestKey.first.certificate,
    ])
  func badKey(_ pem: String) async throws {
    let parameters = ["Name": "idp", "SAMLMetadataDocument": TestResponse.metadata(), "AddPrivateKey": pem]
    let refused = try await refused("CreateSAMLProvider", parameters)
    #expect(refused.code == "InvalidInput")
    #expect(!refused.text.contains(pem.prefix(60)))
    let pattern = try await self.refused(
      "CreateSAMLProvider", parameters.merging(["AddPrivateKey": "canary\u{2603}"]) { $1 })
    #expect(pattern.code == "ValidationError")
    #expect(!pattern.text.contains("canary"))
  }

  @Test("encryption is required only where there is a key to encrypt for")
  func requiredWithoutKey() async throws {
    let refused = try await refused(
      "CreateSAMLProvider",
      ["Name": "idp", "SAMLMetadataDocument": TestResponse.metadata(), "AssertionEncryptionMode": "Required"])
    #expect(refused.code == "InvalidInput")
  }

  // MARK: The rest

  @Test("an ARN that is nobody's is not found", arguments: ["Get", "Delete", "Update"])
  func notFound(_ verb: String) async throws {
    try await create("idp")
    for arn in [arn("other"), arn("IDP")] {
      let refused = try await refused("\(verb)SAMLProvider", ["SAMLProviderArn": arn])
      #expect(refused.code == "NoSuchEntity")
      #expect(refused.message == "Manifest not found for arn \(arn)")
    }
    // Another account's own policies would have to allow it.
    let other = try await account.server.account()
    let theirs = arn("idp").replacing(account.id.description, with: other.id.description)
    #expect(try await refused("\(verb)SAMLProvider", ["SAMLProviderArn": theirs]).code == "AccessDenied")
    let noARN = try await refused("\(verb)SAMLProvider", ["SAMLProviderArn": "no-arn-at-all-but-long"])
    #expect(noARN.code == "InvalidInput")
  }

  @Test("a provider that is deleted and made again is another one")
  func remade() async throws {
    try await create("idp")
    let first = try await account.root("GetSAMLProvider", ["SAMLProviderArn": arn("idp")])["SAMLProviderUUID"]
    try await account.root("DeleteSAMLProvider", ["SAMLProviderArn": arn("idp")])
    try await create("idp")
    let second = try await account.root("GetSAMLProvider", ["SAMLProviderArn": arn("idp")])["SAMLProviderUUID"]
    #expect(first != second)
  }

  @Test("tags are put, listed in pages, and taken away")
  func tags() async throws {
    try await create("idp")
    let name = ["SAMLProviderArn": arn("idp")]
    try await account.root(
      "TagSAMLProvider",
      name.merging([
        "Tags.member.1.Key": "b", "Tags.member.1.Value": "1", "Tags.member.2.Key": "a", "Tags.member.2.Value": "2",
      ]) { $1 })
    let page = try await account.root("ListSAMLProviderTags", name.merging(["MaxItems": "1"]) { $1 })
    #expect(page.all("Key") == ["a"])
    let next = try await account.root(
      "ListSAMLProviderTags", name.merging(["Marker": page["Marker"] ?? ""]) { $1 })
    #expect(next.all("Key") == ["b"])
    try await account.root("UntagSAMLProvider", name.merging(["TagKeys.member.1": "A"]) { $1 })
    #expect(try await account.root("ListSAMLProviderTags", name).all("Key") == ["b"])
  }

  @Test("a policy can ask for the tags of the provider and of the request")
  func tagConditions() async throws {
    try await create("idp", ["Tags.member.1.Key": "team", "Tags.member.1.Value": "a"])
    let policy = """
      {"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":"iam:GetSAMLProvider","Resource":"\(arn("*"))",
      "Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}},
      {"Effect":"Allow","Action":"iam:CreateSAMLProvider","Resource":"\(arn("new"))",
      "Condition":{"StringEquals":{"aws:RequestTag/team":"b"}}}]}
      """
    let ann = try await account.user("ann", policy: policy)
    #expect(try await account.server.call("GetSAMLProvider", ["SAMLProviderArn": arn("idp")], as: ann).isSuccess)
    try await account.root(
      "TagSAMLProvider",
      ["SAMLProviderArn": arn("idp"), "Tags.member.1.Key": "team", "Tags.member.1.Value": "c"])
    let denied = try await account.server.call("GetSAMLProvider", ["SAMLProviderArn": arn("idp")], as: ann)
    #expect(denied.code == "AccessDenied")
    let new = [
      "Name": "new", "SAMLMetadataDocument": TestResponse.metadata(), "Tags.member.1.Key": "team",
      "Tags.member.1.Value": "b",
    ]
    #expect(
      try await account.server.call("CreateSAMLProvider", new.merging(["Name": "x"]) { $1 }, as: ann).code
        == "AccessDenied")
    #expect(try await account.server.call("CreateSAMLProvider", new, as: ann).isSuccess)
  }

  @Test("the quota holds at its border")
  func quota() async throws {
    var quotas = Quotas.standard
    quotas.samlProviders = 2
    let account = try await TestServer.start(quotas: quotas).account()
    for name in ["a", "b"] {
      try await account.root("CreateSAMLProvider", ["Name": name, "SAMLMetadataDocument": TestResponse.metadata()])
    }
    let third = try await account.server.call(
      "CreateSAMLProvider", ["Name": "c", "SAMLMetadataDocument": TestResponse.metadata()], as: account.root)
    #expect(third.code == "LimitExceeded")
    #expect(third.message == "Cannot exceed quota for SAMLProvidersPerAccount: 2")
  }
}

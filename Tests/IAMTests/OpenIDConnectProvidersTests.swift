import AWSCore
import Directory
import ScenarioKit
import Testing

@Suite("OpenID Connect providers") struct OpenIDConnectProvidersTests {
  private static let thumbprint = "0123456789abcdef0123456789ABCDEF01234567"

  private func start(_ issuers: StubIssuers = StubIssuers()) async throws -> TestAccount {
    try await TestServer.start(issuers: issuers).account()
  }

  private func create(
    _ account: TestAccount, _ url: String = "https://id.example.com", _ more: [String: String] = [:]
  ) async throws -> Answer {
    var parameters = ["Url": url, "ThumbprintList.member.1": Self.thumbprint]
    parameters.merge(more) { $1 }
    return try await account.server.call("CreateOpenIDConnectProvider", parameters, as: account.root)
  }

  @Test("a provider is made, shown, listed and deleted")
  func life() async throws {
    let account = try await start()
    let made = try await create(
      account, "https://id.example.com/realms/Main",
      ["ClientIDList.member.1": "a", "ClientIDList.member.2": "b", "ClientIDList.member.3": "a"])
    let arn = "arn:aws:iam::\(account.id):oidc-provider/id.example.com/realms/Main"
    #expect(made["OpenIDConnectProviderArn"] == arn)
    let shown = try await account.root("GetOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn])
    #expect(shown["Url"] == "id.example.com/realms/Main")
    #expect(shown["ClientIDList"]?.contains("<member>a</member><member>b</member>") == true)
    #expect(shown["ThumbprintList"]?.contains(Self.thumbprint) == true)
    #expect(try await account.root("ListOpenIDConnectProviders").all("Arn") == [arn])
    try await account.root("DeleteOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn])
    try await account.root("DeleteOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn])
    let gone = try await account.server.call(
      "GetOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn], as: account.root)
    #expect(gone.code == "NoSuchEntity")
    #expect(gone.message == "OpenIDConnect Provider not found for arn \(arn)")
  }

  @Test(
    "only an https URL without port and query is one",
    arguments: [
      "http://id.example.com", "id.example.com", "https://", "https://id.example.com?x=1", "https://id.example.com#a",
      "https://u@id.example.com", "https://id.example.com:8443", "https://id example.com",
    ])
  func badURLs(_ url: String) async throws {
    let answer = try await create(try await start(), url)
    #expect(answer.code == "ValidationError")
    #expect(answer.message == "Invalid Open ID Connect Provider URL")
  }

  @Test("a port is for those who allow private issuers")
  func ports() async throws {
    let account = try await start(StubIssuers(allowsPrivateIssuers: true))
    let made = try await create(account, "https://127.0.0.1:8443")
    #expect(made["OpenIDConnectProviderArn"] == "arn:aws:iam::\(account.id):oidc-provider/127.0.0.1:8443")
  }

  @Test("a URL is taken once; letter case and a slash make another one")
  func duplicates() async throws {
    let account = try await start()
    #expect(try await create(account).isSuccess)
    let again = try await create(account)
    #expect(again.code == "EntityAlreadyExists")
    #expect(again.message == "Provider with url https://id.example.com already exists.")
    #expect(try await create(account, "https://id.example.com/").isSuccess)
    #expect(try await create(account, "https://ID.example.com").isSuccess)
  }

  @Test("without a thumbprint, the one that the server shows is taken")
  func fetchedThumbprint() async throws {
    let account = try await start()
    let made = try await account.root("CreateOpenIDConnectProvider", ["Url": "https://id.example.com"])
    let shown = try await account.root(
      "GetOpenIDConnectProvider", ["OpenIDConnectProviderArn": made["OpenIDConnectProviderArn"] ?? ""])
    #expect(shown["ThumbprintList"]?.contains(StubIssuers.thumbprint) == true)
    let refused = try await account.server.call(
      "CreateOpenIDConnectProvider", ["Url": "https://unreachable.example.com"], as: account.root)
    #expect(refused.code == "OpenIdIdpCommunicationError")
  }

  @Test("thumbprints are five at most, of 40 hexadecimal digits")
  func thumbprints() async throws {
    let account = try await start()
    func list(_ count: Int) -> [String: String] {
      Dictionary(uniqueKeysWithValues: (1...count).map { ("ThumbprintList.member.\($0)", Self.thumbprint) })
    }
    #expect(try await create(account, "https://a.example", list(5)).isSuccess)
    #expect(try await create(account, "https://b.example", list(6)).code == "InvalidInput")
    let arn = "arn:aws:iam::\(account.id):oidc-provider/a.example"
    for (thumbprint, code) in [
      (String(repeating: "g", count: 40), "InvalidInput"), (String(repeating: "a", count: 39), "ValidationError"),
      (String(repeating: "a", count: 41), "ValidationError"),
    ] {
      let answer = try await account.server.call(
        "UpdateOpenIDConnectProviderThumbprint",
        ["OpenIDConnectProviderArn": arn, "ThumbprintList.member.1": thumbprint], as: account.root)
      #expect(answer.code == code)
    }
    try await account.root(
      "UpdateOpenIDConnectProviderThumbprint",
      ["OpenIDConnectProviderArn": arn, "ThumbprintList.member.1": StubIssuers.thumbprint])
    let shown = try await account.root("GetOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn])
    #expect(shown["ThumbprintList"]?.contains(Self.thumbprint) == false)
  }

  @Test("client ids come and go, up to the quota")
  func clientIDs() async throws {
    let account = try await start()
    _ = try await create(account)
    let arn = "arn:aws:iam::\(account.id):oidc-provider/id.example.com"
    for number in [1, 1] + Array(2...100) {
      try await account.root(
        "AddClientIDToOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn, "ClientID": "client-\(number)"])
    }
    let full = try await account.server.call(
      "AddClientIDToOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn, "ClientID": "client-101"],
      as: account.root)
    #expect(full.code == "LimitExceeded")
    #expect(full.message == "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100")
    for id in ["client-7", "client-7", "never"] {
      try await account.root(
        "RemoveClientIDFromOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn, "ClientID": id])
    }
    let shown = try await account.root("GetOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn])
    #expect(shown.text.contains("client-7<") == false)
    #expect(shown.text.contains("client-100<"))
  }

  @Test("an account has a quota of providers")
  func quota() async throws {
    var quotas = Quotas.standard
    quotas.openIDConnectProviders = 2
    let account = try await TestServer.start(quotas: quotas).account()
    for name in ["a", "b"] { #expect(try await create(account, "https://\(name).example").isSuccess) }
    let full = try await create(account, "https://c.example")
    #expect(full.code == "LimitExceeded")
    #expect(full.message == "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 2")
  }

  @Test("tags are put on, listed by key and taken off, and policies see them")
  func tags() async throws {
    let account = try await start()
    _ = try await create(
      account, "https://id.example.com",
      [
        "Tags.member.1.Key": "team", "Tags.member.1.Value": "red", "Tags.member.2.Key": "Area",
        "Tags.member.2.Value": "x",
      ])
    let arn = "arn:aws:iam::\(account.id):oidc-provider/id.example.com"
    try await account.root(
      "TagOpenIDConnectProvider",
      ["OpenIDConnectProviderArn": arn, "Tags.member.1.Key": "TEAM", "Tags.member.1.Value": "blue"])
    let listed = try await account.root("ListOpenIDConnectProviderTags", ["OpenIDConnectProviderArn": arn])
    #expect(Set(listed.all("Key")) == ["Area", "TEAM"])
    let policy = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:GetOpenIDConnectProvider","Resource":"*",
      "Condition":{"StringEquals":{"aws:ResourceTag/TEAM":"blue"}}}}
      """
    let user = try await account.user("reader", policy: policy)
    func read() async throws -> Answer {
      try await account.server.call("GetOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn], as: user)
    }
    #expect(try await read().isSuccess)
    try await account.root(
      "UntagOpenIDConnectProvider", ["OpenIDConnectProviderArn": arn, "TagKeys.member.1": "team"])
    #expect(try await read().code == "AccessDenied")
  }

  @Test("an ARN of another kind or account names no provider", arguments: ["user/id.example.com", "oidc-provider/"])
  func otherARNs(_ resource: String) async throws {
    let account = try await start()
    _ = try await create(account)
    let answer = try await account.server.call(
      "GetOpenIDConnectProvider", ["OpenIDConnectProviderArn": "arn:aws:iam::\(account.id):\(resource)"],
      as: account.root)
    #expect(answer.code == "NoSuchEntity")
    let invalid = try await account.server.call(
      "GetOpenIDConnectProvider", ["OpenIDConnectProviderArn": "this is not an ARN at all"], as: account.root)
    #expect(invalid.code == "InvalidInput")
  }
}

import AWSCore
import AWSWire
import Directory
import ScenarioKit
import Testing

@Suite("Service-specific credentials") struct ServiceCredentialsTests {
  private func start(_ quotas: Quotas = .standard) async throws -> TestAccount {
    let account = try await TestAccount.start(quotas: quotas)
    try await account.root("CreateUser", ["UserName": "jane"])
    return account
  }

  private func create(_ service: String, _ more: [String: String] = [:]) -> [String: String] {
    ["UserName": "jane", "ServiceName": "\(service).amazonaws.com"].merging(more) { $1 }
  }

  @Test("a name and a password are made, shown once, and made anew", arguments: ["codecommit", "cassandra"])
  func password(_ service: String) async throws {
    let account = try await start()
    let made = try await account.root("CreateServiceSpecificCredential", create(service))
    let id = try #require(made["ServiceSpecificCredentialId"])
    #expect(id.wholeMatch(of: /ACCA[A-Z2-7]{16}/) != nil)
    #expect(made["ServiceUserName"] == "jane-at-\(account.id)")
    let password = try #require(made["ServicePassword"])
    #expect(password.wholeMatch(of: /[A-Za-z0-9+\/]{43}=/) != nil)
    #expect(made["ExpirationDate"] == nil && made["ServiceCredentialSecret"] == nil)
    let listed = try await account.root("ListServiceSpecificCredentials", ["UserName": "jane"])
    #expect(listed.all("ServiceSpecificCredentialId") == [id])
    let stored = try #require(try await account.server.directory.store.load(.account(account.id)))
    for text in [listed.text] + stored.records.map({ String(decoding: $0.body, as: UTF8.self) }) {
      #expect(!text.contains(password))
    }
    let one = ["UserName": "jane", "ServiceSpecificCredentialId": id]
    let reset = try await account.root("ResetServiceSpecificCredential", one)
    #expect(reset["ServicePassword"] != nil && reset["ServicePassword"] != password)
    #expect(reset["ServiceUserName"] == made["ServiceUserName"])
  }

  @Test("an API key has its alias inside, and ends when it was said to")
  func apiKey() async throws {
    let account = try await start()
    let made = try await account.root(
      "CreateServiceSpecificCredential", create("bedrock", ["CredentialAgeDays": "30"]))
    let alias = "jane-at-\(account.id)"
    #expect(made["ServiceCredentialAlias"] == alias)
    #expect(made["ServiceUserName"] == nil && made["ServicePassword"] == nil)
    #expect(made["ServiceCredentialSecret"]?.hasPrefix("ABSK") == true)
    #expect(made["ExpirationDate"] == account.server.now.adding(seconds: 30 * 86_400).iso8601)
    account.server.advance(seconds: 30 * 86_400 - 1)
    #expect(try await account.root("ListServiceSpecificCredentials", ["UserName": "jane"])["Status"] == "Active")
    account.server.advance(seconds: 1)
    #expect(try await account.root("ListServiceSpecificCredentials", ["UserName": "jane"])["Status"] == "Expired")
  }

  @Test("each service has two of them a user, by names of their own")
  func quota() async throws {
    let account = try await start()
    for service in ["codecommit", "cassandra", "bedrock", "logs"] {
      try await account.root("CreateServiceSpecificCredential", create(service))
      let second = try await account.root("CreateServiceSpecificCredential", create(service))
      let name = second["ServiceUserName"] ?? second["ServiceCredentialAlias"]
      #expect(name == "jane+1-at-\(account.id)")
      let over = try await account.attempt("CreateServiceSpecificCredential", create(service))
      #expect(over.code == "LimitExceeded")
      #expect(over.message == "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2")
    }
  }

  @Test("what a service does not have is refused")
  func refused() async throws {
    let account = try await start()
    let unknown = try await account.attempt("CreateServiceSpecificCredential", create("s3"))
    #expect(unknown.code == "NotSupportedService")
    #expect(unknown.status == 404)
    let age = try await account.attempt(
      "CreateServiceSpecificCredential", create("codecommit", ["CredentialAgeDays": "1"]))
    #expect(age.code == "ValidationError")
    let days = try await account.attempt(
      "CreateServiceSpecificCredential", create("bedrock", ["CredentialAgeDays": "36601"]))
    #expect(days.code == "ValidationError")
    #expect(try await account.root("ListServiceSpecificCredentials", ["UserName": "jane"]).all("Status").isEmpty)
    let filter = ["UserName": "jane", "ServiceName": "s3.amazonaws.com"]
    #expect(try await account.attempt("ListServiceSpecificCredentials", filter).code == "NotSupportedService")
    let both = try await account.attempt(
      "ListServiceSpecificCredentials", ["UserName": "jane", "AllUsers": "true"])
    #expect(both.code == "ValidationError")
  }

  @Test("those of all users are listed in pages, those of one service alone")
  func allUsers() async throws {
    let account = try await start()
    try await account.root("CreateUser", ["UserName": "joe"])
    for user in ["jane", "joe"] {
      for service in ["codecommit", "bedrock"] {
        try await account.root("CreateServiceSpecificCredential", create(service, ["UserName": user]))
      }
    }
    let pages = try await account.pages("ListServiceSpecificCredentials", ["AllUsers": "true"], size: 1)
    #expect(pages.flatMap { $0.all("UserName") }.sorted() == ["jane", "jane", "joe", "joe"])
    let bedrock = try await account.root(
      "ListServiceSpecificCredentials", ["AllUsers": "true", "ServiceName": "bedrock.amazonaws.com"])
    #expect(bedrock.all("ServiceName") == ["bedrock.amazonaws.com", "bedrock.amazonaws.com"])
  }

  @Test("a credential is put away and deleted by its user alone, who goes after it")
  func life() async throws {
    let account = try await start()
    let user = try await account.user("u", policy: TestPolicy.allow("iam:*ServiceSpecificCredential*"))
    let made = try await account.root("CreateServiceSpecificCredential", create("codecommit", ["UserName": "u"]))
    let id = ["ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"] ?? ""]
    _ = try await account.server.call(
      "UpdateServiceSpecificCredential", id.merging(["Status": "Inactive"]) { $1 }, as: user
    ).succeeded("UpdateServiceSpecificCredential")
    let listed = try await account.server.call("ListServiceSpecificCredentials", as: user).succeeded("List")
    #expect(listed.all("Status") == ["Inactive"])
    let expired = try await account.attempt(
      "UpdateServiceSpecificCredential", id.merging(["UserName": "u", "Status": "Expired"]) { $1 })
    #expect(expired.code == "ValidationError")
    let hidden = try await account.attempt(
      "DeleteServiceSpecificCredential", id.merging(["UserName": "jane"]) { $1 })
    #expect(hidden.code == "NoSuchEntity")
    try await account.root("DeleteUserPolicy", ["UserName": "u", "PolicyName": "inline"])
    try await account.root("DeleteAccessKey", ["UserName": "u", "AccessKeyId": user.accessKeyID])
    let conflict = try await account.attempt("DeleteUser", ["UserName": "u"])
    #expect(conflict.message == "Cannot delete entity, must delete service specific credentials first.")
    try await account.root("DeleteServiceSpecificCredential", id.merging(["UserName": "u"]) { $1 })
    try await account.root("DeleteUser", ["UserName": "u"])
  }

  @Test("service and age decide")
  func conditions() async throws {
    let account = try await start()
    let user = try await account.user(
      "u",
      policy: """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:CreateServiceSpecificCredential",
        "Resource":"*","Condition":{"StringEquals":{"iam:ServiceSpecificCredentialServiceName":"bedrock.amazonaws.com"},
        "NumericLessThanEquals":{"iam:ServiceSpecificCredentialAgeDays":"90"}}}}
        """)
    for (service, age, code) in [
      ("bedrock", ["CredentialAgeDays": "90"], nil), ("bedrock", ["CredentialAgeDays": "91"], "AccessDenied"),
      ("bedrock", [:], "AccessDenied"), ("logs", ["CredentialAgeDays": "1"], "AccessDenied"),
    ] as [(String, [String: String], String?)] {
      let answer = try await account.server.call("CreateServiceSpecificCredential", create(service, age), as: user)
      #expect(answer.code == code)
    }
  }
}

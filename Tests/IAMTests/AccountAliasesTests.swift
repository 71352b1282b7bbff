import ScenarioKit
import Testing

@Suite("Account aliases") struct AccountAliasesTests {
  @Test("an account has one alias: the newest")
  func replacement() async throws {
    let account = try await TestAccount.start()
    #expect(try await account.root("ListAccountAliases")["AccountAliases"] == "")
    for alias in ["first", "sec-ond"] {
      try await account.root("CreateAccountAlias", ["AccountAlias": alias])
      #expect(try await account.root("ListAccountAliases").all("member") == [alias])
    }
    #expect(try await account.root("GetUser")["UserName"] == "sec-ond")
    let gone = try await account.attempt("DeleteAccountAlias", ["AccountAlias": "first"])
    #expect(gone.code == "NoSuchEntity")
    try await account.root("DeleteAccountAlias", ["AccountAlias": "sec-ond"])
    #expect(try await account.root("ListAccountAliases").all("member").isEmpty)
  }

  @Test("an alias belongs to one account until that gives it up", arguments: [true, false])
  func uniqueness(isReplaced: Bool) async throws {
    let account = try await TestAccount.start()
    let other = try await account.server.account()
    try await account.root("CreateAccountAlias", ["AccountAlias": "wanted"])
    for taker in [account, other] {
      let refused = try await taker.attempt("CreateAccountAlias", ["AccountAlias": "wanted"])
      #expect(refused.code == "EntityAlreadyExists")
      #expect(refused.message == "The account alias wanted already exists.")
    }
    #expect(try await other.attempt("DeleteAccountAlias", ["AccountAlias": "wanted"]).code == "NoSuchEntity")
    if isReplaced {
      try await account.root("CreateAccountAlias", ["AccountAlias": "another"])
    } else {
      try await account.root("DeleteAccountAlias", ["AccountAlias": "wanted"])
    }
    try await other.root("CreateAccountAlias", ["AccountAlias": "wanted"])
    #expect(try await other.root("ListAccountAliases").all("member") == ["wanted"])
  }

  @Test(
    "an alias is small letters, digits and single hyphens inside",
    arguments: ["ab", "-ab", "ab-", "a--b", "Abc", "a_b", "a.b", String(repeating: "x", count: 64)])
  func malformed(alias: String) async throws {
    let account = try await TestAccount.start()
    #expect(try await account.attempt("CreateAccountAlias", ["AccountAlias": alias]).code == "ValidationError")
    #expect(try await account.root("ListAccountAliases").all("member").isEmpty)
  }

  @Test("the shortest and the longest alias", arguments: ["a-b", String(repeating: "x", count: 63)])
  func wellFormed(alias: String) async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateAccountAlias", ["AccountAlias": alias])
    #expect(try await account.root("ListAccountAliases").all("member") == [alias])
  }
}

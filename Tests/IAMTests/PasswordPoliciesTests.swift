import AWSCore
import AWSWire
import Directory
import ScenarioKit
import ServiceKit
import Testing

@Suite("Password policies") struct PasswordPoliciesTests {
  private static let good = "Correct-horse-1"

  @Test("what is left out goes back to its default")
  func noPartialUpdate() async throws {
    let account = try await TestAccount.start()
    let none = try await account.attempt("GetAccountPasswordPolicy")
    #expect(
      [none.code, none.message] == [
        "NoSuchEntity", "The Password Policy with domain name \(account.id) cannot be found.",
      ])
    try await account.root(
      "UpdateAccountPasswordPolicy",
      ["MinimumPasswordLength": "14", "RequireSymbols": "true", "MaxPasswordAge": "90", "HardExpiry": "true"])
    let full = try await account.root("GetAccountPasswordPolicy")
    #expect(
      ["MinimumPasswordLength", "RequireSymbols", "ExpirePasswords", "MaxPasswordAge", "HardExpiry"]
        .map { full[$0] } == ["14", "true", "true", "90", "true"])
    try await account.root("UpdateAccountPasswordPolicy", ["RequireNumbers": "true"])
    let reset = try await account.root("GetAccountPasswordPolicy")
    #expect(
      [
        "MinimumPasswordLength", "RequireSymbols", "RequireNumbers", "ExpirePasswords", "MaxPasswordAge",
        "HardExpiry", "PasswordReusePrevention", "AllowUsersToChangePassword",
      ].map { reset[$0] }
        == ["6", "false", "true", "false", nil, nil, nil, "false"])
    try await account.root("DeleteAccountPasswordPolicy")
    let gone = try await account.attempt("DeleteAccountPasswordPolicy")
    #expect(gone.message == "The account policy with name PasswordPolicy cannot be found.")
  }

  @Test(
    "values beyond their borders are refused",
    arguments: [
      ("MinimumPasswordLength", "5"), ("MinimumPasswordLength", "129"), ("MaxPasswordAge", "0"),
      ("MaxPasswordAge", "1096"), ("PasswordReusePrevention", "0"), ("PasswordReusePrevention", "25"),
    ])
  func borders(_ member: String, _ value: String) async throws {
    let account = try await TestAccount.start()
    #expect(try await account.attempt("UpdateAccountPasswordPolicy", [member: value]).code == "ValidationError")
    #expect(try await account.attempt("GetAccountPasswordPolicy").code == "NoSuchEntity")
  }

  private func refusal(of password: String, under policy: [String: String]?) async throws -> String? {
    let account = try await TestAccount.start()
    if let policy { try await account.root("UpdateAccountPasswordPolicy", policy) }
    try await account.root("CreateUser", ["UserName": "ann"])
    let answer = try await account.attempt("CreateLoginProfile", ["UserName": "ann", "Password": password])
    if answer.code != nil { #expect(answer.code == "PasswordPolicyViolation") }
    return answer.message
  }

  @Test(
    "without a policy eight characters of three kinds are wanted",
    arguments: [
      ("Abcdef1", "Password should have a minimum length of 8"),
      (
        "abcdefg1",
        "Password should meet 1 more of the following requirements: Password should have at least one uppercase letter, "
          + "Password should have at least one symbol"
      ),
      (
        "abcdefgh",
        "Password should meet 2 more of the following requirements: Password should have at least one uppercase letter, "
          + "Password should have at least one number, Password should have at least one symbol"
      ),
      ("Abcdefg1", nil), ("abcdef1!", nil), ("ABCDEF1|", nil), ("Abcdefg'", nil), ("Abcdefg1é", nil),
    ] as [(String, String?)])
  func defaultPolicy(_ password: String, _ message: String?) async throws {
    #expect(try await refusal(of: password, under: nil) == message)
  }

  @Test("without a policy the password is not the account's e-mail address")
  func notTheAddress() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann"])
    let state = try #require(try await account.server.directory.account(account.id))
    let address = try #require(state.settings?.email)
    for password in [address, address.uppercased()] {
      let refused = try await account.attempt("CreateLoginProfile", ["UserName": "ann", "Password": password])
      #expect(refused.code == "PasswordPolicyViolation")
    }
    #expect(try await account.attempt("CreateLoginProfile", ["UserName": "ann", "Password": "x-" + address]).isSuccess)
  }

  @Test(
    "a policy wants what it says and no more",
    arguments: [
      (["MinimumPasswordLength": "6"], "abcdef", nil),
      (["MinimumPasswordLength": "6"], "abcde", "Password should have a minimum length of 6"),
      (["MinimumPasswordLength": "6"], "ééééé", "Password should have a minimum length of 6"),
      (["RequireSymbols": "true"], "abcdef", "Password should have at least one symbol"),
      (["RequireSymbols": "true"], "abcdef;", "Password should have at least one symbol"),
      (["RequireSymbols": "true"], "abcdef-", nil),
      (["RequireNumbers": "true"], "abcdef", "Password should have at least one number"),
      (["RequireUppercaseCharacters": "true"], "abcdefÄ", "Password should have at least one uppercase letter"),
      (
        ["RequireLowercaseCharacters": "true", "RequireNumbers": "true"], "ABCDEF",
        "Password should have at least one lowercase letter, Password should have at least one number"
      ),
    ] as [([String: String], String, String?)])
  func ownPolicy(_ policy: [String: String], _ password: String, _ message: String?) async throws {
    #expect(try await refusal(of: password, under: policy) == message)
  }

  @Test("new rules count at the next change, expiry at once")
  func rulesLater() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann"])
    try await account.root("CreateLoginProfile", ["UserName": "ann", "Password": Self.good])
    try await account.root("UpdateAccountPasswordPolicy", ["MinimumPasswordLength": "40"])
    #expect(try await standing(in: account) == .current)
    account.server.advance(seconds: 86_400)
    try await account.root("UpdateAccountPasswordPolicy", ["MaxPasswordAge": "2"])
    #expect(try await standing(in: account) == .current)
    account.server.advance(seconds: 86_399)
    #expect(try await standing(in: account) == .current)
    account.server.advance(seconds: 1)
    #expect(try await standing(in: account) == .mustBeChanged)
    try await account.root("UpdateAccountPasswordPolicy", ["MaxPasswordAge": "2", "HardExpiry": "true"])
    #expect(try await standing(in: account) == .hasExpired)
    try await account.root("UpdateLoginProfile", ["UserName": "ann", "Password": Self.good])
    #expect(try await standing(in: account) == .current)
  }

  private func standing(in account: TestAccount) async throws -> PasswordStanding? {
    let state = try #require(try await account.server.directory.account(account.id))
    return try await account.server.environment.standing(
      of: Secret(Self.good), in: state.loginProfile(of: state.users[name: "ann"]), named: "ann", in: state)
  }

  @Test("an expired password is still good to be changed by the API")
  func changeExpired() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:ChangePassword"))
    try await account.root("CreateLoginProfile", ["UserName": "ann", "Password": Self.good])
    try await account.root("UpdateAccountPasswordPolicy", ["MaxPasswordAge": "1", "HardExpiry": "true"])
    account.server.advance(seconds: 2 * 86_400)
    #expect(try await standing(in: account) == .hasExpired)
    #expect(try await account.server.call("ListUsers", as: ann).code == "AccessDenied")
    let passwords = ["OldPassword": Self.good, "NewPassword": "Another-horse-2"]
    #expect(try await account.server.call("ChangePassword", passwords, as: ann).isSuccess)
  }

  @Test("the last passwords do not come again, those from before the policy among them")
  func reuse() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann"])
    try await account.root("CreateLoginProfile", ["UserName": "ann", "Password": "First-horse-1"])
    func set(_ password: String) async throws -> String? {
      try await account.attempt("UpdateLoginProfile", ["UserName": "ann", "Password": password]).code
    }
    #expect(try await set("Second-horse-2") == nil)
    #expect(try await set("First-horse-1") == nil)
    #expect(try await set("Second-horse-2") == nil)
    try await account.root("UpdateAccountPasswordPolicy", ["PasswordReusePrevention": "2"])
    #expect(try await set("Second-horse-2") == "PasswordPolicyViolation")
    #expect(try await set("First-horse-1") == "PasswordPolicyViolation")
    #expect(try await set("Third-horse-3") == nil)
    #expect(try await set("Second-horse-2") == "PasswordPolicyViolation")
    #expect(try await set("First-horse-1") == nil)
  }

  @Test("the account's setting lets users change their own password, and a Deny or a boundary is stronger")
  func allowUsers() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann")
    let bob = try await account.user("bob", policy: TestPolicy.deny("iam:ChangePassword"))
    for name in ["ann", "bob"] {
      try await account.root("CreateLoginProfile", ["UserName": name, "Password": Self.good])
    }
    let passwords = ["OldPassword": Self.good, "NewPassword": "Another-horse-2"]
    func change(_ caller: SigV4.Credentials) async throws -> Answer {
      try await account.server.call("ChangePassword", passwords, as: caller)
    }
    #expect(try await change(ann).message?.contains("is not authorized to perform: iam:ChangePassword") == true)
    try await account.root("UpdateAccountPasswordPolicy", ["AllowUsersToChangePassword": "true"])
    #expect(try await change(bob).message?.contains("explicit deny") == true)
    let boundary =
      try await account.root(
        "CreatePolicy", ["PolicyName": "b", "PolicyDocument": TestPolicy.allow("s3:*")])["Arn"] ?? ""
    try await account.root("PutUserPermissionsBoundary", ["UserName": "ann", "PermissionsBoundary": boundary])
    #expect(try await change(ann).code == "AccessDenied")
    try await account.root("DeleteUserPermissionsBoundary", ["UserName": "ann"])
    #expect(try await account.server.call("GetAccountPasswordPolicy", as: ann).isSuccess)
    #expect(try await account.server.call("GetLoginProfile", as: ann).code == "AccessDenied")
    #expect(try await change(ann).isSuccess)
    try await account.root("DeleteAccountPasswordPolicy")
    #expect(try await account.server.call("GetAccountPasswordPolicy", as: ann).code == "AccessDenied")
  }
}

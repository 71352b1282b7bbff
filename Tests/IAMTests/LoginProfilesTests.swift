import AWSCore
import AWSWire
import Directory
import ScenarioKit
import ServiceKit
import Testing

@Suite("Login profiles") struct LoginProfilesTests {
  private static let good = "Correct-horse-1"

  private func profile(of user: String, in account: TestAccount) async throws -> (LoginProfileRecord, Account) {
    let state = try #require(try await account.server.directory.account(account.id))
    return (try #require(state.loginProfile(of: state.users[name: user])), state)
  }

  /// What the password is good for at the sign-in page.
  private func standing(
    _ password: String, of user: String, in account: TestAccount
  ) async throws -> PasswordStanding? {
    let state = try #require(try await account.server.directory.account(account.id))
    let profile = state.users[name: user].flatMap { state.loginProfile(of: $0) }
    return try await account.server.environment.standing(of: Secret(password), in: profile, named: user, in: state)
  }

  private func userWithPassword(_ account: TestAccount, _ name: String = "ann") async throws {
    try await account.root("CreateUser", ["UserName": name])
    try await account.root("CreateLoginProfile", ["UserName": name, "Password": Self.good])
  }

  @Test("a password is made, shown without itself, changed and deleted")
  func life() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann"])
    #expect(
      try await account.attempt("GetLoginProfile", ["UserName": "ann"]).message
        == "Login Profile for User ann cannot be found.")
    let made = try await account.root(
      "CreateLoginProfile", ["UserName": "ann", "Password": Self.good, "PasswordResetRequired": "true"])
    #expect([made["UserName"], made["PasswordResetRequired"]] == ["ann", "true"])
    #expect(!made.text.contains(Self.good))
    let again = try await account.attempt("CreateLoginProfile", ["UserName": "ann", "Password": Self.good])
    #expect([again.code, again.message] == ["EntityAlreadyExists", "Login Profile for User ann already exists."])
    #expect(try await standing(Self.good, of: "ann", in: account) == .mustBeChanged)
    try await account.root(
      "UpdateLoginProfile", ["UserName": "ann", "Password": "Another-horse-2", "PasswordResetRequired": "false"])
    #expect(try await standing("Another-horse-2", of: "ann", in: account) == .current)
    #expect(try await standing(Self.good, of: "ann", in: account) == nil)
    let shown = try await account.root("GetLoginProfile", ["UserName": "ann"])
    #expect([shown["CreateDate"], shown["PasswordResetRequired"]] == [made["CreateDate"], "false"])
    try await account.root("DeleteLoginProfile", ["UserName": "ann"])
    #expect(try await account.attempt("DeleteLoginProfile", ["UserName": "ann"]).code == "NoSuchEntity")
    #expect(try await standing("Another-horse-2", of: "ann", in: account) == nil)
  }

  @Test("nothing of a password lies in the record in the clear, and its hash opens nowhere else")
  func atRest() async throws {
    let account = try await TestAccount.start()
    try await userWithPassword(account)
    let (profile, state) = try await profile(of: "ann", in: account)
    let sealed = try #require(profile.passwords.first).sealedHash
    let text = String(decoding: sealed, as: UTF8.self)
    #expect(!text.contains(Self.good) && !text.contains("argon2"))
    let dataKey = try #require(state.dataKey)
    let hash = try dataKey.open(sealed, as: LoginProfileRecord.field(of: profile.id, in: account.id))
    #expect(String(decoding: hash, as: UTF8.self).hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    #expect(throws: SecretsFailure.self) {
      try dataKey.open(sealed, as: LoginProfileRecord.field(of: "other", in: account.id))
    }
  }

  @Test(
    "a password that breaks the model is refused without being repeated",
    arguments: [
      "\u{1F40E} Secret-1", String(repeating: "Secret-1", count: 17),
    ])
  func malformed(_ password: String) async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann"])
    let refused = try await account.attempt("CreateLoginProfile", ["UserName": "ann", "Password": password])
    #expect(refused.code == "ValidationError")
    #expect(refused.message?.hasPrefix("1 validation error detected: Value at 'password' failed to satisfy") == true)
    #expect(!refused.text.contains("Secret-1"))
    let missing = try await account.attempt("CreateLoginProfile", ["UserName": "ann"])
    #expect(missing.code == "ValidationError")
    #expect(try await account.attempt("GetLoginProfile", ["UserName": "ann"]).code == "NoSuchEntity")
  }

  @Test(
    "a password counts exactly as it was given", arguments: ["  Sp4ce-at-both-ends  ", "Umläute-1-ÿ", "tab\tAnd-1\n"])
  func exact(_ password: String) async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann"])
    try await account.root("CreateLoginProfile", ["UserName": "ann", "Password": password])
    #expect(try await standing(password, of: "ann", in: account) == .current)
    #expect(try await standing(password + " ", of: "ann", in: account) == nil)
    #expect(try await standing(String(password.dropLast()), of: "ann", in: account) == nil)
  }

  @Test("a user changes the own password with the old one")
  func change() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:ChangePassword"))
    func change(_ old: String, _ new: String) async throws -> Answer {
      try await account.server.call("ChangePassword", ["OldPassword": old, "NewPassword": new], as: ann)
    }
    #expect(try await change(Self.good, "Another-horse-2").code == "NoSuchEntity")
    try await account.root(
      "CreateLoginProfile", ["UserName": "ann", "Password": Self.good, "PasswordResetRequired": "true"])
    let wrong = try await change("wrong", "Another-horse-2")
    #expect([wrong.code, wrong.message] == ["AccessDenied", "The old password was incorrect."])
    #expect(try await change(Self.good, "short").code == "PasswordPolicyViolation")
    #expect(try await standing(Self.good, of: "ann", in: account) == .mustBeChanged)
    #expect(try await change(Self.good, "Another-horse-2").isSuccess)
    #expect(try await standing("Another-horse-2", of: "ann", in: account) == .current)
    #expect(try await standing(Self.good, of: "ann", in: account) == nil)
  }

  @Test("only users change their own passwords")
  func changeByOthers() async throws {
    let account = try await TestAccount.start()
    let passwords = ["OldPassword": Self.good, "NewPassword": "Another-horse-2"]
    #expect(try await account.attempt("ChangePassword", passwords).code == "InvalidUserType")
    let user = try await account.user("u", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("r", policy: TestPolicy.allow("iam:*"))
    let session = try await account.assume("r", as: user)
    #expect(try await account.server.call("ChangePassword", passwords, as: session).code == "InvalidUserType")
    #expect(try await account.server.call("ChangePassword", passwords, as: user).code == "AccessDenied")
  }

  @Test("after ten wrong passwords the right one is refused too, until the quarter of an hour is over")
  func guessing() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:ChangePassword"))
    try await account.root("CreateLoginProfile", ["UserName": "ann", "Password": Self.good])
    func change(_ old: String) async throws -> String? {
      try await account.server.call(
        "ChangePassword", ["OldPassword": old, "NewPassword": "Another-horse-2"], as: ann
      ).code
    }
    for _ in 0..<10 { #expect(try await change("wrong") == "AccessDenied") }
    #expect(try await change(Self.good) == "LimitExceeded")
    account.server.advance(seconds: 900)
    #expect(try await change(Self.good) == nil)
    for _ in 0..<10 { #expect(try await change("wrong") == "AccessDenied") }
  }

  @Test("of two changes with the same old password one wins")
  func changeAtOnce() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:ChangePassword"))
    try await account.root("CreateLoginProfile", ["UserName": "ann", "Password": Self.good])
    let codes = try await withThrowingTaskGroup(of: String?.self) { group in
      for index in 0..<8 {
        group.addTask {
          try await account.server.call(
            "ChangePassword", ["OldPassword": Self.good, "NewPassword": "Another-horse-\(index)"], as: ann
          ).code
        }
      }
      return try await group.reduce(into: [String?]()) { $0.append($1) }
    }
    #expect(codes.count { $0 == nil } == 1)
    #expect(codes.compactMap { $0 }.allSatisfy { $0 == "AccessDenied" })
  }

  @Test("a user with a password, or with a device, is not deleted")
  func deletion() async throws {
    let account = try await TestAccount.start()
    try await userWithPassword(account)
    let refused = try await account.attempt("DeleteUser", ["UserName": "ann"])
    #expect(
      [refused.code, refused.message] == [
        "DeleteConflict", "Cannot delete entity, must delete login profile first.",
      ])
    try await account.root("DeleteLoginProfile", ["UserName": "ann"])
    try await account.root("DeleteUser", ["UserName": "ann"])
  }

  @Test("without a name the password is the caller's own; the root user must name one")
  func own() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:*LoginProfile"))
    let made = try await account.server.call("CreateLoginProfile", ["Password": Self.good], as: ann)
    #expect(made["UserName"] == "ann")
    #expect(try await account.server.call("GetLoginProfile", as: ann)["UserName"] == "ann")
    #expect(try await account.server.call("DeleteLoginProfile", as: ann).isSuccess)
    for action in ["CreateLoginProfile", "GetLoginProfile", "DeleteLoginProfile"] {
      let refused = try await account.attempt(action, action == "CreateLoginProfile" ? ["Password": Self.good] : [:])
      #expect(refused.message == "Must specify userName when calling with non-User credentials")
    }
  }
}

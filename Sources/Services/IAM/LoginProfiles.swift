import AWSCore
import AWSWire
import Directory
import ServiceKit

enum LoginProfiles {
  static let operations: [any Operation.Type] = [
    CreateLoginProfile.self, GetLoginProfile.self, UpdateLoginProfile.self, DeleteLoginProfile.self,
    ChangePassword.self,
  ]
}

/// A password as requests bring it; it is held as a `Secret`.
struct PasswordText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    1...128, pattern: #"[\u0009\u000A\u000D\u0020-\u00FF]+"#,
    matches: { bytes in
      !bytes.isEmpty
        && String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
          (0x20...0xFF).contains(scalar.value) || scalar == "\t" || scalar == "\n" || scalar == "\r"
        }
    })
  let text: String
  init(unchecked text: String) { self.text = text }
}

extension Secret<PasswordText> {
  /// The characters alone, exactly as they came.
  var characters: Secret<String> { Secret<String>(reveal().text) }
}

struct LoginProfileOutput: WireOutput {
  let userName: String
  let profile: LoginProfileRecord

  func encode(to writer: inout WireWriter) {
    writer.structure("LoginProfile") { shown in
      shown.put("UserName", userName)
      shown.put("CreateDate", profile.createDate)
      shown.put("PasswordResetRequired", profile.isResetRequired)
    }
  }
}

// MARK: Whose password

extension View {
  /// The user whose password a request is about.
  // AWS: the password of the root user is reached by AssumeRoot only (API_GetLoginProfile.html).
  fileprivate func owner(_ name: NewUserName?) throws(Failure) -> UserName {
    guard let owner = try named(name?.name) else { throw .unnamedOwner }
    return owner
  }

  fileprivate func access(_ action: String, toPasswordOf name: NewUserName?) throws(Failure) -> Access {
    access(action, toUser: try owner(name))
  }
}

extension Account {
  /// The user's password.
  func requiredLoginProfile(of user: UserRecord) throws(Failure) -> LoginProfileRecord {
    guard let profile = loginProfile(of: user) else { throw .noSuchLoginProfile(user.name) }
    return profile
  }
}

extension Transaction {
  /// The profile that was prepared for, which may be gone or another one by now.
  fileprivate func profile(_ id: String, of user: UserRecord) throws(Failure) -> LoginProfileRecord {
    guard let profile = account.loginProfiles[id: id] else {
      throw Failure(
        .entityTemporarilyUnmodifiable,
        "Login Profile for User \(user.name) cannot be modified while login profile is being changed.")
    }
    return profile
  }
}

// MARK: Operations

struct CreateLoginProfile: PreparedWriteOperation {
  struct Input: WireStruct {
    let userName: NewUserName?
    let password: Secret<PasswordText>?
    let isResetRequired: Bool?

    init(from fields: inout Fields) {
      userName = fields.optional("UserName")
      password = fields.optional("Password")
      isResetRequired = fields.optional("PasswordResetRequired")
    }
  }

  static let failures: [ErrorCode] = [
    .entityAlreadyExists, .noSuchEntity, .passwordPolicyViolation, .limitExceeded, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:CreateLoginProfile", toPasswordOf: input.userName)
  }

  static func prepare(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> LoginProfileRecord {
    let account = view.account
    let user = try account.user(try view.owner(input.userName))
    guard account.loginProfile(of: user) == nil else { throw .loginProfileExists(user.name) }
    guard let password = input.password?.characters else {
      throw Failure(
        .validationError,
        "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null")
    }
    try PasswordRules.check(password, in: account)
    let id = grant.entropy.requestID()
    let sealed = try await grant.call.environment.passwords.sealed(
      password, forProfile: id, in: account, entropy: grant.entropy, at: grant.now)
    return LoginProfileRecord(
      id: id, user: user.id, createDate: grant.now, password: sealed, isResetRequired: input.isResetRequired ?? false)
  }

  static func perform(
    _ input: Input, _ profile: LoginProfileRecord, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> LoginProfileOutput {
    guard let user = profile.user.flatMap({ tx.account.users[id: $0] }) else {
      throw .noSuchUser(input.userName?.text ?? "")
    }
    guard tx.account.loginProfile(of: user) == nil else { throw .loginProfileExists(user.name) }
    try tx.put(profile)
    return LoginProfileOutput(userName: user.name, profile: profile)
  }
}

struct GetLoginProfile: ReadOperation {
  struct Input: WireStruct {
    let userName: NewUserName?
    init(from fields: inout Fields) { userName = fields.optional("UserName") }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:GetLoginProfile", toPasswordOf: input.userName)
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> LoginProfileOutput {
    let user = try view.account.user(try view.owner(input.userName))
    return LoginProfileOutput(userName: user.name, profile: try view.account.requiredLoginProfile(of: user))
  }
}

struct UpdateLoginProfile: PreparedWriteOperation {
  struct Input: WireStruct {
    let userName: NewUserName
    let password: Secret<PasswordText>?
    let isResetRequired: Bool?

    init(from fields: inout Fields) {
      userName = fields.required("UserName")
      password = fields.optional("Password")
      isResetRequired = fields.optional("PasswordResetRequired")
    }
  }

  static let failures: [ErrorCode] = [
    .entityTemporarilyUnmodifiable, .noSuchEntity, .passwordPolicyViolation, .limitExceeded, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:UpdateLoginProfile", toUser: input.userName.name)
  }

  /// The profile, and its new password where there is one.
  struct Prepared: Sendable {
    let profile: String
    let password: LoginProfileRecord.SealedPassword?
  }

  static func prepare(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Prepared {
    let profile = try view.account.requiredLoginProfile(of: try view.account.user(input.userName.name))
    guard let password = input.password?.characters else { return Prepared(profile: profile.id, password: nil) }
    return Prepared(
      profile: profile.id, password: try await grant.newPassword(password, for: profile, in: view.account))
  }

  static func perform(
    _ input: Input, _ prepared: Prepared, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> EmptyOutput {
    var profile = try tx.profile(prepared.profile, of: try tx.account.user(input.userName.name))
    if let password = prepared.password { profile.set(password) }
    if let isRequired = input.isResetRequired { profile.isResetRequired = isRequired }
    try tx.put(profile)
    return EmptyOutput()
  }
}

struct DeleteLoginProfile: WriteOperation {
  struct Input: WireStruct {
    let userName: NewUserName?
    init(from fields: inout Fields) { userName = fields.optional("UserName") }
  }

  static let failures: [ErrorCode] = [
    .entityTemporarilyUnmodifiable, .noSuchEntity, .limitExceeded, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:DeleteLoginProfile", toPasswordOf: input.userName)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let user: UserRecord
    if let name = input.userName {
      user = try tx.account.user(name.name)
    } else if case .user(let own) = try ResolvedCaller(grant.caller, in: tx.account).record {
      user = own
    } else {
      throw .unnamedOwner
    }
    tx.delete(try tx.account.requiredLoginProfile(of: user))
    return EmptyOutput()
  }
}

struct ChangePassword: PreparedWriteOperation {
  struct Input: WireStruct {
    let oldPassword: Secret<PasswordText>
    let newPassword: Secret<PasswordText>

    init(from fields: inout Fields) {
      oldPassword = fields.required("OldPassword")
      newPassword = fields.required("NewPassword")
    }
  }

  static let failures: [ErrorCode] = [
    .noSuchEntity, .invalidUserType, .limitExceeded, .entityTemporarilyUnmodifiable, .passwordPolicyViolation,
    .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    switch try ResolvedCaller(view.caller, in: view.callerAccount).record {
    case .user(let user): Access("iam:ChangePassword", on: user.arn).on(tagged: user)
    case .root: Access("iam:ChangePassword", on: view.account.rootARN)
    case .role, .federatedUser: Access("iam:ChangePassword", on: .iam(view.account.id, "user/*"))
    }
  }

  /// The profile with the password that was right, and the one to take its place.
  struct Prepared: Sendable {
    let user: UserRecord
    let profile: LoginProfileRecord
    let password: LoginProfileRecord.SealedPassword
  }

  // AWS: works with an expired password too, whatever the policy says of hard expiry: that is about signing in.
  static func prepare(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Prepared {
    guard case .user(let user) = try ResolvedCaller(view.caller, in: view.callerAccount).record else {
      throw Failure(.invalidUserType, "Only IAM Users can change their own password")
    }
    let profile = try view.account.requiredLoginProfile(of: user)
    let isRight = try await grant.call.environment.isRight(
      input.oldPassword.characters, of: profile, named: user.name, in: view.account)
    guard isRight else { throw Failure(.accessDenied, "The old password was incorrect.") }
    let password = try await grant.newPassword(input.newPassword.characters, for: profile, in: view.account)
    return Prepared(user: user, profile: profile, password: password)
  }

  static func perform(
    _ input: Input, _ prepared: Prepared, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> EmptyOutput {
    var profile = try tx.profile(prepared.profile.id, of: prepared.user)
    // Of two calls with the same old password one comes too late.
    guard profile.passwords == prepared.profile.passwords else {
      throw Failure(.accessDenied, "The old password was incorrect.")
    }
    profile.set(prepared.password)
    profile.isResetRequired = false
    try tx.put(profile)
    return EmptyOutput()
  }
}

extension Grant {
  /// Checks a password that is to take the place of the profile's, and seals it.
  fileprivate func newPassword(
    _ password: Secret<String>, for profile: LoginProfileRecord, in account: Account
  ) async throws(Failure) -> LoginProfileRecord.SealedPassword {
    let passwords = call.environment.passwords
    try PasswordRules.check(password, in: account)
    try await PasswordRules.checkReuse(password, of: profile, in: account, with: passwords)
    return try await passwords.sealed(password, forProfile: profile.id, in: account, entropy: entropy, at: now)
  }
}

extension Failure {
  fileprivate static func loginProfileExists(_ name: String) -> Failure {
    Failure(.entityAlreadyExists, "Login Profile for User \(name) already exists.")
  }
}

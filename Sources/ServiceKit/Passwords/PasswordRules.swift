public import AWSCore
public import Directory

/// What passwords must be: the account's policy, or AWS's where it has none.
///
/// Source: IAM User Guide, id_credentials_passwords_account-policy. Lengths count code points.
public enum PasswordRules {
  /// The length that holds where the account has no policy.
  private static let lengthDefault = 8
  /// How many of the four kinds of characters are wanted where the account has no policy.
  private static let kindsDefault = 3

  private enum CharacterKind: CaseIterable {
    case uppercase, lowercase, number, symbol

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .uppercase: ("A"..."Z").contains(scalar)
      case .lowercase: ("a"..."z").contains(scalar)
      case .number: ("0"..."9").contains(scalar)
      case .symbol: "!@#$%^&*()_+-=[]{}|'".unicodeScalars.contains(scalar)
      }
    }

    var demand: String {
      switch self {
      case .uppercase: "Password should have at least one uppercase letter"
      case .lowercase: "Password should have at least one lowercase letter"
      case .number: "Password should have at least one number"
      case .symbol: "Password should have at least one symbol"
      }
    }
  }

  /// Refuses what may not be a user's password.
  ///
  /// - Throws: `PasswordPolicyViolation`.
  public static func check(_ password: Secret<String>, in account: Account) throws(Failure) {
    let scalars = password.reveal().unicodeScalars
    let lacking = CharacterKind.allCases.filter { kind in !scalars.contains(where: kind.contains) }
    var demands: [String] = []
    if let policy = account.settings?.passwordPolicy {
      if scalars.count < policy.minimumLength { demands.append(length(policy.minimumLength)) }
      demands += lacking.filter { isWanted($0, by: policy) }.map(\.demand)
    } else {
      if scalars.count < lengthDefault { demands.append(length(lengthDefault)) }
      let missing = lacking.count - (CharacterKind.allCases.count - kindsDefault)
      if missing > 0 {
        let kinds = lacking.map(\.demand).joined(separator: ", ")
        demands.append("Password should meet \(missing) more of the following requirements: \(kinds)")
      }
      let own = [account.settings?.name, account.settings?.email].compactMap { $0?.lowercased() }
      if own.contains(password.reveal().lowercased()) {
        demands.append("Password should not be your account name or email address")
      }
    }
    guard demands.isEmpty else { throw .passwordPolicyViolation(demands.joined(separator: ", ")) }
  }

  private static func isWanted(_ kind: CharacterKind, by policy: PasswordPolicy) -> Bool {
    switch kind {
    case .uppercase: policy.requiresUppercase
    case .lowercase: policy.requiresLowercase
    case .number: policy.requiresNumbers
    case .symbol: policy.requiresSymbols
    }
  }

  private static func length(_ least: Int) -> String { "Password should have a minimum length of \(least)" }

  /// Refuses a password that the account's policy bars from coming again.
  ///
  /// - Throws: `PasswordPolicyViolation`.
  public static func checkReuse(
    _ password: Secret<String>, of profile: LoginProfileRecord, in account: Account, with passwords: Passwords
  ) async throws(Failure) {
    guard let count = account.settings?.passwordPolicy?.reusePrevention else { return }
    guard try await !passwords.isOneOfTheLast(count, password, of: profile, in: account) else {
      throw .passwordPolicyViolation("Password should not be one of the last \(count) passwords")
    }
  }
}

extension ErrorCode {
  public static let passwordPolicyViolation = ErrorCode("PasswordPolicyViolation", status: 400)
}

extension Failure {
  fileprivate static func passwordPolicyViolation(_ message: String) -> Failure {
    Failure(.passwordPolicyViolation, message)
  }
}

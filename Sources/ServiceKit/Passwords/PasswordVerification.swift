public import AWSCore
public import Directory

/// What a right password is good for.
public enum PasswordStanding: Sendable, Equatable {
  /// To sign in.
  case current
  /// To be replaced by its user, and for nothing else: a reset is required, or it has expired.
  case mustBeChanged
  /// For nothing: it has expired, and only somebody else can set a new one.
  case hasExpired
}

extension LoginProfileRecord {
  /// What the password is good for under the account's policy as it is now.
  // AWS: an expiry period counts at once, for passwords set before it too; neither the root user's password nor access
  // keys expire (id_credentials_passwords_account-policy.html).
  public func standing(under policy: PasswordPolicy?, at now: Timestamp) -> PasswordStanding {
    guard user != nil else { return .current }
    if let days = policy?.maximumAge, let set = passwords.first?.setDate,
      now.seconds(since: set) >= Int64(days) * 86_400
    {
      return policy?.hardExpiry == true ? .hasExpired : .mustBeChanged
    }
    return isResetRequired ? .mustBeChanged : .current
  }
}

extension LoginProfileRecord {
  /// Who sets a new password lets it be guessed at anew.
  fileprivate var attemptsSubject: String { "\(id)/\(passwords.first?.setDate.milliseconds ?? 0)" }
}

extension Environment {
  /// Whether the password is a user's current one; false too for a user without a password, and for nobody.
  ///
  /// All of these take the same path: each asks the store and hashes once.
  /// - Parameters:
  ///   - profile: nil where no user has the name, or the user no password.
  ///   - subject: the name that was given; it counts the attempts where there is no profile.
  /// - Throws: `LimitExceeded` after too many wrong passwords; `Throttling` where too many are being checked.
  public func isRight(
    _ password: Secret<String>, of profile: LoginProfileRecord?, named subject: String, in account: Account
  ) async throws(Failure) -> Bool {
    let attempts = Attempts(
      at: .password, of: profile?.attemptsSubject ?? "\(account.id)/\(subject)", in: directory.store,
      now: clock.now())
    guard let attempt = try await attempts.begin() else { throw .tooManyAttempts }
    guard try await passwords.isRight(password, of: profile, in: account) else { return false }
    try await attempt.forgive()
    try await attempts.forgiveAll()
    return true
  }

  /// What the password is good for when somebody signs in with it; nil where it is not right.
  public func standing(
    of password: Secret<String>, in profile: LoginProfileRecord?, named subject: String, in account: Account
  ) async throws(Failure) -> PasswordStanding? {
    guard try await isRight(password, of: profile, named: subject, in: account), let profile else { return nil }
    return profile.standing(under: account.settings?.passwordPolicy, at: clock.now())
  }
}

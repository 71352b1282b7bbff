import AWSCore

/// What an account demands of its users' passwords, as UpdateAccountPasswordPolicy sets it.
public struct PasswordPolicy: Sendable, Codable, Hashable {
  public var minimumLength: Int
  public var requiresSymbols: Bool
  public var requiresNumbers: Bool
  public var requiresUppercase: Bool
  public var requiresLowercase: Bool
  public var allowUsersToChangePassword: Bool
  /// In days; nil where passwords do not expire.
  public var maximumAge: Int?
  /// How many of the last passwords, the current one among them, may not come again; nil where all may.
  public var reusePrevention: Int?
  /// Whether an expired password can be replaced by somebody else only.
  public var hardExpiry: Bool?

  public init(
    minimumLength: Int, requiresSymbols: Bool, requiresNumbers: Bool, requiresUppercase: Bool,
    requiresLowercase: Bool, allowUsersToChangePassword: Bool, maximumAge: Int?, reusePrevention: Int?,
    hardExpiry: Bool?
  ) {
    self.minimumLength = minimumLength
    self.requiresSymbols = requiresSymbols
    self.requiresNumbers = requiresNumbers
    self.requiresUppercase = requiresUppercase
    self.requiresLowercase = requiresLowercase
    self.allowUsersToChangePassword = allowUsersToChangePassword
    self.maximumAge = maximumAge
    self.reusePrevention = reusePrevention
    self.hardExpiry = hardExpiry
  }

  /// The length that holds where a policy names none.
  public static let minimumLengthDefault = 6

  /// AWS's policy of what `allowUsersToChangePassword` grants to every user of the account: to change the own password
  /// and to read the password policy.
  // AWS: the setting is an Allow like any other; an explicit Deny or a boundary is stronger
  // (API_UpdateAccountPasswordPolicy.html).
  static let changingOwn = ARN("arn:aws:iam::aws:policy/IAMUserChangePassword")
}

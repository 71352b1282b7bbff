public import AWSCore

/// The password of a user, or of the root user, with the ones before it.
public struct LoginProfileRecord: OwnedRecord {
  public static let kind = "login-profile"
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.loginProfiles }
  /// How many passwords are remembered, the current one among them: the most that a policy can bar from coming again.
  public static let passwordsMax = 24

  /// Unique to this profile: another one of the same user has another.
  public let id: String
  /// The user's id; nil for the root user.
  public let user: String?
  public let createDate: Timestamp
  /// The current password first, then those before it.
  public private(set) var passwords: [SealedPassword]
  /// Whether the password is good for nothing but to be replaced.
  public var isResetRequired: Bool

  /// A password as it lies in the record.
  public struct SealedPassword: Sendable, Codable, Hashable {
    /// Its hash with salt and parameters as a PHC string, encrypted under the account's data key.
    public let sealedHash: [UInt8]
    public let setDate: Timestamp

    public init(sealedHash: [UInt8], setDate: Timestamp) {
      self.sealedHash = sealedHash
      self.setDate = setDate
    }
  }

  public init(
    id: String, user: String?, createDate: Timestamp, password: SealedPassword, isResetRequired: Bool
  ) {
    self.id = id
    self.user = user
    self.createDate = createDate
    passwords = [password]
    self.isResetRequired = isResetRequired
  }

  /// Puts a new password before the others; the oldest ones are forgotten.
  public mutating func set(_ password: SealedPassword) {
    passwords = Array(([password] + passwords).prefix(Self.passwordsMax))
  }

  public var ownerID: String? { user ?? RootUser.ownerID }
  public var ownedSince: Timestamp { createDate }

  /// How the hashes are bound to their place.
  public static func field(of id: String, in account: AccountID) -> SealedField {
    SealedField(account: account, object: id, field: "password", version: 1)
  }
}

extension Account {
  /// The password of a user, or of the root user; nil where there is none.
  public func loginProfile(of user: UserRecord?) -> LoginProfileRecord? {
    owned(LoginProfileRecord.self, by: user).first
  }
}

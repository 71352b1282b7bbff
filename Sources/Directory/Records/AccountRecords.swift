public import AWSCore

/// The account's own settings; one record in its partition.
public struct AccountSettingsRecord: Record {
  public static let kind = "account"
  public static let theID = "account"
  public var id: String { Self.theID }
  public let account: AccountID
  public var name: String
  public var email: String
  public let createDate: Timestamp
  /// The data key of the account's secrets, wrapped by the master key.
  public var dataKey: WrappedDataKey
  public var alias: String?
  /// What the passwords of users must be; nil where the account has no policy of its own.
  public var passwordPolicy: PasswordPolicy?
  /// Which session tokens the global endpoint of STS issues, 1 or 2; nil for 1.
  public var globalEndpointTokenVersion: Int?
  /// Whether consoles may make roles from templates for whoever uses them; nil for no.
  public var isRoleManagerEnabled: Bool?

  /// What answers show as the root user's name, which has none of its own: the alias, or the account id.
  public var rootUserName: String { alias ?? account.description }

  public init(account: AccountID, name: String, email: String, createDate: Timestamp, dataKey: WrappedDataKey) {
    self.account = account
    self.name = name
    self.email = email
    self.createDate = createDate
    self.dataKey = dataKey
  }
}

/// An account in the registry: it stays when the account goes, so that neither id nor e-mail address ever returns.
public struct RegisteredAccountRecord: Record {
  public static let kind = "account"
  public var id: String { account.description }
  public let account: AccountID
  /// The root user's e-mail address: unique over all accounts, ignoring case.
  public let email: String
  public var recordName: String? { email }

  public init(account: AccountID, email: String) {
    self.account = account
    self.email = email
  }
}

/// Where an access key belongs whose id does not carry its account: one that was given, not made here.
public struct ForeignKeyRecord: Record {
  public static let kind = "foreign-key"
  public let id: String
  public let account: AccountID

  public init(id: String, account: AccountID) {
    self.id = id
    self.account = account
  }
}

/// The alias of an account in the registry: unique over all accounts.
public struct AliasRecord: Record {
  public static let kind = "alias"
  public let id: String
  public let account: AccountID

  public init(id: String, account: AccountID) {
    self.id = id
    self.account = account
  }
}

/// The root of all keys that seal tokens and markers, wrapped by the master key.
public struct SealingRootRecord: Record {
  public static let kind = "sealing-root"
  public static let theID = "sealing-root"
  public var id: String { Self.theID }
  public let key: WrappedDataKey

  public init(key: WrappedDataKey) { self.key = key }
}

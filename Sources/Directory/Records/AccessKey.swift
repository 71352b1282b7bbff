public import AWSCore

/// A long-term access key of a user or of the root user.
public struct AccessKeyRecord: Record {
  public static let kind = "access-key"

  /// The access key id.
  public let id: String
  /// The user's id; nil for the root user.
  public let user: String?
  public var status: CredentialStatus
  public let createDate: Timestamp
  /// The secret access key, encrypted under the account's data key.
  public let sealedSecret: [UInt8]

  public init(
    id: String, user: String?, status: CredentialStatus = .active, createDate: Timestamp, sealedSecret: [UInt8]
  ) {
    self.id = id
    self.user = user
    self.status = status
    self.createDate = createDate
    self.sealedSecret = sealedSecret
  }

  /// How the secret is bound to its place, so that it opens nowhere else.
  public static func field(of id: String, in account: AccountID) -> SealedField {
    SealedField(account: account, object: id, field: "secret", version: 1)
  }
}

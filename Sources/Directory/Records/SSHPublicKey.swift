public import AWSCore

/// The public key by which a user proves itself over SSH.
public struct SSHPublicKeyRecord: Record {
  public static let kind = "ssh-public-key"
  public let id: String
  /// The user's id.
  public let user: String
  public var status: CredentialStatus
  public let uploadDate: Timestamp
  /// The key in the form of RFC 4253.
  public let blob: [UInt8]

  public init(id: String, user: String, status: CredentialStatus = .active, uploadDate: Timestamp, blob: [UInt8]) {
    self.id = id
    self.user = user
    self.status = status
    self.uploadDate = uploadDate
    self.blob = blob
  }
}

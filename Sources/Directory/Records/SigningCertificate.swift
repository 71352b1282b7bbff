public import AWSCore

/// A certificate of a user or of the root user, by which others can check what its holder signed.
public struct SigningCertificateRecord: Record {
  public static let kind = "signing-certificate"
  /// Follows from the certificate: one certificate has one id, whoever uploads it.
  public let id: String
  /// The user's id; nil for the root user.
  public let user: String?
  public var status: CredentialStatus
  public let uploadDate: Timestamp
  /// PEM, as it was uploaded.
  public let body: String

  public init(id: String, user: String?, status: CredentialStatus = .active, uploadDate: Timestamp, body: String) {
    self.id = id
    self.user = user
    self.status = status
    self.uploadDate = uploadDate
    self.body = body
  }
}

public import AWSCore

/// A certificate of a server, with those that lead to its root. Its private key is checked and not kept.
public struct ServerCertificateRecord: Taggable {
  public static let kind = "server-certificate"
  public let id: String
  public let account: AccountID
  public var certificateName: ServerCertificateName
  public var path: Path
  public let uploadDate: Timestamp
  /// The end of the certificate's validity.
  public let expiration: Timestamp
  /// PEM, as it was uploaded.
  public let body: String
  public let chain: String?
  public var tags: [Tag]

  public init(
    id: String, account: AccountID, certificateName: ServerCertificateName, path: Path, uploadDate: Timestamp,
    expiration: Timestamp, body: String, chain: String?, tags: [Tag]
  ) {
    self.id = id
    self.account = account
    self.certificateName = certificateName
    self.path = path
    self.uploadDate = uploadDate
    self.expiration = expiration
    self.body = body
    self.chain = chain
    self.tags = tags
  }

  public var name: String { certificateName.text }
  public var recordName: String? { name }
  public var arn: ARN { .iam(account, "server-certificate", path: path.text, name: name) }
}

public import AWSCore

/// A name and a password, or an API key, that a user has for one service.
public struct ServiceCredentialRecord: Record {
  public static let kind = "service-specific-credential"
  public let id: String
  /// The user's id.
  public let user: String
  /// The service's principal: `codecommit.amazonaws.com`.
  public let service: String
  /// What the service knows the user by; of an API key the part that is no secret.
  public let serviceName: String
  public var status: CredentialStatus
  public let createDate: Timestamp
  /// Nil where it never expires.
  public let expiration: Timestamp?
  /// SHA-256 of the password: 256 random bits, which nobody guesses however fast the digest is.
  public var passwordDigest: [UInt8]

  public init(
    id: String, user: String, service: String, serviceName: String, status: CredentialStatus = .active,
    createDate: Timestamp, expiration: Timestamp?, passwordDigest: [UInt8]
  ) {
    self.id = id
    self.user = user
    self.service = service
    self.serviceName = serviceName
    self.status = status
    self.createDate = createDate
    self.expiration = expiration
    self.passwordDigest = passwordDigest
  }

  public func isExpired(at now: Timestamp) -> Bool { expiration.map { $0 <= now } ?? false }
}

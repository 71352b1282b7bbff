public import AWSCore

/// The name of a SAML provider, as the API model of IAM (2010-05-08) states it.
public struct SAMLProviderName: ConstrainedString {
  public static let constraint = StringConstraint(1...128, pattern: #"[\w._-]+"#, of: .word(and: ".-"))
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

/// An identity provider that speaks SAML: whose assertions roles of the account may trust.
public struct SAMLProviderRecord: Taggable, AccountRecord {
  public static let kind = "saml-provider"
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.samlProviders }

  /// What its metadata document says, read once.
  public struct Metadata: Sendable, Codable, Hashable {
    public let document: String
    /// The issuer of its assertions.
    public let entityID: String
    /// The certificates that it signs with, DER in base 64.
    public let signingCertificates: [String]
    /// When the document stops to hold.
    public let validUntil: Timestamp

    public init(document: String, entityID: String, signingCertificates: [String], validUntil: Timestamp) {
      self.document = document
      self.entityID = entityID
      self.signingCertificates = signingCertificates
      self.validUntil = validUntil
    }
  }

  /// A key that assertions are encrypted for.
  public struct PrivateKey: Sendable, Codable, Hashable {
    public let id: String
    public let added: Timestamp
    /// The PEM text, encrypted under the account's data key.
    public let sealedPEM: [UInt8]

    public init(id: String, added: Timestamp, sealedPEM: [UInt8]) {
      self.id = id
      self.added = added
      self.sealedPEM = sealedPEM
    }
  }

  public enum EncryptionMode: String, Sendable, Codable, CaseIterable {
    case required = "Required"
    case allowed = "Allowed"
  }

  /// The `SAMLProviderUUID`.
  public let id: String
  public let account: AccountID
  public let providerName: SAMLProviderName
  public let createDate: Timestamp
  public var metadata: Metadata
  public var encryptionMode: EncryptionMode?
  /// In the order in which they were added.
  public var privateKeys: [PrivateKey] = []
  public var tags: [Tag]

  public init(
    id: String, account: AccountID, providerName: SAMLProviderName, createDate: Timestamp, metadata: Metadata,
    encryptionMode: EncryptionMode?, tags: [Tag]
  ) {
    self.id = id
    self.account = account
    self.providerName = providerName
    self.createDate = createDate
    self.metadata = metadata
    self.encryptionMode = encryptionMode
    self.tags = tags
  }

  public var name: String { providerName.text }
  public var recordName: String? { name }
  public var arn: ARN { .iam(account, "saml-provider/\(name)") }

  /// How a private key is bound to its place.
  public func field(ofKey id: String) -> SealedField {
    SealedField(account: account, object: self.id, field: "private-key/\(id)", version: 1)
  }
}

extension Account {
  /// The provider with exactly that ARN.
  public func samlProvider(_ arn: ARN) -> SAMLProviderRecord? {
    let provider = samlProviders[name: String(arn.lastComponent)]
    return provider?.arn == arn ? provider : nil
  }
}

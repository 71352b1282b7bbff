public import AWSCore

/// How an account vouches for its principals towards others: its issuer and the keys that it signs with.
///
/// It stays when the feature is disabled: tokens that were issued before can be verified as long as they last.
public struct OutboundFederationRecord: AccountRecord {
  public static let kind = "outbound-federation"
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.outboundFederations }
  public static let theID = "outbound-federation"
  public var id: String { Self.theID }
  /// What tells the account's issuer from all others; made once.
  public let issuer: String
  public var isEnabled: Bool
  public let keys: [Key]

  /// A key pair.
  public struct Key: Sendable, Codable {
    /// Its name in the published set.
    public let id: String
    public let algorithm: OutboundAlgorithm
    /// The members of the public key's JSON Web Key that its kind has, in base64 for URLs.
    public let publicMembers: [String: String]
    /// The private key, encrypted under the account's data key.
    public let sealedPrivateKey: [UInt8]

    public init(
      id: String, algorithm: OutboundAlgorithm, publicMembers: [String: String], sealedPrivateKey: [UInt8]
    ) {
      self.id = id
      self.algorithm = algorithm
      self.publicMembers = publicMembers
      self.sealedPrivateKey = sealedPrivateKey
    }
  }

  public init(issuer: String, isEnabled: Bool, keys: [Key]) {
    self.issuer = issuer
    self.isEnabled = isEnabled
    self.keys = keys
  }

  public func key(for algorithm: OutboundAlgorithm) -> Key? { keys.first { $0.algorithm == algorithm } }

  /// How a private key is bound to its place, so that it opens nowhere else.
  public static func field(of key: String, in account: AccountID) -> SealedField {
    SealedField(account: account, object: "outbound-federation/\(key)", field: "private key", version: 1)
  }
}

extension Account {
  /// How the account vouches for its principals; nil where it never did.
  public var outboundFederation: OutboundFederationRecord? { outboundFederations[id: OutboundFederationRecord.theID] }
}

/// How the tokens of outbound federation are signed.
public enum OutboundAlgorithm: String, Sendable, Codable, CaseIterable {
  case rs256 = "RS256"
  case es384 = "ES384"
}

/// Whose an issuer is, in the registry: it is asked for by its name alone.
public struct OutboundIssuerRecord: Record {
  public static let kind = "outbound-issuer"
  public let id: String
  public let account: AccountID

  public init(id: String, account: AccountID) {
    self.id = id
    self.account = account
  }
}

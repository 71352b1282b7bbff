public import AWSCore

/// What an assertion must satisfy: whose it must be, for whom, when.
public struct AssertionRules: Sendable {
  /// How long after its issue an assertion is taken.
  // AWS: "Token must be redeemed within 5 minutes of issuance".
  public static let lifetimeSeconds: Int64 = 300
  /// How far an identity provider's clock may be ahead.
  static let skewSeconds: Int64 = 60

  let issuer: String
  /// In DER.
  let signingCertificates: [[UInt8]]
  let decryptionKeys: [DecryptionKey]
  let isEncryptionRequired: Bool
  let addresses: SignInAddresses
  let now: Timestamp

  public init(
    issuer: String, signingCertificates: [[UInt8]], decryptionKeys: [DecryptionKey], isEncryptionRequired: Bool,
    addresses: SignInAddresses, now: Timestamp
  ) {
    self.issuer = issuer
    self.signingCertificates = signingCertificates
    self.decryptionKeys = decryptionKeys
    self.isEncryptionRequired = isEncryptionRequired
    self.addresses = addresses
    self.now = now
  }
}

/// The places that assertions are meant for.
public struct SignInAddresses: Sendable {
  private let own: [String]
  private let providerID: String

  /// - Parameters:
  ///   - own: this installation's own sign-in URLs, beside AWS's.
  ///   - providerID: the provider's unique id, which may end an address.
  public init(own: [String], providerID: String) {
    self.own = own
    self.providerID = providerID
  }

  /// Whether an assertion may be delivered there: its `Recipient`.
  // AWS: the global endpoint or that of a region, with the provider's id behind it where assertions are encrypted
  // (id_roles_providers_create_saml_assertions.md).
  func isRecipient(_ address: String) -> Bool {
    if own.contains(address) { return true }
    for ending in ["/saml", "/saml/acs/\(providerID)"] where address.hasSuffix(ending) {
      let place = address.dropLast(ending.utf8.count)
      if place == "https://signin.aws.amazon.com" { return true }
      let host = ".signin.aws.amazon.com"
      guard place.hasPrefix("https://"), place.hasSuffix(host) else { continue }
      let region = place.dropFirst("https://".utf8.count).dropLast(host.utf8.count)
      let allowed = ByteClass("-", ranges: [0x61...0x7A] + ByteClass.digits)
      if !region.isEmpty, allowed.containsAll(region.utf8) { return true }
    }
    return false
  }

  /// Whether an assertion for this audience is for us.
  func isAudience(_ name: String) -> Bool { name == "urn:amazon:webservices" || isRecipient(name) }
}

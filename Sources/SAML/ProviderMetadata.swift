public import AWSCore

/// What a metadata document says about an identity provider: its name, its keys, until when it holds.
// AWS: the document has the issuer's name, expiration information and keys (CreateSAMLProvider, API reference).
public struct ProviderMetadata: Sendable {
  /// How many bytes a document may have; its length in characters is the API model's business.
  static let sizeMax = 40_000_000
  /// How many signing certificates are kept; each is one more try with every assertion.
  static let certificatesMax = 10
  // AWS: "the x.509 certificate … must use a key size of at least 1024 bits" (troubleshoot_saml.md).
  static let keyBitsMin = 1_024

  /// The `entityID`: what assertions name as their issuer.
  public let entityID: String
  /// In DER.
  public let signingCertificates: [[UInt8]]
  public let validUntil: Timestamp?

  public init(parsing text: String) throws(SAMLRefusal) {
    let document = try XMLDocument(parsing: Array(text.utf8), sizeMax: Self.sizeMax)
    defer { withExtendedLifetime(document) {} }
    let root = document.root
    guard root.isNamed("EntityDescriptor", in: Namespace.metadata) else {
      throw SAMLRefusal("Could not parse metadata: the root must be an EntityDescriptor.")
    }
    guard let entityID = root.attribute("entityID"), !entityID.isEmpty, entityID.utf8.count <= 1_024 else {
      throw SAMLRefusal("Could not parse metadata: it has no entityID.")
    }
    let descriptors = root.elements("IDPSSODescriptor", in: Namespace.metadata)
    guard let descriptor = descriptors.first, descriptors.count == 1 else {
      throw SAMLRefusal("Could not parse metadata: there must be exactly one IDPSSODescriptor.")
    }
    self.entityID = entityID
    signingCertificates = try Self.certificates(in: XMLElement(descriptor))
    var ends: [Timestamp] = []
    for text in [root.attribute("validUntil"), descriptor.attribute("validUntil")] {
      guard let text else { continue }
      guard let end = Timestamp(xmlDateTime: text) else {
        throw SAMLRefusal("Could not parse metadata: validUntil is not a time.")
      }
      ends.append(end)
    }
    validUntil = ends.min()
  }

  private static func certificates(in descriptor: XMLElement) throws(SAMLRefusal) -> [[UInt8]] {
    var found: [[UInt8]] = []
    let keys = descriptor.children("KeyDescriptor", in: Namespace.metadata)
    for key in keys where (key["use"] ?? "signing") == "signing" {
      for info in key.children("KeyInfo", in: Namespace.signature) {
        for data in info.children("X509Data", in: Namespace.signature) {
          for certificate in data.children("X509Certificate", in: Namespace.signature) {
            let bytes = try checked(certificate.text)
            if !found.contains(bytes) { found.append(bytes) }
          }
        }
      }
    }
    guard !found.isEmpty else {
      throw SAMLRefusal("Could not parse metadata: it has no certificate to verify signatures with.")
    }
    guard found.count <= certificatesMax else {
      throw SAMLRefusal("Could not parse metadata: it has more than \(certificatesMax) signing certificates.")
    }
    return found
  }

  private static func checked(_ text: String) throws(SAMLRefusal) -> [UInt8] {
    guard let bytes = Base64.decode(text.utf8.filter { !$0.isXMLSpace }), let key = VerificationKey(certificate: bytes)
    else {
      throw SAMLRefusal("Could not parse metadata: a certificate is not an X.509 certificate in base 64.")
    }
    guard !key.isRSA || key.bits >= keyBitsMin else {
      throw SAMLRefusal("Could not parse metadata: the key of a certificate has less than \(keyBitsMin) bits.")
    }
    return bytes
  }
}

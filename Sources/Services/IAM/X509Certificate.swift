import AWSCore
import AWSWire
import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// The text of a certificate as a request carries it.
struct CertificateText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...16_384, pattern: Alphabet.latin + "+", matches: Alphabet.isLatin)
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// The text of the certificates that lead from another one to its root.
struct CertificateChainText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...2_097_152, pattern: Alphabet.latin + "+", matches: Alphabet.isLatin)
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// The text of a private key.
struct PrivateKeyText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...16_384, pattern: Alphabet.latin + "+", matches: Alphabet.isLatin)
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// A certificate that could be read.
struct X509Certificate {
  private let certificate: Certificate
  private let der: [UInt8]

  /// Nil where the bytes are no certificate.
  private init?(_ block: PEM) {
    guard block.label == "CERTIFICATE", !block.isEncrypted else { return nil }
    do {
      certificate = try Certificate(derEncoded: block.bytes)
    } catch {
      return nil
    }
    der = block.bytes
  }

  /// The one certificate of a PEM text.
  init(_ text: CertificateText) throws(Failure) {
    guard let blocks = PEM.blocks(of: text.text), blocks.count == 1, let read = X509Certificate(blocks[0]) else {
      throw .malformedCertificate("Unable to parse certificate. Please ensure the certificate is in PEM format.")
    }
    self = read
  }

  private static func time(_ date: Date) -> Timestamp { Timestamp(seconds: Int64(date.timeIntervalSince1970)) }
  var expiration: Timestamp { Self.time(certificate.notValidAfter) }

  func isValid(at now: Timestamp) -> Bool { Self.time(certificate.notValidBefore) <= now && now <= expiration }

  // AWS: neither before nor after its time (id_credentials_server-certs.md).
  func requireValidity(at now: Timestamp) throws(Failure) {
    guard isValid(at: now) else { throw .malformedCertificate("The certificate is expired or not yet valid.") }
  }

  /// The certificate's id: 32 characters that follow from its digest.
  var id: String { Base32.encode(Array(Insecure.SHA1.hash(data: der))) }
}

// MARK: The private key

extension X509Certificate {
  /// Refuses a text that is no private key in PEM, one that is enciphered, and the key of another certificate.
  func requirePair(with text: PrivateKeyText) throws(Failure) {
    guard let blocks = PEM.blocks(of: text.text), let block = Self.keyBlock(of: blocks) else {
      throw .malformedCertificate("Invalid Private Key.")
    }
    guard !block.isEncrypted else {
      throw .malformedCertificate("Invalid Private Key. The private key must not be encrypted.")
    }
    guard let own = Self.publicKey(of: block) else { throw .malformedCertificate("Invalid Private Key.") }
    guard own == certificate.publicKey else {
      throw Failure(.keyPairMismatch, "The public key certificate and the private key do not match.")
    }
  }

  /// The one private key among the blocks; OpenSSL writes the parameters of a curve before it.
  private static func keyBlock(of blocks: [PEM]) -> PEM? {
    let keys = blocks.filter { $0.label != "EC PARAMETERS" }
    return keys.count == 1 ? keys[0] : nil
  }

  private static func publicKey(of block: PEM) -> Certificate.PublicKey? {
    do {
      return try Certificate.PrivateKey(pemDocument: PEMDocument(type: block.label, derBytes: block.bytes)).publicKey
    } catch {
      return nil
    }
  }
}

// MARK: The chain

extension X509Certificate {
  /// How many certificates a chain may have.
  private static let chainCountMax = 20

  /// Refuses a chain of which one is not signed by the next, or the certificate not by the first.
  // AWS: the chain begins with the certificate's issuer and goes on in order; whether it ends in a root is not asked.
  func requireChain(_ text: CertificateChainText) throws(Failure) {
    guard let blocks = PEM.blocks(of: text.text), (1...Self.chainCountMax).contains(blocks.count) else {
      throw Self.brokenChain(at: -1)
    }
    var below = self
    for (index, block) in blocks.enumerated() {
      guard let issuer = X509Certificate(block) else { throw Self.brokenChain(at: index) }
      // AWS: the index is of the one that is not signed by its successor; -1 is the certificate itself.
      guard issuer.signed(below) else { throw Self.brokenChain(at: index - 1) }
      below = issuer
    }
  }

  private func signed(_ other: X509Certificate) -> Bool {
    other.certificate.issuer == certificate.subject
      && certificate.publicKey.isValidSignature(other.certificate.signature, for: other.certificate)
  }

  private static func brokenChain(at index: Int) -> Failure {
    .malformedCertificate(
      "Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, "
        + "followed by any intermediaries in order. The index within the chain of the invalid certificate is: \(index)")
  }
}

extension Failure {
  static func malformedCertificate(_ message: String) -> Failure { Failure(.malformedCertificate, message) }
}

public import AWSCore
import Crypto
import CryptoExtras
public import Directory
import FoundationEssentials

/// A key pair of outbound federation, made by the cryptographic library with its own randomness.
public struct OutboundKeyPair: Sendable {
  public let algorithm: OutboundAlgorithm
  /// The members of the public key's JSON Web Key that its kind has.
  public let publicMembers: [String: String]
  /// PKCS#1 or SEC 1 in DER.
  public let privateKey: Secret<[UInt8]>

  /// Makes a new one; RSA takes a good part of a second.
  public init(generating algorithm: OutboundAlgorithm) throws(KeyFailure) {
    self.algorithm = algorithm
    switch algorithm {
    case .rs256:
      guard let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048),
        let primitives = try? key.publicKey.getKeyPrimitives()
      else { throw .unusable("an RSA key cannot be made") }
      publicMembers = [
        "n": Base64.encode(primitives.modulus, .urlSafe), "e": Base64.encode(primitives.publicExponent, .urlSafe),
      ]
      privateKey = Secret(Array(key.derRepresentation))
    case .es384:
      let key = P384.Signing.PrivateKey()
      let point = key.publicKey.rawRepresentation
      publicMembers = [
        "x": Base64.encode(point.prefix(48), .urlSafe), "y": Base64.encode(point.suffix(48), .urlSafe),
      ]
      privateKey = Secret(Array(key.derRepresentation))
    }
  }

  /// The signature over the bytes in the form that JSON Web Signatures have.
  public static func sign(
    _ bytes: [UInt8], with privateKey: Secret<[UInt8]>, _ algorithm: OutboundAlgorithm
  ) throws(KeyFailure) -> [UInt8] {
    do {
      switch algorithm {
      case .rs256:
        let key = try _RSA.Signing.PrivateKey(derRepresentation: privateKey.reveal())
        let digest = SHA256.hash(data: bytes)
        return Array(try key.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
      case .es384:
        let key = try P384.Signing.PrivateKey(derRepresentation: privateKey.reveal())
        return Array(try key.signature(for: SHA384.hash(data: bytes)).rawRepresentation)
      }
    } catch {
      throw .unusable("a token cannot be signed: \(error)")
    }
  }
}

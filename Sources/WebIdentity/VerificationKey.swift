import AWSCore
import FoundationEssentials
import JWTKit

/// A public key of an issuer for one algorithm.
public struct VerificationKey: Sendable {
  public let id: String
  public let algorithm: SigningAlgorithm
  private let key: any JWTAlgorithm

  fileprivate init(id: String, algorithm: SigningAlgorithm, key: any JWTAlgorithm) {
    self.id = id
    self.algorithm = algorithm
    self.key = key
  }

  // INVARIANT: the algorithm belongs to the key; the token's header only says which key it wants.
  func verifies(_ token: JSONWebToken) -> Bool {
    guard token.algorithm == algorithm, token.keyID == id else { return false }
    return (try? key.verify(token.signature, signs: token.signedPart)) ?? false
  }
}

/// The public keys that an issuer publishes.
public struct KeySet: Sendable {
  /// How many keys are read; the rest of a longer list counts as not published.
  // AWS: up to 100 RSA keys and 100 EC keys.
  public static let keysMax = 200

  private let keys: [String: [VerificationKey]]

  /// Reads a JSON Web Key Set; keys of a kind that is not used here are left out.
  ///
  /// - Throws: where it is none.
  public init(json: [UInt8]) async throws(TokenRefusal) {
    guard let set = try? JSONDecoder().decode(PublishedSet.self, from: Data(json)) else { throw .unknownKey }
    var keys: [String: [VerificationKey]] = [:]
    for published in set.keys.prefix(Self.keysMax).compactMap(\.key) {
      guard let id = published.kid, !id.isEmpty, keys[id] == nil, published.isForSignatures else { continue }
      keys[id] = await published.verificationKeys(id: id)
    }
    self.keys = keys
  }

  public func key(_ id: String, for algorithm: SigningAlgorithm) -> VerificationKey? {
    keys[id]?.first { $0.algorithm == algorithm }
  }
}

private struct PublishedSet: Decodable {
  /// A key, or something that is none and does no harm to the others.
  struct Element: Decodable {
    let key: PublishedKey?
    init(from decoder: any Decoder) throws { key = try? PublishedKey(from: decoder) }
  }

  let keys: [Element]
}

/// A JSON Web Key with what is read of it. Certificates and URLs in it are not.
private struct PublishedKey: Decodable {
  let kty: String
  let kid: String?
  let use: String?
  let keyOps: [String]?
  let alg: String?
  let crv: String?
  let n: String?
  let e: String?
  let x: String?
  let y: String?

  private enum CodingKeys: String, CodingKey {
    case kty, kid, use, alg, crv, n, e, x, y
    case keyOps = "key_ops"
  }

  var isForSignatures: Bool { (use ?? "sig") == "sig" && (keyOps ?? ["verify"]).contains("verify") }

  func verificationKeys(id: String) async -> [VerificationKey] {
    var keys: [VerificationKey] = []
    for algorithm in algorithms where alg == nil || alg == algorithm.rawValue {
      guard let key = try? await key(for: algorithm) else { continue }
      keys.append(VerificationKey(id: id, algorithm: algorithm, key: key))
    }
    return keys
  }

  private var algorithms: [SigningAlgorithm] {
    switch (kty, crv) {
    case ("RSA", _): [.rs256, .rs384, .rs512]
    case ("EC", "P-256"): [.es256]
    case ("EC", "P-384"): [.es384]
    case ("EC", "P-521"): [.es512]
    default: []
    }
  }

  private func key(for algorithm: SigningAlgorithm) async throws -> any JWTAlgorithm {
    let collection = JWTKeyCollection()
    switch algorithm {
    case .rs256: await collection.add(rsa: try modulus(), digestAlgorithm: .sha256)
    case .rs384: await collection.add(rsa: try modulus(), digestAlgorithm: .sha384)
    case .rs512: await collection.add(rsa: try modulus(), digestAlgorithm: .sha512)
    case .es256: await collection.add(ecdsa: try ES256PublicKey(parameters: point()))
    case .es384: await collection.add(ecdsa: try ES384PublicKey(parameters: point()))
    case .es512: await collection.add(ecdsa: try ES512PublicKey(parameters: point()))
    }
    return try await collection.getKey()
  }

  private func modulus() throws -> Insecure.RSA.PublicKey {
    guard let n, let e else { throw TokenRefusal.unknownKey }
    return try Insecure.RSA.PublicKey(modulus: n, exponent: e)
  }

  private func point() throws -> ECDSAParameters {
    guard let x, let y else { throw TokenRefusal.unknownKey }
    return (x, y)
  }
}

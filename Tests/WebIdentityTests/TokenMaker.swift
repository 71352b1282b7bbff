import AWSCore
import Crypto
import CryptoExtras
import FoundationEssentials
import WebIdentity

/// Signs what a test wants signed.
struct TokenMaker {
  static let rsa = makeRSA()
  static let ec = P256.Signing.PrivateKey()
  static let now = Timestamp(seconds: 1_767_225_600)

  private static func makeRSA() -> _RSA.Signing.PrivateKey {
    guard let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048) else { preconditionFailure("no RSA key") }
    return key
  }

  static let claims = """
    {"iss":"https://issuer.example","sub":"somebody","aud":"client","iat":1767225590,"exp":1767225900}
    """

  /// A token with that header and those claims, signed for the algorithm.
  static func token(
    _ claims: String = claims, header: String? = nil, algorithm: SigningAlgorithm = .rs256, kid: String = "key"
  ) throws -> String {
    let header = header ?? "{\"alg\":\"\(algorithm.rawValue)\",\"kid\":\"\(kid)\"}"
    let text = "\(Base64.encode(Array(header.utf8), .urlSafe)).\(Base64.encode(Array(claims.utf8), .urlSafe))"
    return "\(text).\(Base64.encode(try signature(Array(text.utf8), algorithm), .urlSafe))"
  }

  static func signature(_ bytes: [UInt8], _ algorithm: SigningAlgorithm) throws -> [UInt8] {
    switch algorithm {
    case .rs256: Array(try rsa.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
    case .rs384: Array(try rsa.signature(for: SHA384.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
    case .rs512: Array(try rsa.signature(for: SHA512.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
    case .es256: Array(try ec.signature(for: SHA256.hash(data: bytes)).rawRepresentation)
    case .es384, .es512: []
    }
  }

  static var rsaMembers: (n: String, e: String) {
    get throws {
      let primitives = try rsa.publicKey.getKeyPrimitives()
      return (Base64.encode(primitives.modulus, .urlSafe), Base64.encode(primitives.publicExponent, .urlSafe))
    }
  }

  /// The set of both keys, with more members where a test wants them.
  static func keySet(rsa more: String = "", kid: String = "key") throws -> [UInt8] {
    let (n, e) = try rsaMembers
    let point = ec.publicKey.rawRepresentation
    let x = Base64.encode(point.prefix(32), .urlSafe)
    let y = Base64.encode(point.suffix(32), .urlSafe)
    return Array(
      """
      {"keys":[{"kty":"RSA","kid":"\(kid)","n":"\(n)","e":"\(e)"\(more)},
        {"kty":"EC","crv":"P-256","kid":"ec","use":"sig","x":"\(x)","y":"\(y)"},
        {"kty":"oct","kid":"shared","k":"c2VjcmV0"}, {"strange":true}, 5]}
      """.utf8)
  }

  static func key(_ id: String = "key", _ algorithm: SigningAlgorithm = .rs256) async throws -> VerificationKey? {
    try await KeySet(json: keySet()).key(id, for: algorithm)
  }
}

public import AWSCore
import FoundationEssentials

/// A token taken apart, with nothing believed yet.
public struct JSONWebToken: Sendable {
  /// The longest token that AssumeRoleWithWebIdentity takes, in characters.
  public static let lengthMax = 20_000
  /// How deep its JSON may nest; real tokens need three.
  static let depthMax = 16

  public let algorithm: SigningAlgorithm
  /// The key that its header names.
  public let keyID: String?
  public let claims: [String: JSONValue]
  /// The bytes that the signature is over: exactly those that the claims were read from.
  let signedPart: [UInt8]
  let signature: [UInt8]

  /// Keys that the token brings along (`jwk`, `jku`, `x5c`, `x5u`) are never looked at.
  ///
  /// - Throws: what is wrong with it.
  public init(_ text: String) throws(TokenRefusal) {
    guard text.utf8.count <= Self.lengthMax else { throw .malformed }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    // Strict: with a lenient reader, several spellings would be the same token.
    guard parts.count == 3, let header = Base64.decode(parts[0], .urlSafe),
      let payload = Base64.decode(parts[1], .urlSafe), let signature = Base64.decode(parts[2], .urlSafe)
    else { throw .malformed }
    let fields = try Self.object(header)
    guard let name = fields["alg"]?.text, let algorithm = SigningAlgorithm(rawValue: name) else {
      throw .unsupportedAlgorithm
    }
    // RFC 7515: who does not know what is critical must refuse. Nothing of that kind is known here.
    guard fields["crit"] == nil, fields["b64"] == nil, !signature.isEmpty else { throw .malformed }
    self.algorithm = algorithm
    keyID = fields["kid"]?.text
    claims = try Self.object(payload)
    signedPart = Array(text.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
    self.signature = signature
  }

  private static func object(_ bytes: [UInt8]) throws(TokenRefusal) -> [String: JSONValue] {
    guard depth(of: bytes) <= depthMax, let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)),
      case .object(let members) = value
    else { throw .malformed }
    return members
  }

  /// How deep brackets nest, those within strings left out.
  private static func depth(of bytes: [UInt8]) -> Int {
    var depth = 0
    var deepest = 0
    var isText = false
    var isEscaped = false
    for byte in bytes {
      if isEscaped {
        isEscaped = false
      } else if isText {
        if byte == UInt8(ascii: "\\") { isEscaped = true } else if byte == UInt8(ascii: "\"") { isText = false }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isText = true
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          depth += 1
          deepest = max(deepest, depth)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
      }
    }
    return deepest
  }

  /// The issuer that it claims, as a URL.
  public var issuer: HTTPSURL? { claims["iss"]?.text.flatMap(HTTPSURL.init) }
}

/// How a token may be signed: with a private key, never with a secret that the verifier holds too.
// AWS: RS256, RS384, RS512, ES256, ES384, ES512 (API_AssumeRoleWithWebIdentity.html).
public enum SigningAlgorithm: String, Sendable, CaseIterable, Codable {
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  case es256 = "ES256"
  case es384 = "ES384"
  case es512 = "ES512"
}

/// Why a token does not count.
public enum TokenRefusal: Error, Sendable, Equatable {
  case malformed
  case unsupportedAlgorithm
  /// The issuer has no key of that id and kind.
  case unknownKey
  case badSignature
  case missingClaim(String)
  /// A claim that is of the wrong type or cannot be true.
  case badClaim(String)
  case wrongAudience
  case expired(now: Int64, expires: Int64)
  case notYetValid(now: Int64, from: Int64)
}

public import AWSCore
import Crypto
import WebIdentity

/// An issuer of tokens for tests: it signs whatever it is told to.
public struct TestIssuer: Sendable {
  public let url: String
  public let keyID = "key-1"
  private let key = P256.Signing.PrivateKey()

  /// - Parameter issuers: where its key is published.
  public init(_ url: String = "https://id.example.com", in issuers: StubIssuers) async throws {
    self.url = url
    guard let address = HTTPSURL(url) else { throw UnexpectedAnswer(description: "\(url) is no https URL") }
    let point = key.publicKey.rawRepresentation
    let (x, y) = (Base64.encode(point.prefix(32), .urlSafe), Base64.encode(point.suffix(32), .urlSafe))
    let text = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"\(keyID)\",\"x\":\"\(x)\",\"y\":\"\(y)\"}]}"
    issuers.publish(try await KeySet(json: Array(text.utf8)), at: address)
  }

  /// A token that is good for five minutes.
  ///
  /// - Parameter claims: members of the payload, in JSON, beside those that every token needs; they come in their place
  ///   where they have the same name.
  public func token(_ claims: [String: String] = [:], now: Timestamp, kid: String? = nil) throws -> String {
    var members = [
      "iss": "\"\(url)\"", "sub": "\"somebody\"", "aud": "\"client\"", "iat": "\(now.seconds)",
      "exp": "\(now.seconds + 300)",
    ]
    members.merge(claims) { $1 }
    let payload = members.filter { !$0.value.isEmpty }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
    let header = "{\"alg\":\"ES256\",\"kid\":\"\(kid ?? keyID)\"}"
    let text = "\(Base64.encode(Array(header.utf8), .urlSafe)).\(Base64.encode(Array("{\(payload)}".utf8), .urlSafe))"
    let signature = try key.signature(for: SHA256.hash(data: Array(text.utf8)))
    return "\(text).\(Base64.encode(signature.rawRepresentation, .urlSafe))"
  }
}

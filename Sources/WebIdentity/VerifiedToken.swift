public import AWSCore

/// A token whose signature, audience and times have been checked against its issuer.
public struct VerifiedToken: Sendable {
  /// How far an issuer's clock may be ahead, in seconds.
  static let leewaySeconds: Int64 = 60

  public let subject: String
  /// For whom it was issued: what `azp` names, else all that `aud` names.
  public let audiences: [String]
  /// The one of them by which it was accepted.
  public let audience: String
  public let claims: [String: JSONValue]

  /// Checks everything that a key and a clock can tell.
  ///
  /// - Parameters:
  ///   - key: of the issuer that the token claims; the caller has seen to it that the role's account trusts it.
  ///   - clientIDs: the audiences that the provider has; nil where it takes any.
  // INVARIANT: the only maker. The signature comes first; nothing of a token that does not have it is reported on.
  public init(
    _ token: JSONWebToken, signedBy key: VerificationKey, clientIDs: [String]?, now: Timestamp
  ) throws(TokenRefusal) {
    guard key.verifies(token) else { throw .badSignature }
    claims = token.claims
    let asked = try Self.audiences(in: claims)
    guard let accepted = clientIDs.map({ ids in asked.first(where: ids.contains) }) ?? asked.first else {
      throw .wrongAudience
    }
    audiences = asked
    audience = accepted
    guard let subject = claims["sub"]?.text, !subject.isEmpty else { throw .missingClaim("sub") }
    self.subject = subject
    try Self.checkTimes(claims, now.seconds)
  }

  // AWS: where `azp` is there, it is the audience, and `aud` is not asked (reference_policies_iam-condition-keys.md).
  private static func audiences(in claims: [String: JSONValue]) throws(TokenRefusal) -> [String] {
    guard let claim = claims["aud"] else { throw .missingClaim("aud") }
    guard let audiences = claim.texts, !audiences.isEmpty, !audiences.contains("") else { throw .badClaim("aud") }
    guard let party = claims["azp"] else { return audiences }
    guard let text = party.text, !text.isEmpty else { throw .badClaim("azp") }
    return [text]
  }

  private static func checkTimes(_ claims: [String: JSONValue], _ now: Int64) throws(TokenRefusal) {
    guard let expires = try time("exp", claims) else { throw .missingClaim("exp") }
    guard let issued = try time("iat", claims) else { throw .missingClaim("iat") }
    guard now < expires else { throw .expired(now: now, expires: expires) }
    let starts = max(issued, try time("nbf", claims) ?? issued)
    guard starts <= now + leewaySeconds else { throw .notYetValid(now: now, from: starts) }
  }

  // AWS: times are whole numbers of seconds.
  private static func time(_ name: String, _ claims: [String: JSONValue]) throws(TokenRefusal) -> Int64? {
    guard let claim = claims[name] else { return nil }
    guard let seconds = claim.integer, seconds >= 0 else { throw .badClaim(name) }
    return seconds
  }
}

public import AWSCore

extension SigV4 {
  /// The key that a look-up found for an access key id, or that it found none.
  public enum VerificationKey: Sendable {
    case signing(SigningKey)
    /// No such access key. Verifying goes all the way with a key of no use, and then refuses.
    case unknown
  }

  /// The proof that a request was signed with the secret of its access key, for this service, just now.
  ///
  /// Its session token is signed but not yet checked: whoever issued the token judges that.
  public struct Verified: Sendable {
    public let presented: Presented
    fileprivate init(_ presented: Presented) { self.presented = presented }

    public var accessKeyID: String { presented.accessKeyID }
    public var sessionToken: String? { presented.sessionToken }
  }

  /// Checks scope, time, payload and signature, in AWS's order of errors; the only maker of ``Verified``.
  ///
  /// An unknown key and a wrong secret do the same work.
  public static func verify(
    _ request: HTTPRequestMessage, _ presented: Presented, key: VerificationKey, rules: Rules, now: Timestamp
  ) throws(Refusal) -> Verified {
    try check(presented, rules: rules, now: now)
    let canonical = try CanonicalRequest(
      request, signedHeaders: presented.signedHeaders, path: rules.path,
      omittingSignature: presented.form != .header, payloadHash: try payloadHash(of: request, rules: rules))
    let text = stringToSign(canonical, timestamp: presented.timestampText, scope: presented.scope)
    let (signingKey, isKnown) =
      switch key {
      case .signing(let key): (key, true)
      case .unknown: (SigningKey.ofNoUse, false)
      }
    let isEqual = equalInConstantTime(signingKey.signature(of: text), Array(presented.signature.utf8))
    guard isKnown else { throw .unknownKey }
    guard isEqual else {
      throw .signatureMismatch(
        canonicalRequest: canonical.text, stringToSign: String(decoding: text, as: UTF8.self))
    }
    return Verified(presented)
  }

  /// The parts of ``verify(_:_:key:rules:now:)`` that need no key: time first, then scope.
  public static func check(_ presented: Presented, rules: Rules, now: Timestamp) throws(Refusal) {
    try checkTime(presented, rules: rules, now: now)
    let scope = presented.scope
    var faults: [Refusal.ScopeFault] = []
    if !isRegion(scope.region) || (rules.region != nil && rules.region != scope.region) { faults.append(.region) }
    if !rules.services.contains(scope.service) { faults.append(.service(expected: rules.services[0])) }
    if scope.terminator != terminator { faults.append(.terminator(got: scope.terminator)) }
    if !scope.date.utf8.elementsEqual(presented.timestampText.utf8.prefix(8)) {
      faults.append(.date(scope: scope.date, timestamp: presented.timestampText))
    }
    guard faults.isEmpty else { throw .wrongScope(faults) }
  }

  private static func checkTime(_ presented: Presented, rules: Rules, now: Timestamp) throws(Refusal) {
    let latest = now.adding(seconds: rules.windowSeconds)
    guard presented.timestamp <= latest else {
      throw .notYetCurrent(
        timestamp: presented.timestampText, limit: latest.iso8601Basic, now: now.iso8601Basic,
        minutes: rules.windowSeconds / 60)
    }
    if case .query(let seconds?) = presented.form, rules.presignedLifetime == .asRequested {
      guard presented.timestamp.adding(seconds: Int64(seconds)) >= now else { throw .presignedExpired }
      return
    }
    let earliest = now.adding(seconds: -rules.windowSeconds)
    guard presented.timestamp >= earliest else {
      throw .expired(
        timestamp: presented.timestampText, limit: earliest.iso8601Basic, now: now.iso8601Basic,
        minutes: rules.windowSeconds / 60)
    }
  }

  /// The last line of the canonical request: always the body's real hash, unless the service lets it be unsigned.
  private static func payloadHash(
    of request: HTTPRequestMessage, rules: Rules
  ) throws(Refusal) -> [UInt8] {
    guard let claimed = request.value(of: "x-amz-content-sha256") else { return payloadHash(of: request.body) }
    if claimed == unsignedPayload {
      guard rules.allowsUnsignedPayload else { throw .unsignedPayload }
      return Array(claimed.utf8)
    }
    let hash = payloadHash(of: request.body)
    guard claimed.utf8.elementsEqual(hash) else { throw .payloadHashMismatch }
    return hash
  }

  /// Lower-case letters, digits and hyphens; keeps line ends and slashes out of the string to sign.
  private static func isRegion(_ text: String) -> Bool {
    (1...regionLengthMax).contains(text.utf8.count)
      && text.hasOnly { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
  }

  private static let regionLengthMax = 64
}

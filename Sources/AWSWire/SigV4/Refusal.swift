extension SigV4 {
  /// Every way in which a signature is refused, with AWS's words.
  ///
  /// Suggested codes and HTTP statuses:
  ///
  /// | kind | query protocol (iam, sts) | JSON services |
  /// |---|---|---|
  /// | `signatureDoesNotMatch` | `SignatureDoesNotMatch` 403 | `InvalidSignatureException` 400 |
  /// | `incompleteSignature` | `IncompleteSignature` 400 | `IncompleteSignatureException` 400 |
  /// | `missingAuthenticationToken` | `MissingAuthenticationToken` 403 | `MissingAuthenticationTokenException` 400 |
  /// | `invalidClientTokenID` | `InvalidClientTokenId` 403 | `UnrecognizedClientException` 400 |
  /// | `expiredToken` | `ExpiredToken` 403 | `ExpiredTokenException` 400 |
  /// | `requestExpired` | `RequestExpired` 400 | `InvalidSignatureException` 400 |
  /// | `malformedQueryString` | `MalformedQueryString` 400 | `MalformedQueryStringException` 400 |
  /// | `optInRequired` | `OptInRequired` 403 | `OptInRequired` 403 |
  public enum Refusal: Error, Sendable, Equatable {
    public enum Kind: Sendable, Hashable, CaseIterable {
      case signatureDoesNotMatch, incompleteSignature, missingAuthenticationToken, invalidClientTokenID
      case expiredToken, requestExpired, malformedQueryString, optInRequired
    }

    /// One thing wrong with a scope; a request may have several.
    public enum ScopeFault: Sendable, Equatable {
      case region
      case service(expected: String)
      case terminator(got: String)
      case date(scope: String, timestamp: String)
    }

    /// Header and query authentication in one request.
    case bothForms
    /// No authentication where it is needed, or an `Authorization` of another scheme.
    case missingAuthentication
    case unsupportedAlgorithm(String)
    /// Holds the SHA-256 of the header in Base64: the header itself may hold a secret put there by mistake.
    case notKeyValue(headerHash: String)
    case incompleteHeader(missing: [String], dateIsMissing: Bool, headerHash: String)
    case incompleteQuery(missing: [String])
    /// A part of the `Authorization` header that comes twice, in any letter case.
    case repeatedPart(String)
    /// A header that decides who is calling, or what is called, comes twice.
    case repeatedHeader(String)
    /// A query parameter comes twice, or an authentication parameter in another letter case.
    case repeatedQueryParameter(String)
    case malformedQuery(String)
    /// A session token in the form that the request is not authenticated by.
    case misplacedToken
    case malformedDate(String)
    case malformedCredential(String)
    case malformedSignedHeaders(String)
    case expiresNotNumber
    case expiresNotPositive
    case expiresTooLong
    case unsignedHost
    case unsignedHeader(String)
    case wrongScope([ScopeFault])
    case notYetCurrent(timestamp: String, limit: String, now: String, minutes: Int64)
    case expired(timestamp: String, limit: String, now: String, minutes: Int64)
    /// A presigned request after its `X-Amz-Expires`.
    case presignedExpired
    case payloadHashMismatch
    case unsignedPayload
    case signatureMismatch(canonicalRequest: String, stringToSign: String)
    /// An access key that does not exist, is inactive or deleted.
    case unknownKey
    /// A session token that is missing, superfluous, forged or not of this access key.
    case invalidToken
    case expiredToken
    /// An access key of an account that may not use the service.
    case optInRequired
  }
}

extension SigV4.Refusal {
  public var kind: Kind {
    switch self {
    case .missingAuthentication: .missingAuthenticationToken
    case .unsupportedAlgorithm, .notKeyValue, .incompleteHeader, .incompleteQuery, .repeatedPart, .malformedDate,
      .malformedCredential, .malformedSignedHeaders, .expiresNotNumber, .expiresNotPositive, .expiresTooLong,
      .repeatedHeader, .repeatedQueryParameter, .misplacedToken:
      .incompleteSignature
    case .malformedQuery: .malformedQueryString
    case .bothForms, .unsignedHost, .unsignedHeader, .wrongScope, .notYetCurrent, .expired, .payloadHashMismatch,
      .unsignedPayload, .signatureMismatch:
      .signatureDoesNotMatch
    case .presignedExpired: .requestExpired
    case .unknownKey, .invalidToken: .invalidClientTokenID
    case .expiredToken: .expiredToken
    case .optInRequired: .optInRequired
    }
  }

  /// What the client reads. It may repeat what the client sent, never a key.
  public var message: String {
    switch self {
    case .bothForms: "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
    case .missingAuthentication: "Request is missing Authentication Token"
    case .unsupportedAlgorithm(let name): "Unsupported AWS 'algorithm': '\(name)'."
    case .notKeyValue(let hash):
      "Invalid key=value pair (missing equal-sign) in Authorization header "
        + "(hashed with SHA-256 and encoded with Base64): '\(hash)'."
    case .incompleteHeader(let missing, let dateIsMissing, let hash):
      Self.incompleteHeader(missing, dateIsMissing, hash)
    case .incompleteQuery(let missing):
      missing.map { "AWS query-string parameters must include '\($0)'. " }.joined()
        + "Re-examine the query-string parameters."
    case .repeatedPart(let name): "Authorization header has more than one '\(name)' parameter."
    case .repeatedHeader(let name): "Request has more than one '\(name)' header."
    case .repeatedQueryParameter(let name):
      "AWS query-string parameters must not repeat '\(name)'. Re-examine the query-string parameters."
    case .malformedQuery(let words): words
    case .misplacedToken: "Session token must be part of the same form of authentication as the signature."
    case .malformedDate(let text):
      "Date must be in ISO-8601 'basic format'. Got '\(text)'. See http://en.wikipedia.org/wiki/ISO_8601"
    case .malformedCredential(let text):
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '\(text)'"
    case .malformedSignedHeaders(let text):
      "SignedHeaders must be lower-case header names, each once, delimited by semicolons, got '\(text)'"
    case .unsignedHost: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    case .unsignedHeader(let name): "'\(name)' must be a 'SignedHeader' in the AWS Authorization."
    case .wrongScope(let faults): faults.map(\.message).joined(separator: " ")
    case .payloadHashMismatch: "The provided 'x-amz-content-sha256' header does not match what was computed."
    case .unsignedPayload: "The 'x-amz-content-sha256' header must be the SHA-256 of the payload for this service."
    case .signatureMismatch(let canonicalRequest, let stringToSign):
      "\(Self.mismatch)\n\nThe Canonical String for this request should have been\n'\(canonicalRequest)'\n\n"
        + "The String-to-Sign should have been\n'\(stringToSign)'\n"
    case .unknownKey, .invalidToken: "The security token included in the request is invalid."
    case .expiredToken: "The security token included in the request is expired"
    case .optInRequired: "The AWS Access Key Id needs a subscription for the service"
    case .expiresNotNumber, .expiresNotPositive, .expiresTooLong, .notYetCurrent, .expired, .presignedExpired:
      messageOfTime
    }
  }

  private static let mismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
    + "Key and signing method. Consult the service documentation for details."

  private var messageOfTime: String {
    switch self {
    case .notYetCurrent(let timestamp, let limit, let now, let minutes):
      "Signature not yet current: \(timestamp) is still later than \(limit) (\(now) + \(minutes) min.)"
    case .expired(let timestamp, let limit, let now, let minutes):
      "Signature expired: \(timestamp) is now earlier than \(limit) (\(now) - \(minutes) min.)"
    case .expiresNotNumber: "X-Amz-Expires should be a number"
    case .expiresNotPositive: "X-Amz-Expires must be at least 1 second"
    case .expiresTooLong:
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
        + "604800 seconds"
    default: "Request has expired"
    }
  }

  private static func incompleteHeader(_ missing: [String], _ dateIsMissing: Bool, _ hash: String) -> String {
    missing.map { "Authorization header requires '\($0)' parameter. " }.joined()
      + (dateIsMissing
        ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " : "")
      + "(Hashed with SHA-256 and encoded with Base64) Authorization=\(hash)"
  }
}

extension SigV4.Refusal.ScopeFault {
  public var message: String {
    switch self {
    case .region: "Credential should be scoped to a valid region."
    case .service(let expected): "Credential should be scoped to correct service: '\(expected)'."
    case .terminator(let got): "Credential should be scoped with a valid terminator: 'aws4_request', not '\(got)'."
    case .date(let scope, let timestamp):
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        + "'\(scope)' != '\(timestamp.prefix(8))', from '\(timestamp)'."
    }
  }
}

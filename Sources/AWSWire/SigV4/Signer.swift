public import AWSCore
import Crypto

extension SigV4 {
  /// What a client signs with.
  public struct Credentials: Sendable {
    public let accessKeyID: String
    public let secretAccessKey: Secret<String>
    /// Only temporary credentials have one.
    public let sessionToken: String?

    public init(accessKeyID: String, secretAccessKey: Secret<String>, sessionToken: String? = nil) {
      self.accessKeyID = accessKeyID
      self.secretAccessKey = secretAccessKey
      self.sessionToken = sessionToken
    }
  }

  /// Adds `x-amz-date`, `x-amz-security-token` and `authorization`; the request must have its `host` already.
  ///
  /// Signs every header but those that proxies and HTTP libraries change on the way.
  public static func sign(
    _ request: inout HTTPRequestMessage, with credentials: Credentials, region: String, service: String,
    at time: Timestamp, path: PathRule = .normalized
  ) throws(Refusal) {
    let timestamp = time.iso8601Basic
    let replaced: Set = ["authorization", "x-amz-date", "x-amz-security-token"]
    request.headers.removeAll { replaced.contains($0.name) }
    request.headers.append(Header("x-amz-date", timestamp))
    if let token = credentials.sessionToken { request.headers.append(Header("x-amz-security-token", token)) }
    let scope = Scope(date: String(timestamp.prefix(8)), region: region, service: service)
    let names = signableNames(of: request)
    let canonical = try CanonicalRequest(
      request, signedHeaders: names, path: path, omittingSignature: false, payloadHash: claimedHash(of: request))
    let signature = SigningKey(secret: credentials.secretAccessKey, scope: scope)
      .signature(of: stringToSign(canonical, timestamp: timestamp, scope: scope))
    let value =
      "\(algorithm) Credential=\(credentials.accessKeyID)/\(scope), "
      + "SignedHeaders=\(names.joined(separator: ";")), Signature=\(String(decoding: signature, as: UTF8.self))"
    request.headers.append(Header("authorization", value))
  }

  /// Adds the authentication to the query instead, for a URL that works by itself for a while.
  public static func presign(
    _ request: inout HTTPRequestMessage, with credentials: Credentials, region: String, service: String,
    at time: Timestamp, expiresSeconds: Int, path: PathRule = .normalized
  ) throws(Refusal) {
    let timestamp = time.iso8601Basic
    let scope = Scope(date: String(timestamp.prefix(8)), region: region, service: service)
    let names = signableNames(of: request)
    var parameters = [
      ("X-Amz-Algorithm", algorithm), ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope)"),
      ("X-Amz-Date", timestamp), ("X-Amz-Expires", String(expiresSeconds)),
      ("X-Amz-SignedHeaders", names.joined(separator: ";")),
    ]
    if let token = credentials.sessionToken { parameters.append(("X-Amz-Security-Token", token)) }
    var query = Array(request.query.utf8)
    for (name, value) in parameters {
      if !query.isEmpty { query.append(0x26) }
      query.append(contentsOf: name.utf8)
      query.append(0x3D)
      for byte in value.utf8 { PercentCoding.encode(byte, into: &query) }
    }
    request.query = String(decoding: query, as: UTF8.self)
    let canonical = try CanonicalRequest(
      request, signedHeaders: names, path: path, omittingSignature: true, payloadHash: claimedHash(of: request))
    let signature = SigningKey(secret: credentials.secretAccessKey, scope: scope)
      .signature(of: stringToSign(canonical, timestamp: timestamp, scope: scope))
    request.query += "&X-Amz-Signature=" + String(decoding: signature, as: UTF8.self)
  }

  private static func signableNames(of request: HTTPRequestMessage) -> [String] {
    Set(request.headers.map(\.name)).subtracting(changedOnTheWay).sorted()
  }

  private static func claimedHash(of request: HTTPRequestMessage) -> [UInt8] {
    request.value(of: "x-amz-content-sha256") == unsignedPayload
      ? Array(unsignedPayload.utf8) : payloadHash(of: request.body)
  }

  private static let changedOnTheWay: Set = [
    "accept-encoding", "authorization", "connection", "content-length", "expect", "transfer-encoding", "user-agent",
    "x-amzn-trace-id",
  ]
}

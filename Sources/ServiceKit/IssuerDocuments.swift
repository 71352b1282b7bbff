import AWSCore
public import AWSWire
import Directory

/// What the issuers of outbound federation publish: metadata and public keys, for everybody who asks.
///
/// Served outside the two gates. Nothing here is secret: an issuer's name, and public keys. Whose an issuer is, it does
/// not tell.
public struct IssuerDocuments: Sendable {
  public static let prefix = "/issuer/"
  private static let metadata = "/.well-known/openid-configuration"
  private static let keySet = "/.well-known/jwks.json"
  private let environment: Environment

  public init(environment: Environment) { self.environment = environment }

  /// The answer to a request under ``prefix``.
  public func respond(to request: HTTPRequestMessage) async -> HTTPResponseMessage {
    guard request.method == "GET" || request.method == "HEAD" else {
      return HTTPResponseMessage(status: 405, headers: [Header("allow", "GET, HEAD")])
    }
    let rest = request.path.dropFirst(Self.prefix.count)
    guard let slash = rest.firstIndex(of: "/"), let record = await federation(String(rest[..<slash])) else {
      return HTTPResponseMessage(status: 404)
    }
    switch rest[slash...] {
    case Self.metadata: return answer(Self.metadata(of: environment.publicURL.issuer(record.issuer)))
    case Self.keySet: return answer(Self.keySet(of: record))
    default: return HTTPResponseMessage(status: 404)
    }
  }

  private func federation(_ issuer: String) async -> OutboundFederationRecord? {
    guard let owner = environment.directory.account(ofIssuer: issuer),
      let snapshot = try? await environment.directory.snapshot(owner)
    else { return nil }
    return snapshot.account.outboundFederation
  }

  private func answer(_ body: [UInt8]) -> HTTPResponseMessage {
    HTTPResponseMessage(
      status: 200, headers: [Header("content-type", "application/json"), Header("cache-control", "max-age=3600")],
      body: body)
  }

  private static func metadata(of issuer: String) -> [UInt8] {
    var writer = WireWriter(.json)
    writer.append(raw: "{")
    writer.put("issuer", issuer)
    writer.put("jwks_uri", issuer + keySet)
    writer.put("id_token_signing_alg_values_supported", OutboundAlgorithm.allCases.map(\.rawValue))
    writer.put("subject_types_supported", ["public"])
    writer.put("claims_supported", ["sub", "iss", "aud", "exp", "iat", "jti", "https://sts.amazonaws.com/"])
    writer.append(raw: "}")
    return writer.bytes
  }

  private struct PublishedKey: WireOutput {
    let key: OutboundFederationRecord.Key

    func encode(to writer: inout WireWriter) {
      writer.put("kid", key.id)
      writer.put("alg", key.algorithm.rawValue)
      writer.put("use", "sig")
      switch key.algorithm {
      case .rs256: writer.put("kty", "RSA")
      case .es384:
        writer.put("kty", "EC")
        writer.put("crv", "P-384")
      }
      for (name, value) in key.publicMembers.sorted(by: { $0.key < $1.key }) { writer.put(name, value) }
    }
  }

  private static func keySet(of record: OutboundFederationRecord) -> [UInt8] {
    var writer = WireWriter(.json)
    writer.append(raw: "{")
    writer.put("keys", record.keys.map(PublishedKey.init))
    writer.append(raw: "}")
    return writer.bytes
  }
}

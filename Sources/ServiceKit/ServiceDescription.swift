import AWSCore
public import AWSWire

/// A service as the router, the authenticator and the conformance tests know it; made once and held by reference.
public final class ServiceDescription: Sendable {
  /// The service's name in the API models: `iam`.
  public let name: String
  public let apiVersion: String
  public let wireProtocol: WireProtocol
  public let signatureRules: SigV4.Rules
  public let operations: [String: any Operation.Type]
  /// Operations of the API model that are not there yet.
  public let missing: Set<String>
  /// By service principal: what still uses its service-linked role.
  public let linkedRoleUses: [String: LinkedRoleUses.Question]

  public init(
    name: String, apiVersion: String, wireProtocol: WireProtocol, signatureRules: SigV4.Rules,
    operations: [any Operation.Type], missing: Set<String>, linkedRoleUses: [String: LinkedRoleUses.Question] = [:]
  ) {
    self.name = name
    self.apiVersion = apiVersion
    self.wireProtocol = wireProtocol
    self.signatureRules = signatureRules
    self.operations = Dictionary(uniqueKeysWithValues: operations.map { ($0.name, $0) })
    self.missing = missing
    self.linkedRoleUses = linkedRoleUses
  }
}

/// The protocol that a service speaks, as far as answers are concerned.
public enum WireProtocol: Sendable, Hashable {
  /// Form parameters in, XML out, in the namespace.
  case query(namespace: String)
  /// JSON in and out, the operation named by `X-Amz-Target`.
  case json
  /// JSON in and out, the operation named by method and path.
  case restJSON

  /// A refused signature in the codes of the protocol.
  func failure(_ refusal: SigV4.Refusal) -> Failure {
    switch self {
    case .query: Failure(Self.queryCode(refusal.kind), refusal.message)
    case .json, .restJSON: Failure(Self.jsonCode(refusal.kind), refusal.message)
    }
  }

  private static func queryCode(_ kind: SigV4.Refusal.Kind) -> ErrorCode {
    switch kind {
    case .signatureDoesNotMatch: ErrorCode("SignatureDoesNotMatch", status: 403)
    case .incompleteSignature: ErrorCode("IncompleteSignature", status: 400)
    case .missingAuthenticationToken: ErrorCode("MissingAuthenticationToken", status: 403)
    case .invalidClientTokenID: ErrorCode("InvalidClientTokenId", status: 403)
    case .expiredToken: ErrorCode("ExpiredToken", status: 403)
    case .requestExpired: ErrorCode("RequestExpired", status: 400)
    case .malformedQueryString: ErrorCode("MalformedQueryString", status: 400)
    case .optInRequired: ErrorCode("OptInRequired", status: 403)
    }
  }

  private static func jsonCode(_ kind: SigV4.Refusal.Kind) -> ErrorCode {
    switch kind {
    case .signatureDoesNotMatch, .requestExpired: ErrorCode("InvalidSignatureException", status: 400)
    case .incompleteSignature: ErrorCode("IncompleteSignatureException", status: 400)
    case .missingAuthenticationToken: ErrorCode("MissingAuthenticationTokenException", status: 400)
    case .invalidClientTokenID: ErrorCode("UnrecognizedClientException", status: 400)
    case .expiredToken: ErrorCode("ExpiredTokenException", status: 400)
    case .malformedQueryString: ErrorCode("MalformedQueryStringException", status: 400)
    case .optInRequired: ErrorCode("OptInRequired", status: 403)
    }
  }
}

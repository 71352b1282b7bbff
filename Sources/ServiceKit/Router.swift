import AWSCore
import AWSWire

/// Finds the service and the operation that a request names: by target, by action, by the scope of its signature.
public struct Router: Sendable {
  public let services: [ServiceDescription]

  public init(services: [ServiceDescription]) { self.services = services }

  /// A request whose operation is known, with its input still untyped.
  struct Routed: Sendable {
    let service: ServiceDescription
    let operation: any Operation.Type
    /// The operation's name, so that nobody need ask its type again.
    let name: String
    let input: WireValue
  }

  /// The largest body that is read at all, in bytes; the largest input of IAM is below 200 KB.
  public static let bodySizeMax = 1_048_576

  func route(_ request: HTTPRequestMessage) throws(Failure) -> Routed {
    if let target = Self.target(of: request) { throw Self.unknownTarget(target) }
    guard SigV4.normalizedPath(request.path) == "/", request.method == "POST" || request.method == "GET" else {
      throw Self.unknownPath(request)
    }
    let parameters = try parameters(of: request)
    guard let action = parameters.value(of: "Action"), !action.isEmpty else {
      throw Failure(.init("MissingAction", status: 400), "The request has no parameter Action: it names no operation.")
    }
    let version = parameters.value(of: "Version") ?? "NO_VERSION_SPECIFIED"
    let service = services.first { $0.apiVersion == version }
    guard let service, let operation = service.operations[action] else {
      if let service, service.missing.contains(action) { throw .notImplemented(action, of: service.name) }
      throw Failure(
        .init("InvalidAction", status: 400), "Could not find operation \(action) for version \(version)")
    }
    let members = parameters.pairs.lazy.filter { !Self.isAboutTheCall($0.name) }
      .map { (name: $0.name, value: $0.value) }
    guard let input = WireValue(parameters: members) else {
      throw Failure(
        .init("MalformedQueryString", status: 400),
        "The names of the parameters contradict each other or nest too deep.")
    }
    return Routed(service: service, operation: operation, name: action, input: input)
  }

  /// The parameters of query and body together: a name may come in one of them only.
  private func parameters(of request: HTTPRequestMessage) throws(Failure) -> FormParameters {
    var text = Array(request.query.utf8)
    if request.method == "POST", !request.body.isEmpty {
      if let type = request.value(of: "content-type"), !Self.isForm(type) {
        throw Failure(
          .init("UnsupportedMediaType", status: 415),
          "The content type of a request of the query protocol is application/x-www-form-urlencoded.")
      }
      text = text.isEmpty ? request.body : text + [0x26] + request.body
    }
    do throws(FormError) {
      return try FormParameters(parsing: text)
    } catch {
      throw Failure(.init("MalformedQueryString", status: 400), error.message)
    }
  }

  private static func isAboutTheCall(_ name: String) -> Bool {
    name == "Action" || name == "Version" || name.hasPrefix("X-Amz-")
  }

  private static func isForm(_ type: String) -> Bool {
    // What almost every client sends.
    if type == "application/x-www-form-urlencoded; charset=utf-8" || type == "application/x-www-form-urlencoded" {
      return true
    }
    let essence = type.prefix { $0 != ";" }.lowercased()
    return essence.filter { $0 != " " } == "application/x-www-form-urlencoded"
  }

  private static func unknownPath(_ request: HTTPRequestMessage) -> Failure {
    let operation = "\(request.method) \(request.path.prefix(128))"
    if case .presented(let presented)? = try? SigV4.identification(of: request),
      let service = AbsentService.byScope[presented.scope.service]
    {
      return .notImplemented(operation, of: service)
    }
    return Failure(.init("UnknownOperationException", status: 404), "There is no operation \(operation).")
  }

  /// The target of a request of the JSON protocol; the header means nothing in a form.
  static func target(of request: HTTPRequestMessage) -> String? {
    guard let type = request.value(of: "content-type"), !isForm(type) else { return nil }
    return request.value(of: "x-amz-target")
  }

  // AWS: the part of the target before the dot names the service, the part after it the operation.
  private static func unknownTarget(_ target: String) -> Failure {
    let parts = target.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let service = AbsentService.byTarget[String(parts[0])] else {
      return Failure(.init("UnknownOperationException", status: 400), "There is no operation `\(target.prefix(128))`.")
    }
    return .notImplemented(String(parts[1].prefix(128)), of: service)
  }
}

extension Failure {
  /// The answer of an operation that AWS has and this program does not have yet.
  static func notImplemented(_ operation: String, of service: String) -> Failure {
    Failure(
      .init("NotImplemented", status: 501),
      "The operation \(operation) of \(service) is not implemented by this version of Sallyport.")
  }
}

/// Services of AWS's identity layer that are not there yet, so that a call of one is told so in its own protocol.
enum AbsentService {
  /// By the target prefix of the JSON protocol.
  static let byTarget = [
    "AWSIdentityStore": "identitystore", "AWSOrganizationsV20161128": "organizations",
    "BaldrApiService": "cloudhsmv2", "SWBExternalService": "sso-admin",
    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101": "cloudtrail", "CloudTrail_20131101": "cloudtrail",
  ]

  /// By the service of the signature's scope, for the protocols that name the operation by its path.
  static let byScope = ["account": "account", "awsssoportal": "sso", "signin": "signin", "sso-oauth": "sso-oidc"]
}

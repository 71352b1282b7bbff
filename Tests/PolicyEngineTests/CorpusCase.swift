import AWSCore
import Foundation
import PolicyEngine
import Testing

/// One case of the corpus: who asks what in which context, under which policies, and what AWS answers.
struct CorpusCase: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  /// The page of AWS's documentation that says so.
  let source: String
  let principal: Caller
  let action: String
  let resource: String
  let resourceAccount: String?
  let context: [String: [String]]?
  let identity: [Document]?
  let boundary: [Document]?
  let session: [Document]?
  let resourcePolicy: Document?
  let trust: Document?
  let resourceRule: String?
  let endpoint: [Document]?
  let serviceControl: [[Document]]?
  let resourceControl: [[Document]]?
  /// `allowed`, or the kind of denial and its layer.
  let expect: String

  var testDescription: String { name }

  struct Caller: Decodable, Sendable {
    let kind: String
    let arn: String?
    let origin: String?
    let account: String?
    let uniqueID: String?
  }

  /// A policy document, held as JSON text.
  struct Document: Decodable, Sendable {
    let text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer().decode(JSONValue.self)
      text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
  }
}

/// Any JSON value, to hand a document on as it stands in a corpus.
enum JSONValue: Codable, Sendable {
  case string(String)
  case bool(Bool)
  case number(Decimal)
  case array([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .string(text)
    } else if let truth = try? container.decode(Bool.self) {
      self = .bool(truth)
    } else if let number = try? container.decode(Decimal.self) {
      self = .number(number)
    } else if let values = try? container.decode([JSONValue].self) {
      self = .array(values)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .string(let text): try container.encode(text)
    case .bool(let truth): try container.encode(truth)
    case .number(let number): try container.encode(number)
    case .array(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }
}

/// The files of the corpus.
enum Corpus {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }.map { $0.deletingPathExtension().lastPathComponent }.sorted()
  }

  static func read<Value: Decodable>(_ name: String) throws -> [Value] {
    try JSONDecoder().decode([Value].self, from: Data(contentsOf: folder.appending(path: "\(name).json")))
  }
}

// MARK: As the engine and the reference want it

extension CorpusCase {
  func request() throws -> AuthorizationRequest {
    var context = RequestContext()
    for (key, values) in self.context ?? [:] { context[key] = values }
    return AuthorizationRequest(
      principal: try principal.principal(), action: action, resource: resource,
      resourceAccount: resourceAccount.flatMap { AccountID($0) }, context: context)
  }

  func layers() throws -> ReferenceEvaluator.Layers {
    func policies(
      _ documents: [Document], _ kind: PolicyDocument.Kind, _ source: PolicySource.Kind
    ) throws -> [ReferenceEvaluator.Policy] {
      try documents.enumerated().map { index, document in
        .init(
          document: try PolicyDocument.parse(document.text, as: kind),
          source: PolicySource(kind: source, name: "\(source)-\(index)"))
      }
    }
    var layers = ReferenceEvaluator.Layers()
    layers.identity = try policies(identity ?? [], .identity, .managed)
    layers.boundary = try boundary.map { try policies($0, .identity, .boundary) }
    layers.session = try session.map { try policies($0, .session, .session) }
    if let resourcePolicy { layers.resource = try policies([resourcePolicy], .resource, .resource)[0] }
    if let trust { layers.resource = try policies([trust], .trust, .trust)[0] }
    layers.mustGrant = trust != nil || resourceRule == "mustGrant"
    layers.endpoint = try endpoint.map { try policies($0, .resource, .endpoint) }
    layers.serviceControl = try (serviceControl ?? []).map { try policies($0, .identity, .serviceControl) }
    layers.resourceControl = try (resourceControl ?? []).map { try policies($0, .resource, .resourceControl) }
    return layers
  }
}

extension CorpusCase.Caller {
  func principal() throws -> RequestPrincipal {
    let arn = arn ?? ""
    if kind == "anonymous" { return .anonymous }
    if kind == "service" { return .service(arn) }
    let account = try #require(account.flatMap { AccountID($0) })
    switch kind {
    case "root": return .root(account)
    case "user": return .user(arn: arn, account: account, uniqueID: uniqueID)
    case "roleSession":
      return .roleSession(sessionARN: arn, roleARN: try #require(origin), account: account, uniqueID: uniqueID)
    case "federatedUser": return .federatedUser(arn: arn, issuerARN: try #require(origin), account: account)
    default:
      try #require(kind == "federated")
      return .federated(provider: arn, account: account)
    }
  }
}

public import PolicyEngine

/// A policy document as somebody wrote it, with what the engine takes for a policy beside it.
///
/// It is parsed once: when it is made from a request, or when its record is read from the store. A document that no
/// longer parses makes its record unreadable, so that a lost Deny can never turn into an Allow.
public struct StoredPolicy: Sendable, Codable {
  /// The inline policy's name, the managed policy's ARN, or a fixed word where there is one policy only.
  public let name: String
  public let text: String
  public let policy: Policy
  private let kind: PolicySource.Kind

  public init(name: String, document: PolicyDocument, kind: PolicySource.Kind) {
    self.name = name
    self.text = document.text
    self.kind = kind
    policy = Policy(document, source: PolicySource(kind: kind, name: name))
  }

  private enum CodingKeys: String, CodingKey { case name, text, kind }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let kind: PolicySource.Kind
    switch try values.decode(String.self, forKey: .kind) {
    case "inline": kind = .inline
    case "managed": kind = .managed
    case "trust": kind = .trust
    case let other:
      throw DecodingError.dataCorruptedError(forKey: .kind, in: values, debugDescription: "unknown kind `\(other)`")
    }
    let text = try values.decode(String.self, forKey: .text)
    let name = try values.decode(String.self, forKey: .name)
    do throws(PolicyDocumentError) {
      let document = try PolicyDocument.parse(text, as: kind == .trust ? .trust : .identity)
      self.init(name: name, document: document, kind: kind)
    } catch {
      throw DecodingError.dataCorruptedError(forKey: .text, in: values, debugDescription: error.message)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(text, forKey: .text)
    let word =
      switch kind {
      case .managed: "managed"
      case .trust: "trust"
      default: "inline"
      }
    try values.encode(word, forKey: .kind)
  }
}

import AWSCore
import AWSWire
import PolicyEngine

/// A request that was refused, by whom, and what decided, in the form in which AWS tells it.
// AWS: the members are those of the example for DecodeAuthorizationMessage (IAM User Guide,
// sts_example_sts_DecodeAuthorizationMessage_section); a matched statement's place in its policy is added.
struct Refusal {
  /// Bytes of what closes the text behind the keys.
  private static let endBytesMax = 8

  let verdict: Verdict
  let layers: PolicyLayers
  let caller: ResolvedCaller
  let request: AuthorizationRequest

  /// - Parameter bytesMax: of the text; lists of a long statement, then keys that no longer fit, are left out.
  func encode(to writer: inout WireWriter, bytesMax: Int) {
    writer.put("allowed", verdict.isAllowed)
    writer.put("explicitDeny", verdict.outcome == .explicitlyDenied)
    writer.putItems("matchedStatements", matchedStatements(bytesMax: bytesMax / 2))
    writer.putItems("failures", [MatchedStatement]())
    writer.structure("context") { writer in
      writer.structure("principal") { writer in
        writer.put("id", caller.userID)
        writer.put("arn", caller.arn)
      }
      writer.put("action", request.action)
      writer.put("resource", request.resource)
      writer.putItems("conditions", keys(bytesMax: bytesMax - writer.bytes.count - Self.endBytesMax))
    }
  }

  private func matchedStatements(bytesMax: Int) -> [MatchedStatement] {
    // The policies of another account are not for this one's eyes.
    let isOwn = caller.account == request.resourceAccount
    return verdict.deciders.filter { isOwn || !$0.layer.isOfResource }.map { decider in
      MatchedStatement(decider, layers.statement(of: decider), by: caller, bytesMax: bytesMax)
    }
  }

  /// Tags come last, since there may be many.
  private func keys(bytesMax: Int) -> [KeyValues] {
    let names = request.context.keys
    let tags = names.filter { $0.hasPrefix("aws:principaltag/") }
    var bytes = 0
    return (names.filter { !$0.hasPrefix("aws:principaltag/") } + tags).compactMap { name in
      let key = KeyValues(key: name, values: request.context[name] ?? [])
      guard bytes + key.bytesCount <= bytesMax else { return nil }
      bytes += key.bytesCount
      return key
    }
  }
}

extension Layer {
  /// Whether its policies belong to the account of the resource.
  fileprivate var isOfResource: Bool { self == .resource || self == .trust || self == .resourceControl }
}

private struct MatchedStatement: WireOutput {
  private let reference: StatementReference
  private let effect: Statement.Effect
  private var principals: [Value] = []
  private var actions: [Value] = []
  private var resources: [Value] = []
  private var conditions: [KeyValues] = []

  init(_ decider: Verdict.Decider, _ statement: Statement, by caller: ResolvedCaller, bytesMax: Int) {
    reference = decider.statement
    effect = statement.effect
    let named = statement.principals.map(\.text)
    // AWS: of a policy that is attached to the principal this is the principal's id.
    let holder = String(caller.userID.prefix { $0 != ":" })
    let texts = [named.isEmpty ? [holder] : named, statement.actions.values, statement.resources?.values ?? []]
    let lists = texts.map { $0.map { Value(value: $0) } }
    let keys = statement.conditions.map { KeyValues(key: $0.key, values: $0.values) }
    let bytes = lists.joined().reduce(0) { $0 + $1.bytesCount } + keys.reduce(0) { $0 + $1.bytesCount }
    guard bytes <= bytesMax else { return }
    (principals, actions, resources, conditions) = (lists[0], lists[1], lists[2], keys)
  }

  func encode(to writer: inout WireWriter) {
    writer.put("statementId", reference.sid ?? "")
    writer.put("effect", effect == .deny ? "DENY" : "ALLOW")
    writer.putItems("principals", principals)
    writer.putItems("principalGroups", [Value]())
    writer.putItems("actions", actions)
    writer.putItems("resources", resources)
    writer.putItems("conditions", conditions)
    writer.put("source", reference.source.name)
    writer.put("line", reference.position.line)
    writer.put("column", reference.position.column)
  }
}

private struct KeyValues: WireOutput {
  let key: String
  let values: [Value]

  init(key: String, values: [String]) {
    self.key = key
    self.values = values.map { Value(value: $0) }
  }

  /// Of the JSON text, with a comma behind it.
  var bytesCount: Int {
    values.reduce(#"{"key":"","values":{"items":[]}},"#.utf8.count + key.jsonBytesCount) { $0 + $1.bytesCount }
  }

  func encode(to writer: inout WireWriter) {
    writer.put("key", key)
    writer.putItems("values", values)
  }
}

private struct Value: WireOutput {
  let value: String

  var bytesCount: Int { #"{"value":""},"#.utf8.count + value.jsonBytesCount }

  func encode(to writer: inout WireWriter) { writer.put("value", value) }
}

extension WireWriter {
  /// `"name":{"items":[{…},…]}`
  fileprivate mutating func putItems(_ name: String, _ items: [some WireOutput]) {
    structure(name) { $0.put("items", items) }
  }
}

extension String {
  /// How long the text is in JSON, at most.
  fileprivate var jsonBytesCount: Int {
    utf8.reduce(0) { count, byte in
      switch byte {
      case 0..<0x20: count + 6
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): count + 2
      default: count + 1
      }
    }
  }
}

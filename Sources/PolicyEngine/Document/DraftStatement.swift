/// A statement of which only the shape is known to be right.
struct DraftStatement {
  let sid: DraftText?
  /// In any letter case; AWS looks at the case in a later check.
  let effect: DraftText
  let actions: DraftList?
  let resources: DraftList?
  let principals: DraftPrincipals?
  let conditions: [ConditionClause]
  /// Values of date operators, which have a check of their own.
  let dates: [DraftText]
  let offset: Int

  init(_ node: JSONNode) throws(Refusal) {
    guard case .object(let members) = node.value else { throw .syntax(at: node.offset) }
    var elements = Elements()
    for member in members { try elements.read(member) }
    guard let effect = elements.effect else { throw .syntax(at: node.offset) }
    self.effect = effect
    sid = elements.sid
    actions = elements.actions
    resources = elements.resources
    principals = elements.principals
    conditions = elements.conditions
    dates = elements.dates
    offset = node.offset
  }

  /// The statement as evaluation wants it; only for one that passed the checks.
  func statement(index: Int, at position: SourcePosition) throws(Refusal) -> Statement {
    guard let effect = Statement.Effect(rawValue: effect.text), let actions else { throw .legacy(at: offset) }
    return Statement(
      index: index, sid: sid?.text, effect: effect, actions: actions.checked, resources: resources?.checked,
      principals: principals?.items.map(\.principal) ?? [], isNotPrincipal: principals?.isNegated ?? false,
      conditions: conditions, position: position)
  }
}

extension Statement.Effect {
  fileprivate init?(anyCase text: String) {
    switch text.folded {
    case "allow": self = .allow
    case "deny": self = .deny
    default: return nil
    }
  }
}

/// The elements of a statement while its members are read.
private struct Elements {
  var sid: DraftText?
  var effect: DraftText?
  var actions: DraftList?
  var resources: DraftList?
  var principals: DraftPrincipals?
  var conditions: [ConditionClause] = []
  var dates: [DraftText] = []

  mutating func read(_ member: JSONMember) throws(Refusal) {
    let node = member.node
    switch member.key {
    case "Sid": sid = try text(node)
    case "Effect":
      let text = try text(node)
      guard Statement.Effect(anyCase: text.text) != nil else { throw .syntax(at: node.offset) }
      effect = text
    case "Action", "NotAction":
      guard actions == nil else { throw .syntax(at: member.keyOffset) }
      actions = try DraftList(node, isNegated: member.key == "NotAction")
    case "Resource", "NotResource":
      guard resources == nil else { throw .syntax(at: member.keyOffset) }
      resources = try DraftList(node, isNegated: member.key == "NotResource")
    case "Principal", "NotPrincipal":
      guard principals == nil else { throw .syntax(at: member.keyOffset) }
      principals = try DraftPrincipals(node, isNegated: member.key == "NotPrincipal")
    case "Condition": try readConditions(node)
    default: throw .syntax(at: member.keyOffset)
    }
  }

  private func text(_ node: JSONNode) throws(Refusal) -> DraftText {
    guard let text = node.string else { throw .syntax(at: node.offset) }
    return DraftText(text: text, offset: node.offset)
  }

  private mutating func readConditions(_ node: JSONNode) throws(Refusal) {
    guard case .object(let operators) = node.value else { throw .syntax(at: node.offset) }
    for member in operators {
      guard case .object(let keys) = member.node.value else { throw .syntax(at: member.node.offset) }
      // AWS: an operator that does not exist passes as long as it has no keys.
      if keys.isEmpty { continue }
      guard let conditionOperator = ConditionOperator(member.key) else { throw .syntax(at: member.keyOffset) }
      for key in keys {
        let values = try Self.values(key.node)
        if conditionOperator.comparison.isDate { dates.append(contentsOf: values) }
        conditions.append(
          ConditionClause(conditionOperator: conditionOperator, key: key.key, values: values.map(\.text)))
      }
    }
  }

  // AWS: "Quotation marks are optional for numeric and Boolean values" (reference_policies_grammar.md).
  private static func values(_ node: JSONNode) throws(Refusal) -> [DraftText] {
    let nodes = if case .array(let nodes) = node.value { nodes } else { [node] }
    return try nodes.map { node throws(Refusal) in
      switch node.value {
      case .string(let text), .number(let text): DraftText(text: text, offset: node.offset)
      case .bool(let value): DraftText(text: value ? "true" : "false", offset: node.offset)
      case .null, .array, .object: throw .syntax(at: node.offset)
      }
    }
  }
}

/// A document of which only the shape is known to be right: which elements there are and of which JSON types.
struct DraftDocument {
  let version: PolicyDocument.Version?
  let id: String?
  let statements: [DraftStatement]
  let offset: Int

  init(_ root: JSONNode) throws(Refusal) {
    guard case .object(let members) = root.value else { throw .syntax(at: root.offset) }
    var version: PolicyDocument.Version?
    var id: String?
    var statements: [DraftStatement] = []
    for member in members {
      let node = member.node
      switch member.key {
      case "Version":
        guard let text = node.string, let known = PolicyDocument.Version(rawValue: text) else {
          throw .syntax(at: node.offset)
        }
        version = known
      case "Id":
        guard let text = node.string else { throw .syntax(at: node.offset) }
        id = text
      case "Statement":
        let nodes = if case .array(let nodes) = node.value { nodes } else { [node] }
        statements = try nodes.map { node throws(Refusal) in try DraftStatement(node) }
      default: throw .syntax(at: member.keyOffset)
      }
    }
    guard !statements.isEmpty else { throw .syntax(at: root.offset) }
    self.version = version
    self.id = id
    self.statements = statements
    offset = root.offset
  }
}

/// A text of the document with the place where it stood.
struct DraftText {
  let text: String
  let offset: Int
}

/// One text or a list of texts: `Action`, `NotAction`, `Resource` or `NotResource`.
struct DraftList {
  let isNegated: Bool
  let items: [DraftText]
  let offset: Int

  init(_ node: JSONNode, isNegated: Bool) throws(Refusal) {
    self.isNegated = isNegated
    offset = node.offset
    items = try Self.texts(node)
  }

  static func texts(_ node: JSONNode) throws(Refusal) -> [DraftText] {
    let nodes = if case .array(let nodes) = node.value { nodes } else { [node] }
    return try nodes.map { node throws(Refusal) in
      guard let text = node.string else { throw .syntax(at: node.offset) }
      return DraftText(text: text, offset: node.offset)
    }
  }

  var checked: Statement.PatternList { .init(values: items.map(\.text), isNegated: isNegated) }
}

struct DraftPrincipals {
  let isNegated: Bool
  let items: [(principal: Principal, offset: Int)]
  let offset: Int

  init(_ node: JSONNode, isNegated: Bool) throws(Refusal) {
    self.isNegated = isNegated
    offset = node.offset
    var items: [(principal: Principal, offset: Int)] = []
    switch node.value {
    case .string("*"): items.append((.any, node.offset))
    case .object(let members):
      for member in members {
        for item in try DraftList.texts(member.node) {
          items.append((try Self.principal(item.text, of: member), item.offset))
        }
      }
    default: throw .syntax(at: node.offset)
    }
    self.items = items
  }

  private static func principal(_ text: String, of member: JSONMember) throws(Refusal) -> Principal {
    switch member.key {
    case "AWS": text == "*" ? .any : .aws(text)
    case "Service": .service(text)
    case "Federated": .federated(text)
    case "CanonicalUser": .canonicalUser(text)
    default: throw .syntax(at: member.keyOffset)
    }
  }
}

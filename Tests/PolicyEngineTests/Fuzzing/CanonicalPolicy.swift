@testable import PolicyEngine

/// Policies and JSON values written in one way, with nothing in it that was not said, and with every kind of escape.
enum CanonicalPolicy {
  static func text(of document: PolicyDocument) -> String {
    var members = [member("Version", quoted(document.version.rawValue))]
    if let id = document.id { members.append(member("Id", quoted(id))) }
    members.append(member("Statement", list(document.statements.map(text))))
    return object(members)
  }

  private static func text(of statement: Statement) -> String {
    var members: [String] = []
    if let sid = statement.sid { members.append(member("Sid", quoted(sid))) }
    members.append(member("Effect", quoted(statement.effect.rawValue)))
    if !statement.principals.isEmpty {
      members.append(member(statement.isNotPrincipal ? "NotPrincipal" : "Principal", text(of: statement.principals)))
    }
    members.append(patterns(statement.actions, "Action"))
    if let resources = statement.resources { members.append(patterns(resources, "Resource")) }
    if !statement.conditions.isEmpty { members.append(member("Condition", text(of: statement.conditions))) }
    return object(members)
  }

  private static func patterns(_ patterns: Statement.PatternList, _ name: String) -> String {
    member((patterns.isNegated ? "Not" : "") + name, list(patterns.values.map(quoted)))
  }

  /// Principals of one kind stand together in every document: its key can be there only once.
  private static func text(of principals: [Principal]) -> String {
    grouped(principals) { $0.key }.members { list($0.map { quoted($0.name) }) }
  }

  private static func text(of clauses: [ConditionClause]) -> String {
    grouped(clauses) { $0.conditionOperator.description }
      .members { object($0.map { member($0.key, list($0.values.map(quoted))) }) }
  }

  // MARK: JSON

  static func quoted(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) { return "\"\(text)\"" }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22, 0x2F, 0x5C: quoted += "\\\(scalar)"
      case 0x08: quoted += "\\b"
      case 0x09: quoted += "\\t"
      case 0x0A: quoted += "\\n"
      case 0x0C: quoted += "\\f"
      case 0x0D: quoted += "\\r"
      case 0x20...0x7E, 0xA0...0xFF: quoted.unicodeScalars.append(scalar)
      default: for unit in String(scalar).utf16 { quoted += "\\u" + hex(unit) }
      }
    }
    return quoted + "\""
  }

  private static func hex(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  static func list(_ items: [String]) -> String { "[\(items.joined(separator: ","))]" }

  static func object(_ members: [String]) -> String { "{\(members.joined(separator: ","))}" }

  static func member(_ key: String, _ value: String) -> String { "\(quoted(key)):\(value)" }

  static func text(of node: JSONNode) -> String {
    switch node.value {
    case .string(let text): quoted(text)
    case .number(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null: "null"
    case .array(let nodes): list(nodes.map(text))
    case .object(let members): object(members.map { member($0.key, text(of: $0.node)) })
    }
  }

  // MARK: Groups

  private struct Groups<Element> {
    var groups: [(key: String, elements: [Element])] = []

    func members(_ value: ([Element]) -> String) -> String {
      object(groups.map { member($0.key, value($0.elements)) })
    }
  }

  /// Neighbours with the same key.
  private static func grouped<Element>(_ elements: [Element], by key: (Element) -> String) -> Groups<Element> {
    var found = Groups<Element>()
    for element in elements {
      let key = key(element)
      if found.groups.last?.key == key {
        found.groups[found.groups.count - 1].elements.append(element)
      } else {
        found.groups.append((key, [element]))
      }
    }
    return found
  }
}

extension Principal {
  fileprivate var key: String {
    switch self {
    case .any, .aws: "AWS"
    case .service: "Service"
    case .federated: "Federated"
    case .canonicalUser: "CanonicalUser"
    }
  }

  fileprivate var name: String {
    switch self {
    case .any: "*"
    case .aws(let name), .service(let name), .federated(let name), .canonicalUser(let name): name
    }
  }
}

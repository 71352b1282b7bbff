/// Reads a policy's JSON into an outline and tells what is not of the shape of a policy.
struct OutlineReader {
  private(set) var issues: [Issue] = []
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func read(_ root: JSONNode, as type: PolicyType) -> PolicyOutline {
    checkCharacters()
    let place = Place(path: [], range: root.range)
    var policy = PolicyOutline(type: type, bytes: bytes, place: place)
    guard let members = members(of: root, at: []) else {
      issues.append(Issue(.dataTypeMismatch, "Object", at: place))
      return policy
    }
    policy.elements = Set(members.map(\.key))
    for member in members {
      let path = [Finding.PathElement.value(member.key)]
      switch member.key {
      case "Version": policy.version = text(member.node, at: path)
      case "Id": _ = text(member.node, at: path)
      case "Statement": policy.statements = statements(member.node, at: path)
      default: refuse(member, at: [])
      }
    }
    if !members.contains(where: { $0.key == "Statement" }) { issues.append(Issue(.missingStatement, at: place)) }
    return policy
  }

  // AWS: what a policy may hold besides JSON's grammar is what its APIs admit: U+0009, U+000A, U+000D, U+0020 to U+00FF.
  private mutating func checkCharacters() {
    let offset = bytes.firstIndex(where: { $0 >= 0x80 && !$0.isContinuation && $0 != 0xC2 && $0 != 0xC3 })
    if let offset { issues.append(.syntaxError(at: offset, in: bytes)) }
  }

  private mutating func statements(_ node: JSONNode, at path: [Finding.PathElement]) -> [StatementOutline] {
    guard case .array(let nodes) = node.value else { return [statement(node, at: path)].compactMap { $0 } }
    if nodes.isEmpty { issues.append(Issue(.missingStatement, at: Place(path: path, range: node.range))) }
    return nodes.enumerated().compactMap { index, node in statement(node, at: path + [.index(index)]) }
  }

  private mutating func statement(_ node: JSONNode, at path: [Finding.PathElement]) -> StatementOutline? {
    let place = Place(path: path, range: node.range)
    guard let members = members(of: node, at: path) else {
      issues.append(Issue(.dataTypeMismatch, "Object", at: place))
      return nil
    }
    var statement = StatementOutline(place: place)
    for member in members { read(member, into: &statement, at: path) }
    return statement
  }

  private mutating func read(
    _ member: JSONMember, into statement: inout StatementOutline, at path: [Finding.PathElement]
  ) {
    let own = path + [.value(member.key)]
    switch member.key {
    case "Sid": statement.sid = text(member.node, at: own)
    case "Effect": statement.effectText = text(member.node, at: own)
    case "Action": statement.actions = list(member, at: own)
    case "NotAction": statement.notActions = list(member, at: own)
    case "Resource": statement.resources = list(member, at: own)
    case "NotResource": statement.notResources = list(member, at: own)
    case "Principal": statement.principal = principal(member, at: own)
    case "NotPrincipal": statement.notPrincipal = principal(member, at: own)
    case "Condition": statement.condition = condition(member.node, at: own)
    default:
      refuse(member, at: path)
      return
    }
    statement.elements.insert(member.key)
  }

  private mutating func refuse(_ member: JSONMember, at path: [Finding.PathElement]) {
    issues.append(Issue(.invalidPolicyElement, member.key, at: keyPlace(member, at: path)))
  }

  // MARK: Parts

  /// The members of an object. A key that comes twice is told; the first one counts.
  private mutating func members(of node: JSONNode, at path: [Finding.PathElement]) -> [JSONMember]? {
    guard case .object(let members) = node.value else { return nil }
    var seen: Set<[UInt8]> = []
    return members.filter { member in
      if seen.insert(Array(member.key.utf8)).inserted { return true }
      issues.append(.syntaxError(at: keyPlace(member, at: path), in: bytes))
      return false
    }
  }

  private func keyPlace(_ member: JSONMember, at path: [Finding.PathElement]) -> Place {
    Place(path: path + [.key(member.key)], range: member.keyOffset..<endOfString(member.keyOffset))
  }

  private func endOfString(_ start: Int) -> Int {
    var offset = start + 1
    while bytes[offset] != UInt8(ascii: "\"") { offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1 }
    return offset + 1
  }

  private mutating func text(_ node: JSONNode, at path: [Finding.PathElement]) -> PlacedText? {
    let place = Place(path: path, range: node.range)
    guard let text = node.string else {
      issues.append(Issue(.dataTypeMismatch, "String", at: place))
      return nil
    }
    return PlacedText(text: text, place: place)
  }

  private mutating func texts(_ node: JSONNode, at path: [Finding.PathElement]) -> [PlacedText] {
    guard case .array(let nodes) = node.value else { return [text(node, at: path)].compactMap { $0 } }
    return nodes.enumerated().compactMap { index, node in text(node, at: path + [.index(index)]) }
  }

  private mutating func list(_ member: JSONMember, at path: [Finding.PathElement]) -> ListElement {
    ListElement(
      name: member.key, place: Place(path: path, range: member.node.range), items: texts(member.node, at: path),
      isEmptyArray: member.node.isEmptyArray)
  }

  private mutating func principal(_ member: JSONMember, at path: [Finding.PathElement]) -> PrincipalElement {
    let place = Place(path: path, range: member.node.range)
    var entries: [PrincipalElement.Entry] = []
    let isStar = member.node.string == "*"
    if let members = members(of: member.node, at: path) {
      for inner in members {
        let own = path + [.value(inner.key)]
        entries.append(
          PrincipalElement.Entry(
            key: PlacedText(text: inner.key, place: keyPlace(inner, at: path)), values: texts(inner.node, at: own),
            place: Place(path: own, range: inner.node.range), isEmptyArray: inner.node.isEmptyArray))
      }
    } else if !isStar {
      issues.append(Issue(.invalidPrincipalFormat, at: place))
    }
    return PrincipalElement(
      name: member.key, place: place, isStar: isStar, isEmptyObject: member.node.isEmptyObject, entries: entries)
  }
}

// MARK: Conditions

extension OutlineReader {
  private mutating func condition(_ node: JSONNode, at path: [Finding.PathElement]) -> ConditionElement? {
    guard let members = object(node, at: path) else { return nil }
    let operators = members.compactMap { member -> OperatorElement? in
      let own = path + [.value(member.key)]
      guard let keys = object(member.node, at: own) else { return nil }
      return OperatorElement(
        name: PlacedText(text: member.key, place: keyPlace(member, at: path)),
        conditionOperator: ConditionOperator(member.key), place: Place(path: own, range: member.node.range),
        keys: keys.map { key($0, at: own) }, isEmptyObject: keys.isEmpty)
    }
    return ConditionElement(
      place: Place(path: path, range: node.range), operators: operators, isEmptyObject: members.isEmpty)
  }

  private mutating func object(_ node: JSONNode, at path: [Finding.PathElement]) -> [JSONMember]? {
    if let members = members(of: node, at: path) { return members }
    issues.append(Issue(.dataTypeMismatch, "Object", at: Place(path: path, range: node.range)))
    return nil
  }

  private mutating func key(_ member: JSONMember, at path: [Finding.PathElement]) -> KeyElement {
    let own = path + [.value(member.key)]
    let values: [ConditionValue]
    if case .array(let nodes) = member.node.value {
      values = nodes.enumerated().compactMap { index, node in value(node, at: own + [.index(index)]) }
    } else {
      values = [value(member.node, at: own)].compactMap { $0 }
    }
    return KeyElement(
      name: PlacedText(text: member.key, place: keyPlace(member, at: path)), folded: member.key.folded,
      reference: ServiceReference.conditionKey(member.key), place: Place(path: own, range: member.node.range),
      values: values, isEmptyArray: member.node.isEmptyArray)
  }

  private mutating func value(_ node: JSONNode, at path: [Finding.PathElement]) -> ConditionValue? {
    let place = Place(path: path, range: node.range)
    switch node.value {
    case .string(let text): return ConditionValue(kind: .string, placed: PlacedText(text: text, place: place))
    case .number(let text): return ConditionValue(kind: .number, placed: PlacedText(text: text, place: place))
    case .bool(let truth):
      return ConditionValue(kind: .bool, placed: PlacedText(text: truth ? "true" : "false", place: place))
    case .null, .array, .object:
      issues.append(Issue(.dataTypeMismatch, "String", at: place))
      return nil
    }
  }
}

extension JSONNode {
  fileprivate var range: Range<Int> { offset..<end }

  fileprivate var isEmptyArray: Bool {
    if case .array(let nodes) = value { nodes.isEmpty } else { false }
  }

  fileprivate var isEmptyObject: Bool {
    if case .object(let members) = value { members.isEmpty } else { false }
  }
}

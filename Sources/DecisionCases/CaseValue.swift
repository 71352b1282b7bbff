internal import AWSCore
internal import PolicyEngine

/// A JSON value of a case that is asked for what it must be, and says what is wrong with it and where.
struct CaseValue {
  let node: JSONNode
  let path: CasePath

  func malformed(_ reason: String) -> MalformedCase { MalformedCase(reason, at: path) }

  private func mustBe(_ type: String) -> MalformedCase { malformed("must be \(type), not \(node.typeName)") }

  var isNull: Bool {
    if case .null = node.value { true } else { false }
  }

  func text() throws(MalformedCase) -> String {
    guard let text = node.string else { throw mustBe("a string") }
    guard text.utf8.count <= CaseLimits.textBytesMax else {
      throw malformed("longer than \(CaseLimits.textBytesMax) bytes")
    }
    return text
  }

  func truth() throws(MalformedCase) -> Bool {
    guard case .bool(let truth) = node.value else { throw mustBe("true or false") }
    return truth
  }

  /// One of the words that an enumeration has.
  func word<Word: RawRepresentable<String> & CaseIterable>(_ type: Word.Type) throws(MalformedCase) -> Word {
    let text = try text()
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw malformed("must be one of \(words), not \(text.quoted)")
    }
    return word
  }

  func arn() throws(MalformedCase) -> ARN {
    let text = try text()
    guard let arn = ARN(text) else { throw malformed("\(text.quoted) is no ARN") }
    return arn
  }

  func items() throws(MalformedCase) -> [CaseValue] {
    guard case .array(let nodes) = node.value else { throw mustBe("a list") }
    return nodes.enumerated().map { CaseValue(node: $1, path: .item($0, of: path)) }
  }

  /// The members of an object, whatever their names.
  func members() throws(MalformedCase) -> [JSONMember] {
    guard case .object(let members) = node.value else { throw mustBe("an object") }
    return members
  }

  /// An object that has no other members than these, and none twice.
  func object(admitting names: [String]) throws(MalformedCase) -> CaseObject {
    let members = try members()
    for (index, member) in members.enumerated() {
      guard names.contains(member.key) else {
        throw malformed("unknown member \(member.key.quoted); there are \(names.joined(separator: ", "))")
      }
      guard !members[..<index].contains(where: { $0.key == member.key }) else {
        throw MalformedCase("given twice", at: .member(member.key, of: path))
      }
    }
    return CaseObject(members: members, path: path)
  }
}

/// An object whose members are asked for by their names.
struct CaseObject {
  fileprivate let members: [JSONMember]
  fileprivate let path: CasePath

  /// A member that must be there, be it null.
  func required(_ name: String) throws(MalformedCase) -> CaseValue {
    guard let value = member(name) else { throw MalformedCase("missing", at: .member(name, of: path)) }
    return value
  }

  /// A member; nil where it is absent or null.
  func optional(_ name: String) -> CaseValue? {
    guard let value = member(name), !value.isNull else { return nil }
    return value
  }

  private func member(_ name: String) -> CaseValue? {
    members.first { $0.key == name }.map { CaseValue(node: $0.node, path: .member(name, of: path)) }
  }
}

extension JSONNode {
  fileprivate var typeName: String {
    switch value {
    case .string: "a string"
    case .number: "a number"
    case .bool: "true or false"
    case .null: "null"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

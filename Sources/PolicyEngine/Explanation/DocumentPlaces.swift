/// Where the parts of a policy's statements stand in its text.
struct DocumentPlaces {
  private let bytes: [UInt8]
  private let statements: [JSONNode]
  /// Behind the bracket or brace with which the statements begin.
  private let statementsStart: Int

  init(_ document: PolicyDocument) {
    bytes = Array(document.text.utf8)
    // INVARIANT: the text was parsed once before.
    do throws(Refusal) {
      let root = try JSONParser.parse(bytes)
      guard let found = root["Statement"]?.node else { preconditionFailure("a policy has statements") }
      statementsStart = found.offset + 1
      statements = if case .array(let nodes) = found.value { nodes } else { [found] }
    } catch {
      preconditionFailure("a policy's text does not change")
    }
  }

  func statement(_ index: Int) -> SourceRange { range(statements[index].offset..<statements[index].end) }

  /// An element by its name, or one of its values where a place in the list is given.
  func element(_ name: String, of index: Int, value: Int?) -> SourceRange {
    guard let member = statements[index][name] else { return statement(index) }
    if let value, case .array(let nodes) = member.node.value, nodes.indices.contains(value) {
      return range(nodes[value].offset..<nodes[value].end)
    }
    return range((value == nil ? member.keyOffset : member.node.offset)..<member.node.end)
  }

  /// One operator's key with its values, counted as the document's statement counts its conditions.
  func clause(_ number: Int, of index: Int) -> SourceRange {
    var number = number
    guard case .object(let operators)? = statements[index]["Condition"]?.node.value else { return statement(index) }
    for member in operators {
      guard case .object(let keys) = member.node.value else { continue }
      if keys.indices.contains(number) { return range(keys[number].keyOffset..<keys[number].node.end) }
      number -= keys.count
    }
    return statement(index)
  }

  /// Each from the end of the one before it to its own.
  var simulatorRanges: [SourceRange] {
    var start = SourcePosition.start
    start.advance(to: statementsStart, in: bytes)
    return statements.map { statement in
      var end = start
      end.advance(to: statement.end, in: bytes)
      defer { start = end }
      return SourceRange(start: start, end: end)
    }
  }

  private func range(_ offsets: Range<Int>) -> SourceRange {
    var start = SourcePosition.start
    start.advance(to: offsets.lowerBound, in: bytes)
    var end = start
    end.advance(to: offsets.upperBound, in: bytes)
    return SourceRange(start: start, end: end)
  }
}

extension JSONNode {
  fileprivate subscript(key: String) -> JSONMember? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == key }
  }
}

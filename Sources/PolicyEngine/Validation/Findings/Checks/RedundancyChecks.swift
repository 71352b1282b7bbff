/// Checks for what is said twice.
enum RedundancyChecks {
  /// Pairs of patterns that are compared in one element; beyond it nothing is looked for.
  private static let pairsMax = 1_000_000

  static func actions(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    [statement.actions, statement.notActions].compactMap { $0 }.compactMap { list in
      let redundant = covered(list.items) { $0.folded }
      guard let first = redundant.first else { return nil }
      return Issue(.redundantAction, String(redundant.count), first.text, at: redundant.map(\.place))
    }
  }

  static func resources(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    [statement.resources, statement.notResources].compactMap { $0 }.compactMap { list in
      let redundant = covered(list.items) { $0.text }
      guard !redundant.isEmpty else { return nil }
      return Issue(.redundantResource, String(redundant.count), at: redundant.map(\.place))
    }
  }

  /// The items whose every match is one of another item. Of equal ones the first is not among them.
  private static func covered(_ items: [PlacedText], by spelling: (PlacedText) -> String) -> [PlacedText] {
    let spellings = items.map { Array(spelling($0).utf8) }
    let patterns = spellings.filter { $0.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") } }
      .map { (text: $0, tokens: Glob.tokens($0, wildcards: true)) }
    guard patterns.count * items.count <= pairsMax else { return [] }
    var seen: Set<[UInt8]> = []
    return items.indices.filter { index in
      let own = spellings[index]
      if !seen.insert(own).inserted { return true }
      return patterns.contains { $0.text != own && Glob.covers($0.tokens, own) }
    }.map { items[$0] }
  }

  // MARK: Statements

  static func statements(_ policy: PolicyOutline) -> [Issue] {
    guard policy.statements.count > 1 else { return [] }
    var groups: [[String]: [Place]] = [:]
    var order: [[String]] = []
    for statement in policy.statements {
      let meaning = meaning(of: statement)
      if groups[meaning] == nil { order.append(meaning) }
      groups[meaning, default: []].append(statement.place)
    }
    return order.compactMap { groups[$0] }.filter { $0.count > 1 }.map { Issue(.redundantStatement, at: $0) }
  }

  /// All that a statement says but its `Sid`, whatever the order.
  private static func meaning(of statement: StatementOutline) -> [String] {
    func say(_ name: String, _ values: [String]) -> String { "\(name) \(Set(values).sorted())" }
    var meaning = [say("Effect", [statement.effectText?.text ?? ""])]
    for list in [statement.actions, statement.notActions] {
      if let list { meaning.append(say(list.name, list.items.map(\.folded))) }
    }
    for list in [statement.resources, statement.notResources] {
      if let list { meaning.append(say(list.name, list.items.map(\.text))) }
    }
    for principal in [statement.principal, statement.notPrincipal] {
      guard let principal else { continue }
      let names = principal.entries.flatMap { entry in entry.values.map { "\(entry.key.text) \($0.text)" } }
      meaning.append(say(principal.name, principal.isStar ? ["AWS *"] : names))
    }
    let clauses = statement.clauses.map { clause in
      say("\(clause.operatorName.text) \(clause.key.folded)", clause.key.values.map(\.text))
    }
    return meaning + clauses.sorted()
  }
}

extension Glob {
  /// Whether a pattern matches all that another pattern, given as its text, matches.
  ///
  /// A `*` of the text is only covered by a `*` of the pattern. A `?` of the pattern covers no part of a character
  /// beyond ASCII, of which one byte alone is looked at.
  static func covers(_ pattern: [UInt16], _ text: [UInt8]) -> Bool {
    var position = 0
    var offset = 0
    var resumePosition = -1
    var resumeOffset = 0
    while offset < text.count {
      if position < pattern.count, pattern[position] == anyRun {
        position += 1
        resumePosition = position
        resumeOffset = offset
      } else if position < pattern.count, isCovered(text[offset], by: pattern[position]) {
        position += 1
        offset += 1
      } else {
        guard resumePosition >= 0 else { return false }
        resumeOffset += 1
        offset = resumeOffset
        position = resumePosition
      }
    }
    while position < pattern.count, pattern[position] == anyRun { position += 1 }
    return position == pattern.count
  }

  private static func isCovered(_ byte: UInt8, by token: UInt16) -> Bool {
    switch byte {
    case UInt8(ascii: "*"): false
    case UInt8(ascii: "?"): token == anyOne
    default: token == anyOne ? byte < 0x80 : token == UInt16(byte)
    }
  }
}

/// A statement of the workload with what a request needs for it to speak of the request.
struct MadeStatement {
  /// An action or a resource as the statement has it, and one that it covers.
  struct Written {
    let text: String
    let example: String
  }

  let isDeny: Bool
  let kind: Vocabulary.Kind
  let actions: [Written]
  let resources: [Written]
  let conditions: [MadeCondition]

  init(_ traits: StatementTraits, _ vocabulary: Vocabulary, _ random: inout SplitMix64) {
    isDeny = traits.isDeny
    let isForAll = traits.resources == .all
    // Nobody allows to change everything always: all that a wildcard allows without conditions is to look.
    let isReading = isForAll && traits.hasWildcardAction && !traits.isConditioned
    let isUnbound = isReading || isForAll && random.hits(1, of: 3)
    let kind = isUnbound ? random.pick(vocabulary.unbound) : vocabulary.kind(&random)
    self.kind = kind
    var actions: [Written] = []
    if traits.hasWildcardAction { actions.append(Self.wildcardAction(of: kind, isReading: isReading, &random)) }
    let exact = (0..<random.below(3) + (traits.hasWildcardAction ? 0 : 1)).map { _ in random.pickEarly(kind.actions) }
    self.actions = actions + Self.distinct(exact).map { Written(text: $0, example: $0) }
    resources =
      isForAll
      ? [Written(text: "*", example: ResourceName(kind, &random).text)]
      : Self.resources(of: kind, traits, &random)
    var conditions: [MadeCondition] = []
    for _ in 0..<(traits.isConditioned ? 1 + random.below(3) : 0) {
      let condition = isDeny ? MadeCondition.denying(&random) : .allowing(kind.service, &random)
      if !conditions.contains(where: { $0.key == condition.key }) { conditions.append(condition) }
    }
    self.conditions = conditions
  }

  /// Statements of all kinds; the shares are those that `docs/benchmarks.md` gives.
  static func deal(_ count: Int, _ vocabulary: Vocabulary, _ random: inout SplitMix64) -> [MadeStatement] {
    StatementTraits.deal(count, &random).map { MadeStatement($0, vocabulary, &random) }
  }

  var hasWildcardAction: Bool { actions.contains { $0.text.contains("*") } }
  var isForAll: Bool { resources[0].text == "*" }
  var hasPrefixResource: Bool { !isForAll && resources.contains { $0.text.hasSuffix("*") } }
  var hasVariable: Bool { resources.contains { $0.text.contains("${") } || conditions.contains(where: \.hasVariable) }

  /// As it stands in a document.
  func json(sid: String) -> String {
    var json = #"{"Sid":"\#(sid)","Effect":"\#(isDeny ? "Deny" : "Allow")","#
    json += #""Action":\#(Self.json(actions.map(\.text))),"Resource":\#(Self.json(resources.map(\.text)))"#
    guard !conditions.isEmpty else { return json + "}" }
    var clauses: [String] = []
    for comparison in Self.distinct(conditions.map(\.comparison)) {
      let same = conditions.filter { $0.comparison == comparison }
      let keys = same.map { #""\#($0.key)":\#(Self.json($0.values))"# }.joined(separator: ",")
      clauses.append(#""\#(comparison)":{\#(keys)}"#)
    }
    return json + #","Condition":{\#(clauses.joined(separator: ","))}}"#
  }

  // MARK: Parts

  private static func wildcardAction(
    of kind: Vocabulary.Kind, isReading: Bool, _ random: inout SplitMix64
  ) -> Written {
    let example = random.pickEarly(isReading ? kind.readingActions : kind.actions)
    let words = words(of: example)
    let text =
      switch random.below(20) {
      case _ where isReading: "\(kind.service):\(words[0])*"
      case 0..<14: "\(kind.service):\(words[0])*"
      case 14..<19: "\(kind.service):*"
      default: "\(kind.service):*\(words[words.count - 1])*"
      }
    return Written(text: text, example: example)
  }

  /// `Get`, `Object` of `s3:GetObject`.
  private static func words(of action: String) -> [String] {
    var words: [String] = []
    for character in action.drop(while: { $0 != ":" }).dropFirst() {
      if character.isUppercase || words.isEmpty { words.append("") }
      words[words.count - 1].append(character)
    }
    return words
  }

  /// One to three; a statement that denies names them closely.
  private static func resources(
    of kind: Vocabulary.Kind, _ traits: StatementTraits, _ random: inout SplitMix64
  ) -> [Written] {
    (0..<[1, 1, 2, 3][random.below(4)]).map { number in
      let variable = traits.hasVariable && number == 0 ? random.pick([Variable.username, Variable.team]) : nil
      let name = ResourceName(kind, variable: variable, &random)
      guard traits.resources == .prefix else { return Written(text: name.text, example: name.text) }
      return Written(text: name.prefixPattern(isClose: traits.isDeny, &random), example: name.text)
    }
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var seen: [String] = []
    for text in texts where !seen.contains(text) { seen.append(text) }
    return seen
  }

  private static func json(_ texts: [String]) -> String {
    texts.count == 1 ? "\"\(texts[0])\"" : "[\(texts.map { "\"\($0)\"" }.joined(separator: ","))]"
  }
}

internal import AWSCore

/// Lays the statements of policies out in a table.
struct PolicyTableBuilder: ~Copyable {
  private(set) var pool = PatternPool()
  private(set) var entries: [PolicyTable.Entry] = []
  private(set) var actions: [Pattern] = []
  private(set) var actionRanges: [Range<ActionID>] = []
  private(set) var resources: [PolicyTable.Resource] = []
  private(set) var principals: [PolicyTable.PrincipalName] = []
  private(set) var conditions: [PolicyTable.Condition] = []
  private(set) var conditionNumbers: [UInt32] = []
  private(set) var operands: [PolicyTable.Operand] = []
  private(set) var texts: [Pattern] = []
  private(set) var segments: [PolicyTable.Segment] = []
  private(set) var parts: [PolicyTable.Part] = []
  private(set) var variables: [PolicyTable.Variable] = []
  /// The places of the conditions that there are, by all that their meaning depends on.
  private var numbers: [[UInt8]: UInt32] = [:]

  mutating func add(_ document: PolicyDocument, policy: Int, level: UInt8) {
    let variables = document.version >= .v2012
    for statement in document.statements {
      let entry = PolicyTable.Entry(
        effect: statement.effect, level: level, policy: UInt32(policy), index: UInt32(statement.index))
      add(statement, entry, variables: variables)
    }
  }

  private mutating func add(_ statement: Statement, _ entry: consuming PolicyTable.Entry, variables: Bool) {
    entry.isNotAction = statement.actions.isNegated
    entry.actions = actions(statement.actions.values)
    if entry.isNotAction { entry.actionRanges = ranges(of: entry.actions) }
    entry.isNotResource = statement.resources?.isNegated ?? false
    entry.coversAllResources = statement.resources == nil
    entry.resources = resources(statement.resources?.values ?? [], variables, &entry)
    entry.namesPrincipals = !statement.principals.isEmpty
    entry.namesEveryone = !statement.isNotPrincipal && statement.principals.contains(.any)
    entry.isNotPrincipal = statement.isNotPrincipal
    entry.principals = principals(statement.principals)
    let first = conditionNumbers.count
    for clause in statement.conditions {
      conditionNumbers.append(number(of: clause, statement.effect, variables: variables))
    }
    entry.conditions = Slice(first..<conditionNumbers.count)
    entries.append(entry)
  }

  private mutating func actions(_ texts: [String]) -> Slice {
    let first = self.actions.count
    for text in texts {
      self.actions.append(pool.add(Glob.tokens(text.utf8.lazy.map(\.asciiLowercased), wildcards: true)))
    }
    return Slice(first..<self.actions.count)
  }

  /// The known actions that patterns match; nothing where a pattern stands for more than one service, since looking
  /// through the actions of all services takes long.
  private mutating func ranges(of actions: Slice) -> Slice {
    let first = actionRanges.count
    var ranges: [Range<ActionID>] = []
    for index in actions.range {
      let pattern = pool.tokens(of: self.actions[index])
      guard pattern.prefix(while: { $0 <= 0xFF }).contains(UInt16(UInt8(ascii: ":"))) else { return .empty }
      ranges += ServiceReference.actions(matching: pattern.span)
    }
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if actionRanges.count > first, let last = actionRanges.last, range.lowerBound <= last.upperBound {
        actionRanges[actionRanges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        actionRanges.append(range)
      }
    }
    return Slice(first..<actionRanges.count)
  }

  private mutating func resources(_ texts: [String], _ variables: Bool, _ entry: inout PolicyTable.Entry) -> Slice {
    let first = self.resources.count
    for text in texts {
      let template = Template(text, .init(variables: variables, wildcards: true))
      guard let tokens = template.fixedTokens else {
        self.resources.append(.template(add(template), early: Self.earlyVariables(of: template)))
        continue
      }
      let pattern = pool.add(tokens)
      if pattern.kind == .anything, !entry.isNotResource { entry.coversAllResources = true }
      self.resources.append(.pattern(pattern))
    }
    return Slice(first..<self.resources.count)
  }

  /// Variables that stand before the fifth colon.
  private static func earlyVariables(of template: Template) -> UInt32 {
    var colons = 0
    var early: UInt32 = 0
    for part in template.parts {
      switch part {
      case .text(let tokens): colons += tokens.count { $0 == UInt16(UInt8(ascii: ":")) }
      case .variable: if colons < 5 { early += 1 }
      }
    }
    return early
  }

  private mutating func principals(_ names: [Principal]) -> Slice {
    let first = self.principals.count
    for name in names {
      switch name {
      case .any: self.principals.append(.any)
      case .aws(let text):
        if let account = Self.account(text) {
          self.principals.append(.account(account))
        } else {
          self.principals.append(.exactly(pool.bytes.add(text)))
        }
      case .service(let text): self.principals.append(.service(pool.bytes.add(text)))
      case .federated(let text): self.principals.append(.federated(pool.bytes.add(text)))
      // No principal here has a canonical user id.
      case .canonicalUser: break
      }
    }
    return Slice(first..<self.principals.count)
  }

  private static func account(_ name: String) -> AccountID? {
    if let account = AccountID(name) { return account }
    guard let arn = ARN(name), arn.service == "iam", arn.resource == "root" else { return nil }
    return arn.accountID
  }
}

// MARK: Texts with variables

extension PolicyTableBuilder {
  private mutating func add(_ template: Template) -> Slice {
    let first = parts.count
    for part in template.parts {
      switch part {
      case .variable(let key, let fallback):
        parts.append(.variable(UInt32(variables.count)))
        let key = ContextKey(key, in: &pool.bytes)
        variables.append(.init(key: key, fallback: fallback.map { pool.bytes.add($0) }))
      case .text(let tokens):
        let head = tokens.prefix { $0 <= 0xFF }
        let start = pool.bytes.count
        for token in head { pool.bytes.append(UInt8(truncatingIfNeeded: token)) }
        if !head.isEmpty { parts.append(.literal(Slice(start..<pool.bytes.count))) }
        guard head.count < tokens.count else { continue }
        let tail = pool.tokens.count
        pool.tokens.append(contentsOf: tokens[head.count...])
        parts.append(.wild(Slice(tail..<pool.tokens.count)))
      }
    }
    return Slice(first..<parts.count)
  }
}

// MARK: Conditions

extension PolicyTableBuilder {
  private mutating func number(
    of clause: ConditionClause, _ effect: Statement.Effect, variables: Bool
  ) -> UInt32 {
    let spelling = clause.spelling(effect, variables: variables)
    if let number = numbers[spelling] { return number }
    let number = UInt32(conditions.count)
    numbers[spelling] = number
    let first = operands.count
    let comparison = clause.conditionOperator.comparison
    for text in clause.values { operands.append(operand(text, comparison, variables) ?? .unreadable) }
    let key = ContextKey(clause.key, in: &pool.bytes)
    let firstText = texts.count
    texts += operands[first...].textPatterns ?? []
    conditions.append(
      .init(
        clause.conditionOperator, key, Slice(first..<operands.count), texts: Slice(firstText..<texts.count), effect,
        isNullTrue: operands[first...].contains { if case .bool(true) = $0 { true } else { false } }))
    return number
  }

  private mutating func operand(
    _ text: String, _ comparison: ConditionOperator.Comparison, _ variables: Bool
  ) -> PolicyTable.Operand? {
    switch comparison {
    case .stringEquals, .stringNotEquals: self.text(text, .init(variables: variables, wildcards: false))
    case .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase:
      self.text(text, .init(variables: variables, wildcards: false, folding: true))
    case .stringLike, .stringNotLike: self.text(text, .init(variables: variables, wildcards: true))
    case .numericEquals, .numericNotEquals, .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
      .numericGreaterThanEquals:
      DecimalNumber(text).map { .number($0) }
    case .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals, .dateGreaterThan, .dateGreaterThanEquals:
      Instant(text).map { .date($0) }
    case .bool, .null: PolicyTable.truth(text.utf8.span).map { .bool($0) }
    case .binaryEquals: Base64.decode(text) == nil ? nil : .binary(pool.bytes.add(text))
    case .ipAddress, .notIPAddress: IPNetwork(text).map { .network($0) }
    case .arnEquals, .arnNotEquals, .arnLike, .arnNotLike: arn(text, variables)
    }
  }

  private mutating func text(_ text: String, _ reading: Template.Reading) -> PolicyTable.Operand {
    self.text(Template(text, reading), folding: reading.folding)
  }

  private mutating func text(_ template: Template, folding: Bool = false) -> PolicyTable.Operand {
    guard let tokens = template.fixedTokens else {
      let slice = add(template)
      return folding ? .foldedTemplate(slice) : .template(slice)
    }
    let pattern = pool.add(tokens)
    return folding ? .folded(pattern) : .text(pattern)
  }

  /// Nil where the text does not have six parts and is not one variable, which stands for a whole ARN.
  private mutating func arn(_ text: String, _ variables: Bool) -> PolicyTable.Operand? {
    let whole = Template(text, .init(variables: variables, wildcards: true))
    if whole.isOneVariable { return .template(add(whole)) }
    guard let segments = whole.segments else { return nil }
    // Where the first five parts are literal, comparing part by part is no different from comparing the whole.
    if segments.dropLast().allSatisfy(\.isLiteral) { return self.text(whole) }
    let first = self.segments.count
    for segment in segments {
      if let tokens = segment.fixedTokens {
        self.segments.append(.pattern(pool.add(tokens)))
      } else {
        self.segments.append(.template(add(segment)))
      }
    }
    var head = Slice.empty
    if case .text(let tokens)? = whole.parts.first { head = add(tokens.prefix { $0 <= 0xFF }) }
    var tail = Slice.empty
    if case .text(let tokens)? = whole.parts.last {
      tail = add(tokens.suffix(from: tokens.lastIndex { $0 > 0xFF }.map { $0 + 1 } ?? 0))
    }
    return .arn(head: head, tail: tail, segments: UInt32(first))
  }

  private mutating func add(_ tokens: ArraySlice<UInt16>) -> Slice {
    let start = pool.bytes.count
    for token in tokens { pool.bytes.append(UInt8(truncatingIfNeeded: token)) }
    return Slice(start..<pool.bytes.count)
  }
}

extension ConditionClause {
  /// All that the condition means, byte for byte: texts that `==` calls equal may be spelled differently.
  fileprivate func spelling(_ effect: Statement.Effect, variables: Bool) -> [UInt8] {
    var spelling = Array(conditionOperator.description.utf8)
    spelling.append(effect == .deny ? 1 : 0)
    spelling.append(variables ? 1 : 0)
    for text in [key] + values {
      withUnsafeBytes(of: UInt32(text.utf8.count)) { spelling.append(contentsOf: $0) }
      spelling.append(contentsOf: text.utf8)
    }
    return spelling
  }
}

extension ArraySlice<PolicyTable.Operand> {
  /// Their patterns where all are texts without variables.
  fileprivate var textPatterns: [Pattern]? {
    var patterns: [Pattern] = []
    for operand in self {
      guard case .text(let pattern) = operand else { return nil }
      patterns.append(pattern)
    }
    return patterns
  }
}

extension PolicyTable.Condition {
  /// - Parameter isNullTrue: whether `true`, which a `Null` is satisfied by where the key is missing, is an operand.
  fileprivate init(
    _ conditionOperator: ConditionOperator, _ key: ContextKey, _ operands: Slice, texts: Slice,
    _ effect: Statement.Effect, isNullTrue: Bool
  ) {
    comparison = conditionOperator.comparison
    qualifier = conditionOperator.qualifier
    isIfExists = conditionOperator.isIfExists
    isNegated = comparison.isNegated
    holdsIfUncertain = effect == .deny
    self.key = key
    self.operands = operands
    self.texts = texts
    form =
      if comparison == .null || qualifier != nil || operands.count == 0 { .other } else {
        texts.count > 0 ? .texts : .operands
      }
    holdsIfMissing =
      switch (comparison, qualifier) {
      case (_, let qualifier?): isIfExists || qualifier == .forAllValues
      case (.null, nil): isNullTrue
      case (_, nil): isIfExists || isNegated
      }
  }
}

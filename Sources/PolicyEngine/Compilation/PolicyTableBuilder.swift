internal import AWSCore

/// Lays the statements of policies out in a table.
struct PolicyTableBuilder: ~Copyable {
  private var table = PolicyTable()

  consuming func finish() -> PolicyTable { table }

  mutating func add(_ document: PolicyDocument, policy: Int) {
    let variables = document.version >= .v2012
    for statement in document.statements { add(statement, policy, variables: variables) }
  }

  private mutating func add(_ statement: Statement, _ policy: Int, variables: Bool) {
    var entry = PolicyTable.Entry(effect: statement.effect, policy: Int32(policy), index: Int32(statement.index))
    entry.isNotAction = statement.actions.isNegated
    entry.actions = actions(statement.actions.values)
    entry.isNotResource = statement.resources?.isNegated ?? false
    entry.coversAllResources = statement.resources == nil
    entry.resources = resources(statement.resources?.values ?? [], variables, &entry)
    entry.namesPrincipals = !statement.principals.isEmpty
    entry.isNotPrincipal = statement.isNotPrincipal
    entry.principals = principals(statement.principals)
    let first = table.conditions.count
    for clause in statement.conditions { add(clause, variables: variables) }
    entry.conditions = Slice(first..<table.conditions.count)
    table.entries.append(entry)
  }

  private mutating func actions(_ texts: [String]) -> Slice {
    let first = table.actions.count
    for text in texts {
      table.actions.append(table.pool.add(Glob.tokens(text.utf8.lazy.map(\.asciiLowercased), wildcards: true)))
    }
    return Slice(first..<table.actions.count)
  }

  private mutating func resources(_ texts: [String], _ variables: Bool, _ entry: inout PolicyTable.Entry) -> Slice {
    let first = table.resources.count
    for text in texts {
      let template = Template(text, .init(variables: variables, wildcards: true))
      guard let tokens = template.fixedTokens else {
        table.resources.append(.template(add(template), early: Self.earlyVariables(of: template)))
        continue
      }
      let pattern = table.pool.add(tokens)
      if pattern.kind == .anything, !entry.isNotResource { entry.coversAllResources = true }
      table.resources.append(.pattern(pattern))
    }
    return Slice(first..<table.resources.count)
  }

  /// Variables that stand before the fifth colon.
  private static func earlyVariables(of template: Template) -> Int32 {
    var colons = 0
    var early: Int32 = 0
    for part in template.parts {
      switch part {
      case .text(let tokens): colons += tokens.count { $0 == UInt16(UInt8(ascii: ":")) }
      case .variable: if colons < 5 { early += 1 }
      }
    }
    return early
  }

  private mutating func principals(_ names: [Principal]) -> Slice {
    let first = table.principals.count
    for name in names {
      switch name {
      case .any: table.principals.append(.any)
      case .aws(let text):
        if let account = Self.account(text) {
          table.principals.append(.account(account))
        } else {
          table.principals.append(.exactly(table.pool.bytes.add(text)))
        }
      case .service(let text): table.principals.append(.service(table.pool.bytes.add(text)))
      case .federated(let text): table.principals.append(.federated(table.pool.bytes.add(text)))
      // No principal here has a canonical user id.
      case .canonicalUser: break
      }
    }
    return Slice(first..<table.principals.count)
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
    let first = table.parts.count
    for part in template.parts {
      switch part {
      case .variable(let key, let fallback):
        table.parts.append(.variable(Int32(table.variables.count)))
        let key = ContextKey(key, in: &table.pool.bytes)
        table.variables.append(.init(key: key, fallback: fallback.map { table.pool.bytes.add($0) }))
      case .text(let tokens):
        let head = tokens.prefix { $0 <= 0xFF }
        let start = table.pool.bytes.count
        for token in head { table.pool.bytes.append(UInt8(truncatingIfNeeded: token)) }
        if !head.isEmpty { table.parts.append(.literal(Slice(start..<table.pool.bytes.count))) }
        guard head.count < tokens.count else { continue }
        let tail = table.pool.tokens.count
        table.pool.tokens.append(contentsOf: tokens[head.count...])
        table.parts.append(.wild(Slice(tail..<table.pool.tokens.count)))
      }
    }
    return Slice(first..<table.parts.count)
  }
}

// MARK: Conditions

extension PolicyTableBuilder {
  private mutating func add(_ clause: ConditionClause, variables: Bool) {
    let comparison = clause.conditionOperator.comparison
    let first = table.operands.count
    for text in clause.values { table.operands.append(operand(text, comparison, variables) ?? .unreadable) }
    table.conditions.append(
      .init(
        comparison: comparison, qualifier: clause.conditionOperator.qualifier,
        isIfExists: clause.conditionOperator.isIfExists, key: ContextKey(clause.key, in: &table.pool.bytes),
        operands: Slice(first..<table.operands.count)))
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
    case .binaryEquals: Base64.decode(text) == nil ? nil : .binary(table.pool.bytes.add(text))
    case .ipAddress, .notIPAddress: IPNetwork(text).map { .network($0) }
    case .arnEquals, .arnNotEquals, .arnLike, .arnNotLike: arn(text, variables)
    }
  }

  private mutating func text(_ text: String, _ reading: Template.Reading) -> PolicyTable.Operand {
    let template = Template(text, reading)
    guard let tokens = template.fixedTokens else {
      let slice = add(template)
      return reading.folding ? .foldedTemplate(slice) : .template(slice)
    }
    let pattern = table.pool.add(tokens)
    return reading.folding ? .folded(pattern) : .text(pattern)
  }

  /// Nil where the text does not have six parts and is not one variable, which stands for a whole ARN.
  private mutating func arn(_ text: String, _ variables: Bool) -> PolicyTable.Operand? {
    let whole = Template(text, .init(variables: variables, wildcards: true))
    if whole.isOneVariable { return .template(add(whole)) }
    guard let segments = whole.segments else { return nil }
    let first = table.segments.count
    for segment in segments {
      if let tokens = segment.fixedTokens {
        table.segments.append(.pattern(table.pool.add(tokens)))
      } else {
        table.segments.append(.template(add(segment)))
      }
    }
    let start = table.pool.bytes.count
    if case .text(let tokens)? = whole.parts.first {
      for token in tokens.prefix(while: { $0 <= 0xFF }) { table.pool.bytes.append(UInt8(truncatingIfNeeded: token)) }
    }
    return .arn(Slice(start..<table.pool.bytes.count), Int32(first))
  }
}

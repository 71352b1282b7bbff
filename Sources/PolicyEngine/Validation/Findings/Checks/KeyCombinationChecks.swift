/// Checks of keys that are of use only together with others.
enum KeyCombinationChecks {
  static func pairs(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    // AWS: private addresses are not unique, so that each VPC has its own (reference_policies_condition-keys.md,
    // "aws:VpcSourceIp").
    let partners: Set<String> = ["aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn"]
    guard !statement.hasKey(partners) else { return [] }
    return statement.clauses.filter { $0.key.folded == "aws:vpcsourceip" && $0.comparison != .null }.map { clause in
      Issue(.missingPairedConditionKeys, clause.key.name.text, "aws:SourceVpc", at: clause.key.name.place)
    }
  }

  private static let readActions = [
    "dynamodb:batchgetitem", "dynamodb:getitem", "dynamodb:query", "dynamodb:scan", "dynamodb:partiqlselect",
  ]

  static func dynamoDBAttributes(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let clauses = statement.clauses.filter { $0.key.folded == "dynamodb:attributes" }
    guard !clauses.isEmpty, statement.effect == .allow, allowsReading(statement), !isSelectionSet(statement) else {
      return []
    }
    return clauses.map { Issue(.dynamoDBAttributesWithoutSelect, at: $0.key.name.place) }
  }

  private static func allowsReading(_ statement: StatementOutline) -> Bool {
    readActions.contains { action in
      statement.actions?.matches(action) == true || statement.notActions.map { !$0.matches(action) } == true
    }
  }

  private static func isSelectionSet(_ statement: StatementOutline) -> Bool {
    statement.clauses.contains { clause in
      clause.key.folded == "dynamodb:select" && clause.key.values.contains { $0.text == "SPECIFIC_ATTRIBUTES" }
    }
  }
}

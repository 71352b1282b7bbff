/// Checks of how a condition is put together.
enum ConditionShapeChecks {
  static func emptyObjects(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard let condition = statement.condition else { return [] }
    let operators = condition.operators.filter(\.isEmptyObject).map(\.place)
    return ((condition.isEmptyObject ? [condition.place] : []) + operators).map { Issue(.emptyObjectCondition, at: $0) }
  }

  static func operators(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    (statement.condition?.operators ?? []).compactMap { element in
      let name = element.name
      if let known = element.conditionOperator {
        guard known.comparison == .null, known.qualifier != nil else { return nil }
        return Issue(.nullWithQualifier, at: name.place)
      }
      let suffix = "IfExists"
      let isNull =
        name.text.hasSuffix(suffix) && ConditionOperator(String(name.text.dropLast(suffix.count)))?.comparison == .null
      return isNull
        ? Issue(.nullWithIfExists, at: name.place) : Issue(.invalidConditionOperator, name.text, at: name.place)
    }
  }

  static func duplicateKeys(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    (statement.condition?.operators ?? []).flatMap { element -> [Issue] in
      var seen: [String: PlacedText] = [:]
      return element.keys.compactMap { key in
        guard let first = seen[key.folded] else {
          seen[key.folded] = key.name
          return nil
        }
        return Issue(.duplicateKeysWithDifferentCase, key.name.text, at: [key.name.place, first.place])
      }
    }
  }

  static func emptyArrays(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard clause.key.isEmptyArray else { return [] }
    let code: IssueCode =
      switch clause.conditionOperator?.qualifier {
      case .forAllValues?: .emptyArrayConditionForAllValues
      case .forAnyValue?: .emptyArrayConditionForAnyValue
      case nil: clause.conditionOperator?.isIfExists == true ? .emptyArrayConditionIfExists : .emptyArrayCondition
      }
    return [Issue(code, clause.key.name.text, at: clause.key.place)]
  }

  static func valueTypes(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard let first = clause.key.values.first, clause.key.values.contains(where: { $0.kind != first.kind }) else {
      return []
    }
    return [Issue(.invalidConditionDataType, at: clause.key.place)]
  }

  static func booleans(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard clause.comparison == .bool || clause.comparison == .null, clause.key.values.count > 1,
      clause.conditionOperator?.qualifier == nil
    else { return [] }
    return [Issue(.invalidConditionMultipleBoolean, at: clause.key.place)]
  }
}

extension ConditionOperator.Comparison {
  /// The comparisons that AWS's documentation treats as one group, by the group's name.
  enum Family: String {
    case string = "String"
    case numeric = "Numeric"
    case date = "Date"
    case bool = "Bool"
    case binary = "Binary"
    case ipAddress = "IpAddress"
    case arn = "Arn"
    case null = "Null"
  }

  var family: Family {
    switch self {
    case .stringEquals, .stringNotEquals, .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase, .stringLike,
      .stringNotLike:
      .string
    case .numericEquals, .numericNotEquals, .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
      .numericGreaterThanEquals:
      .numeric
    case .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals, .dateGreaterThan, .dateGreaterThanEquals:
      .date
    case .bool: .bool
    case .binaryEquals: .binary
    case .ipAddress, .notIPAddress: .ipAddress
    case .arnEquals, .arnNotEquals, .arnLike, .arnNotLike: .arn
    case .null: .null
    }
  }

  /// Whether `*` and `?` in a value are wildcards.
  var hasWildcards: Bool {
    switch self {
    case .stringLike, .stringNotLike, .arnEquals, .arnNotEquals, .arnLike, .arnNotLike: true
    default: false
    }
  }
}

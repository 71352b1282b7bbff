import PolicyEngine

/// Whether the clauses of a `Condition` hold: missing keys, sets of values and what cannot be compared. How two values
/// are compared is in ReferenceComparison.swift.
struct ReferenceConditions {
  let version: PolicyDocument.Version
  let effect: Statement.Effect
  let context: ReferenceContext

  func holds(_ clause: ConditionClause) -> Bool {
    if clause.conditionOperator.comparison == .null { return isNullHeld(clause) }
    guard let values = context[clause.key] else { return holdsForMissingKey(clause) }
    if clause.values.isEmpty, clause.isOptionalOrSet { return holdsForEmptyList(clause, values) }
    switch clause.conditionOperator.qualifier {
    case .forAllValues?: return holdsForAll(values, clause)
    case .forAnyValue?: return holdsForAny(values, clause)
    case nil: return holdsWithoutQualifier(values, clause)
    }
  }

  /// `Null` asks whether the key is absent: `true` for yes (reference_policies_elements_condition_operators.md, "Null").
  /// With ForAllValues it is always true and with ForAnyValue always false
  /// (access-analyzer-reference-policy-checks.md, "Null with qualifier").
  private func isNullHeld(_ clause: ConditionClause) -> Bool {
    switch clause.conditionOperator.qualifier {
    case .forAllValues?: return true
    case .forAnyValue?: return false
    case nil:
      let wanted = isNull(context[clause.key] ?? []) ? "true" : "false"
      return clause.values.contains { ReferenceTexts.isSame(ReferenceTexts.lowercased($0), wanted) }
    }
  }

  /// No value, or none but empty texts, is as good as no key: a "null data set"
  /// (reference_policies_multi-value-conditions.md; reference_policies_elements_condition.md).
  private func isNull(_ values: [String]) -> Bool { values.allSatisfy(\.isEmpty) }

  /// A missing key fails an operator and satisfies a negated one; with IfExists it satisfies both
  /// (reference_policies_elements_condition_operators.md, "Important" and "IfExists"). ForAllValues is satisfied and
  /// ForAnyValue is not (reference_policies_multi-value-conditions.md).
  private func holdsForMissingKey(_ clause: ConditionClause) -> Bool {
    if clause.conditionOperator.isIfExists { return true }
    switch clause.conditionOperator.qualifier {
    case .forAllValues?: return true
    case .forAnyValue?: return false
    case nil: return clause.isNegated
    }
  }

  /// An empty list with IfExists or ForAllValues matches only if the key is missing, one with ForAnyValue never, be the
  /// operator negated or not (access-analyzer-reference-policy-checks.md, "Empty array condition …"). To ForAllValues a
  /// null data set is a missing key.
  private func holdsForEmptyList(_ clause: ConditionClause, _ values: [String]) -> Bool {
    clause.conditionOperator.qualifier == .forAllValues && isNull(values)
  }

  /// Every value of the request must match one of the policy's; true also of a null data set
  /// (reference_policies_multi-value-conditions.md).
  private func holdsForAll(_ values: [String], _ clause: ConditionClause) -> Bool {
    isNull(values) || values.allSatisfy { satisfies($0, clause) }
  }

  /// One value of the request must match one of the policy's; false of a null data set
  /// (reference_policies_multi-value-conditions.md).
  private func holdsForAny(_ values: [String], _ clause: ConditionClause) -> Bool {
    !isNull(values) && values.contains { satisfies($0, clause) }
  }

  /// Several values without a qualifier are not documented. Our choice: an operator holds where any of them matches
  /// and a negated one where none does.
  private func holdsWithoutQualifier(_ values: [String], _ clause: ConditionClause) -> Bool {
    clause.isNegated
      ? values.allSatisfy { satisfies($0, clause) } : values.contains { satisfies($0, clause) }
  }

  /// Whether one value of the request satisfies the operator: the policy's values are alternatives, and a negated
  /// operator asks that none of them matches (reference_policies_multi-value-conditions.md).
  ///
  /// Two values that cannot be compared, because one is no number for instance, do not match; under a negated operator
  /// they decide against access: our choice.
  private func satisfies(_ value: String, _ clause: ConditionClause) -> Bool {
    let comparison = ReferenceComparison(clause.conditionOperator.comparison, version: version, context: context)
    let answers = clause.values.map { comparison.answer(value, $0) }
    if !clause.isNegated { return answers.contains(.match) }
    if answers.contains(.match) { return false }
    return answers.contains(.incomparable) ? effect == .deny : true
  }
}

extension ConditionClause {
  /// The operators with `Not` in their names.
  fileprivate var isNegated: Bool { conditionOperator.comparison.rawValue.contains("Not") }

  fileprivate var isOptionalOrSet: Bool { conditionOperator.isIfExists || conditionOperator.qualifier != nil }
}

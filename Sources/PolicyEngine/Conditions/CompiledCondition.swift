internal import AWSCore

/// One operator with one key of a `Condition` element, its values read once.
///
/// All rules on missing keys, several values and unresolved variables stand here:
/// - Several values in the policy are alternatives; a negated operator asks that none of them matches.
/// - A missing key fails a positive operator and satisfies a negated one; with `IfExists` it satisfies both.
/// - `ForAllValues` holds for a key that is missing or has a null set of values, `ForAnyValue` does not.
/// - Several values in the request without a qualifier: AWS documents none; here a positive operator holds when any
///   of them matches and a negated one when none does, so that each stays the negation of the other.
/// - A comparison that cannot be made (an unresolved variable, a value that is no number, date or address) is no
///   match. Under a negated operator, where no match would mean true, it decides against access: such a condition
///   is false in an Allow and true in a Deny.
final class CompiledCondition: Sendable {
  private let comparison: ConditionOperator.Comparison
  private let qualifier: ConditionOperator.Qualifier?
  private let isIfExists: Bool
  private let isNegated: Bool
  private let key: ContextKey
  private let operands: [Operand]

  init(_ clause: ConditionClause, variables: Bool) {
    comparison = clause.conditionOperator.comparison
    qualifier = clause.conditionOperator.qualifier
    isIfExists = clause.conditionOperator.isIfExists
    isNegated = comparison.isNegated
    key = ContextKey(clause.key)
    operands = clause.values.map { Operand($0, for: clause.conditionOperator.comparison, variables: variables) }
  }

  func holds(in context: RequestContext, effect: Statement.Effect) -> Bool {
    let values = context.values(of: key)
    if comparison == .null { return isNullSatisfied(values) }
    guard let values else { return isIfExists || (qualifier == nil ? isNegated : qualifier == .forAllValues) }
    switch qualifier {
    case .forAllValues?:
      if values.isNullSet { return true }
      for index in 0..<values.count where !isSatisfied(by: values[index], context, effect) { return false }
      return true
    case .forAnyValue?:
      if values.isNullSet { return false }
      for index in 0..<values.count where isSatisfied(by: values[index], context, effect) { return true }
      return false
    case nil:
      for index in 0..<values.count where isSatisfied(by: values[index], context, effect) != isNegated {
        return !isNegated
      }
      return isNegated
    }
  }

  private func isNullSatisfied(_ values: RequestContext.Values?) -> Bool {
    let isNull = values?.isNullSet ?? true
    for operand in operands {
      if case .bool(let wantsNull) = operand, wantsNull == isNull { return true }
    }
    return false
  }

  private func isSatisfied(by value: String, _ context: RequestContext, _ effect: Statement.Effect) -> Bool {
    var isUncertain = false
    for operand in operands {
      switch operand.matches(value, by: comparison, context) {
      case true?: return !isNegated
      case false?: continue
      case nil: isUncertain = true
      }
    }
    guard isNegated else { return false }
    return isUncertain ? effect == .deny : true
  }
}

// MARK: Values of the policy

/// A value of a condition, read as its operator wants it.
private enum Operand: Sendable {
  case text(Template)
  case number(DecimalNumber)
  case date(Instant)
  case bool(Bool)
  case binary([UInt8])
  case network(IPNetwork)
  case arn(ARNPattern)
  /// Not of the operator's type: it can be compared with nothing.
  case unreadable

  init(_ text: String, for comparison: ConditionOperator.Comparison, variables: Bool) {
    let operand: Operand? =
      switch comparison {
      case .stringEquals, .stringNotEquals: .text(Template(text, .init(variables: variables, wildcards: false)))
      case .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase:
        .text(Template(text, .init(variables: variables, wildcards: false, folding: true)))
      case .stringLike, .stringNotLike: .text(Template(text, .init(variables: variables, wildcards: true)))
      case .numericEquals, .numericNotEquals, .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
        .numericGreaterThanEquals:
        DecimalNumber(text).map { .number($0) }
      case .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals, .dateGreaterThan, .dateGreaterThanEquals:
        Instant(text).map { .date($0) }
      case .bool, .null: Self.truth(text).map { .bool($0) }
      case .binaryEquals: Base64.decode(text).map { .binary($0) }
      case .ipAddress, .notIPAddress: IPNetwork(text).map { .network($0) }
      case .arnEquals, .arnNotEquals, .arnLike, .arnNotLike:
        ARNPattern(text, variables: variables).map { .arn($0) }
      }
    self = operand ?? .unreadable
  }

  private static func truth(_ text: String) -> Bool? {
    switch text.folded {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// Nil where the two cannot be compared.
  func matches(_ value: String, by comparison: ConditionOperator.Comparison, _ context: RequestContext) -> Bool? {
    switch self {
    case .text(let template):
      return template.isFolding
        ? template.matches(value.folded.utf8.span, context) : template.matches(value.utf8.span, context)
    case .number(let operand): return DecimalNumber(value).map { Self.compare($0, operand, by: comparison) }
    case .date(let operand): return Instant(value).map { Self.compare($0, operand, by: comparison) }
    case .bool(let operand): return Self.truth(value).map { $0 == operand }
    case .binary(let operand): return Base64.decode(value).map { $0 == operand }
    case .network(let operand): return IPNetwork(address: value).map { operand.contains($0) }
    case .arn(let pattern): return pattern.matches(value.utf8.span, context)
    case .unreadable: return nil
    }
  }

  private static func compare<Value: Comparable>(
    _ value: Value, _ operand: Value, by comparison: ConditionOperator.Comparison
  ) -> Bool {
    switch comparison {
    case .numericLessThan, .dateLessThan: value < operand
    case .numericLessThanEquals, .dateLessThanEquals: value <= operand
    case .numericGreaterThan, .dateGreaterThan: value > operand
    case .numericGreaterThanEquals, .dateGreaterThanEquals: value >= operand
    default: value == operand
    }
  }
}

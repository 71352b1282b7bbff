import PolicyEngine

/// Three answers: what is not of the operator's type neither matches nor differs.
enum ReferenceAnswer { case match, difference, incomparable }

/// One value of a request held against one of a policy (reference_policies_elements_condition_operators.md).
struct ReferenceComparison {
  private let comparison: ConditionOperator.Comparison
  private let version: PolicyDocument.Version
  private let context: ReferenceContext

  init(_ comparison: ConditionOperator.Comparison, version: PolicyDocument.Version, context: ReferenceContext) {
    self.comparison = comparison
    self.version = version
    self.context = context
  }

  /// Whether the two match in the sense of the operator without its `Not`.
  func answer(_ value: String, _ operand: String) -> ReferenceAnswer {
    let name = comparison.rawValue
    switch comparison {
    case .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase: return ignoringCase(value, operand)
    case .stringEquals, .stringNotEquals: return text(value, operand, wildcards: false)
    case .stringLike, .stringNotLike: return text(value, operand, wildcards: true)
    case .arnEquals, .arnLike, .arnNotEquals, .arnNotLike: return arn(value, operand)
    case .bool: return bool(value, operand)
    case .binaryEquals: return binary(value, operand)
    case .ipAddress, .notIPAddress: return ReferenceAddress.answer(value, operand)
    case _ where name.hasPrefix("Date"): return order(ReferenceDate.read(value), ReferenceDate.read(operand))
    case _ where name.hasPrefix("Numeric"): return order(ReferenceNumber(value), ReferenceNumber(operand))
    default: return .incomparable
    }
  }

  private func answer(_ isMatch: Bool) -> ReferenceAnswer { isMatch ? .match : .difference }

  /// Letter case counts; `*` and `?` are wildcards for `StringLike` alone ("String condition operators"). A value that
  /// needs a variable without one matches nothing (reference_policies_variables.md, "Policy variables with no value").
  private func text(_ value: String, _ operand: String, wildcards: Bool) -> ReferenceAnswer {
    let filled = ReferenceText(operand, version: version, wildcards: wildcards, context: context)
    return answer(filled.symbols.map { ReferenceMatching.matches($0, value) } ?? false)
  }

  /// "Exact matching, ignoring case", of any letter that has another case.
  private func ignoringCase(_ value: String, _ operand: String) -> ReferenceAnswer {
    let filled = ReferenceText(operand, version: version, wildcards: false, context: context)
    guard let symbols = filled.symbols else { return .difference }
    var written = String.UnicodeScalarView()
    for case .literal(let scalar) in symbols { written.append(scalar) }
    return answer(ReferenceTexts.isSame(ReferenceTexts.lowercased(String(written)), ReferenceTexts.lowercased(value)))
  }

  /// Each of the six parts is compared with its own and may hold wildcards; the two operators are the same ("Amazon
  /// Resource Name (ARN) condition operators"). That the last part may hold colons, that a value cannot move the
  /// parts, and that a variable may stand for a whole ARN, are our choices.
  private func arn(_ value: String, _ operand: String) -> ReferenceAnswer {
    let filled = ReferenceText(operand, version: version, wildcards: true, context: context)
    if !filled.isOneVariable, filled.segments.count < 6 { return .incomparable }
    guard let symbols = filled.symbols else { return .difference }
    if filled.isOneVariable { return answer(ReferenceMatching.matches(symbols, value)) }
    let parts = ReferenceTexts.parts(value)
    guard parts.count == 6 else { return .difference }
    return answer(zip(filled.segments, parts).allSatisfy { ReferenceMatching.matches($0, $1) })
  }

  /// "Boolean condition operators": true or false, in any letter case.
  private func bool(_ value: String, _ operand: String) -> ReferenceAnswer {
    let (left, right) = (ReferenceTexts.lowercased(value), ReferenceTexts.lowercased(operand))
    guard ["true", "false"].contains(left), ["true", "false"].contains(right) else { return .incomparable }
    return answer(left == right)
  }

  /// "Binary condition operators": the bytes that Base64 stands for.
  private func binary(_ value: String, _ operand: String) -> ReferenceAnswer {
    guard let left = ReferenceBinary.read(value), let right = ReferenceBinary.read(operand) else {
      return .incomparable
    }
    return answer(left == right)
  }

  /// "Numeric condition operators" and "Date condition operators".
  private func order<Value: Comparable>(_ left: Value?, _ right: Value?) -> ReferenceAnswer {
    guard let left, let right else { return .incomparable }
    let name = comparison.rawValue
    if name.hasSuffix("LessThan") { return answer(left < right) }
    if name.hasSuffix("LessThanEquals") { return answer(left <= right) }
    if name.hasSuffix("GreaterThan") { return answer(left > right) }
    if name.hasSuffix("GreaterThanEquals") { return answer(left >= right) }
    return answer(left == right)
  }
}

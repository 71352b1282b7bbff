import PolicyEngine

/// A statement held against a request; whom it names is asked elsewhere.
struct ReferenceStatement {
  private let statement: Statement
  private let version: PolicyDocument.Version
  private let request: ReferenceEvaluator.Asked

  init(_ statement: Statement, of document: PolicyDocument, _ request: ReferenceEvaluator.Asked) {
    self.statement = statement
    version = document.version
    self.request = request
  }

  /// Whether action, resource and conditions all match (reference_policies_evaluation-logic.md).
  var applies: Bool { coversAction && coversResource && conditionsHold }

  /// Names of services and actions ignore letter case, `*` and `?` are wildcards (reference_policies_elements_action.md);
  /// `NotAction` means all but the listed (reference_policies_elements_notaction.md).
  private var coversAction: Bool {
    let isListed = statement.actions.values.contains { pattern in
      ReferenceMatching.matches(ReferenceMatching.symbols(ReferenceTexts.lowercasedASCII(pattern)), request.action)
    }
    return isListed != statement.actions.isNegated
  }

  /// A trust policy has no resources: it is the resource (reference_policies_elements_resource.md).
  private var coversResource: Bool {
    guard let resources = statement.resources else { return true }
    return resources.isNegated ? isOutside(resources.values) : isInside(resources.values)
  }

  /// A pattern is compared with the whole ARN, letter case counts (reference_policies_elements_resource.md). One with
  /// a variable that has no value matches no resource (reference_policies_variables.md, "Policy variables with no
  /// value").
  private func isInside(_ patterns: [String]) -> Bool {
    patterns.contains { pattern in
      filled(pattern).map { ReferenceMatching.matches($0, request.resource) } ?? false
    }
  }

  /// All but the listed (reference_policies_elements_notresource.md). Where a variable has no value, an Allow would
  /// mean every resource; it then does not apply, whereas a Deny does: our choice.
  private func isOutside(_ patterns: [String]) -> Bool {
    if isInside(patterns) { return false }
    return statement.effect == .deny || patterns.allSatisfy { filled($0) != nil }
  }

  /// Nil where a variable has no value, or one that would move the parts of the ARN: variables belong behind the fifth
  /// colon (reference_policies_variables.md), and a colon in a value before it is our choice.
  private func filled(_ pattern: String) -> [ReferenceSymbol]? {
    let text = ReferenceText(pattern, version: version, wildcards: true, context: request.context)
    return text.hasEarlyColon ? nil : text.symbols
  }

  /// All operators and all keys must hold (reference_policies_multi-value-conditions.md).
  private var conditionsHold: Bool {
    let conditions = ReferenceConditions(version: version, effect: statement.effect, context: request.context)
    return statement.conditions.allSatisfy(conditions.holds)
  }
}

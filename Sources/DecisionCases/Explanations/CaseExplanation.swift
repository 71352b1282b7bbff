public import PolicyEngine

/// Why a case is decided as it is.
public struct CaseExplanation: Sendable {
  public let answer: DecisionAnswer
  public let request: AuthorizationRequest
  public let explanation: Explanation

  public var id: String { answer.id }
  /// Policies that were left out.
  public var invalid: [InvalidPolicy] { answer.invalid }
}

extension CaseDecider {
  public func explain(_ decisionCase: DecisionCase) -> CaseExplanation {
    var invalid: [InvalidPolicy] = []
    let layers = layers(of: decisionCase, &invalid)
    let explanation = Authorization.explain(
      decisionCase.request, under: layers, leftOut: decisionCase.rules.exemptions)
    return CaseExplanation(
      answer: DecisionAnswer(explanation.verdict, id: decisionCase.id, invalid: invalid),
      request: decisionCase.request, explanation: explanation)
  }
}

extension CaseRules {
  /// Why policies that the case has are not put before the engine.
  fileprivate var exemptions: [Layer: Explanation.Exemption] {
    var exemptions: [Layer: Explanation.Exemption] = [:]
    if ignoresResourceControl { exemptions[.resourceControl] = .serviceLinkedRole }
    if ignoresServiceControl {
      exemptions[.serviceControl] = ignoresResourceControl ? .serviceLinkedRole : .managementAccount
    }
    return exemptions
  }
}

import PolicyEngine

@testable import Differential

/// The decision is the one of the reference evaluator, the statements that are said to have made it speak of the
/// request, and the order of policies plays no part.
enum DecisionCheck {
  static func complaint(about bytes: [UInt8]) -> String? {
    let fuzzed = DecisionBytes.read(bytes)
    let engine = EngineLayers(fuzzed.layers)
    let decided = engine.decide(fuzzed.request)
    let expected = ReferenceEvaluator(request: fuzzed.request).decide(fuzzed.layers)
    if decided != expected { return "\(decided), not \(expected): \(fuzzed)" }
    // What takes as long as all of the rest, so that each is done with a part of the inputs.
    let choice = bytes.last ?? 0
    if choice & 3 == 3 {
      let reversed = EngineLayers(fuzzed.layers.reversed).decide(fuzzed.request)
      if reversed != decided { return "\(decided), but in another order \(reversed): \(fuzzed)" }
    }
    return choice & 12 == 12 ? complaint(aboutVerdictOn: fuzzed, under: engine.layers) : nil
  }

  private static func complaint(aboutVerdictOn fuzzed: FuzzedCase, under layers: PolicyLayers) -> String? {
    let request = AuthorizationRequest(fuzzed.request)
    let decision = Authorization.decide(request, under: layers)
    let verdict = Authorization.verdict(on: request, under: layers)
    if verdict.decision != decision { return "the verdict is \(verdict.decision): \(fuzzed)" }
    if verdict.deciders.isEmpty, decision.outcome == .explicitlyDenied { return "nobody denies: \(fuzzed)" }
    let asked = ReferenceEvaluator.Asked(fuzzed.request)
    for decider in verdict.deciders {
      let effect: Statement.Effect = decision.isAllowed ? .allow : .deny
      guard let document = layers.document(of: decider), let statement = document.statement(of: decider) else {
        return "\(decider) is not there: \(fuzzed)"
      }
      if statement.effect != effect || !ReferenceStatement(statement, of: document, asked).applies {
        return "\(decider) does not speak of the request: \(fuzzed)"
      }
    }
    return nil
  }
}

extension PolicyLayers {
  fileprivate func document(of decider: Verdict.Decider) -> PolicyDocument? {
    let set: PolicySet? =
      switch decider.layer {
      case .identity: identity
      case .boundary: boundary
      case .session: session
      case .resource, .trust: resource
      case .endpoint: endpoint
      case .serviceControl: serviceControl.level(decider.level)
      case .resourceControl: resourceControl.level(decider.level)
      }
    guard let set, set.policies.indices.contains(decider.statement.policy) else { return nil }
    return set.policies[decider.statement.policy].document
  }
}

extension PolicyLevels {
  fileprivate func level(_ number: Int) -> PolicySet? { levels.indices.contains(number) ? levels[number] : nil }
}

extension PolicyDocument {
  fileprivate func statement(of decider: Verdict.Decider) -> Statement? {
    statements.first { $0.index == decider.statement.index && $0.sid == decider.statement.sid }
  }
}

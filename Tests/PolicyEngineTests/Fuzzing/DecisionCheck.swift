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
    if Authorization.explain(request, under: layers).verdict != verdict { return "explained otherwise: \(fuzzed)" }
    if verdict.deciders.isEmpty, decision.outcome == .explicitlyDenied { return "nobody denies: \(fuzzed)" }
    let asked = ReferenceEvaluator.Asked(fuzzed.request)
    for decider in verdict.deciders {
      let effect: Statement.Effect = decision.isAllowed ? .allow : .deny
      let statement = layers.statement(of: decider)
      if statement.sid != decider.statement.sid { return "\(decider) is not \(statement): \(fuzzed)" }
      let document = layers.policy(of: decider).document
      if statement.effect != effect || !ReferenceStatement(statement, of: document, asked).applies {
        return "\(decider) does not speak of the request: \(fuzzed)"
      }
    }
    return nil
  }
}

import Testing

@testable import DecisionCases
@testable import Differential
@testable import PolicyEngine

@Suite("Explanations of whatever request")
struct ExplanationPropertyTests {
  private static let requestsPerPolicySet = 6
  /// Parts that run side by side, each with a seed of its own.
  private static let parts = 8
  /// An explanation costs some hundred decisions, and is checked by some hundred more.
  private static let cases = max(480, RandomRun.cases / 400)
  /// How many times as many are drawn where the cases left little to check.
  private static let moreCasesMax = 20

  @Test("each case of the corpus is explained as it is decided", arguments: try DecisionCorpus.names())
  func corpus(file: String) throws {
    let decider = CaseDecider()
    var tally = ExplanationTally()
    for decisionCase in try DecisionCorpus.cases(file) {
      let explained = decider.explain(decisionCase)
      let answer = decider.decide(decisionCase)
      #expect(explained.answer.decision == answer.decision && explained.answer.reasons == answer.reasons)
      let check = ExplanationCheck(
        decisionCase.request, explained.explanation, PolicyLayers(decisionCase), StatementsAlone(), decisionCase.id)
      try check.all(&tally)
    }
  }

  @Test("a random request is explained as it is decided, and what is said can be tried", arguments: 0..<parts)
  func random(part: Int) throws {
    var random = SeededGenerator(seed: RandomRun.seed &+ UInt64(part) &* 0x1_0000_0001)
    var tally = ExplanationTally()
    var number = 0
    let cases = Self.cases / Self.parts
    while number < cases || (!tally.isEnough && number < cases * Self.moreCasesMax) {
      var randomCase = RandomCase(&random)
      let layers = EngineLayers(try randomCase.layers.parsed()).layers
      let statements = StatementsAlone()
      for _ in 0..<Self.requestsPerPolicySet {
        let request = AuthorizationRequest(randomCase.request)
        let check = ExplanationCheck(
          request, Authorization.explain(request, under: layers), layers, statements,
          "seed \(RandomRun.seed), part \(part), case \(number): \(randomCase.description)")
        try check.all(&tally)
        number += 1
        randomCase.redraw(&random)
      }
    }
    // Otherwise the checks would have had little to check. A principal cannot be changed; of the rest most can, but with
    // few sets of policies a single statement may be missed often.
    #expect(tally.isEnough, "\(tally)")
    #expect(tally.repaired * 10 > tally.changeable * 3, "\(tally)")
  }
}

extension PolicyLayers {
  fileprivate init(_ decisionCase: DecisionCase) {
    var invalid: [InvalidPolicy] = []
    self = CaseDecider().layers(of: decisionCase, &invalid)
  }
}

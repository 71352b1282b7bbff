import PolicyEngine
import Testing

@Suite("The engine against the reference evaluator")
struct DifferentialTests {
  private static let requestsPerPolicySet = 32
  /// Parts that run side by side, each with a seed of its own.
  private static let parts = 8

  @Test("both decide alike, and for the same layer, on random policies and requests", arguments: 0..<parts)
  func agreement(part: Int) throws {
    let cases = max(1, RandomRun.cases / Self.parts)
    print("differential: SALLYPORT_SEED=\(RandomRun.seed) part \(part), \(cases) cases")
    var random = SeededGenerator(seed: RandomRun.seed &+ UInt64(part) &* 0x1_0000_0001)
    var histogram = DecisionHistogram()
    var disagreements = 0
    var number = 0
    while number < cases, disagreements < 3 {
      var randomCase = RandomCase(&random)
      let layers = try randomCase.layers.parsed()
      let engine = EngineLayers(layers)
      for _ in 0..<min(Self.requestsPerPolicySet, cases - number) where disagreements < 3 {
        let decided = engine.decide(randomCase.request)
        let expected = ReferenceEvaluator(request: randomCase.request).decide(layers)
        histogram.count(expected, of: randomCase)
        if decided != expected {
          disagreements += 1
          Issue.record("seed \(RandomRun.seed), part \(part), case \(number): \(try Disagreement(randomCase))")
        }
        number += 1
        randomCase.redraw(&random)
      }
    }
    if RandomRun.printsHistogram { print(histogram.description) }
    // Words so chosen that each answer is common and each layer gives it; otherwise agreement would say little.
    if disagreements == 0, cases >= 5000 {
      for complaint in histogram.complaints { Issue.record("\(complaint)\n\(histogram.description)") }
    }
  }
}

import PolicyEngine
import Testing

@Suite("The engine against the reference evaluator")
struct DifferentialTests {
  private static let requestsPerPolicySet = 16
  /// Parts that run side by side, each with a seed of its own.
  private static let parts = 4

  @Test("both decide alike, and for the same layer, on random policies and requests", arguments: 0..<parts)
  func agreement(part: Int) throws {
    let cases = max(1, RandomRun.cases / Self.parts)
    print("differential: SALLYPORT_SEED=\(RandomRun.seed) part \(part), \(cases) cases")
    var random = SeededGenerator(seed: RandomRun.seed &+ UInt64(part) &* 0x1_0000_0001)
    var counts: [Verdict.Decision: Int] = [:]
    var disagreements = 0
    var randomCase = try RandomCase(&random)
    var compiled = randomCase.compiled
    for number in 0..<cases where disagreements < 3 {
      if number.isMultiple(of: Self.requestsPerPolicySet) {
        randomCase = try RandomCase(&random)
        compiled = randomCase.compiled
      } else {
        randomCase.redraw(&random)
      }
      let verdict = Authorization.decide(randomCase.request, under: compiled)
      let expected = ReferenceEvaluator(request: randomCase.request).decide(randomCase.layers)
      counts[verdict.decision, default: 0] += 1
      guard verdict.decision != expected.decision || verdict.layer != expected.layer else { continue }
      disagreements += 1
      Issue.record(
        """
        seed \(RandomRun.seed), part \(part), case \(number): \
        engine \(verdict.decision) \(String(describing: verdict.layer)), \
        reference \(expected.decision) \(String(describing: expected.layer))
        \(randomCase.description)
        """)
    }
    // Words so chosen that each answer is common; otherwise agreement would say little.
    for decision in [Verdict.Decision.allowed, .explicitlyDenied, .implicitlyDenied] where cases >= 5000 {
      #expect(counts[decision, default: 0] * 15 > cases, "\(decision) is rare: \(counts)")
    }
  }
}

import Testing

@testable import Differential

@Suite("The engine against the reference evaluator")
struct DifferentialTests {
  /// They run side by side.
  private static let parts = 8

  @Test("both decide alike, and for the same layer, on random policies and requests", arguments: 0..<parts)
  func agreement(part: Int) throws {
    let cases = max(1, RandomRun.cases / Self.parts)
    print("differential: SALLYPORT_SEED=\(RandomRun.seed) part \(part), \(cases) cases")
    let run = try DifferentialRun(seed: RandomRun.seed, part: part, cases: cases)
    if RandomRun.printsHistogram { print(run.histogram) }
    for complaint in run.complaints { Issue.record("\(complaint)") }
    #expect(run.histogram.total >= cases || !run.disagreements.isEmpty)
  }
}

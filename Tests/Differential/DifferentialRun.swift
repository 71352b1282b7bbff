import PolicyEngine

/// Random policies and requests, which the engine and the reference evaluator decide.
struct DifferentialRun: Sendable {
  private static let requestsPerPolicySet = 32
  /// So many are enough for a person to look at.
  private static let disagreementsMax = 3
  /// Fewer cases say nothing of what is rare.
  private static let casesForHistogram = 5_000

  private(set) var histogram = DecisionHistogram()
  /// Each with its smallest form.
  private(set) var disagreements: [String] = []

  /// What is wrong with the run: disagreements or, where there are none, words so chosen that agreement says little.
  var complaints: [String] {
    guard disagreements.isEmpty, histogram.total >= Self.casesForHistogram else { return disagreements }
    return histogram.complaints.map { "\($0)\n\(histogram)" }
  }

  init() {}

  /// - Parameters:
  ///   - seed: of the whole run.
  ///   - part: draws other cases than the run's other parts.
  init(seed: UInt64, part: Int, cases: Int) throws {
    var random = SeededGenerator(seed: seed &+ UInt64(part) &* 0x1_0000_0001)
    var number = 0
    while number < cases, disagreements.count < Self.disagreementsMax {
      var randomCase = RandomCase(&random)
      let layers = try randomCase.layers.parsed()
      let engine = EngineLayers(layers)
      for _ in 0..<min(Self.requestsPerPolicySet, cases - number) {
        let expected = ReferenceEvaluator(request: randomCase.request).decide(layers)
        histogram.count(expected, of: randomCase)
        if engine.decide(randomCase.request) != expected {
          disagreements.append("seed \(seed), part \(part), case \(number): \(try Disagreement(randomCase))")
          if disagreements.count == Self.disagreementsMax { return }
        }
        number += 1
        randomCase.redraw(&random)
      }
    }
  }

  /// Both runs together.
  mutating func add(_ other: DifferentialRun) {
    histogram.add(other.histogram)
    disagreements += other.disagreements
  }
}

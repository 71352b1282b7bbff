import Foundation

/// Compares the engine with the reference evaluator on as many random cases as `SALLYPORT_DIFFERENTIAL_CASES` says, and
/// ends with 1 if they disagree. `SALLYPORT_SEED` draws the cases of an earlier run again.
@main
struct DifferentialProgram {
  /// Cases that are drawn from one seed, and told of when they are done.
  private static let partCases = 50_000

  static func main() async throws {
    let cases = RandomRun.cases
    let parts = (cases + partCases - 1) / partCases
    say("\(cases) cases, SALLYPORT_SEED=\(RandomRun.seed)")
    let clock = ContinuousClock()
    let start = clock.now
    let run = try await withThrowingTaskGroup(of: DifferentialRun.self) { group in
      var next = 0
      func begin() {
        guard next < parts else { return }
        let part = next
        group.addTask {
          let rest = cases - part * partCases
          return try DifferentialRun(seed: RandomRun.seed, part: part, cases: min(partCases, rest))
        }
        next += 1
      }
      for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { begin() }
      var whole = DifferentialRun()
      while let part = try await group.next() {
        whole.add(part)
        for disagreement in part.disagreements { say(disagreement) }
        say("\(whole.histogram.total) cases in \((clock.now - start).components.seconds) s")
        if whole.disagreements.isEmpty { begin() }
      }
      return whole
    }
    say(run.histogram.description)
    for complaint in run.complaints where run.disagreements.isEmpty { say(complaint) }
    say("\(run.disagreements.count) disagreements")
    if !run.complaints.isEmpty { exit(1) }
  }

  private static func say(_ text: String) {
    FileHandle.standardOutput.write(Data("differential: \(text)\n".utf8))
  }
}

import PolicyEngine

/// What it takes to make a set from texts and from documents that are parsed already, for each statement.
enum Compilation {
  /// Statements compiled for one figure, so that large sets are compiled less often.
  private static let statementsInRound = 10_000

  static func measure(_ workload: Workload) throws -> [String: Double] {
    let count = workload.statements.count
    let repeats = max(1, statementsInRound / count)
    let fromTexts = try Timing.median(rounds: 7, per: repeats) {
      sink(PolicySet(try Workload.policies(workload.texts)))
    }
    let fromDocuments = Timing.median(rounds: 7, per: repeats) { sink(PolicySet(workload.policies)) }
    let bytes = workload.texts.map(\.utf8.count).reduce(0, +)
    return [
      "from texts": fromTexts / Double(count), "from documents": fromDocuments / Double(count),
      "bytes": Double(bytes) / Double(count), "policies": Double(workload.texts.count),
    ]
  }
}

import PolicyEngine

/// What a decision costs when the next one is another: the request and its context are made right before, as in the
/// program, and nothing else is where the last decision left it.
enum Batches {
  private static let decisionsInBatch = 16
  private static let batches = 20_000

  /// Mean and percentiles over batches, and percentiles over single decisions, from which the clock's time is taken.
  static func measure(_ ask: () -> Workload.Asked) -> [String: [String: Double]] {
    var times: [Double] = []
    var single: [Double] = []
    let clock = clockCost()
    for _ in 0..<batches {
      let asked = (0..<decisionsInBatch).map { _ in ask() }
      let time = Timing.nanoseconds {
        let asked = asked.span
        for index in asked.indices { sink(Authorization.decide(asked[index].request, under: asked[index].layers)) }
      }
      times.append(time / Double(decisionsInBatch))
      let one = ask()
      single.append(max(0, Timing.nanoseconds { sink(Authorization.decide(one.request, under: one.layers)) } - clock))
    }
    return ["batches": Quantiles(times).figures, "single": Quantiles(single).figures, "clock": ["cost": clock]]
  }

  private static func clockCost() -> Double { Quantiles((0..<10_000).map { _ in Timing.nanoseconds {} }).median }
}

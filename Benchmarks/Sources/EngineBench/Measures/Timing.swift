/// How long something takes, in nanoseconds.
enum Timing {
  private static let rounds = 15
  private static let clock = ContinuousClock()

  @inline(__always)
  static func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = clock.now
    try body()
    return nanoseconds(clock.now - start)
  }

  static func nanoseconds(_ duration: Duration) -> Double {
    Double(duration.components.attoseconds) / 1e9 + Double(duration.components.seconds) * 1e9
  }

  /// The median over some rounds of what one of so many calls takes; a first round warms up.
  static func median(rounds: Int = rounds, per calls: Int, _ call: () throws -> Void) rethrows -> Double {
    var times: [Double] = []
    for round in 0...rounds {
      let time = try nanoseconds { for _ in 0..<calls { try call() } }
      if round > 0 { times.append(time / Double(calls)) }
    }
    return Quantiles(times).median
  }
}

/// Sorted figures.
struct Quantiles {
  private let sorted: [Double]

  init(_ values: [Double]) { sorted = values.sorted() }

  var median: Double { sorted[sorted.count / 2] }
  var mean: Double { sorted.reduce(0, +) / Double(sorted.count) }

  /// The smallest figure that the given share is not above.
  func quantile(_ share: Double) -> Double {
    sorted[max(0, min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1))]
  }

  var figures: [String: Double] {
    ["p50": quantile(0.5), "p90": quantile(0.9), "p99": quantile(0.99), "max": quantile(1), "mean": mean]
  }
}

/// Takes a result so that the optimizer cannot do without it.
@inline(never)
func sink<Value>(_ value: borrowing Value) {}

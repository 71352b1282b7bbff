import PolicyEngine

/// What one decision costs, for each request by itself.
///
/// A clock costs a good part of a decision, so each request is decided many times between two looks at it. Of some
/// such batches the median counts, which leaves out what else the machine did.
enum Decisions {
  private static let decisionsInBatch = 64
  private static let batches = 15

  /// Percentiles over the requests, with every layer and with the identity's policies alone, and what was decided.
  static func measure(_ workload: Workload) throws -> [String: [String: Double]] {
    let asked = try workload.asked()
    var outcomes: [String: Double] = [:]
    for index in asked.indices {
      let decision = Authorization.decide(asked[index].request, under: asked[index].layers)
      outcomes["\(decision.outcome)", default: 0] += 1
    }
    return [
      "all layers": times(asked, \.layers).figures, "identity alone": times(asked, \.identityAlone).figures,
      "in turn": inTurn(workload, asked), "outcomes": outcomes, "shares": shares(workload),
    ]
  }

  private static func times(_ asked: [Workload.Asked], _ part: (Workload.Asked) -> PolicyLayers) -> Quantiles {
    Quantiles(
      asked.map { one in
        let request = one.request
        let layers = part(one)
        return Timing.median(rounds: batches, per: decisionsInBatch) {
          sink(Authorization.decide(request, under: layers))
        }
      })
  }

  /// Requests drawn anew each time, all under the same policies of the identity.
  private static func inTurn(_ workload: Workload, _ asked: [Workload.Asked]) -> [String: Double] {
    var random = SplitMix64(seed: Workload.seed)
    let times = Batches.measure {
      let number = random.below(asked.count)
      return Workload.Asked(
        request: workload.questions[number].request, layers: asked[number].layers,
        identityAlone: asked[number].identityAlone)
    }
    return times["batches", default: [:]]
  }

  /// What the drawn statements are like, as shares of all.
  private static func shares(_ workload: Workload) -> [String: Double] {
    let count = Double(workload.statements.count)
    func share(_ isCounted: (MadeStatement) -> Bool) -> Double {
      Double(workload.statements.count(where: isCounted)) / count
    }
    return [
      "wildcard actions": share(\.hasWildcardAction), "prefix resources": share(\.hasPrefixResource),
      "all resources": share(\.isForAll), "conditions": share { !$0.conditions.isEmpty }, "deny": share(\.isDeny),
      "variables": share(\.hasVariable),
    ]
  }
}

/// How often which decision was made, so that random cases can be seen to be worth something.
struct DecisionHistogram: Sendable, CustomStringConvertible {
  private(set) var total = 0
  private var decisions: [String: Int] = [:]
  private var reasons: [String: Int] = [:]
  private var callers: [String: [String: Int]] = [:]

  mutating func count(_ decision: ReferenceDecision, of randomCase: RandomCase) {
    total += 1
    let name = Self.name(decision)
    decisions[name, default: 0] += 1
    if let reason = Self.reason(decision) { reasons[reason, default: 0] += 1 }
    let request = randomCase.request
    let place = request.caller.account == nil ? "" : request.isBetweenAccounts ? " between accounts" : " in one account"
    callers[Self.kind(request.caller) + place, default: [:]][name, default: 0] += 1
  }

  mutating func add(_ other: DecisionHistogram) {
    total += other.total
    decisions.merge(other.decisions, uniquingKeysWith: +)
    reasons.merge(other.reasons, uniquingKeysWith: +)
    callers.merge(other.callers) { $0.merging($1, uniquingKeysWith: +) }
  }

  private static func name(_ decision: ReferenceDecision) -> String {
    switch decision {
    case .allowed: "allowed"
    case .explicitlyDenied: "explicitlyDenied"
    case .implicitlyDenied: "implicitlyDenied"
    }
  }

  private static func kind(_ caller: ReferenceCaller) -> String {
    switch caller {
    case .root: "root"
    case .user: "user"
    case .roleSession: caller.isServiceLinkedRole ? "session of a service-linked role" : "session of a role"
    case .federatedUser: caller.isRoot ? "federated user of root" : "federated user"
    case .federated: "provider's user"
    case .service: "service"
    case .anonymous: "anonymous"
    }
  }

  private static func reason(_ decision: ReferenceDecision) -> String? {
    switch decision {
    case .allowed: nil
    case .explicitlyDenied(let layer): "\(layer.rawValue) denies"
    case .implicitlyDenied(let layer): "\(layer.rawValue) is silent"
    }
  }

  /// What is too rare: each decision is to be at least 15 %, each layer denying or silent at least 0.2 %.
  var complaints: [String] {
    let rareDecisions = ["allowed", "explicitlyDenied", "implicitlyDenied"].filter {
      decisions[$0, default: 0] * 100 < total * 15
    }
    let rareReasons = ReferenceLayer.allCases.flatMap { ["\($0.rawValue) denies", "\($0.rawValue) is silent"] }.filter {
      reasons[$0, default: 0] * 1000 < total * 2
    }
    return (rareDecisions + rareReasons).map { "\($0) is rare" }
  }

  var description: String {
    var lines = ["\(total) cases"]
    for (name, count) in decisions.sorted(by: { $0.key < $1.key }) { lines.append("  \(name) \(share(count))") }
    for (name, count) in reasons.sorted(by: { $0.key < $1.key }) { lines.append("    \(name) \(share(count))") }
    for (name, counts) in callers.sorted(by: { $0.key < $1.key }) {
      let sums = counts.sorted { $0.key < $1.key }.map { "\($0.key) \(share($0.value))" }
      lines.append("    \(name): \(sums.joined(separator: ", "))")
    }
    return lines.joined(separator: "\n")
  }

  private func share(_ count: Int) -> String {
    let thousandths = total == 0 ? 0 : count * 10_000 / total
    return "\(thousandths / 100).\(thousandths % 100 < 10 ? "0" : "")\(thousandths % 100) %"
  }
}

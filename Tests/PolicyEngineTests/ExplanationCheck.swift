import Foundation
import Testing

@testable import Differential
@testable import PolicyEngine

/// How much there was to check.
struct ExplanationTally {
  var deciding = 0
  var nearMisses = 0
  var ofPrincipals = 0
  var repaired = 0
  var missingKeys = 0

  /// Near misses that a change of the request could repair.
  var changeable: Int { nearMisses - ofPrincipals }
  var isEnough: Bool { deciding > 20 && changeable > 40 && missingKeys > 0 }
}

/// An explanation held against decisions on changed requests and policies.
struct ExplanationCheck {
  private let request: AuthorizationRequest
  private let layers: PolicyLayers
  private let explanation: Explanation
  private let statements: StatementsAlone
  private let name: String

  init(
    _ request: AuthorizationRequest, _ explanation: Explanation, _ layers: PolicyLayers, _ statements: StatementsAlone,
    _ name: String
  ) {
    self.request = request
    self.layers = layers
    self.explanation = explanation
    self.statements = statements
    self.name = name
  }

  func all(_ tally: inout ExplanationTally) throws {
    agreesWithDecision()
    followsFromReports()
    try decidingStatementsMatchAndNoOthers(&tally)
    try withoutWhatDenied()
    try nearMisses(&tally)
    try missingKeys(&tally)
  }

  // MARK: The decision

  private func agreesWithDecision() {
    var observer = OutcomeObserver()
    let decision = Authorization.decide(request, under: layers, &observer)
    #expect(explanation.decision == decision, "\(name)")
    #expect(explanation.verdict == Authorization.verdict(on: request, under: layers), "\(name)")
    for (layer, level, say) in observer.outcomes {
      let found: OutcomeObserver.Say =
        switch said(by: layer, level)?.say {
        case .denies: .denies
        case .allows: .allows
        default: .silent
        }
      #expect(found == say, "\(layer) \(level): \(name)")
    }
  }

  private func said(by layer: Layer, _ level: Int) -> Explanation.LayerReport? {
    explanation.layers.first { $0.layer == layer && $0.level == level }
  }

  /// What the layers say and which of them must allow make the decision.
  private func followsFromReports() {
    let reports = explanation.layers
    if let denying = reports.first(where: { $0.say == .denies }) {
      #expect(explanation.decision == .explicitlyDenied(denying.layer), "\(name)")
      return
    }
    let silent = reports.filter { report in
      if case .allows = report.say { return false }
      return report.need == .required || (report.need == .eitherSide && report.layer == .identity)
    }
    #expect(explanation.decision.isAllowed == silent.isEmpty, "\(name)")
    guard case .implicitlyDenied = explanation.decision.outcome else { return }
    #expect(silent.contains { $0.layer == explanation.decision.layer }, "\(name)")
  }

  // MARK: What decided

  /// Each statement that is said to decide matches when it stands alone, and no other of its effect does.
  private func decidingStatementsMatchAndNoOthers(_ tally: inout ExplanationTally) throws {
    for decider in explanation.verdict.deciders {
      let report = try #require(said(by: decider.layer, decider.level), "\(name)")
      #expect(report.deciding.contains { $0.reference == decider.statement }, "\(name)")
    }
    for report in explanation.layers where report.say == .denies || !report.deciding.isEmpty {
      let effect: Statement.Effect = report.say == .denies ? .deny : .allow
      tally.deciding += report.deciding.count
      for (number, policy) in report.policies.enumerated() {
        for statement in policy.document.statements where statement.effect == effect {
          let place = (number, statement.index)
          let isNamed = report.deciding.contains { ($0.reference.policy, $0.reference.index) == place }
          #expect(try matches(statement.index, of: policy, in: report, request) == isNamed, "\(name)")
        }
      }
    }
  }

  /// Without the statement that denied the verdict is another; without all that deny it is no explicit denial.
  private func withoutWhatDenied() throws {
    guard case .explicitlyDenied = explanation.decision.outcome else { return }
    let first = try #require(explanation.verdict.deciders.first, "\(name)")
    let without = try layers.changing(first.layer, first.level) { policies in
      let changed = try policies[first.statement.policy].silencing { $0 == first.statement.index }
      policies[first.statement.policy] = changed
    }
    let verdict = Authorization.verdict(on: request, under: without)
    #expect(verdict != explanation.verdict, "\(name)")
    if explanation.layers.map({ $0.say == .denies ? $0.deciding.count : 0 }).reduce(0, +) == 1 {
      #expect(verdict.outcome != .explicitlyDenied, "\(name)")
    }
    var silenced = layers
    for report in explanation.layers where report.say == .denies {
      silenced = try silenced.changing(report.layer, report.level) { policies in
        for number in policies.indices {
          let indices = Set(report.deciding.filter { $0.reference.policy == number }.map(\.reference.index))
          if !indices.isEmpty { policies[number] = try policies[number].silencing { indices.contains($0) } }
        }
      }
    }
    #expect(Authorization.decide(request, under: silenced).outcome != .explicitlyDenied, "\(name)")
  }

  // MARK: What nearly decided

  private func nearMisses(_ tally: inout ExplanationTally) throws {
    for report in explanation.layers {
      for miss in report.nearMisses {
        let policy = report.policies[miss.statement.policy]
        #expect(!miss.mismatches.isEmpty, "\(name)")
        #expect(try !matches(miss.statement.index, of: policy, in: report, request), "\(name)")
        if !miss.changes.isEmpty {
          let changed = request.changed(by: miss.changes)
          #expect(try matches(miss.statement.index, of: policy, in: report, changed), "\(miss.changes): \(name)")
        }
        tally.nearMisses += 1
        if miss.mismatches.contains(where: { $0.element == .principal || $0.element == .notPrincipal }) {
          tally.ofPrincipals += 1
        } else if !miss.changes.isEmpty {
          tally.repaired += 1
        }
      }
    }
  }

  // MARK: What was missing

  /// The request lacks each key that is named, and with what is said to help each statement says something else.
  private func missingKeys(_ tally: inout ExplanationTally) throws {
    for key in explanation.missingKeys {
      #expect(request.context[key.name] == nil && !key.uses.isEmpty, "\(name)")
      for use in key.uses {
        tally.missingKeys += 1
        let report = try #require(said(by: use.layer, use.level), "\(name)")
        let policy = report.policies[use.statement.policy]
        let isNamed = use.changes.contains { change in
          if case .key(let name, _) = change { name.isSameKey(as: key.name) } else { false }
        }
        #expect(isNamed, "\(name)")
        let changed = request.changed(by: use.changes)
        #expect(try matches(use.statement.index, of: policy, in: report, request) == !use.couldMatch, "\(name)")
        #expect(try matches(use.statement.index, of: policy, in: report, changed) == use.couldMatch, "\(name)")
      }
    }
  }

  // MARK: One statement

  /// Whether a statement alone speaks of a request, asked in a layer that every request passes.
  private func matches(
    _ index: Int, of policy: Policy, in report: Explanation.LayerReport, _ request: AuthorizationRequest
  ) throws -> Bool {
    let effect = policy.document.statements[index].effect
    let isBounded =
      layers.boundary != nil && Authorization.hasOwnPolicies(request.principalText)
      && [.resource, .trust, .endpoint].contains(report.layer)
    let alone = PolicyLayers(boundary: isBounded ? .empty : nil, endpoint: try statements.of(policy)[index])
    let decision = Authorization.decide(request, under: alone)
    return effect == .deny ? decision == .explicitlyDenied(.endpoint) : decision != .implicitlyDenied(.endpoint)
  }
}

/// Each statement of a policy as a set of its own; made once for each policy.
final class StatementsAlone {
  private var sets: [ObjectIdentifier: (policy: Policy, sets: [PolicySet])] = [:]

  func of(_ policy: Policy) throws -> [PolicySet] {
    if let known = sets[ObjectIdentifier(policy)] { return known.sets }
    let found = try policy.document.statements.map { statement in
      PolicySet([try policy.changing { $0 = [$0[statement.index]] }])
    }
    sets[ObjectIdentifier(policy)] = (policy, found)
    return found
  }
}

/// Keeps what each layer said while a decision was made.
private struct OutcomeObserver: DecisionObserver {
  static var wantsStatements: Bool { true }

  enum Say { case denies, allows, silent }

  var outcomes: [(Layer, Int, Say)] = []

  mutating func observe(_ outcome: PolicySet.Outcome, of set: PolicySet, _ layer: Layer, _ level: Int) {
    outcomes.append((layer, level, outcome.denial >= 0 ? .denies : outcome.allowance >= 0 ? .allows : .silent))
  }
}

// MARK: Changed policies

extension PolicyLayers {
  /// The same with other policies in one of the layers.
  fileprivate func changing(
    _ layer: Layer, _ level: Int, _ change: (inout [Policy]) throws -> Void
  ) throws -> PolicyLayers {
    func changed(_ set: PolicySet?) throws -> PolicySet {
      var policies = try #require(set).policies
      try change(&policies)
      return PolicySet(policies)
    }
    func changed(_ levels: PolicyLevels) throws -> PolicyLevels {
      var sets = levels.levels
      sets[level] = try changed(sets[level])
      return PolicyLevels(sets)
    }
    var layers = self
    switch layer {
    case .identity: layers.identity = try changed(identity)
    case .boundary: layers.boundary = try changed(boundary)
    case .session: layers.session = try changed(session)
    case .resource, .trust: layers.resource = try changed(resource)
    case .endpoint: layers.endpoint = try changed(endpoint)
    case .serviceControl: layers.serviceControl = try changed(serviceControl)
    case .resourceControl: layers.resourceControl = try changed(resourceControl)
    }
    return layers
  }
}

extension Policy {
  /// The policy with some statements put out of action, in their places.
  fileprivate func silencing(_ isSilenced: (Int) -> Bool) throws -> Policy {
    try changing { statements in
      for index in statements.indices where isSilenced(index) {
        statements[index]["Condition"] = ["StringEquals": ["never:given": "x"]]
      }
    }
  }

  fileprivate func changing(_ change: (inout [[String: Any]]) -> Void) throws -> Policy {
    var root = try #require(try JSONSerialization.jsonObject(with: Data(document.text.utf8)) as? [String: Any])
    var statements = root["Statement"] as? [[String: Any]] ?? [root["Statement"] as? [String: Any] ?? [:]]
    change(&statements)
    root["Statement"] = statements
    let text = String(decoding: try JSONSerialization.data(withJSONObject: root), as: UTF8.self)
    // A policy's text may hold few characters as they are, and all of them escaped.
    let escaped = text.utf16.map { $0 < 0x80 ? String(UnicodeScalar(UInt8($0))) : String(format: "\\u%04x", $0) }
    return Policy(try PolicyDocument.parse(escaped.joined(), as: document.kind), source: source)
  }
}

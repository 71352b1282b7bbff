import AWSCore
import AWSWire
import PolicyEngine
import ServiceKit

/// Runs a simulation, action by action.
struct SimulationRun {
  private let scene: SimulationScene
  private let layers: PolicyLayers
  private let contextKeys: [String]
  /// Where the statements of a policy stand, by the policy.
  private var ranges: [ObjectIdentifier: [SourceRange]] = [:]

  /// Evaluations of one page; where there are many resources, a page holds fewer actions than were asked for.
  // AWS: "IAM might return fewer results, even when there are more results available".
  private static let evaluationsMax = 1_000

  init(_ scene: SimulationScene) {
    self.scene = scene
    layers = scene.policies.layers
    var known: Set<String> = []
    contextKeys = scene.policies.contextKeys.filter { key in
      scene.context[key] == nil && known.insert(key.lowercased()).inserted
    }
  }

  mutating func page(_ question: SimulationQuestion, _ grant: Grant) throws(Failure) -> SimulationOutput {
    let most = max(1, Self.evaluationsMax / max(1, scene.resources.count))
    let page = PageRequest(marker: question.page.marker, size: min(question.page.size, most))
    let actions = try Pager(grant).page(of: question.actions.map(\.text), page)
    var results: [EvaluationResult] = []
    for action in actions.elements { results.append(evaluate(action)) }
    return SimulationOutput(results: Page(elements: results, next: actions.next))
  }

  private mutating func evaluate(_ action: String) -> EvaluationResult {
    guard !scene.resources.isEmpty else {
      return EvaluationResult(action: action, resource: "*", whole: evaluate(action, on: "*"), each: nil)
    }
    var each: [EvaluationResult.Part] = []
    for resource in scene.resources { each.append((resource: resource, outcome: evaluate(action, on: resource))) }
    let name = scene.resources.count == 1 ? scene.resources[0] : Self.form(of: action)
    let whole = SimulatedOutcome(of: each.map(\.outcome))
    return EvaluationResult(action: action, resource: name, whole: whole, each: each)
  }

  /// How the ARNs of an action's resources look: the shortest form, which is the usual one.
  private static func form(of action: String) -> String {
    let forms = ServiceReference.action(action)?.resourceTypes.flatMap(\.type.arnPatterns) ?? []
    return forms.min { $0.utf8.count < $1.utf8.count } ?? "*"
  }

  private mutating func evaluate(_ action: String, on resource: String) -> SimulatedOutcome {
    // AWS: without a policy of the resource its owner has no part: what is asked is whether the caller's own allow.
    let owner = scene.policies.resource == nil ? nil : scene.owner ?? ARN(resource)?.accountID
    let request = AuthorizationRequest(
      principal: scene.caller.principal, action: action, resource: resource,
      resourceAccount: owner ?? scene.caller.account, context: scene.context)
    let simulation = Authorization.simulate(request, under: layers)
    let organization = scene.policies.serviceControl.map { _ in simulation[.serviceControl] == .allowed }
    var outcome = SimulatedOutcome(decision: SimulatedDecision(simulation.decision.outcome))
    outcome.isAllowedByOrganization = organization
    outcome.isAllowedByBoundary = scene.policies.boundary.map { _ in simulation[.boundary] == .allowed }
    // AWS: what the organization denies is not looked into further.
    guard organization != false else { return outcome }
    if outcome.decision == .implicitDeny { outcome.missingKeys = contextKeys }
    let isCrossAccount = owner.map { $0 != scene.caller.account } ?? false
    if isCrossAccount { outcome.details = SimulatedOutcome.details(simulation) }
    for decider in simulation.statements where outcome.decision == .explicitDeny || decider.layer != .boundary {
      if let statement = statement(decider) { outcome.statements.append(statement) }
    }
    return outcome
  }

  private mutating func statement(_ decider: Verdict.Decider) -> SimulatedStatement? {
    guard let source = scene.policies.policy(of: decider) else { return nil }
    let known = ranges[ObjectIdentifier(source.policy)] ?? source.policy.document.simulatorRanges
    ranges[ObjectIdentifier(source.policy)] = known
    return SimulatedStatement(
      layer: decider.layer, policy: decider.statement.policy, index: decider.statement.index, id: source.id,
      type: source.type, range: known[decider.statement.index])
  }
}

enum SimulatedDecision: String, Comparable, WireEncodable {
  case allowed, implicitDeny, explicitDeny

  init(_ outcome: Decision.Outcome) {
    switch outcome {
    case .allowed: self = .allowed
    case .implicitlyDenied: self = .implicitDeny
    case .explicitlyDenied: self = .explicitDeny
    }
  }

  private var strictness: Int {
    switch self {
    case .allowed: 0
    case .implicitDeny: 1
    case .explicitDeny: 2
    }
  }

  /// The stricter one is the greater one.
  static func < (a: SimulatedDecision, b: SimulatedDecision) -> Bool { a.strictness < b.strictness }

  func encode(as name: String, to writer: inout WireWriter) { rawValue.encode(as: name, to: &writer) }
}

/// A statement that decided.
struct SimulatedStatement: WireOutput, Equatable {
  let layer: Layer
  /// The places of the policy in its layer, and of the statement in it.
  let policy: Int
  let index: Int
  let id: String
  let type: String
  let range: SourceRange

  func encode(to writer: inout WireWriter) {
    writer.put("SourcePolicyId", id)
    writer.put("SourcePolicyType", type)
    for (name, position) in [("StartPosition", range.start), ("EndPosition", range.end)] {
      writer.structure(name) { shown in
        shown.put("Line", position.line)
        shown.put("Column", position.column)
      }
    }
  }
}

/// What came of an action on one resource, or on all of them together.
struct SimulatedOutcome: Sendable {
  typealias Detail = (key: String, value: SimulatedDecision)

  var decision: SimulatedDecision
  var statements: [SimulatedStatement] = []
  var missingKeys: [String] = []
  /// Between two accounts what each kind of policy says.
  var details: [Detail] = []
  var isAllowedByBoundary: Bool?
  var isAllowedByOrganization: Bool?

  init(decision: SimulatedDecision) { self.decision = decision }

  /// All together: the strictest of the decisions, and what stands in any.
  init(of outcomes: [SimulatedOutcome]) {
    decision = outcomes.map(\.decision).max() ?? .implicitDeny
    for outcome in outcomes {
      for statement in outcome.statements where !statements.contains(statement) { statements.append(statement) }
      for key in outcome.missingKeys where !missingKeys.contains(key) { missingKeys.append(key) }
      for detail in outcome.details {
        if let known = details.firstIndex(where: { $0.key == detail.key }) {
          details[known].value = max(details[known].value, detail.value)
        } else {
          details.append(detail)
        }
      }
      if let allowed = outcome.isAllowedByBoundary { isAllowedByBoundary = (isAllowedByBoundary ?? true) && allowed }
      if let allowed = outcome.isAllowedByOrganization {
        isAllowedByOrganization = (isAllowedByOrganization ?? true) && allowed
      }
    }
  }

  static func details(_ simulation: Simulation) -> [Detail] {
    let layers: [(Layer, String)] = [
      (.identity, "IAM Policy"), (.resource, "Resource Policy"), (.boundary, "Permissions Boundary Policy"),
    ]
    return layers.compactMap { layer, name in simulation[layer].map { (key: name, value: SimulatedDecision($0)) } }
  }

  fileprivate func encodeBoundary(to writer: inout WireWriter) {
    guard let isAllowedByBoundary else { return }
    writer.structure("PermissionsBoundaryDecisionDetail") {
      $0.put("AllowedByPermissionsBoundary", isAllowedByBoundary)
    }
  }
}

/// One action on all resources.
struct EvaluationResult: WireOutput {
  typealias Part = (resource: String, outcome: SimulatedOutcome)

  let action: String
  let resource: String
  let whole: SimulatedOutcome
  /// Nil where no resources were named.
  let each: [Part]?

  func encode(to writer: inout WireWriter) {
    writer.put("EvalActionName", action)
    writer.put("EvalResourceName", resource)
    writer.put("EvalDecision", whole.decision)
    writer.put("MatchedStatements", whole.statements)
    writer.put("MissingContextValues", whole.missingKeys)
    if let isAllowed = whole.isAllowedByOrganization {
      writer.structure("OrganizationsDecisionDetail") { $0.put("AllowedByOrganizations", isAllowed) }
    }
    whole.encodeBoundary(to: &writer)
    guard let each else { return }
    writer.putMap("EvalDecisionDetails", whole.details)
    writer.put("ResourceSpecificResults", each.map { ResourceResult(resource: $0.resource, outcome: $0.outcome) })
  }
}

/// One action on one resource.
private struct ResourceResult: WireOutput {
  let resource: String
  let outcome: SimulatedOutcome

  // AWS: here what is empty is left out.
  func encode(to writer: inout WireWriter) {
    writer.put("EvalResourceName", resource)
    writer.put("EvalResourceDecision", outcome.decision)
    if !outcome.statements.isEmpty { writer.put("MatchedStatements", outcome.statements) }
    if !outcome.missingKeys.isEmpty { writer.put("MissingContextValues", outcome.missingKeys) }
    if !outcome.details.isEmpty { writer.putMap("EvalDecisionDetails", outcome.details) }
    outcome.encodeBoundary(to: &writer)
  }
}

/// What both kinds of simulation answer.
struct SimulationOutput: WireOutput {
  let results: Page<EvaluationResult>
  func encode(to writer: inout WireWriter) { results.encode(as: "EvaluationResults", to: &writer) }
}

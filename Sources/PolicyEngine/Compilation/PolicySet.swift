/// What identifies a policy in an explanation.
public struct PolicySource: Sendable, Hashable {
  public enum Kind: Sendable {
    case managed, inline, boundary, session, trust, resource, endpoint, serviceControl, resourceControl
  }

  public let kind: Kind
  /// The ARN of a managed policy, or the name of one that has none.
  public let name: String

  public init(kind: Kind, name: String) {
    self.kind = kind
    self.name = name
  }
}

/// A policy document with the place where it is attached; one object for one version of a policy.
public final class Policy: Sendable {
  public let document: PolicyDocument
  public let source: PolicySource

  public init(_ document: PolicyDocument, source: PolicySource) {
    self.document = document
    self.source = source
  }
}

/// The policies of one layer, compiled together; immutable, so that one is shared by all principals that have them.
///
/// The order of the policies plays no part in a decision.
public final class PolicySet: Sendable, ExpressibleByArrayLiteral {
  public let policies: [Policy]
  let table: PolicyTable
  private let index: PolicyIndex

  public init(_ policies: [Policy]) {
    self.policies = policies
    var builder = PolicyTableBuilder()
    for (number, policy) in policies.enumerated() { builder.add(policy.document, policy: number) }
    table = builder.finish()
    index = PolicyIndex(table)
  }

  public convenience init(arrayLiteral policies: Policy...) { self.init(policies) }

  /// No policies: it allows nothing.
  public static let empty = PolicySet([])

  /// What the set says of a request.
  struct Outcome {
    /// The statement that denies it; -1 for none.
    var denial: Int32 = -1
    /// A statement that allows it, the one that names the principal most directly; -1 for none.
    var allowance: Int32 = -1
    /// How directly the principal is named.
    var reach = Reach.none
  }

  /// - Parameters:
  ///   - isGrantOnly: whether only statements that name principals count, as in a resource's policy.
  ///   - isBounded: whether the principal has a permissions boundary.
  func outcome(
    of request: borrowing AuthorizationRequest, isGrantOnly: Bool = false, isBounded: Bool = false
  ) -> Outcome {
    var search = OutcomeSearch(isGrantOnly: isGrantOnly, isBounded: isBounded)
    index.search(request, in: table, &search)
    return search.outcome
  }

  func reference(to statement: Int32) -> StatementReference {
    let entry = table.entries[Int(statement)]
    let policy = policies[Int(entry.policy)]
    return StatementReference(
      source: policy.source, policy: Int(entry.policy), statement: policy.document.statements[Int(entry.index)])
  }
}

/// Asks the statements that an index finds, until one denies.
private struct OutcomeSearch: CandidateVisitor {
  let isGrantOnly: Bool
  let isBounded: Bool
  var outcome = PolicySet.Outcome()

  @inline(__always)
  mutating func visit(
    _ candidate: PolicyIndex.Candidate, of table: borrowing PolicyTable, _ request: borrowing AuthorizationRequest
  ) -> Bool {
    let entries = table.entries.span
    let entry = entries[Int(candidate.statement)]
    // What cannot change the outcome is not asked.
    if entry.effect == .allow, outcome.reach == .session { return false }
    if candidate.checksAction, !table.matchesAction(entry, request) { return false }
    guard matchesResource(candidate, entry, table, request) else { return false }
    var reach = Reach.session
    if entry.namesPrincipals {
      reach = table.reach(entry, request, isBounded: isBounded)
      if reach == .none { return false }
    } else if isGrantOnly {
      return false
    }
    if entry.effect == .allow, reach <= outcome.reach { return false }
    guard table.holds(entry, request.context) else { return false }
    if entry.effect == .deny {
      outcome.denial = candidate.statement
      return true
    }
    outcome.allowance = candidate.statement
    outcome.reach = reach
    return false
  }

  @inline(__always)
  private func matchesResource(
    _ candidate: PolicyIndex.Candidate, _ entry: PolicyTable.Entry, _ table: borrowing PolicyTable,
    _ request: borrowing AuthorizationRequest
  ) -> Bool {
    switch candidate.resource {
    case PolicyIndex.Candidate.noResource: true
    case PolicyIndex.Candidate.allResources: table.matchesResource(entry, request)
    default: table.matches(resource: Int(candidate.resource), request) ?? false
    }
  }
}

extension PolicyTable {
  /// Whether a statement speaks of the request's action.
  func matchesAction(_ entry: Entry, _ request: borrowing AuthorizationRequest) -> Bool {
    let text = request.text.span
    let action = text.extracting(request.actionText.range)
    for index in entry.actions.range where actions[index].matches(action, in: pool) { return !entry.isNotAction }
    return entry.isNotAction
  }

  /// Whether all of a statement's conditions hold.
  @inline(__always)
  func holds(_ entry: Entry, _ context: borrowing RequestContext) -> Bool {
    for index in entry.conditions.range where !holds(index, in: context, effect: entry.effect) { return false }
    return true
  }
}

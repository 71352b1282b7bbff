/// What identifies a policy in an explanation.
public struct PolicySource: Sendable, Hashable {
  /// Where a policy is attached.
  public enum Kind: Sendable {
    /// A managed policy of a user, group or role.
    case managed
    /// A policy that is part of a user, group or role.
    case inline
    /// The permissions boundary of a user or role.
    case boundary
    /// Passed when a session was made.
    case session
    /// A role's trust policy.
    case trust
    /// The policy of a resource.
    case resource
    /// The policy of a VPC endpoint.
    case endpoint
    /// A service control policy of an organization.
    case serviceControl
    /// A resource control policy of an organization.
    case resourceControl
  }

  /// Where the policy is attached.
  public let kind: Kind
  /// The ARN of a managed policy, or the name of one that has none.
  public let name: String

  /// A source by where the policy is attached and what it is called.
  public init(kind: Kind, name: String) {
    self.kind = kind
    self.name = name
  }
}

/// A policy document with the place where it is attached; one object for one version of a policy.
public final class Policy: Sendable {
  /// What the policy says.
  public let document: PolicyDocument
  /// Where it is attached, and its name.
  public let source: PolicySource

  /// A document as it is attached somewhere.
  public init(_ document: PolicyDocument, source: PolicySource) {
    self.document = document
    self.source = source
  }
}

/// The policies of one layer, compiled together; immutable, so that one is shared by all principals that have them.
///
/// The order of the policies plays no part in a decision.
public final class PolicySet: Sendable, ExpressibleByArrayLiteral {
  /// In the order in which they were given.
  public let policies: [Policy]
  let table: PolicyTable
  private let index: PolicyIndex
  /// A bit for each level; those of an ordinary set are of one level.
  private let levels: UInt32

  /// Compiles the policies: some microseconds for each statement.
  public convenience init(_ policies: [Policy]) { self.init(levels: [policies]) }

  /// The policies of several levels, at most 32; the set allows what each level allows.
  init(levels: [[Policy]]) {
    policies = levels.flatMap(\.self)
    self.levels = levels.indices.reduce(0) { $0 | 1 << UInt32($1) }
    var builder = PolicyTableBuilder()
    var number = 0
    for (level, policies) in levels.enumerated() {
      for policy in policies {
        builder.add(policy.document, policy: number, level: UInt8(level))
        number += 1
      }
    }
    table = PolicyTable(builder)
    index = PolicyIndex(PolicyIndexBuilder(table))
  }

  /// Compiles the policies, as `init(_:)` does.
  public convenience init(arrayLiteral policies: Policy...) { self.init(policies) }

  /// No policies: it allows nothing.
  public static let empty = PolicySet([])

  /// What the set says of a request.
  struct Outcome {
    /// The statement that denies it; -1 for none.
    var denial: Int32 = -1
    /// A statement that allows it, where grants to principals count the one that grants most directly; -1 for none.
    var allowance: Int32 = -1
    /// How directly the principal is named; of other sets than a resource's policy it says nothing.
    var reach = Reach.none
  }

  /// - Parameters:
  ///   - isGrantOnly: whether only statements that name principals count, as in a resource's policy.
  ///   - isBounded: whether the principal has a permissions boundary.
  func outcome(
    of request: borrowing AuthorizationRequest, isGrantOnly: Bool = false, isBounded: Bool = false
  ) -> Outcome {
    var search = OutcomeSearch(levels: levels, isGrantOnly: isGrantOnly, isBounded: isBounded)
    index.search(request, table, &search)
    if search.missingLevels != 0, !isGrantOnly { search.outcome.allowance = -1 }
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
  /// Those that do not allow yet.
  private(set) var missingLevels: UInt32
  private var conditions = ConditionMemo()

  init(levels: UInt32, isGrantOnly: Bool, isBounded: Bool) {
    missingLevels = levels
    self.isGrantOnly = isGrantOnly
    self.isBounded = isBounded
  }

  @inline(__always)
  var wantsDenialsOnly: Bool { missingLevels == 0 }

  @inline(__always)
  mutating func visit(
    _ candidate: PolicyIndex.Candidate, of table: borrowing PolicyTable, _ request: borrowing AuthorizationRequest
  ) -> Bool {
    let traits = candidate.traits
    guard traits.contains(.namesPrincipals) || !isGrantOnly, matchesResource(candidate, table, request) else {
      return false
    }
    var reach = Reach.session
    if !traits.isDisjoint(with: [.checksAction, .namesPrincipals, .hasConditions]) {
      let entries = table.entries.span
      reach = self.reach(candidate, entries[Int(candidate.statement)], table, request)
      if reach == .none { return false }
    }
    if traits.contains(.denies) {
      outcome.denial = Int32(bitPattern: candidate.statement)
      return true
    }
    outcome.allowance = Int32(bitPattern: candidate.statement)
    outcome.reach = reach
    // A grant that names the principal less directly than can be may be followed by one that does.
    if !isGrantOnly || reach == .session { missingLevels &= ~candidate.levelBit }
    return false
  }

  /// How directly a statement speaks of the principal; none where it does not apply or would say nothing new.
  @inline(__always)
  private mutating func reach(
    _ candidate: PolicyIndex.Candidate, _ entry: PolicyTable.Entry, _ table: borrowing PolicyTable,
    _ request: borrowing AuthorizationRequest
  ) -> Reach {
    let traits = candidate.traits
    if traits.contains(.checksAction), !table.matchesAction(entry, request) { return .none }
    var reach = Reach.session
    if traits.contains(.namesPrincipals) {
      reach = table.reach(entry, request, isBounded: isBounded)
      if reach == .none { return .none }
    }
    if !traits.contains(.denies), isGrantOnly ? reach <= outcome.reach : missingLevels & candidate.levelBit == 0 {
      return .none
    }
    return !traits.contains(.hasConditions) || holds(entry, table, request.context) ? reach : .none
  }

  /// Whether all of a statement's conditions hold.
  @inline(__always)
  private mutating func holds(
    _ entry: PolicyTable.Entry, _ table: borrowing PolicyTable, _ context: borrowing RequestContext
  ) -> Bool {
    let numbers = table.conditionNumbers.span
    for index in entry.conditions.range where !conditions.holds(Int(numbers[index]), table, context) { return false }
    return true
  }

  @inline(__always)
  private func matchesResource(
    _ candidate: PolicyIndex.Candidate, _ table: borrowing PolicyTable, _ request: borrowing AuthorizationRequest
  ) -> Bool {
    switch candidate.resource {
    case PolicyIndex.Candidate.noResource: return true
    case PolicyIndex.Candidate.allResources:
      return table.matchesResource(table.entries[Int(candidate.statement)], request)
    default: return table.matches(resource: Int(candidate.resource), request) ?? false
    }
  }
}

/// What the first conditions of a table were found to be, so that none is asked twice: statements share conditions.
private struct ConditionMemo {
  private var asked: UInt64 = 0
  private var held: UInt64 = 0

  @inline(__always)
  mutating func holds(_ number: Int, _ table: borrowing PolicyTable, _ context: borrowing RequestContext) -> Bool {
    guard number < 64 else { return table.holds(number, in: context) }
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: number)
    if asked & bit == 0 {
      asked |= bit
      if table.holds(number, in: context) { held |= bit }
    }
    return held & bit != 0
  }
}

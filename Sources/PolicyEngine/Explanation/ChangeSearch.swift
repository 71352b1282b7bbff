/// Looks for a change of a request after which a statement speaks of it, or no longer does, by trying likely ones.
///
/// What is tried are the policy's own values. Nothing is named that was not tried with the whole statement.
struct ChangeSearch {
  /// Requests that are tried for one element.
  private static let trialsMax = 64

  private let set: PolicySet
  private let number: Int
  private let asking: Asking
  private let statement: Statement
  private let variables: Bool

  init(_ set: PolicySet, _ number: Int, _ asking: Asking) {
    self.set = set
    self.number = number
    self.asking = asking
    statement = set.written(number)
    variables = set.hasVariables(number)
  }

  /// All changes that are needed together; none where no simple ones are found.
  func changesToMatch(_ request: AuthorizationRequest, _ examination: Examination) -> [RequestChange] {
    guard examination.matchesPrincipal, !examination.matches else { return [] }
    var trial = Trial(request)
    for number in examination.failedConditions where !repair(condition: number, &trial) { return [] }
    if !set.matchesAction(number, trial.request), !repairAction(&trial) { return [] }
    if !set.matchesResource(number, trial.request), !repairResource(&trial) { return [] }
    return set.examine(number, trial.request, asking).matches ? trial.changes : []
  }

  /// A value of a key that the request lacks with which the statement, which now speaks of it, would not.
  func valueToDiffer(of key: String, _ request: AuthorizationRequest) -> RequestChange? {
    let clauses = statement.conditions.filter { $0.key.isSameKey(as: key) }
    let candidates = clauses.flatMap { CandidateValues.of($0, request, variables: variables) }
    let usual: [[String]?] = CandidateValues.usual + [[String(request.resource.split(separator: "/").last ?? "")]]
    for case let values? in (candidates + usual).prefix(Self.trialsMax) {
      let change = RequestChange.key(key, values)
      if !set.examine(number, request.changed(by: [change]), asking).matches { return change }
    }
    return nil
  }

  /// A request with changes that were good so far.
  private struct Trial {
    private(set) var request: AuthorizationRequest
    private(set) var changes: [RequestChange] = []

    init(_ request: AuthorizationRequest) { self.request = request }

    /// Keeps the changes if the request is good with them.
    mutating func keep(_ more: [RequestChange], if isGood: (AuthorizationRequest) -> Bool) -> Bool {
      let changed = request.changed(by: more)
      guard isGood(changed) else { return false }
      request = changed
      changes += more
      return true
    }
  }

  // MARK: Conditions

  /// Gives the condition's key another value, one that fits all conditions on the key.
  private func repair(condition number: Int, _ trial: inout Trial) -> Bool {
    let clause = statement.conditions[number]
    let sameKey = statement.conditions.indices.filter { statement.conditions[$0].key.isSameKey(as: clause.key) }
    func isGood(_ request: AuthorizationRequest) -> Bool {
      sameKey.allSatisfy { holds($0, request) }
    }
    if isGood(trial.request) { return true }
    if repairVariables(of: clause, &trial, if: isGood) { return true }
    var candidates = CandidateValues.of(clause, trial.request, variables: variables)
    for other in sameKey where other != number {
      candidates += CandidateValues.of(statement.conditions[other], trial.request, variables: variables)
    }
    let fitting = (trial.request.context[clause.key] ?? []).filter { value in
      isGood(trial.request.changed(by: [.key(clause.key, [value])]))
    }
    if !fitting.isEmpty { candidates.insert(fitting, at: 0) }
    for values in (candidates + CandidateValues.usual + [nil]).prefix(Self.trialsMax) {
      let change = values.map { RequestChange.key(clause.key, $0) } ?? .noKey(clause.key)
      if trial.keep([change], if: isGood) { return true }
    }
    return false
  }

  private func holds(_ condition: Int, _ request: AuthorizationRequest) -> Bool {
    set.holds(condition: condition, of: number, request)
  }

  /// Gives the variables that have no value one: that of the key with which they are compared.
  private func repairVariables(
    of clause: ConditionClause, _ trial: inout Trial, if isGood: (AuthorizationRequest) -> Bool
  ) -> Bool {
    let names = unresolved(clause.values, trial.request)
    guard !names.isEmpty else { return false }
    let own = trial.request.context[clause.key] ?? []
    for value in own + ["x"] {
      if trial.keep(names.map { .key($0, [value]) }, if: isGood) { return true }
    }
    // With any value at all, so that the key itself can be given the same.
    _ = trial.keep(names.map { .key($0, ["x"]) }) { _ in own.isEmpty }
    return isGood(trial.request)
  }

  private func unresolved(_ texts: [String], _ request: AuthorizationRequest) -> [String] {
    texts.flatMap { Template($0, .init(variables: variables, wildcards: true)).unresolved(in: request.context) }.unique
  }

  // MARK: Action and resource

  private func repairAction(_ trial: inout Trial) -> Bool {
    for name in CandidateValues.actions(for: statement.actions, trial.request).prefix(Self.trialsMax)
    where trial.keep([.action(name)], if: { set.matchesAction(number, $0) }) { return true }
    return false
  }

  private func repairResource(_ trial: inout Trial) -> Bool {
    guard let list = statement.resources else { return false }
    func isGood(_ request: AuthorizationRequest) -> Bool { set.matchesResource(number, request) }
    let names = unresolved(list.values, trial.request)
    for text in list.values {
      let template = Template(text, .init(variables: variables, wildcards: true))
      let unresolved = template.unresolved(in: trial.request.context)
      for value in template.values(ofFirstUnresolvedIn: trial.request) where !unresolved.isEmpty {
        if trial.keep(unresolved.map { .key($0, [value]) }, if: isGood) { return true }
      }
    }
    for name in CandidateValues.resources(for: list, trial.request, variables: variables).prefix(Self.trialsMax)
    where trial.keep([.resource(name)], if: isGood) { return true }
    guard !names.isEmpty, trial.keep(names.map({ .key($0, ["x"]) }), if: { _ in true }) else { return false }
    if isGood(trial.request) { return true }
    for name in CandidateValues.resources(for: list, trial.request, variables: variables).prefix(Self.trialsMax)
    where trial.keep([.resource(name)], if: isGood) { return true }
    return false
  }
}

extension String {
  /// Condition keys are compared without letter case.
  func isSameKey(as other: String) -> Bool {
    var pool: [UInt8] = []
    let own = ContextKey(self, in: &pool)
    let others = ContextKey(other, in: &pool)
    return isSame(pool.span.extracting(own.name.range), pool.span.extracting(others.name.range))
  }
}

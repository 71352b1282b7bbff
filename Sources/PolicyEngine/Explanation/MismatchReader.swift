/// Finds out why elements of a statement do not match a request, and where they stand.
struct MismatchReader {
  private let set: PolicySet
  private let number: Int
  private let request: AuthorizationRequest
  private let places: DocumentPlaces
  private let statement: Statement
  private let variables: Bool

  init(_ set: PolicySet, _ number: Int, _ request: AuthorizationRequest, _ places: DocumentPlaces) {
    self.set = set
    self.number = number
    self.request = request
    self.places = places
    statement = set.written(number)
    variables = set.hasVariables(number)
  }

  func mismatches(_ examination: Examination) -> [Mismatch] {
    var mismatches: [Mismatch] = []
    if !examination.matchesPrincipal { mismatches.append(principal) }
    if !examination.matchesAction { mismatches.append(action) }
    if !examination.matchesResource { mismatches.append(resource) }
    return mismatches + examination.failedConditions.map { condition($0) }
  }

  private var principal: Mismatch {
    let isNot = statement.isNotPrincipal
    return Mismatch(
      element: isNot ? .notPrincipal : .principal,
      range: places.element(isNot ? "NotPrincipal" : "Principal", of: statement.index, value: nil),
      wanted: statement.principals.map(\.text), given: [request.principal.text], reason: .differs)
  }

  private var action: Mismatch {
    let list = statement.actions
    let name = list.isNegated ? "NotAction" : "Action"
    let nearest =
      list.isNegated
      ? list.values.firstIndex { isMatch($0, request.action) }
      : placesByNearness(list.values, to: request).first
    return Mismatch(
      element: list.isNegated ? .notAction : .action,
      range: places.element(name, of: statement.index, value: nearest ?? 0), wanted: list.values,
      given: [request.action], reason: .differs)
  }

  // MARK: Resource

  private var resource: Mismatch {
    guard let list = statement.resources else { preconditionFailure("a statement without resources is on all") }
    var reason = Mismatch.Reason.differs
    if !list.isNegated || statement.effect == .allow { reason = resourceReason(list.values) }
    let nearest =
      list.isNegated
      ? list.values.indices.first { set.matches(resource: $0, of: number, request) ?? true }
      : list.values.indices.max {
        commonPrefix(list.values[$0], request.resource) < commonPrefix(list.values[$1], request.resource)
      }
    return Mismatch(
      element: list.isNegated ? .notResource : .resource,
      range: places.element(list.isNegated ? "NotResource" : "Resource", of: statement.index, value: nearest ?? 0),
      wanted: list.values, given: [request.resource], reason: reason,
      variables: resolved(list.values, in: .init(variables: variables, wildcards: true)),
      remark: list.isNegated || reason != .differs ? nil : ResourceFit(request)?.remark(onPatterns: list.values))
  }

  private func resourceReason(_ values: [String]) -> Mismatch.Reason {
    var unresolved: [String] = []
    var withColon: [String] = []
    for place in values.indices where set.matches(resource: place, of: number, request) == nil {
      let template = Template(values[place], .init(variables: variables, wildcards: true))
      unresolved += template.unresolved(in: request.context)
      withColon += template.variableNames.filter { request.context[$0]?.first?.contains(":") ?? false }
    }
    if !unresolved.isEmpty { return .unresolvedVariables(unresolved.unique) }
    return withColon.isEmpty ? .differs : .colonInVariables(withColon.unique)
  }

  // MARK: Conditions

  private func condition(_ place: Int) -> Mismatch {
    let clause = statement.conditions[place]
    let given = request.context[clause.key]
    return Mismatch(
      element: .condition(clause.conditionOperator, key: clause.key),
      range: places.clause(place, of: statement.index), wanted: clause.values, given: given,
      reason: conditionReason(place, clause, given),
      variables: resolved(clause.values, in: reading(clause.conditionOperator.comparison)))
  }

  private func reading(_ comparison: ConditionOperator.Comparison) -> Template.Reading {
    .init(variables: variables && comparison.hasVariables, wildcards: true)
  }

  private func resolved(_ texts: [String], in reading: Template.Reading) -> [Mismatch.Variable] {
    let names = texts.flatMap { Template($0, reading).variableNames }.unique
    return names.compactMap { name in
      guard let values = request.context[name], values.count == 1 else { return nil }
      return .init(name: name, value: values[0])
    }
  }

  private func conditionReason(_ place: Int, _ clause: ConditionClause, _ given: [String]?) -> Mismatch.Reason {
    guard let given else { return .keyAbsent }
    if given.isEmpty || (clause.conditionOperator.qualifier == .forAnyValue && given.allSatisfy(\.isEmpty)) {
      return .noValue
    }
    let comparison = clause.conditionOperator.comparison
    guard comparison != .null else { return .differs }
    let found = set.comparisons(condition: place, of: number, request)
    let unreadableOperands = found.unreadableOperands.map { clause.values[$0] }
    let unreadableValues = found.unreadableValues.map { given[$0] }
    if comparison.isNegated {
      // What cannot be compared fails it only where nothing matches, which would do so alone.
      if found.isAnyMatch { return .differs }
      if !unreadableOperands.isEmpty { return .unreadableOperands(unreadableOperands) }
      return unreadableValues.isEmpty ? .differs : .unreadableValues(unreadableValues)
    }
    let unresolved = clause.values.flatMap { Template($0, reading(comparison)).unresolved(in: request.context) }
    if !unresolved.isEmpty { return .unresolvedVariables(unresolved.unique) }
    if !unreadableOperands.isEmpty, unreadableOperands.count == clause.values.count {
      return .unreadableOperands(unreadableOperands)
    }
    return unreadableValues.count == given.count ? .unreadableValues(unreadableValues) : .differs
  }
}

// MARK: Variables

extension Template {
  var variableNames: [String] {
    parts.compactMap { part in
      if case .variable(let key, _) = part { key } else { nil }
    }
  }
}

extension ConditionOperator.Comparison {
  /// Whether `${…}` in its values is a variable: of texts and ARNs.
  var hasVariables: Bool { rawValue.hasPrefix("String") || rawValue.hasPrefix("Arn") }
}

extension [String] {
  /// Each once, in the order of their first places.
  var unique: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}

// MARK: Names of principals

extension Principal {
  /// As the policy writes it.
  package var text: String {
    switch self {
    case .any: "*"
    case .aws(let text), .service(let text), .federated(let text), .canonicalUser(let text): text
    }
  }
}

extension RequestPrincipal {
  /// The name by which policies know it.
  package var text: String {
    switch self {
    case .root(let account): "arn:aws:iam::\(account):root"
    case .user(let arn, _, _), .federatedUser(let arn, _, _): arn
    case .roleSession(let arn, _, _, _): arn
    case .federated(let name, _), .service(let name): name
    case .anonymous: "*"
    }
  }
}

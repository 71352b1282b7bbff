/// Checks of which elements a statement has.
enum StatementChecks {
  static func missingElements(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    func has(_ names: String...) -> Bool { names.contains { statement.elements.contains($0) } }
    var codes: [IssueCode] = []
    if !has("Effect") { codes.append(.missingEffect) }
    if !has("Action", "NotAction") { codes.append(.missingAction) }
    if needsResource(statement, policy), !has("Resource", "NotResource") { codes.append(.missingResource) }
    if needsPrincipal(policy), !has("Principal", "NotPrincipal") { codes.append(.missingPrincipal) }
    return codes.map { Issue($0, at: statement.place) }
  }

  // AWS: "All policies except role trust policies". The policies of ECR's repositories have no resource either, which
  // a policy of an unknown type of resource may be.
  private static func needsResource(_ statement: StatementOutline, _ policy: PolicyOutline) -> Bool {
    guard policy.type == .resource(nil) else { return policy.type != .trust }
    let isRepositorys = (statement.actions?.items ?? []).contains { $0.folded.hasPrefix("ecr") }
    return !policy.isTrust(statement) && !isRepositorys
  }

  private static func needsPrincipal(_ policy: PolicyOutline) -> Bool {
    policy.type.isResource || policy.type == .resourceControl
  }

  static func combinations(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let pairs: [(String, Place?, String, Place?)] = [
      ("Action", statement.actions?.place, "NotAction", statement.notActions?.place),
      ("Resource", statement.resources?.place, "NotResource", statement.notResources?.place),
      ("Principal", statement.principal?.place, "NotPrincipal", statement.notPrincipal?.place),
    ]
    return pairs.compactMap { name, place, otherName, other in
      guard let place, let other else { return nil }
      return Issue(.unsupportedElementCombination, name, otherName, at: [place, other])
    }
  }

  static func effect(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard let text = statement.effectText, statement.effect == nil else { return [] }
    return [Issue(.invalidEffect, text.text, at: text.place)]
  }

  static func emptyElements(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    var issues: [Issue] = []
    for list in [statement.actions, statement.notActions] {
      if let list, list.isEmptyArray { issues.append(Issue(.emptyArrayAction, at: list.place)) }
    }
    for list in [statement.resources, statement.notResources] {
      if let list, list.isEmptyArray { issues.append(Issue(.emptyArrayResource, at: list.place)) }
    }
    for principal in [statement.principal, statement.notPrincipal] {
      guard let principal else { continue }
      if principal.isEmptyObject { issues.append(Issue(.emptyObjectPrincipal, at: principal.place)) }
      for entry in principal.entries where entry.isEmptyArray {
        issues.append(Issue(.emptyArrayPrincipal, at: entry.place))
      }
    }
    return issues
  }
}

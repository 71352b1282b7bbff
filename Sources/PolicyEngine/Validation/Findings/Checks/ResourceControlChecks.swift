/// Checks of resource control policies (orgs_manage_policies_rcps_syntax.md).
enum ResourceControlChecks {
  static func allow(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type == .resourceControl, statement.effect == .allow else { return [] }
    let resources = statement.resources.map { list in list.items.contains { $0.text != "*" } ? list.place : nil }
    let places = [resources ?? nil, statement.notResources?.place, statement.condition?.place].compactMap { $0 }
    return places.isEmpty ? [] : [Issue(.rcpSyntaxErrorAllow, at: places)]
  }

  static func notAction(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type == .resourceControl, let actions = statement.notActions else { return [] }
    return [Issue(.rcpSyntaxErrorNotAction, at: actions.place)]
  }

  // MARK: Services that act for somebody

  private static let principalKeys: Set<String> = [
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths",
  ]
  private static let sourceKeys: Set<String> = [
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths",
  ]
  /// Those of the `sourceKeys` that a service does not send with every call.
  private static let optionalKeys: Set<String> = ["aws:sourceorgid", "aws:sourceorgpaths"]

  static func relatedKeys(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type == .resourceControl, statement.effect == .deny else { return [] }
    let clauses = statement.clauses.filter { $0.comparison != .null }
    let isPrincipalMeant = says("aws:principalisawsservice", "false", clauses)
    let isServiceMeant = says("aws:principalisawsservice", "true", clauses)
    let isPresenceAsked = isPresenceAsked(statement)
    var issues: [Issue] = []
    for name in clauses.map(\.key.name) {
      let key = name.folded
      if principalKeys.contains(key) || key.hasPrefix("aws:principaltag/"), !isPrincipalMeant {
        issues.append(Issue(.rcpMissingRelatedPrincipalConditionKey, name.text, at: name.place))
      }
      if sourceKeys.contains(key), !isServiceMeant {
        issues.append(Issue(.rcpMissingRelatedServicePrincipalConditionKey, name.text, at: name.place))
      }
      if optionalKeys.contains(key), !isPresenceAsked {
        issues.append(Issue(.rcpMissingServiceConditionKeyNullCheck, name.text, at: name.place))
      }
    }
    return issues
  }

  private static func says(_ key: String, _ truth: String, _ clauses: [Clause]) -> Bool {
    clauses.contains { clause in
      clause.comparison == .bool && clause.key.folded == key && clause.key.values.map(\.text.folded) == [truth]
    }
  }

  private static func isPresenceAsked(_ statement: StatementOutline) -> Bool {
    statement.clauses.contains { clause in
      clause.comparison == .null && ["aws:sourceaccount", "aws:sourcearn"].contains(clause.key.folded)
        && clause.key.values.map(\.text.folded) == ["false"]
    }
  }
}

/// Checks of the names of actions.
enum ActionChecks {
  private static func items(of statement: StatementOutline) -> [PlacedText] {
    [statement.actions, statement.notActions].compactMap { $0 }.flatMap(\.items)
  }

  /// Names of one statement for which the nearest known one is looked for, which takes long.
  private static let suggestionsMax = 20

  static func names(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    var issues: [Issue] = []
    for item in items(of: statement) where item.text != "*" && Variables.references(in: item.text).isEmpty {
      if let issue = check(item, suggesting: issues.count < suggestionsMax) { issues.append(issue) }
    }
    return issues
  }

  private static func check(_ item: PlacedText, suggesting: Bool) -> Issue? {
    let parts = item.text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return Issue(.invalidAction, item.text, variant: 1, at: item.place) }
    let service = String(parts[0])
    if service.hasWildcard { return Issue(.wildcardInServiceName, at: item.place) }
    if RetiredServices.prefixes.contains(service.folded) { return nil }
    guard ServiceReference.service(service) != nil else {
      guard suggesting, let near = ServiceReference.suggestions(forService: service).first else {
        return Issue(.invalidServiceInAction, service, variant: 1, at: item.place)
      }
      return Issue(.invalidServiceInAction, service, near.prefix, at: item.place)
    }
    let pattern = Glob.tokens(item.folded.utf8, wildcards: true)
    guard ServiceReference.actions(matching: pattern.span).isEmpty else { return nil }
    guard suggesting, !item.text.hasWildcard,
      let near = ServiceReference.suggestions(forAction: item.text).first, near.service.prefix == service.folded
    else { return Issue(.invalidAction, item.text, variant: 1, at: item.place) }
    return Issue(.invalidAction, item.text, near.description, at: item.place)
  }

  static func serviceControlPolicies(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type == .serviceControl else { return [] }
    return items(of: statement).filter { String($0.text.dropLast()).hasWildcard }
      .map { Issue(.scpSyntaxErrorActionWildcard, $0.text, at: $0.place) }
  }

  // AWS: of all resource control policies only AWS's own, which allows everything, may say `*`
  // (orgs_manage_policies_rcps_syntax.md).
  static func resourceControlPolicies(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type == .resourceControl, let actions = statement.actions else { return [] }
    return actions.items.filter { item in
      if item.text == "*" { return statement.effect != .allow }
      let service = String(item.text.prefix { $0 != ":" })
      return ServiceReference.service(service)?.supportsResourceControlPolicies != true
    }.map { Issue(.rcpSyntaxErrorAction, at: $0.place) }
  }
}

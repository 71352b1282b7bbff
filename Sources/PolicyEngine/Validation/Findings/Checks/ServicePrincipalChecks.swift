/// Checks of grants to AWS's services.
enum ServicePrincipalChecks {
  /// The keys that tell for whom a service acts.
  private static let sourceKeys: Set<String> = [
    "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths",
  ]

  /// Keys that people took before those existed.
  private static let formerKeys: Set<String> = ["aws:referer", "aws:sourceowner"]

  static func sources(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type.isResource, !policy.isTrust(statement), statement.effect == .allow,
      let services = statement.principal?.values(of: "Service"), !services.isEmpty, !statement.hasKey(sourceKeys)
    else { return [] }
    guard let former = statement.clauses.first(where: { formerKeys.contains($0.key.folded) }) else {
      return services.map { Issue(.restrictAccessToServicePrincipal, at: $0.place) }
    }
    return services.map { service in
      Issue(
        .recommendedConditionKeyForServicePrincipal, String(service.text.prefix { $0 != "." }), former.key.name.text,
        at: [former.key.name.place, service.place])
    }
  }

  /// Keys that speak of a principal in an account, which a service is not (reference_policies_condition-keys.md).
  private static let accountKeys = [
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltype",
    "aws:userid", "aws:username",
  ]

  static func unsupportedKeys(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type.isResource, !policy.isTrust(statement), statement.effect == .allow,
      let entries = statement.principal?.entries, !entries.isEmpty, entries.allSatisfy({ $0.key.text == "Service" })
    else { return [] }
    let keys = statement.clauses.filter { clause in
      guard let written = clause.conditionOperator, written.comparison != .null, !written.isIfExists else {
        return false
      }
      return accountKeys.contains(clause.key.folded) || clause.key.folded.hasPrefix("aws:principaltag/")
    }.map(\.key.name)
    guard !keys.isEmpty else { return [] }
    return [
      Issue(
        .unsupportedConditionKeyForServicePrincipal, keys.map(\.text).joined(separator: ", "), at: keys.map(\.place))
    ]
  }
}

/// Checks of policies that are attached to resources other than roles.
enum ResourcePolicyChecks {
  static func notPrincipal(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type.isResource, policy.type != .trust, statement.effect == .allow,
      let principal = statement.notPrincipal
    else { return [] }
    return [Issue(.allowWithNotPrincipal, at: principal.place)]
  }

  static func federatedPrincipals(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type.isResource, !policy.isTrust(statement) else { return [] }
    return [statement.principal, statement.notPrincipal].compactMap { $0 }.flatMap(\.entries)
      .filter { $0.key.text == "Federated" }.map { Issue(.federatedPrincipalNotSupported, at: $0.place) }
  }

  /// What the policy of one type of resource can be about.
  private struct Scope {
    /// The prefix of the actions.
    let service: String
    /// By the names of the service authorization reference.
    let types: Set<String>
  }

  private static func scope(of type: PolicyType.ResourceType) -> Scope {
    switch type {
    case .bucket: Scope(service: "s3", types: ["bucket", "object"])
    case .accessPoint: Scope(service: "s3", types: ["accesspoint", "accesspointobject"])
    case .multiRegionAccessPoint:
      Scope(service: "s3", types: ["accesspoint", "accesspointobject", "multiregionaccesspoint"])
    case .objectLambdaAccessPoint: Scope(service: "s3-object-lambda", types: ["objectlambdaaccesspoint"])
    case .role: Scope(service: "sts", types: ["role"])
    case .table: Scope(service: "dynamodb", types: ["table", "index"])
    }
  }

  static func actions(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard case .resource(let type?) = policy.type else { return [] }
    let scope = scope(of: type)
    return (statement.actions?.items ?? []).filter { !isSupported($0, scope) }
      .map { Issue(.unsupportedActionInPolicy, $0.text, type.rawValue, at: $0.place) }
  }

  private static func isSupported(_ item: PlacedText, _ scope: Scope) -> Bool {
    let parts = item.folded.split(separator: ":", omittingEmptySubsequences: false)
    // Names that are none are findings of their own.
    guard parts.count == 2 else { return true }
    let service = Glob.tokens(parts[0].utf8, wildcards: true)
    guard Glob.matches(service.span, scope.service.utf8.span) else { return false }
    guard !item.text.hasWildcard, let action = ServiceReference.action(item.text) else { return true }
    return action.resourceTypes.contains { scope.types.contains($0.type.name) }
  }

  static func resources(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard case .resource(let type?) = policy.type, type != .role else { return [] }
    let scope = scope(of: type)
    return [statement.resources, statement.notResources].compactMap { $0 }.flatMap(\.items)
      .filter { !isSupported(resource: $0.text, scope, type) }
      .map { Issue(.unsupportedResourceARNInPolicy, type.rawValue, at: $0.place) }
  }

  private static func isSupported(resource: String, _ scope: Scope, _ type: PolicyType.ResourceType) -> Bool {
    let arn = ARNFields(resource)
    // What is not written as an ARN is a finding of its own.
    guard arn.isComplete, arn.fields[0].text == "arn" else { return true }
    let service = arn.service.tokens
    return ARNCatalog.shapes.contains { name, shapes in
      PatternOverlap.exists(service, name.utf8.map(UInt16.init))
        && shapes.contains { shape in
          shape.typeService == scope.service && scope.types.contains(shape.typeName) && shape.admits(arn)
        }
    }
  }
}

/// Checks for statements that let their holder pass, or have made, more roles than was meant.
enum RoleGrantChecks {
  /// The codes of one action, by how action and resource are written.
  private struct Codes {
    let notResource: IssueCode
    let starInActionAndNotResource: IssueCode
    let notActionAndNotResource: IssueCode
    let starInResource: IssueCode
    let starInActionAndResource: IssueCode
    let starInResourceAndNotAction: IssueCode
  }

  static func passRole(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    check(
      "iam:passrole", unless: "iam:passedtoservice", path: "role/", statement, policy,
      Codes(
        notResource: .passRoleWithNotResource,
        starInActionAndNotResource: .passRoleWithStarInActionAndNotResource,
        notActionAndNotResource: .passRoleWithNotActionAndNotResource, starInResource: .passRoleWithStarInResource,
        starInActionAndResource: .passRoleWithStarInActionAndResource,
        starInResourceAndNotAction: .passRoleWithStarInResourceAndNotAction))
  }

  static func createServiceLinkedRole(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    check(
      "iam:createservicelinkedrole", unless: "iam:awsservicename", path: "role/aws-service-role/", statement, policy,
      Codes(
        notResource: .createSLRWithNotResource,
        starInActionAndNotResource: .createSLRWithStarInActionAndNotResource,
        notActionAndNotResource: .createSLRWithNotActionAndNotResource, starInResource: .createSLRWithStarInResource,
        starInActionAndResource: .createSLRWithStarInActionAndResource,
        starInResourceAndNotAction: .createSLRWithStarInResourceAndNotAction))
  }

  /// - Parameters:
  ///   - key: the condition key that narrows the action enough.
  ///   - path: behind which, or before the end of which, a `*` means all roles.
  private static func check(
    _ action: String, unless key: String, path: String, _ statement: StatementOutline, _ policy: PolicyOutline,
    _ codes: Codes
  ) -> [Issue] {
    guard policy.type.isIdentity, statement.effect == .allow, !isNarrowed(statement, by: key) else { return [] }
    let exact = statement.actions?.items.first { $0.folded == action }
    let wild = statement.actions?.items.first { $0.text.hasWildcard && $0.matches(action) }
    let allBut = statement.notActions.flatMap { $0.matches(action) || $0.isEmptyArray ? nil : $0 }
    if let resources = statement.notResources {
      return issues(
        [
          (exact?.place, codes.notResource), (wild?.place, codes.starInActionAndNotResource),
          (allBut?.place, codes.notActionAndNotResource),
        ], at: resources.place)
    }
    guard let resource = statement.resources?.items.first(where: { isEveryRole($0.text, path) }) else { return [] }
    return issues(
      [
        (exact?.place, codes.starInResource), (wild?.place, codes.starInActionAndResource),
        (allBut?.place, codes.starInResourceAndNotAction),
      ], at: resource.place)
  }

  // AWS: of its own policies the pages name one with `StringEqualsIfExists` on the key, and one whose value begins with
  // a wildcard: neither keeps the finding away.
  private static func isNarrowed(_ statement: StatementOutline, by key: String) -> Bool {
    statement.clauses.contains { clause in
      guard clause.key.folded == key, let written = clause.conditionOperator, written.comparison.family == .string,
        !written.comparison.isNegated, !written.isIfExists
      else { return false }
      return !clause.key.values.contains { $0.text.hasPrefix("*") }
    }
  }

  private static func issues(_ found: [(Place?, IssueCode)], at resource: Place) -> [Issue] {
    found.compactMap { place, code in place.map { Issue(code, at: [$0, resource]) } }
  }

  private static func isIAM(_ service: String) -> Bool {
    Glob.matches(Glob.tokens(service.utf8, wildcards: true).span, "iam".utf8.span)
  }

  // AWS: "Some AWS services include their service namespace in the name of their role", so that a name which begins
  // with some letters is taken to be meant.
  private static func isEveryRole(_ resource: String, _ path: String) -> Bool {
    if resource == "*" { return true }
    let arn = ARNFields(resource)
    guard arn.isComplete else {
      return arn.isOpen && (arn.fields.count < 3 || isIAM(arn.service.text))
    }
    guard isIAM(arn.service.text), arn.resource.text.hasSuffix("*") else { return false }
    return path.utf8.starts(with: arn.resource.text.utf8.prefix { $0 != UInt8(ascii: "*") })
      && arn.resource.text.utf8.drop { $0 != UInt8(ascii: "*") }.allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

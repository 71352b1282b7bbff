internal import AWSCore

/// Checks of the trust policies of roles.
enum TrustChecks {
  static func elements(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type == .trust else { return [] }
    var issues: [Issue] = []
    if let principal = statement.notPrincipal {
      issues.append(Issue(.roleTrustPolicySyntaxErrorNotPrincipal, at: principal.place))
    }
    if let principal = statement.principal, principal.isStar {
      issues.append(Issue(.roleTrustPolicyUnsupportedWildcardInPrincipal, at: principal.place))
    }
    for list in [statement.resources, statement.notResources] {
      if let list { issues.append(Issue(.roleTrustPolicySyntaxErrorResource, at: list.place)) }
    }
    return issues
  }

  static func federatedPrincipals(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.isTrust(statement), let principal = statement.principal else { return [] }
    return principal.values(of: "Federated").filter { value in
      !value.text.hasWildcard && Variables.references(in: value.text).isEmpty && IdentityProvider(value.text) == nil
    }.map { Issue(.invalidFederatedPrincipalSyntaxInRoleTrustPolicy, at: $0.place) }
  }

  // MARK: Which action is for whom

  private static let actionNames = [
    "sts:assumerole": "sts:AssumeRole", "sts:assumerolewithsaml": "sts:AssumeRoleWithSAML",
    "sts:assumerolewithwebidentity": "sts:AssumeRoleWithWebIdentity",
  ]

  /// An action that none of a statement's principals can call.
  static func actionsForPrincipals(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.isTrust(statement), let principal = statement.principal, !principal.isStar else { return [] }
    let values = principal.entries.flatMap { entry in entry.values.map { (entry.key.text, $0) } }
    guard !values.isEmpty else { return [] }
    var seen: Set<String> = []
    return (statement.actions?.items ?? []).compactMap { item in
      guard let name = actionNames[item.folded], seen.insert(name).inserted,
        !values.contains(where: { mayCall(item.folded, $0.0, $0.1.text) })
      else { return nil }
      let names = values.map(\.1.text).joined(separator: ", ")
      return Issue(.mismatchedActionForPrincipal, name, names, at: [item.place] + values.map(\.1.place))
    }
  }

  private static func mayCall(_ action: String, _ key: String, _ value: String) -> Bool {
    guard key == "Federated" else { return action == "sts:assumerole" || value == "*" }
    switch IdentityProvider(value) {
    case .saml?: return action == "sts:assumerolewithsaml"
    case .openID?: return action == "sts:assumerolewithwebidentity"
    // What is not written as a provider is a finding of its own.
    case nil: return true
    }
  }

  // MARK: Principals

  static func redundantPrincipals(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.isTrust(statement), let principal = statement.principal else { return [] }
    let values = principal.values(of: "AWS")
    var parents: [String: PlacedText] = [:]
    for value in values {
      if case .role(let account, let name)? = AWSPrincipal(value.text) { parents["\(account)/\(name)"] = value }
    }
    return values.compactMap { value in
      guard case .roleSession(let account, let role)? = AWSPrincipal(value.text),
        let parent = parents["\(account)/\(role)"]
      else { return nil }
      return Issue(.redundantPrincipalInRoleTrustPolicy, value.text, parent.text, at: [value.place, parent.place])
    }
  }

  private static let rolesAnywhere = "rolesanywhere.amazonaws.com"

  /// What IAM Roles Anywhere may call, over the whole policy.
  static func rolesAnywhere(_ policy: PolicyOutline) -> [Issue] {
    let statements = policy.statements.filter { statement in
      policy.isTrust(statement) && statement.effect == .allow
        && (statement.principal?.values(of: "Service") ?? []).contains { $0.text == rolesAnywhere }
    }
    guard let first = statements.first?.actions else { return [] }
    let isWhole = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"].allSatisfy { action in
      statements.contains { $0.actions?.matches(action) == true }
    }
    return isWhole ? [] : [Issue(.missingActionForRolesAnywhereTrustPolicy, at: first.place)]
  }
}

/// Whom the key `Federated` of a trust policy names.
enum IdentityProvider: Equatable {
  case saml
  /// With what its condition keys begin with.
  case openID(host: String)

  static let gitHub = IdentityProvider.openID(host: "token.actions.githubusercontent.com")

  /// Reads the ARN of a provider or the domain of one that every account knows.
  init?(_ text: String) {
    guard text.hasPrefix("arn:") else {
      guard Self.isDomain(text) else { return nil }
      self = .openID(host: text)
      return
    }
    guard let arn = ARN(text), arn.service == "iam", arn.region.isEmpty, arn.accountID != nil,
      let slash = arn.resource.firstIndex(of: "/")
    else { return nil }
    let name = arn.resource[arn.resource.index(after: slash)...]
    switch arn.resource[..<slash] {
    case "saml-provider" where !name.isEmpty: self = .saml
    case "oidc-provider" where !name.isEmpty: self = .openID(host: String(name))
    default: return nil
    }
  }

  private static func isDomain(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count > 1
      && labels.allSatisfy { label in
        !label.isEmpty && label.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
      }
  }
}

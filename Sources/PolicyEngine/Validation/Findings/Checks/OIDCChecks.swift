/// Checks of what a role demands of the tokens of OpenID Connect.
enum OIDCChecks {
  private static let gitHubSubject = "token.actions.githubusercontent.com:sub"
  private static let gitHubReference = "token.actions.githubusercontent.com:ref"

  static func conditionKeys(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.isTrust(statement), statement.effect == .allow, let principal = statement.principal else { return [] }
    return principal.values(of: "Federated").compactMap { value in
      guard case .openID(let host)? = IdentityProvider(value.text) else { return nil }
      if IdentityProvider(value.text) == .gitHub {
        return statement.hasKey([gitHubSubject]) ? nil : Issue(.missingGitHubRepoConditionKey, at: value.place)
      }
      let prefix = host.folded + ":"
      let isNarrowed = statement.clauses.contains { $0.key.folded.hasPrefix(prefix) }
      return isNarrowed ? nil : Issue(.missingConditionKeyForOIDCPrincipal, at: value.place)
    }
  }

  /// `repo:organization/repository:…` with a wildcard in what must not be open.
  static func gitHubSubjects(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard clause.key.folded == gitHubSubject, clause.comparison == .stringLike else { return [] }
    let hasReference = statement.hasKey([gitHubReference])
    return clause.key.values.filter { value in
      let parts = value.text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      let repository = parts.prefix(2).joined(separator: ":")
      return repository.hasWildcard || (value.text.hasWildcard && !hasReference)
    }.map { Issue(.specificGitHubRepoAndBranchRecommended, at: $0.place) }
  }

  /// Set qualifiers on the audience of a token.
  static func audiences(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard let qualifier = clause.conditionOperator?.qualifier, clause.key.folded.hasSuffix(":aud"),
      !clause.key.folded.hasPrefix("saml:")
    else { return [] }
    if clause.key.reference != nil || clause.key.folded.hasPrefix("token.actions.githubusercontent.com:") {
      guard qualifier == .forAnyValue else { return [] }
      return [Issue(.forAnyValueWithAudienceClaimType, clause.key.name.text, at: clause.key.name.place)]
    }
    return [Issue(.confirmAudienceClaimType, clause.key.name.text, "audience", at: clause.key.name.place)]
  }
}

/// Every check; each is a pure function over the outline of a policy.
enum Checks {
  typealias OfDocument = @Sendable (PolicyOutline) -> [Issue]
  typealias OfStatement = @Sendable (StatementOutline, PolicyOutline) -> [Issue]
  typealias OfClause = @Sendable (Clause, StatementOutline, PolicyOutline) -> [Issue]

  private static let ofDocuments: [OfDocument] = [
    DocumentChecks.version, DocumentChecks.size, DocumentChecks.statementIDs, RedundancyChecks.statements,
    TrustChecks.rolesAnywhere,
  ]

  private static let ofStatements: [OfStatement] = [
    StatementChecks.missingElements, StatementChecks.combinations, StatementChecks.effect,
    StatementChecks.emptyElements, PrincipalChecks.support, PrincipalChecks.keys, PrincipalChecks.awsPrincipals,
    PrincipalChecks.servicePrincipals, PrincipalChecks.wildcards, VariableChecks.elements, VariableChecks.resources,
    ActionChecks.names, ActionChecks.serviceControlPolicies, ActionChecks.resourceControlPolicies,
    ResourceARNChecks.resources, RedundancyChecks.actions, RedundancyChecks.resources, RoleGrantChecks.passRole,
    RoleGrantChecks.createServiceLinkedRole, TrustChecks.elements, TrustChecks.federatedPrincipals,
    TrustChecks.actionsForPrincipals, TrustChecks.redundantPrincipals, OIDCChecks.conditionKeys,
    ResourcePolicyChecks.notPrincipal, ResourcePolicyChecks.federatedPrincipals, ResourcePolicyChecks.actions,
    ResourcePolicyChecks.resources, ServicePrincipalChecks.sources, ServicePrincipalChecks.unsupportedKeys,
    ResourceControlChecks.allow, ResourceControlChecks.notAction, ResourceControlChecks.relatedKeys,
    ConditionShapeChecks.emptyObjects, ConditionShapeChecks.operators, ConditionShapeChecks.duplicateKeys,
    KeyActionChecks.unsupportedActions, KeyActionChecks.missingActions, KeyActionChecks.tagKeys,
    KeyActionChecks.vpcEndpointKeys, KeyCombinationChecks.pairs, KeyCombinationChecks.dynamoDBAttributes,
  ]

  private static let ofClauses: [OfClause] = [
    ConditionShapeChecks.emptyArrays, ConditionShapeChecks.valueTypes, ConditionShapeChecks.booleans,
    VariableChecks.conditions, ConditionKeyChecks.names, ConditionKeyChecks.qualifiers, ConditionKeyChecks.trust,
    ConditionKeyChecks.types, ConditionKeyChecks.relevance, ConditionValueChecks.readability,
    ConditionValueChecks.regions, ConditionValueChecks.vpcs, ConditionValueChecks.kmsKeys,
    ConditionValueChecks.servicePrincipals, ConditionValueChecks.numbers, WildcardChecks.withoutLike,
    WildcardChecks.alone, WildcardChecks.sensitiveKeys, WildcardChecks.variablesInSensitiveKeys,
    WildcardChecks.s3Prefixes, IPAddressChecks.ranges, IPAddressChecks.privateAddresses, OIDCChecks.audiences,
    OIDCChecks.gitHubSubjects,
  ]

  static func issues(in policy: PolicyOutline) -> [Issue] {
    var issues = ofDocuments.flatMap { $0(policy) }
    for statement in policy.statements {
      for check in ofStatements { issues += check(statement, policy) }
      for clause in statement.clauses {
        for check in ofClauses { issues += check(clause, statement, policy) }
      }
    }
    return issues
  }
}

/// Checks of keys that some of a statement's actions do not know.
enum KeyActionChecks {
  private typealias Written = (item: PlacedText, action: ServiceReference.Action)

  /// The actions of `Action` that are written out, each once.
  private static func actions(of statement: StatementOutline) -> [Written] {
    var seen: Set<ServiceReference.Action> = []
    return (statement.actions?.items ?? []).filter { !$0.text.hasWildcard }.compactMap { item in
      guard let action = ServiceReference.action(item.text), seen.insert(action).inserted else { return nil }
      return (item, action)
    }
  }

  // AWS: "If the Action element has actions with wildcards, IAM Access Analyzer doesn't evaluate those actions". What an
  // identity provider says is there when a session begins; some of it stays with the session, so that only the actions
  // of STS are looked at.
  static func unsupportedActions(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let actions = actions(of: statement).filter { $0.action.service.prefix == "sts" }
    guard !actions.isEmpty else { return [] }
    return statement.clauses.filter { isDemand($0) && isProvidersKey($0.key) }.compactMap { clause in
      let others = actions.filter { !$0.action.knows(clause.key.name.text) }
      guard !others.isEmpty else { return nil }
      let names = others.map(\.item.text).joined(separator: ", ")
      return Issue(
        .unsupportedActionForConditionKey, names, clause.key.name.text,
        at: others.map(\.item.place) + [clause.key.place])
    }
  }

  /// Whether a clause fails where its key is missing.
  private static func isDemand(_ clause: Clause) -> Bool {
    guard let written = clause.conditionOperator else { return false }
    return written.comparison != .null && !written.isIfExists && !written.comparison.isNegated
      && written.qualifier != .forAllValues
  }

  /// Keys that an identity provider sets, of which the reference knows for which actions.
  private static func isProvidersKey(_ key: KeyElement) -> Bool {
    guard let reference = key.reference, !reference.isGlobal else { return false }
    let prefix = key.folded.prefix { $0 != ":" }
    return prefix.contains(".") || prefix == "saml"
  }

  // MARK: Actions that a key needs

  static func missingActions(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let names = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]
    guard statement.effect == .allow, let actions = statement.actions, names.contains(where: { actions.matches($0) })
    else { return [] }
    return statement.clauses.filter { $0.comparison != .null }.compactMap { clause in
      guard let needed = actionThatSets(clause.key), !isAllowed(needed, by: policy) else { return nil }
      return Issue(
        .missingActionForConditionKey, needed, clause.key.name.text, at: [actions.place, clause.key.name.place])
    }
  }

  private static func isAllowed(_ action: String, by policy: PolicyOutline) -> Bool {
    policy.statements.contains { $0.effect == .allow && $0.actions?.matches(action) == true }
  }

  /// The action of STS without which the value of a key cannot be set (id_session-tags.md).
  private static func actionThatSets(_ key: KeyElement) -> String? {
    switch key.folded {
    case "sts:sourceidentity": "sts:SetSourceIdentity"
    case "sts:transitivetagkeys", "aws:tagkeys": "sts:TagSession"
    default: key.folded.hasPrefix("aws:requesttag/") ? "sts:TagSession" : nil
    }
  }

  // MARK: Tags of resources

  static func tagKeys(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let keys = statement.clauses.filter { $0.key.folded.hasPrefix("aws:resourcetag/") && isDemand($0) }.map(\.key.name)
    guard let first = keys.first, let effect = statement.effect else { return [] }
    if let list = statement.notActions {
      let code: IssueCode =
        effect == .allow
        ? .allowNotActionWithUnsupportedTagConditionKeyForService
        : .denyNotActionWithUnsupportedTagConditionKeyForService
      return keys.map { Issue(code, $0.text, at: [$0.place, list.place]) }
    }
    // Whether an action knows tags does not depend on the tag.
    let others = actions(of: statement).filter { !$0.action.knows(first.text) }
    guard !others.isEmpty else { return [] }
    let services = Set(others.map(\.action.service.prefix)).sorted().joined(separator: ", ")
    let code: IssueCode =
      effect == .allow
      ? .allowWithUnsupportedTagConditionKeyForService : .denyWithUnsupportedTagConditionKeyForService
    let places = others.prefix(Issue.placesMax - 1).map(\.item.place)
    return keys.map { Issue(code, $0.text, services, at: places + [$0.place]) }
  }

  // MARK: VPC endpoints

  /// The services that send `aws:VpceAccount`, `aws:VpceOrgID` and `aws:VpceOrgPaths`
  /// (reference_policies_condition-keys.md).
  private static let endpointServices: Set<String> = [
    "acm-pca", "applicationinsights", "apprunner", "athena", "cloudformation", "comprehendmedical", "compute-optimizer",
    "datasync", "discovery", "dynamodb", "ebs", "ecr", "ecs", "firehose", "gamelift", "healthlake", "iam",
    "iotfleetwise", "iotwireless", "kinesisanalytics", "kms", "lambda", "medical-imaging", "omics",
    "payment-cryptography", "polly", "rbin", "rekognition", "route53", "s3", "scheduler", "servicediscovery",
    "servicequotas", "shield", "ssm-contacts", "storagegateway", "textract", "transcribe", "transfer",
  ]

  /// Those that send `aws:VpceOrgID` besides.
  private static let endpointOrganizationServices: Set<String> = [
    "b2bi", "cassandra", "cognito-identity", "dms", "ds-data", "identitystore", "iottwinmaker", "network-firewall",
    "pricing", "ses", "sms-voice", "sqs", "workmail",
  ]

  static func vpcEndpointKeys(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let keys = statement.clauses.map(\.key).filter {
      ["aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"].contains($0.folded)
    }
    return keys.filter { !isScoped(statement, $0.folded) }.map {
      Issue(.useConditionKeyOnlyWithSupportedServices, $0.name.text, at: $0.name.place)
    }
  }

  private static func isScoped(_ statement: StatementOutline, _ key: String) -> Bool {
    guard let actions = statement.actions else { return false }
    return actions.items.allSatisfy { item in
      let service = String(item.folded.prefix { $0 != ":" })
      return endpointServices.contains(service)
        || (key == "aws:vpceorgid" && endpointOrganizationServices.contains(service))
    }
  }
}

extension ServiceReference.Action {
  /// Whether requests for the action can carry the key that a policy writes like this.
  fileprivate func knows(_ key: String) -> Bool {
    conditionKeys.contains { $0.matches(key) }
      || resourceTypes.contains { resource in
        resource.conditionKeys.contains { $0.matches(key) } || resource.type.conditionKeys.contains { $0.matches(key) }
      }
  }
}

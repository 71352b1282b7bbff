/// Checks of the keys of conditions, and of operators that do not suit them.
enum ConditionKeyChecks {
  static func names(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let name = clause.key.name
    guard let colon = name.text.firstIndex(of: ":"), colon != name.text.startIndex,
      name.text.index(after: colon) != name.text.endIndex
    else { return [Issue(.invalidConditionKeyFormat, at: name.place)] }
    if clause.key.reference != nil { return [] }
    if let issue = missingTagKey(name) { return [issue] }
    let service = String(name.text[..<colon])
    if service.folded == "aws" { return [unknownGlobalKey(name, policy)] }
    // The keys of identity providers begin with a host.
    if service.contains(".") || service.contains("/") || RetiredServices.prefixes.contains(service.folded) { return [] }
    guard ServiceReference.service(service) != nil else {
      return [Issue(.invalidService, service, at: name.place)]
    }
    return [Issue(.invalidServiceConditionKey, name.text, service, at: name.place)]
  }

  private static func unknownGlobalKey(_ name: PlacedText, _ policy: PolicyOutline) -> Issue {
    guard name.folded == "aws:arn" else { return Issue(.invalidGlobalConditionKey, name.text, at: name.place) }
    // AWS: the pages on both codes name this one key. `aws:SourceArn`, which only one of them recommends, is for the
    // policies of resources.
    let isOfResources = policy.type.isResource || policy.type == .resourceControl
    return Issue(isOfResources ? .unsupportedGlobalConditionKey : .deprecatedGlobalConditionKey, at: name.place)
  }

  /// `aws:ResourceTag` or `aws:ResourceTag/`, with no tag named.
  private static func missingTagKey(_ name: PlacedText) -> Issue? {
    let stem = name.text.hasSuffix("/") ? name.text : name.text + "/"
    guard let key = ServiceReference.conditionKey(stem + "x"), key.hasPlaceholder,
      key.name.folded.hasPrefix(stem.folded + "${")
    else { return nil }
    return Issue(.missingTagKeyInCondition, stem, at: name.place)
  }

  // AWS: its reference gives this key several values, its guide and its own policies take it for one
  // (eb-use-conditions.md).
  private static let singleKeys: Set<String> = ["events:detail-type"]

  static func qualifiers(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard let written = clause.conditionOperator, written.comparison != .null,
      let key = clause.key.reference
    else { return [] }
    let name = clause.key.name
    switch written.qualifier {
    case nil where key.isMultivalued && !singleKeys.contains(clause.key.folded):
      return [Issue(.missingQualifier, name.text, at: name.place)]
    // In a Deny a key that is missing denies more, not less.
    case .forAllValues? where !key.isMultivalued && statement.effect == .allow:
      return [Issue(.forAllValuesWithSingleValuedKey, name.text, at: clause.operatorName.place)]
    default: return []
    }
  }

  /// Keys that say what the caller wants them to.
  private static let spoofableKeys: Set<String> = ["aws:referer", "aws:useragent"]

  static func trust(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard spoofableKeys.contains(clause.key.folded) else { return [] }
    return [Issue(.untrustworthyConditionKey, clause.key.name.text, at: clause.key.name.place)]
  }

  // MARK: Types

  static func types(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard let comparison = clause.comparison, comparison != .null,
      let key = clause.key.reference
    else { return [] }
    let families = key.types.map(\.family)
    if families.contains(comparison.family) { return [] }
    let written = clause.operatorName
    let name = clause.key.name
    if families.contains(.arn), comparison.family == .string {
      // AWS: ARNs are texts too; only a wildcard of a text reaches over their colons.
      guard comparison == .stringLike || comparison == .stringNotLike else { return [] }
      let better: ConditionOperator.Comparison = comparison == .stringLike ? .arnLike : .arnNotLike
      return [
        Issue(
          .stringLikeOperatorWithARNConditionKeys, better.rawValue, comparison.rawValue, name.text, at: written.place)
      ]
    }
    // What a tag or an encryption context says is anybody's choice, an ARN for instance.
    if comparison.family == .arn, families.contains(.string), key.hasPlaceholder { return [] }
    let allowed = families.map(\.rawValue).joined(separator: " or ")
    return [Issue(.typeMismatch, allowed, comparison.rawValue, name.text, at: written.place)]
  }

  // MARK: Where a key says nothing

  private static let resourceKeys: Set<String> = [
    "s3:resourceaccount", "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths",
  ]

  /// Keys about the owner of the resource in the resource's own policy.
  static func relevance(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard case .resource(let type?) = policy.type, type != .role, resourceKeys.contains(clause.key.folded) else {
      return []
    }
    return [Issue(.irrelevantConditionKeyInPolicy, clause.key.name.text, type.rawValue, at: clause.key.name.place)]
  }
}

extension ServiceReference.ValueType {
  fileprivate var family: ConditionOperator.Comparison.Family {
    switch self {
    case .string: .string
    case .arn: .arn
    case .bool: .bool
    case .numeric: .numeric
    case .date: .date
    case .ipAddress: .ipAddress
    case .binary: .binary
    }
  }
}

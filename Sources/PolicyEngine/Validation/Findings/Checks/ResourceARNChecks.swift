internal import AWSCore

/// Checks of the ARNs in `Resource` and `NotResource`.
enum ResourceARNChecks {
  /// Longer resources are not compared with the known types; no ARN of AWS's comes near.
  private static let charactersMax = 2_048

  static func resources(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    [statement.resources, statement.notResources].compactMap { $0 }.flatMap(\.items)
      .filter { $0.text != "*" }.flatMap { check($0, policy) }
  }

  private static func check(_ item: PlacedText, _ policy: PolicyOutline) -> [Issue] {
    let arn = ARNFields(item.text)
    // A text that is one variable stands for a whole ARN.
    if arn.fields.count == 1, arn.fields[0].text.hasPrefix("${") { return [] }
    guard arn.fields[0].text == "arn" else { return [Issue(.invalidARNPrefix, at: item.place)] }
    guard arn.fields.count > 1 else { return [missingFields(item)] }
    let early = partition(arn, item, policy) + (arn.fields.count > 2 ? service(arn, item, policy) : [])
    guard arn.isComplete else { return early + (arn.isOpen ? [] : [missingFields(item)]) }
    let name = arn.service.text
    guard arn.service.isLiteral, let shapes = ARNCatalog.shapes[name], item.text.utf8.count <= charactersMax else {
      return early + region(arn, [], item, policy) + account(arn, [], item, policy)
    }
    let resource = arn.resource.tokens
    let candidates = shapes.filter { PatternOverlap.exists(resource, $0.resource) }
    if candidates.isEmpty {
      return early + [Issue(.invalidARNResource, at: policy.part(arn.resource.characters, of: item))]
    }
    return early + region(arn, candidates, item, policy) + account(arn, candidates, item, policy)
  }

  private static func missingFields(_ item: PlacedText) -> Issue {
    Issue(.missingARNField, String(ARNFields.count), at: item.place)
  }

  private static func partition(_ arn: ARNFields, _ item: PlacedText, _ policy: PolicyOutline) -> [Issue] {
    let partition = arn.partition
    if partition.hasVariable || Regions.isPartition(pattern: partition.text) { return [] }
    let service = arn.fields.count > 2 ? arn.service.text : ""
    return [
      Issue(
        .invalidPartition, service, partition.text, Regions.partitions.joined(separator: ", "),
        at: policy.part(partition.characters, of: item))
    ]
  }

  private static func service(_ arn: ARNFields, _ item: PlacedText, _ policy: PolicyOutline) -> [Issue] {
    let service = arn.service
    if service.hasVariable { return [] }
    let place = policy.part(service.characters, of: item)
    if service.text.hasWildcard { return [Issue(.wildcardInServiceName, at: place)] }
    if service.text != service.text.folded { return [Issue(.invalidARNServiceCase, service.text, at: place)] }
    return ARNCatalog.isService(service.text) ? [] : [Issue(.invalidService, service.text, at: place)]
  }

  private static func region(
    _ arn: ARNFields, _ shapes: [ARNCatalog.Shape], _ item: PlacedText, _ policy: PolicyOutline
  ) -> [Issue] {
    let region = arn.region
    if region.hasVariable { return [] }
    // AWS: IAM's resources admit no region at all, not even a wildcard.
    let isRefused = arn.service.text == "iam" && !region.text.isEmpty
    if !shapes.isEmpty, isRefused || !shapes.contains(where: { $0.region.admits(region) }) {
      let code: IssueCode? =
        if region.text.isEmpty {
          .missingARNRegion
        } else if shapes.allSatisfy({ $0.region == .empty }) {
          .arnRegionNotAllowed
        } else {
          nil
        }
      if let code { return [Issue(code, arn.service.text, at: policy.part(region.characters, of: item))] }
    }
    if region.text.isEmpty || Regions.isKnown(pattern: region.text) { return [] }
    if shapes.contains(where: { $0.region == .literal(region.text) }) { return [] }
    return [Issue(.invalidARNRegion, region.text, at: policy.part(region.characters, of: item))]
  }

  private static func account(
    _ arn: ARNFields, _ shapes: [ARNCatalog.Shape], _ item: PlacedText, _ policy: PolicyOutline
  ) -> [Issue] {
    let account = arn.account
    if account.hasVariable { return [] }
    let place = policy.part(account.characters, of: item)
    let isAdmitted = shapes.isEmpty || shapes.contains { $0.account.admits(account) }
    if account.text.isEmpty {
      return isAdmitted || openServices.contains(arn.service.text)
        ? [] : [Issue(.missingARNAccount, arn.resource.text, at: place)]
    }
    if !isAdmitted, shapes.allSatisfy({ $0.account == .empty }) {
      return [Issue(.arnAccountNotAllowed, arn.service.text, at: place)]
    }
    return isAccount(account, shapes) ? [] : [Issue(.invalidARNAccount, account.text, at: place)]
  }

  /// Services in which AWS has resources of its own for everybody, under no account: documents, parameters, views.
  private static let openServices: Set<String> = ["resource-explorer-2", "ssm"]

  // AWS: some resources of its own stand under a name in place of an account.
  private static let ownAccounts: Set<String> = ["aws", "amazon", "aws-marketplace", "cloudfront", "self"]

  private static func isAccount(_ account: ARNFields.Field, _ shapes: [ARNCatalog.Shape]) -> Bool {
    if account.text.hasWildcard {
      let tokens = account.tokens
      let digits = tokens.allSatisfy { token in
        token == Glob.anyRun || token == Glob.anyOne || (0x30...0x39).contains(token)
      }
      return digits && tokens.count { $0 != Glob.anyRun } <= 12
    }
    if AccountID(account.text) != nil || ownAccounts.contains(account.text) { return true }
    return shapes.contains { $0.account == .literal(account.text) }
  }
}

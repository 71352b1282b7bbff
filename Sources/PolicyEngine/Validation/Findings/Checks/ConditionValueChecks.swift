internal import AWSCore

/// Checks of the values of conditions.
enum ConditionValueChecks {
  /// Values that the operator cannot read.
  static func readability(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard let comparison = clause.comparison else { return [] }
    let name = clause.operatorName.text
    return clause.key.values.filter { Variables.references(in: $0.text).isEmpty }.compactMap { value in
      let code: IssueCode
      switch comparison.family {
      case .string, .arn: return nil
      case .numeric where DecimalNumber(value.text) == nil: code = .typeMismatchNumber
      case .date: return date(value)
      case .bool where !isBoolean(value.text), .null where !isBoolean(value.text): code = .typeMismatchBoolean
      case .binary where Base64.decode(value.text) == nil: code = .typeMismatchString
      case .ipAddress where IPNetwork(value.text) == nil: code = .typeMismatchIPRange
      default: return nil
      }
      return Issue(code, name, at: value.place)
    }
  }

  private static func isBoolean(_ text: String) -> Bool { ["true", "false"].contains(text.folded) }

  /// Dates in digits only, which may be a year or seconds, and days that the calendar does not have.
  private static func date(_ value: ConditionValue) -> Issue? {
    guard Instant.isWellWritten(value.text) else { return Issue(.typeMismatchDate, at: value.place) }
    let isNumber = Int(value.text) != nil
    return isNumber || Instant(value.text) == nil ? Issue(.invalidDateValue, value.text, at: value.place) : nil
  }

  private static let regionKeys: Set<String> = ["aws:requestedregion", "ec2:region"]

  static func regions(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard regionKeys.contains(clause.key.folded), clause.comparison?.family == .string else { return [] }
    return literals(of: clause).filter { value in
      clause.hasWildcards ? !Regions.isKnown(pattern: value.text) : !Regions.isKnown(value.text)
    }.map { Issue(.invalidRegion, $0.text, at: $0.place) }
  }

  // MARK: VPCs

  static func vpcs(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let prefixes: [String: (prefix: String, code: IssueCode)] = [
      "aws:sourcevpc": ("vpc-", .invalidVPCFormat), "aws:sourcevpce": ("vpce-", .invalidVPCEFormat),
    ]
    guard let form = prefixes[clause.key.folded], clause.comparison?.family == .string else { return [] }
    return literals(of: clause).filter { value in
      if clause.hasWildcards, value.text.hasWildcard { return false }
      let id = value.text.dropFirst(form.prefix.count)
      let isWritten =
        value.text.hasPrefix(form.prefix) && [8, 17].contains(id.utf8.count)
        && id.utf8.allSatisfy(\.isASCIIAlphanumeric)
      return !isWritten
    }.map { Issue(form.code, at: $0.place) }
  }

  // MARK: KMS keys

  /// Keys of ARNs whose name says that they are of KMS keys.
  static func kmsKeys(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let name = clause.key.folded
    guard name.contains("kms"), !name.hasPrefix("kms:"), let family = clause.comparison?.family,
      family == .string || family == .arn, clause.key.reference?.types == [.arn]
    else { return [] }
    return literals(of: clause).filter { !isKMSKey($0.text, wildcards: clause.hasWildcards) }
      .map { Issue(.invalidKMSKeyValue, clause.key.name.text, at: $0.place) }
  }

  private static func isKMSKey(_ text: String, wildcards: Bool) -> Bool {
    let arn = ARNFields(text)
    if wildcards, text.hasWildcard {
      if !arn.isComplete { return arn.isOpen || text == "*" }
      return (ARNCatalog.shapes["kms"] ?? []).contains { $0.typeName == "key" && $0.admits(arn) }
    }
    return arn.isComplete && arn.fields[0].text == "arn" && arn.service.text == "kms" && !arn.region.text.isEmpty
      && AccountID(arn.account.text) != nil && arn.resource.text.hasPrefix("key/")
  }

  // MARK: Services

  private static let servicePrincipalKeys: Set<String> = [
    "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:principalservicename",
    "aws:principalservicenameslist", "iam:awsservicename", "iam:passedtoservice",
  ]

  static func servicePrincipals(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let isRegional = clause.key.folded == "kms:viaservice"
    guard isRegional || servicePrincipalKeys.contains(clause.key.folded), clause.comparison?.family == .string else {
      return []
    }
    return literals(of: clause).filter { value in
      if clause.hasWildcards, value.text.hasWildcard { return false }
      return isRegional
        ? !ServicePrincipal.isWellWrittenWithRegion(value.text) : !ServicePrincipal.isWellWritten(value.text)
    }.map { value in
      let format = isRegional ? ServicePrincipal.regionalFormat : ServicePrincipal.format
      return Issue(.invalidServicePrincipalFormat, format, at: value.place)
    }
  }

  // MARK: Numbers

  /// Several limits where one says it all.
  static func numbers(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard clause.key.values.count > 1 else { return [] }
    let extreme: String
    switch clause.comparison {
    case .numericLessThan?, .numericLessThanEquals?: extreme = "greatest"
    case .numericGreaterThan?, .numericGreaterThanEquals?: extreme = "least"
    default: return []
    }
    return [
      Issue(
        .redundantConditionValueNum, clause.operatorName.text, extreme, clause.key.name.text, at: clause.key.place)
    ]
  }

  /// The values that hold no variable.
  private static func literals(of clause: Clause) -> [ConditionValue] {
    clause.key.values.filter { Variables.references(in: $0.text).isEmpty }
  }
}

extension Clause {
  var hasWildcards: Bool { comparison?.hasWildcards == true }
}

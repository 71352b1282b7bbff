/// Checks of a policy as a whole.
enum DocumentChecks {
  static func version(_ policy: PolicyOutline) -> [Issue] {
    guard let elements = policy.elements else { return [] }
    guard elements.contains("Version") else { return [Issue(.missingVersion, at: policy.place)] }
    guard let version = policy.version, PolicyDocument.Version(rawValue: version.text) == nil else { return [] }
    let known: [PolicyDocument.Version] = [.v2012, .v2008]
    return [
      Issue(.invalidVersion, version.text, known.map(\.rawValue).joined(separator: ", "), at: version.place)
    ]
  }

  // MARK: Size

  /// A managed policy's. Source: reference_iam-quotas.md.
  private static let identityQuota = 6_144
  private static let trustQuota = 2_048
  /// A bucket's and a table's, which is also the largest that most other services take.
  private static let resourceQuota = 20_480
  /// Source: the quotas of AWS Organizations, orgs_reference_limits.md.
  private static let controlQuota = 5_120

  // AWS: IAM does not count white space, Organizations and the services with resources of their own do.
  static func size(_ policy: PolicyOutline) -> [Issue] {
    let characters = policy.bytes.count { !$0.isContinuation }
    let withoutSpace = policy.bytes.count { byte in
      !byte.isContinuation && byte != 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
    }
    let (code, size, quota): (IssueCode, Int, Int) =
      switch policy.type {
      case .identity, .session: (.policySizeExceedsIdentityPolicyQuota, withoutSpace, identityQuota)
      case .resource(.role): (.policySizeExceedsRoleTrustPolicyQuota, withoutSpace, trustQuota)
      case .resource: (.policySizeExceedsResourcePolicyQuota, characters, resourceQuota)
      case .serviceControl: (.policySizeExceedsSCPQuota, characters, controlQuota)
      case .resourceControl: (.policySizeExceedsRCPQuota, characters, controlQuota)
      }
    return size > quota ? [Issue(code, String(size), String(quota), at: policy.place)] : []
  }

  // MARK: Sid

  static func statementIDs(_ policy: PolicyOutline) -> [Issue] {
    var issues: [Issue] = []
    var seen: Set<String> = []
    for sid in policy.statements.compactMap(\.sid) {
      if sid.text.isEmpty {
        issues.append(Issue(.emptySIDValue, at: sid.place))
        continue
      }
      if !seen.insert(sid.text).inserted {
        issues.append(Issue(isIAMs(policy) ? .uniqueSIDsRequired : .uniqueSIDsRecommended, at: sid.place))
      }
      // AWS: services with policies of their own admit more characters (reference_policies_elements_sid.md).
      if isIAMs(policy), !sid.text.utf8.allSatisfy(\.isASCIIAlphanumeric) {
        issues.append(Issue(.unsupportedSID, at: sid.place))
      }
    }
    return issues
  }

  /// Whether IAM or Organizations keeps the policy, not the service of a resource.
  private static func isIAMs(_ policy: PolicyOutline) -> Bool { !policy.type.isResource || policy.type == .trust }
}

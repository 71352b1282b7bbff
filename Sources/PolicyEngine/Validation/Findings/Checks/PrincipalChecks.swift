internal import AWSCore

/// Checks of `Principal` and `NotPrincipal` by themselves.
enum PrincipalChecks {
  private static func elements(of statement: StatementOutline) -> [PrincipalElement] {
    [statement.principal, statement.notPrincipal].compactMap { $0 }
  }

  /// What a policy type says to the element as such.
  static func support(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    switch policy.type {
    case .identity, .session:
      return elements(of: statement).map { Issue(.unsupportedPrincipal, policy.type.name, at: $0.place) }
    case .serviceControl: return elements(of: statement).map { Issue(.scpSyntaxErrorPrincipal, at: $0.place) }
    case .resourceControl:
      return elements(of: statement).filter { $0.name == "NotPrincipal" || !$0.isStar }
        .map { Issue(.rcpSyntaxErrorPrincipal, at: $0.place) }
    case .resource: return []
    }
  }

  static func keys(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type.isResource else { return [] }
    let known: Set<String> = ["AWS", "CanonicalUser", "Federated", "Service"]
    return elements(of: statement).flatMap(\.entries).map(\.key).filter { !known.contains($0.text) }
      .map { Issue(.invalidPrincipalKey, $0.text, at: $0.place) }
  }

  static func awsPrincipals(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type.isResource else { return [] }
    return elements(of: statement).flatMap { $0.values(of: "AWS") }.compactMap { value in
      if value.text.hasWildcard || !Variables.references(in: value.text).isEmpty { return nil }
      switch AWSPrincipal(value.text) {
      case nil: return Issue(.invalidPrincipalFormat, at: value.place)
      case .roleID?: return Issue(.invalidRoleReference, value.text, at: value.place)
      case .userID?: return Issue(.invalidUserReference, value.text, at: value.place)
      default: return nil
      }
    }
  }

  static func servicePrincipals(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type.isResource else { return [] }
    return elements(of: statement).flatMap { $0.values(of: "Service") }.compactMap { value in
      if value.text.hasWildcard || !Variables.references(in: value.text).isEmpty { return nil }
      if ServicePrincipal.isWellWritten(value.text) { return nil }
      return Issue(.invalidServicePrincipalFormat, ServicePrincipal.format, at: value.place)
    }
  }

  // AWS: "You cannot use a wildcard to match part of a principal name or ARN" (reference_policies_elements_principal.md).
  static func wildcards(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard policy.type.isResource else { return [] }
    return elements(of: statement).flatMap(\.entries).flatMap { entry in
      entry.values.filter { $0.text.hasWildcard && !(entry.key.text == "AWS" && $0.text == "*") }
        .map { Issue(.unsupportedWildcardInPrincipal, entry.key.text, at: $0.place) }
    }
  }
}

/// What the key `AWS` may name.
enum AWSPrincipal: Equatable {
  case account
  case roleID
  case userID
  case user
  case role(account: String, name: String)
  case roleSession(account: String, role: String)
  case federatedUser

  init?(_ text: String) {
    if AccountID(text) != nil {
      self = .account
    } else if Principal.isUniqueID(text) {
      self = text.hasPrefix("AROA") ? .roleID : .userID
    } else {
      self.init(arn: text)
    }
  }

  // AWS: a CloudFront origin access identity is `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity …`. Its
  // page on the check of redundant principals writes sessions with `iam`.
  private init?(arn text: String) {
    guard let arn = ARN(text), !arn.partition.isEmpty, arn.region.isEmpty,
      arn.accountID != nil || arn.account == "cloudfront"
    else { return nil }
    let account = String(arn.account)
    let parts = arn.resource.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.dropFirst().allSatisfy({ !$0.isEmpty }) else { return nil }
    switch (arn.service, parts[0], parts.count) {
    case ("iam", "root", 1): self = .account
    case ("iam", "user", 2...): self = .user
    case ("iam", "role", 2...): self = .role(account: account, name: String(parts[parts.count - 1]))
    case ("sts", "assumed-role", 3), ("iam", "assumed-role", 3):
      self = .roleSession(account: account, role: String(parts[1]))
    case ("sts", "federated-user", 2): self = .federatedUser
    default: return nil
    }
  }
}

/// The names by which AWS's services act.
enum ServicePrincipal {
  /// How AWS's message writes the usual one.
  static let format = "service-name.amazonaws.com"
  /// How AWS's message writes the one of `kms:ViaService`.
  static let regionalFormat = "service-name.AWS_region.amazonaws.com"

  private static let domains = [
    ".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".amazon.com", ".aws.internal", ".c2s.ic.gov",
    ".sc2s.sgov.gov", ".cloud.adc-e.uk", ".csp.hci.ic.gov",
  ]

  /// A name in lower case before one of AWS's domains.
  static func isWellWritten(_ text: String) -> Bool { labels(of: text) != nil }

  /// With a region behind the service.
  static func isWellWrittenWithRegion(_ text: String) -> Bool {
    guard let labels = labels(of: text) else { return false }
    return labels.count >= 2 && Regions.isKnown(String(labels[labels.count - 1]))
  }

  private static func labels(of text: String) -> [Substring]? {
    guard let domain = domains.first(where: { text.hasSuffix($0) }) else { return nil }
    let labels = text.dropLast(domain.count).split(separator: ".", omittingEmptySubsequences: false)
    let isWritten = labels.allSatisfy { label in
      !label.isEmpty && label.utf8.allSatisfy { $0.isASCIIAlphanumeric && $0 == $0.asciiLowercased || $0 == 0x2D }
    }
    return isWritten ? labels : nil
  }
}

extension String {
  var hasWildcard: Bool { utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") } }
}

internal import AWSCore
internal import PolicyEngine

/// Who asks, as a case names them.
enum NamedPrincipal {
  case root(AccountID)
  case user(ARN, AccountID)
  case roleSession(ARN, AccountID, role: String)
  /// A role whose session has a name that nobody knows.
  case role(ARN, AccountID)
  case federatedUser(ARN, AccountID)
  case provider(String, AccountID?)
  case service(String)
  case anonymous

  /// A provider and a service.
  private static let cognito = "cognito-identity.amazonaws.com"

  /// Providers that AWS knows by their host alone.
  private static let providers = ["accounts.google.com", cognito, "graph.facebook.com", "www.amazon.com"]

  /// What the names of services end with, in the partitions of AWS.
  private static let serviceSuffixes = [
    ".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".amazon.com", ".aws.internal", ".c2s.ic.gov",
    ".sc2s.sgov.gov",
  ]

  init(_ value: CaseValue, action: String) throws(MalformedCase) {
    if value.isNull {
      self = .anonymous
      return
    }
    let name = try value.text()
    if name == "*" {
      self = .anonymous
    } else if let arn = ARN(name) {
      guard let principal = NamedPrincipal(arn) else { throw value.malformed("\(name.quoted) names no principal") }
      self = principal
    } else if Self.providers.contains(name), name != Self.cognito || Self.isFederation(action) {
      self = .provider(name, nil)
    } else if Self.isServiceName(name) {
      self = .service(name)
    } else {
      throw value.malformed("\(name.quoted) is neither the ARN of a principal nor the name of a service")
    }
  }

  private init?(_ arn: ARN) {
    let resource = arn.resource
    let parts = resource.split(separator: "/", omittingEmptySubsequences: false)
    let isWhole =
      parts.allSatisfy { !$0.isEmpty } && arn.region.isEmpty && !arn.partition.isEmpty
      && !arn.text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    guard isWhole, let account = arn.accountID else { return nil }
    switch (arn.service, parts[0], parts.count) {
    case ("iam", "root", 1): self = .root(account)
    case ("iam", "user", 2...): self = .user(arn, account)
    case ("iam", "role", 2...): self = .role(arn, account)
    case ("iam", "saml-provider", 2), ("iam", "oidc-provider", 2...): self = .provider(arn.text, account)
    case ("sts", "assumed-role", 3): self = .roleSession(arn, account, role: String(parts[1]))
    case ("sts", "federated-user", 2): self = .federatedUser(arn, account)
    default: return nil
    }
  }

  private static func isServiceName(_ name: String) -> Bool {
    serviceSuffixes.contains { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }
      && name.utf8.allSatisfy {
        ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7A) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
      }
  }

  /// Whether somebody whom a provider vouches for may ask for it.
  private static func isFederation(_ action: String) -> Bool {
    let action = action.lowercased()
    return action.hasPrefix("sts:assumerolewith") || action == "sts:tagsession" || action == "sts:setsourceidentity"
  }

  // MARK: As policies see them

  /// - Parameter roleARN: the values of `aws:PrincipalArn` in the case's context.
  func principal(_ settings: CaseSettings, roleARN: [String]?) throws(MalformedCase) -> RequestPrincipal {
    switch self {
    case .root(let account): .root(account)
    case .user(let arn, let account): .user(arn: arn.text, account: account, uniqueID: settings.uniqueID)
    case .roleSession(let arn, let account, let role):
      .roleSession(
        sessionARN: arn.text,
        roleARN: try Self.role(role, of: arn, account, settings, context: roleARN).text, account: account,
        uniqueID: settings.uniqueID)
    case .role(let arn, let account):
      .roleSession(
        sessionARN: Self.unnamedSession(of: arn, account),
        roleARN: try Self.check(settings.roleARN, is: arn).text, account: account, uniqueID: settings.uniqueID)
    case .federatedUser(let arn, let account):
      .federatedUser(
        arn: arn.text, issuerARN: try Self.issuer(settings, of: arn, account).text, account: account)
    case .provider(let name, let account): .federated(provider: name, account: account)
    case .service(let name): .service(name)
    case .anonymous: .anonymous
    }
  }

  private static func role(
    _ name: String, of session: ARN, _ account: AccountID, _ settings: CaseSettings, context: [String]?
  ) throws(MalformedCase) -> ARN {
    func isRole(_ arn: ARN) -> Bool {
      arn.partition == session.partition && arn.service == "iam" && arn.region.isEmpty && arn.accountID == account
        && arn.resource.hasPrefix("role/") && arn.lastComponent.utf8.elementsEqual(name.utf8)
    }
    if let given = settings.roleARN {
      guard isRole(given) else {
        throw CaseSettings.malformed("roleArn", "\(given.text.quoted) is not the role of the session")
      }
      return given
    }
    if let context, context.count == 1, let given = ARN(context[0]), isRole(given) { return given }
    return ARN(partition: String(session.partition), service: "iam", account: account, resource: "role/\(name)")
  }

  private static func check(_ given: ARN?, is role: ARN) throws(MalformedCase) -> ARN {
    guard given == nil || given == role else {
      throw CaseSettings.malformed("roleArn", "the principal is another role")
    }
    return role
  }

  /// INVARIANT: no policy can name it, since what it would be named by is empty.
  private static func unnamedSession(of role: ARN, _ account: AccountID) -> String {
    let partition = String(role.partition)
    return ARN(partition: partition, service: "sts", account: account, resource: "assumed-role/\(role.lastComponent)/")
      .text
  }

  /// Whoever made the federated user's session; without a setting an IAM user whom no policy can name.
  private static func issuer(
    _ settings: CaseSettings, of user: ARN, _ account: AccountID
  ) throws(MalformedCase) -> ARN {
    guard let given = settings.issuerARN else {
      return ARN(partition: String(user.partition), service: "iam", account: account, resource: "user/")
    }
    let isIssuer =
      given.partition == user.partition && given.service == "iam" && given.region.isEmpty && given.accountID == account
      && (given.resource == "root" || (given.resource.hasPrefix("user/") && !given.lastComponent.isEmpty))
    guard isIssuer else {
      let reason = "is no user and not the root of the federated user's account"
      throw CaseSettings.malformed("issuerArn", "\(given.text.quoted) \(reason)")
    }
    return given
  }
}

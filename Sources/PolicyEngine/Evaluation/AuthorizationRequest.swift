public import AWSCore

/// Who makes a request, as policies see them.
///
/// The `uniqueID` of a user (`AIDA…`) or role (`AROA…`) lets a trust policy that names the id, not the ARN, match.
public enum RequestPrincipal: Sendable {
  case root(AccountID)
  case user(arn: String, account: AccountID, uniqueID: String? = nil)
  /// `arn:aws:sts::A:assumed-role/Role/Session` of the role `arn:aws:iam::A:role/path/Role`.
  case roleSession(sessionARN: String, roleARN: String, account: AccountID, uniqueID: String? = nil)
  /// `arn:aws:sts::A:federated-user/Name`, a session made by the IAM user or account root `issuerARN`.
  case federatedUser(arn: String, issuerARN: String, account: AccountID)
  /// Someone whom a web identity or SAML provider vouches for, before they have a role.
  case federated(provider: String, account: AccountID?)
  case service(String)
  case anonymous

  /// The account whose policies apply to the principal; nil for one that belongs to none.
  public var account: AccountID? {
    switch self {
    case .root(let account), .user(_, let account, _), .roleSession(_, _, let account, _),
      .federatedUser(_, _, let account):
      account
    case .federated, .service, .anonymous: nil
    }
  }

  /// The root user, or a session that the root user made.
  var isRoot: Bool {
    switch self {
    case .root: true
    case .federatedUser(_, let issuerARN, _): ARN(issuerARN)?.resource == "root"
    default: false
    }
  }
}

/// One question to the policies: may this principal do this action on this resource, in this context?
public struct AuthorizationRequest: Sendable {
  public let principal: RequestPrincipal
  /// `service:Action`, in any letter case.
  public let action: String
  /// An ARN, or `*` for an action that has no resource.
  public let resource: String
  /// The account that owns the resource; nil means the principal's own.
  public let resourceAccount: AccountID?
  public let context: RequestContext

  let foldedAction: [UInt8]
  let serviceHash: UInt64

  public init(
    principal: RequestPrincipal, action: String, resource: String, resourceAccount: AccountID?, context: RequestContext
  ) {
    self.principal = principal
    self.action = action
    self.resource = resource
    self.resourceAccount = resourceAccount
    self.context = context
    var folded: [UInt8] = []
    folded.reserveCapacity(action.utf8.count)
    for byte in action.utf8 { folded.append(byte.asciiLowercased) }
    foldedAction = folded
    serviceHash = fnv1a(folded.prefix { $0 != UInt8(ascii: ":") })
  }
}

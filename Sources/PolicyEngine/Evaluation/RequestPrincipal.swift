public import AWSCore

/// Who makes a request, as policies see them.
///
/// The `uniqueID` of a user (`AIDA…`) or role (`AROA…`) lets a trust policy that names the id, not the ARN, match.
public enum RequestPrincipal: Sendable {
  /// The root user of an account.
  case root(AccountID)
  /// An IAM user: `arn:aws:iam::A:user/path/Name`.
  case user(arn: String, account: AccountID, uniqueID: String? = nil)
  /// `arn:aws:sts::A:assumed-role/Role/Session` of the role `arn:aws:iam::A:role/path/Role`.
  case roleSession(sessionARN: String, roleARN: String, account: AccountID, uniqueID: String? = nil)
  /// `arn:aws:sts::A:federated-user/Name`, a session made by the IAM user or account root `issuerARN`.
  case federatedUser(arn: String, issuerARN: String, account: AccountID)
  /// Someone whom a web identity or SAML provider vouches for, before they have a role.
  case federated(provider: String, account: AccountID?)
  /// A service of AWS that acts for itself: `ec2.amazonaws.com`.
  case service(String)
  /// Nobody who is known.
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
}

/// A principal with its names as places in the request's text.
struct PrincipalText: Sendable, BitwiseCopyable {
  enum Kind: Sendable { case root, user, roleSession, federatedUser, federated, service, anonymous }

  let kind: Kind
  let account: AccountID?
  /// The root user, or a session that the root user made: no policies are attached to either.
  var isRoot = false
  /// A session of a service-linked role.
  var isServiceLinked = false
  /// The ARN of the user or session, or the name of the service or provider.
  var name = Slice.empty
  /// The ARN of the session's role, or of who made the federated session.
  var origin = Slice.empty
  /// The unique id of the user or role; empty where it has none.
  var uniqueID = Slice.empty

  init(_ principal: RequestPrincipal, in text: inout [UInt8]) {
    account = principal.account
    switch principal {
    case .root:
      kind = .root
      isRoot = true
    case .user(let arn, _, let uniqueID):
      kind = .user
      name = text.add(arn)
      if let uniqueID { self.uniqueID = text.add(uniqueID) }
    case .roleSession(let sessionARN, let roleARN, _, let uniqueID):
      kind = .roleSession
      name = text.add(sessionARN)
      origin = text.add(roleARN)
      isServiceLinked = roleARN.isServiceLinkedRole
      if let uniqueID { self.uniqueID = text.add(uniqueID) }
    case .federatedUser(let arn, let issuerARN, _):
      kind = .federatedUser
      name = text.add(arn)
      origin = text.add(issuerARN)
      isRoot = ARN(issuerARN)?.resource == "root"
    case .federated(let provider, _):
      kind = .federated
      name = text.add(provider)
    case .service(let service):
      kind = .service
      name = text.add(service)
    case .anonymous: kind = .anonymous
    }
  }
}

extension String {
  /// Whether an ARN is that of a service-linked role; the path of another role may hold colons and say anything.
  var isServiceLinkedRole: Bool {
    let text = utf8.span
    guard PolicyEngine.hasPrefix(text, "arn:".utf8.span) else { return false }
    var colons = 0
    var part = 0
    for index in text.indices where text[index] == UInt8(ascii: ":") {
      colons += 1
      if colons == 3, !PolicyEngine.isSame(text.extracting(part..<index), "iam".utf8.span) { return false }
      part = index + 1
      if colons == 5 {
        return PolicyEngine.hasPrefix(text.extracting(part..<text.count), "role/aws-service-role/".utf8.span)
      }
    }
    return false
  }
}

public import AWSCore
import AWSWire
public import Directory
import PolicyEngine

/// Who is calling, proven: only the authenticator makes one.
public struct Caller: Sendable {
  public enum Principal: Sendable, Hashable {
    case root
    /// A user, by its unique id.
    case user(id: String)
    /// A session of a role, by the role's unique id.
    case role(id: String, sessionName: String)
    /// A federated user on behalf of a user (by its id) or the root user (nil).
    case federated(name: String, issuer: String?)
    /// Somebody whom an identity provider vouches for, by its name in trust policies. Only an ``AssertedOperation`` is
    /// called by such.
    case vouched(provider: String)
  }

  /// The account that the caller belongs to; of one who is vouched for, the account that takes the provider's word.
  public let account: AccountID
  public let principal: Principal
  /// Nil for one who is vouched for.
  public let accessKeyID: String?
  /// What the session token said; nil for long-term keys.
  public let session: Session?
  /// The session's own policies; nil where it has none.
  let sessionPolicies: [Policy]?
  /// The region of the signature's scope.
  public let region: String

  /// INVARIANT: `verified` is the proof that the request carries the secret's signature.
  init(
    verified: SigV4.Verified, account: AccountID, principal: Principal, session: Session?,
    sessionPolicies: [Policy]?
  ) {
    self.account = account
    self.principal = principal
    accessKeyID = verified.accessKeyID
    self.session = session
    self.sessionPolicies = sessionPolicies
    region = verified.presented.scope.region
  }

  /// INVARIANT: `vouched` is what the operation's own verification of the request's assertion has answered.
  init<Claims>(vouched: Vouched<Claims>) {
    account = vouched.account
    principal = .vouched(provider: vouched.provider)
    accessKeyID = nil
    session = nil
    sessionPolicies = nil
    region = Self.globalRegion
  }

  /// The region that a request without a scope counts as made in.
  // AWS: calls of the global endpoint count as made in this region (reference_policies_condition-keys).
  private static let globalRegion = "us-east-1"

  public var isTemporary: Bool { session != nil }
}

/// A caller with its record, looked up in the state that the call is decided on.
public struct ResolvedCaller: Sendable {
  public enum Record: Sendable {
    case root
    case user(UserRecord)
    case role(RoleRecord, sessionName: String)
    case federatedUser(name: String, issuer: UserRecord?)
  }

  public let account: AccountID
  public let record: Record

  /// The ARN that errors and GetCallerIdentity name.
  public let arn: ARN

  /// Fails where the user or role is gone: its credentials then are as if they had never been.
  public init(_ caller: Caller, in account: Account) throws(Failure) {
    self.account = account.id
    record = try Self.record(of: caller.principal, in: account)
    arn = Self.arn(of: record, in: account.id)
  }

  private static func record(of principal: Caller.Principal, in account: Account) throws(Failure) -> Record {
    switch principal {
    case .root: return .root
    case .user(let id):
      guard let user = account.users[id: id] else { throw .goneCaller }
      return .user(user)
    case .role(let id, let sessionName):
      guard let role = account.roles[id: id] else { throw .goneCaller }
      return .role(role, sessionName: sessionName)
    case .federated(let name, nil): return .federatedUser(name: name, issuer: nil)
    case .federated(let name, let issuer?):
      guard let user = account.users[id: issuer] else { throw .goneCaller }
      return .federatedUser(name: name, issuer: user)
    case .vouched: throw .goneCaller
    }
  }

  private static func arn(of record: Record, in account: AccountID) -> ARN {
    switch record {
    case .root: .iam(account, "root")
    case .user(let user): user.arn
    case .role(let role, let sessionName):
      ARN(service: "sts", account: account, resource: "assumed-role/\(role.name)/\(sessionName)")
    case .federatedUser(let name, _): ARN(service: "sts", account: account, resource: "federated-user/\(name)")
    }
  }

  /// The value of `aws:userid`.
  public var userID: String {
    switch record {
    case .root: account.description
    case .user(let user): user.id
    case .role(let role, let sessionName): "\(role.id):\(sessionName)"
    case .federatedUser(let name, _): "\(account):\(name)"
    }
  }

  /// The principal as the policy engine knows it.
  ///
  /// - Parameter role: the role whose trust policy decides, if one does; it says by which ARN it means the caller.
  func principal(for role: RoleRecord?) -> RequestPrincipal {
    switch record {
    case .root: return .root(account)
    case .user(let user):
      let spelling = role?.trustSpelling(of: arn, id: user.id, created: user.createDate) ?? arn.text
      return .user(arn: spelling, account: account, uniqueID: user.id)
    case .role(let own, _):
      let spelling = role?.trustSpelling(of: own.arn, id: own.id, created: own.createDate) ?? own.arn.text
      // What names the session names its role: it goes the way of the role's ARN.
      let session = spelling == own.arn.text ? arn.text : userID
      return .roleSession(sessionARN: session, roleARN: spelling, account: account, uniqueID: own.id)
    case .federatedUser(_, let issuer):
      return .federatedUser(
        arn: arn.text, issuerARN: issuer?.arn.text ?? ARN.iam(account, "root").text, account: account)
    }
  }

  /// The tags of the principal itself; those of the session come over them.
  var tags: [Tag] {
    switch record {
    case .root: []
    case .user(let user): user.tags
    case .role(let role, _): role.tags
    case .federatedUser: []
    }
  }
}

extension Failure {
  static let goneCaller = Failure(
    ErrorCode("InvalidClientTokenId", status: 403), "The security token included in the request is invalid.",
    reason: "the principal of the credentials is gone")
}

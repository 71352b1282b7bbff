import AWSCore
import PolicyEngine

/// How a policy on a resource names a principal. Written from the table "Resource-based policies and implicit denies
/// in other policy types" and the pages on `Principal` and `NotPrincipal`.
enum ReferenceNaming { case nobody, account, origin, user, session }

enum ReferencePrincipals {
  static func naming(_ statement: Statement, of principal: RequestPrincipal) -> ReferenceNaming {
    guard statement.isNotPrincipal else { return naming(statement.principals, of: principal) }
    if statement.effect == .allow {
      return naming(statement.principals, of: principal) == .nobody ? everyone(principal) : .nobody
    }
    return isLeftOut(principal, statement.principals) ? .nobody : .session
  }

  private static func everyone(_ principal: RequestPrincipal) -> ReferenceNaming {
    if case .user = principal { .user } else { .session }
  }

  private static func naming(_ names: [Principal], of principal: RequestPrincipal) -> ReferenceNaming {
    let own = identifiers(principal)
    if names.contains(.any) { return everyone(principal) }
    if !own.session.isDisjoint(with: names) { return .session }
    if !own.user.isDisjoint(with: names) { return .user }
    if !own.origin.isDisjoint(with: names) { return .origin }
    if !own.account.isDisjoint(with: names) { return .account }
    return .nobody
  }

  /// All spellings by which a principal can be named, by what the name means.
  private struct Identifiers {
    var session: Set<Principal> = []
    var user: Set<Principal> = []
    var origin: Set<Principal> = []
    var account: Set<Principal> = []
  }

  private static func spellings(_ account: AccountID) -> Set<Principal> {
    [.aws("\(account)"), .aws("arn:aws:iam::\(account):root")]
  }

  private static func identifiers(_ principal: RequestPrincipal) -> Identifiers {
    switch principal {
    case .root(let account): Identifiers(session: spellings(account))
    case .user(let arn, let account, let id):
      Identifiers(user: Set([.aws(arn)] + (id.map { [.aws($0)] } ?? [])), account: spellings(account))
    case .roleSession(let session, let role, let account, let id):
      Identifiers(
        session: [.aws(session)], origin: Set([.aws(role)] + (id.map { [.aws($0)] } ?? [])),
        account: spellings(account))
    case .federatedUser(let arn, let issuer, let account):
      Identifiers(
        session: [.aws(arn)], origin: issuer.hasSuffix(":root") ? [] : [.aws(issuer)], account: spellings(account))
    case .federated(let provider, _): Identifiers(session: [.federated(provider), .federated("*")])
    case .service(let name): Identifiers(session: [.service(name), .service("*")])
    case .anonymous: Identifiers()
    }
  }

  private static func isLeftOut(_ principal: RequestPrincipal, _ names: [Principal]) -> Bool {
    if names.contains(.any) { return true }
    let own = identifiers(principal)
    let isAccountNamed = !own.account.isDisjoint(with: names)
    switch principal {
    case .user: return isAccountNamed && !own.user.isDisjoint(with: names)
    case .roleSession(let session, _, _, _):
      guard isAccountNamed, !own.origin.isDisjoint(with: names) else { return false }
      let role = session.split(separator: "/").dropLast().joined(separator: "/") + "/"
      let sessions = names.filter { if case .aws(let name) = $0 { name.hasPrefix(role) } else { false } }
      return sessions.isEmpty || sessions.contains(.aws(session))
    case .federatedUser: return isAccountNamed && !own.session.isDisjoint(with: names)
    case .root, .federated, .service, .anonymous: return !own.session.isDisjoint(with: names)
    }
  }
}

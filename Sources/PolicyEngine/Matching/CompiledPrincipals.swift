internal import AWSCore

/// How directly a policy on a resource names a principal, from not at all to the very session.
///
/// It decides which limits of the principal's own account the grant is subject to
/// (reference_policies_evaluation-logic.md, "Resource-based policies and implicit denies in other policy types").
enum Reach: Int, Comparable, Sendable {
  case none
  /// The principal's account: the account's own policies must grant, too.
  case account
  /// What the session comes from, a role or the user who federated: boundary and session policies still limit.
  case origin
  /// An IAM user by name: only session policies still limit.
  case user
  /// The session itself, or everyone: nothing of the principal's account but an explicit deny limits.
  case session

  static func < (a: Reach, b: Reach) -> Bool { a.rawValue < b.rawValue }
}

/// A `Principal` or `NotPrincipal` element, read once.
struct CompiledPrincipals: Sendable {
  private enum Name: Sendable {
    case any
    case account(AccountID)
    /// An ARN of a user, role or session, or a unique id; compared as a whole and with letter case.
    case exactly(String)
    case service(String)
    case federated(String)
  }

  private let names: [Name]
  private let isNegated: Bool

  /// Nil for a statement that has neither element.
  init?(_ statement: Statement) {
    guard !statement.principals.isEmpty else { return nil }
    isNegated = statement.isNotPrincipal
    names = statement.principals.compactMap { principal in
      switch principal {
      case .any: .any
      case .aws(let name): Self.account(name).map { .account($0) } ?? .exactly(name)
      case .service(let name): .service(name)
      case .federated(let name): .federated(name)
      // No principal here has a canonical user id.
      case .canonicalUser: nil
      }
    }
  }

  private static func account(_ name: String) -> AccountID? {
    if let account = AccountID(name) { return account }
    guard let arn = ARN(name), arn.service == "iam", arn.resource == "root" else { return nil }
    return arn.accountID
  }

  /// How directly a statement with this effect speaks of the principal.
  func reach(_ principal: RequestPrincipal, effect: Statement.Effect) -> Reach {
    guard isNegated else { return reach(principal) }
    switch effect {
    case .allow: return reach(principal) == .none ? reach(principal, by: .any) : .none
    case .deny: return isExempt(principal) ? .none : .session
    }
  }

  private func reach(_ principal: RequestPrincipal) -> Reach {
    var best = Reach.none
    for name in names { best = max(best, reach(principal, by: name)) }
    return best
  }

  private func reach(_ principal: RequestPrincipal, by name: Name) -> Reach {
    switch (name, principal) {
    case (.any, .user): .user
    case (.any, _): .session
    case (.account(let account), .root(let own)): account == own ? .session : .none
    case (.account(let account), _): account == principal.account ? .account : .none
    case (.exactly(let name), .user(let arn, _, let uniqueID)):
      name.hasSameBytes(as: arn) || isID(name, uniqueID) ? .user : .none
    case (.exactly(let name), .roleSession(let sessionARN, let roleARN, _, let uniqueID)):
      name.hasSameBytes(as: sessionARN)
        ? .session : name.hasSameBytes(as: roleARN) || isID(name, uniqueID) ? .origin : .none
    case (.exactly(let name), .federatedUser(let arn, let issuerARN, _)):
      name.hasSameBytes(as: arn) ? .session : name.hasSameBytes(as: issuerARN) ? .origin : .none
    case (.service(let name), .service(let caller)): name == "*" || name.hasSameBytes(as: caller) ? .session : .none
    case (.federated(let name), .federated(let provider, _)):
      name == "*" || name.hasSameBytes(as: provider) ? .session : .none
    default: .none
    }
  }

  private func isID(_ name: String, _ uniqueID: String?) -> Bool {
    guard let uniqueID else { return false }
    return name.hasSameBytes(as: uniqueID)
  }

  /// Whether `NotPrincipal` leaves the principal out of a Deny.
  ///
  /// A principal is left out only with everything above it: a user with their account, a role's session with the
  /// role and the account, and, where sessions of the role are named, only the named ones.
  // AWS: "AWS might validate the account first, then the role, and then the assumed-role user"
  // (reference_policies_elements_notprincipal.md).
  private func isExempt(_ principal: RequestPrincipal) -> Bool {
    if names.contains(where: { if case .any = $0 { true } else { false } }) { return true }
    switch principal {
    case .root(let account): return namesAccount(account)
    case .user(_, let account, _): return namesAccount(account) && reach(principal) >= .user
    case .roleSession(let sessionARN, let roleARN, let account, let uniqueID):
      let namesRole = names.contains {
        if case .exactly(let name) = $0 { name.hasSameBytes(as: roleARN) || isID(name, uniqueID) } else { false }
      }
      guard namesAccount(account), namesRole else { return false }
      return reach(principal) == .session || !namesSession(ofRoleOf: sessionARN)
    case .federatedUser(_, _, let account): return namesAccount(account) && reach(principal) == .session
    case .federated, .service, .anonymous: return reach(principal) == .session
    }
  }

  private func namesAccount(_ account: AccountID) -> Bool {
    names.contains { if case .account(account) = $0 { true } else { false } }
  }

  /// Whether any session is named that has the same role as this one.
  private func namesSession(ofRoleOf sessionARN: String) -> Bool {
    guard let slash = sessionARN.utf8.lastIndex(of: UInt8(ascii: "/")) else { return false }
    let role = sessionARN[...slash]
    return names.contains { if case .exactly(let name) = $0 { name.hasPrefix(role) } else { false } }
  }
}

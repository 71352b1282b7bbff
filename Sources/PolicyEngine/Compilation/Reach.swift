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

extension PolicyTable {
  /// How directly a statement speaks of the request's principal; as directly as can be if it names nobody.
  ///
  /// - Parameter isBounded: whether the principal has a permissions boundary.
  @inline(__always)
  func reach(_ entry: Entry, _ request: borrowing AuthorizationRequest, isBounded: Bool) -> Reach {
    guard entry.namesPrincipals else { return .session }
    if entry.namesEveryone { return reach(by: .any, request) }
    return reachOfNamed(entry, request, isBounded: isBounded)
  }

  private func reachOfNamed(_ entry: Entry, _ request: borrowing AuthorizationRequest, isBounded: Bool) -> Reach {
    guard entry.isNotPrincipal else { return reach(entry.principals, request) }
    switch entry.effect {
    case .allow: return reach(entry.principals, request) == .none ? reach(by: .any, request) : .none
    case .deny:
      // AWS: a Deny with NotPrincipal always denies a principal that has a permissions boundary, whatever it names
      // (access_policies_boundaries.md, "Important").
      if isBounded, !request.principalText.isRoot { return .session }
      return isExempt(entry.principals, request) ? .none : .session
    }
  }

  private func reach(_ names: Slice, _ request: borrowing AuthorizationRequest) -> Reach {
    var best = Reach.none
    for index in names.range { best = max(best, reach(by: principals[index], request)) }
    return best
  }

  @inline(__always)
  private func reach(by name: PrincipalName, _ request: borrowing AuthorizationRequest) -> Reach {
    let principal = request.principalText
    switch name {
    case .any: return principal.kind == .user ? .user : .session
    case .account(let account):
      guard account == principal.account else { return .none }
      return principal.kind == .root ? .session : .account
    case .exactly(let name): return reach(byExactly: name, request)
    case .service(let name):
      return principal.kind == .service && isAny(name, orSameAs: principal.name, request) ? .session : .none
    case .federated(let name):
      return principal.kind == .federated && isAny(name, orSameAs: principal.name, request) ? .session : .none
    }
  }

  private func reach(byExactly name: Slice, _ request: borrowing AuthorizationRequest) -> Reach {
    let principal = request.principalText
    switch principal.kind {
    case .user: return isSame(name, principal.name, request) || isID(name, request) ? .user : .none
    case .roleSession:
      if isSame(name, principal.name, request) { return .session }
      return isSame(name, principal.origin, request) || isID(name, request) ? .origin : .none
    case .federatedUser:
      if isSame(name, principal.name, request) { return .session }
      return isSame(name, principal.origin, request) ? .origin : .none
    case .root, .federated, .service, .anonymous: return .none
    }
  }

  /// Whether a name of the policy is spelled as one of the request.
  private func isSame(_ own: Slice, _ other: Slice, _ request: borrowing AuthorizationRequest) -> Bool {
    let text = request.text.span
    let bytes = pool.bytes.span
    return PolicyEngine.isSame(bytes.extracting(own.range), text.extracting(other.range))
  }

  private func isID(_ name: Slice, _ request: borrowing AuthorizationRequest) -> Bool {
    request.principalText.uniqueID.count > 0 && isSame(name, request.principalText.uniqueID, request)
  }

  private func isAny(_ name: Slice, orSameAs other: Slice, _ request: borrowing AuthorizationRequest) -> Bool {
    if name.count == 1, pool.bytes[Int(name.start)] == UInt8(ascii: "*") { return true }
    return isSame(name, other, request)
  }

  /// Whether `NotPrincipal` leaves the principal out of a Deny.
  ///
  /// A principal is left out only with everything above it: a user with their account, a role's session with the
  /// role and the account, and, where sessions of the role are named, only the named ones.
  // AWS: "AWS might validate the account first, then the role, and then the assumed-role user"
  // (reference_policies_elements_notprincipal.md).
  private func isExempt(_ names: Slice, _ request: borrowing AuthorizationRequest) -> Bool {
    for index in names.range {
      if case .any = principals[index] { return true }
    }
    let principal = request.principalText
    switch principal.kind {
    case .root: return namesAccount(names, request)
    case .user: return namesAccount(names, request) && reach(names, request) >= .user
    case .roleSession:
      guard namesAccount(names, request), namesRole(names, request) else { return false }
      return reach(names, request) == .session || !namesSessionOfRole(names, request)
    case .federatedUser: return namesAccount(names, request) && reach(names, request) == .session
    case .federated, .service, .anonymous: return reach(names, request) == .session
    }
  }

  private func namesAccount(_ names: Slice, _ request: borrowing AuthorizationRequest) -> Bool {
    for index in names.range {
      if case .account(let account) = principals[index], account == request.principalText.account { return true }
    }
    return false
  }

  private func namesRole(_ names: Slice, _ request: borrowing AuthorizationRequest) -> Bool {
    for index in names.range {
      guard case .exactly(let name) = principals[index] else { continue }
      if isSame(name, request.principalText.origin, request) || isID(name, request) { return true }
    }
    return false
  }

  /// Whether any session is named that has the same role as this one.
  private func namesSessionOfRole(_ names: Slice, _ request: borrowing AuthorizationRequest) -> Bool {
    let text = request.text.span
    let session = text.extracting(request.principalText.name.range)
    var end = session.count
    while end > 0, session[end - 1] != UInt8(ascii: "/") { end -= 1 }
    guard end > 0 else { return false }
    let bytes = pool.bytes.span
    for index in names.range {
      guard case .exactly(let name) = principals[index] else { continue }
      if hasPrefix(bytes.extracting(name.range), session.extracting(0..<end)) { return true }
    }
    return false
  }
}

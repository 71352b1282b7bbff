import PolicyEngine

/// How directly a policy on a resource names a caller, from not at all to the very session (the rows of the table in
/// reference_policies_evaluation-logic.md, "Resource-based policies and implicit denies in other policy types").
enum ReferenceNaming: Int, Comparable {
  case nobody
  /// The account, which must then allow on its own.
  case account
  /// What a session comes from: the role, or the user who federated.
  case origin
  case user
  /// The session itself, or everyone.
  case session

  static func < (a: ReferenceNaming, b: ReferenceNaming) -> Bool { a.rawValue < b.rawValue }
}

/// Whom `Principal` and `NotPrincipal` mean; written from the pages on the two elements.
struct ReferencePrincipals {
  let caller: ReferenceCaller

  /// Policies of identities and SCPs name nobody: they mean whom they are attached to.
  func isAllowed(by statement: Statement) -> Bool {
    statement.principals.isEmpty || naming(inAllow: statement) != .nobody
  }

  /// - Parameter hasBoundary: where `NotPrincipal` counts for callers who have a boundary.
  func isDenied(by statement: Statement, hasBoundary: Bool) -> Bool {
    if statement.principals.isEmpty { return true }
    if !statement.isNotPrincipal { return naming(statement.principals) != .nobody }
    return hasBoundary || !isLeftOut(statement.principals)
  }

  /// `NotPrincipal` with Allow means everyone who is not listed (reference_policies_elements_notprincipal.md).
  func naming(inAllow statement: Statement) -> ReferenceNaming {
    let listed = naming(statement.principals)
    guard statement.isNotPrincipal else { return listed }
    return listed == .nobody ? everyone : .nobody
  }

  private func naming(_ names: [Principal]) -> ReferenceNaming { names.map(naming).max() ?? .nobody }

  private func naming(_ name: Principal) -> ReferenceNaming {
    switch name {
    case .any: everyone
    case .aws(let text): Self.account(text).map(naming(account:)) ?? naming(identity: text)
    case .service(let text): naming(service: text)
    case .federated(let text): naming(provider: text)
    // No caller here has a canonical user id, which is S3's alone (reference_policies_elements_principal.md).
    case .canonicalUser: .nobody
    }
  }

  // MARK: Kinds of names (reference_policies_elements_principal.md)

  /// "All principals": anonymous callers too. Who is meant that way needs no grant of their own account.
  private var everyone: ReferenceNaming {
    if case .user = caller { .user } else { .session }
  }

  /// "AWS account principals": twelve digits, or the ARN of the account's root, mean the account and all in it.
  private static func account(_ name: String) -> String? {
    if ReferenceTexts.isAccount(name) { return name }
    let parts = ReferenceTexts.parts(name)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "iam", parts[5] == "root" else { return nil }
    return ReferenceTexts.isAccount(parts[4]) ? parts[4] : nil
  }

  private func naming(account: String) -> ReferenceNaming {
    guard caller.account == account else { return .nobody }
    if case .root = caller { return .session }
    return .account
  }

  /// "IAM user principals", "Role principals", "Role session principals", "federated user session principals": the
  /// whole ARN, with letter case. A stored policy may hold the unique id in place of the ARN.
  private func naming(identity name: String) -> ReferenceNaming {
    switch caller {
    case .user(let arn, _, let id):
      isSame(name, arn) || isSame(name, id) ? .user : .nobody
    case .roleSession(let session, let role, _, let id):
      isSame(name, session) ? .session : isSame(name, role) || isSame(name, id) ? .origin : .nobody
    case .federatedUser(let arn, let issuer, _):
      isSame(name, arn) ? .session : isSame(name, issuer) ? .origin : .nobody
    case .root, .federated, .service, .anonymous: .nobody
    }
  }

  /// "AWS service principals".
  private func naming(service name: String) -> ReferenceNaming {
    guard case .service(let own) = caller else { return .nobody }
    return name == "*" || isSame(name, own) ? .session : .nobody
  }

  /// "Web identity session principals", "SAML session principals", before the session is made.
  private func naming(provider name: String) -> ReferenceNaming {
    guard case .federated(let own, _) = caller else { return .nobody }
    return name == "*" || isSame(name, own) ? .session : .nobody
  }

  private func isSame(_ name: String, _ own: String?) -> Bool { own.map { ReferenceTexts.isSame(name, $0) } ?? false }

  // MARK: NotPrincipal with Deny

  /// Whether a `NotPrincipal` with Deny leaves the caller out: only with everything above them, a user with the
  /// account, a role's session with role and account (reference_policies_elements_notprincipal.md).
  private func isLeftOut(_ names: [Principal]) -> Bool {
    if names.contains(.any) { return true }
    let namings = names.map(naming)
    switch caller {
    case .user: return namings.contains(.account) && namings.contains(.user)
    case .roleSession:
      guard namings.contains(.account), namings.contains(.origin) else { return false }
      return namings.contains(.session) || !namesSessionOfRole(names)
    case .federatedUser: return namings.contains(.account) && namings.contains(.session)
    case .root, .federated, .service, .anonymous: return namings.contains(.session)
    }
  }

  /// Whether any session of the caller's role is named; then only the named ones are left out.
  private func namesSessionOfRole(_ names: [Principal]) -> Bool {
    guard case .roleSession(let session, _, _, _) = caller else { return false }
    let parts = session.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
    let role = parts.dropLast().map { String($0) + "/" }.joined()
    return names.contains { name in
      if case .aws(let text) = name { ReferenceTexts.begins(text, with: role) } else { false }
    }
  }
}

import PolicyEngine

/// Callers of every kind, and names that policies give them.
enum RandomCallers {
  static let accounts = ["111111111111", "222222222222"]
  private static let providers = ["accounts.google.com", "arn:aws:iam::111111111111:saml-provider/idp"]
  private static let services = ["ec2.amazonaws.com", "support.amazonaws.com"]
  private static let linkedRole = "aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport"

  static func caller(_ random: inout SeededGenerator) -> ReferenceCaller {
    let account = random.pick(accounts)
    let arn = "arn:aws:iam::\(account)"
    switch Int.random(in: 0..<18, using: &random) {
    case 0, 1: return .root(account: account)
    case 2...6:
      return .user(
        arn: "\(arn):user/\(random.pick(["team/ann", "team/ann", "bob"]))", account: account,
        uniqueID: random.chance(2) ? "AIDAAAAAAAAAAAAAAAAA1" : nil)
    case 7...10: return session(&random, account, role: random.pick(["team/deploy", "team/deploy", "deploy"]))
    case 11: return session(&random, account, role: random.pick([linkedRole, linkedRole, "x:role/\(linkedRole)"]))
    case 12...14:
      return .federatedUser(
        arn: "arn:aws:sts::\(account):federated-user/\(random.pick(["ann", "f"]))",
        issuerARN: "\(arn):\(random.pick(["user/team/ann", "user/team/ann", "root"]))", account: account)
    case 15: return .federated(provider: random.pick(providers), account: random.pick([account, nil]))
    case 16: return .service(random.pick(services))
    default: return .anonymous
    }
  }

  private static func session(
    _ random: inout SeededGenerator, _ account: String, role: String
  ) -> ReferenceCaller {
    let name = role.split(separator: "/").last ?? ""
    return .roleSession(
      sessionARN: "arn:aws:sts::\(account):assumed-role/\(name)/\(random.pick(["s", "s2"]))",
      roleARN: "arn:aws:iam::\(account):role/\(role)", account: account,
      uniqueID: random.chance(2) ? "AROAAAAAAAAAAAAAAAAA1" : nil)
  }

  // MARK: Names in policies

  /// Some names, those of the caller mostly.
  static func names(_ random: inout SeededGenerator, near caller: ReferenceCaller, isTrust: Bool) -> [Principal] {
    if random.chance(8) { return [.any] }
    var names = random.list(1...2) { $0.pick(Self.names(of: caller)) }
    if random.chance(3) { names.append(random.pick(foreign)) }
    guard isTrust else { return names }
    // A trust policy must not mean all services or all providers.
    return names.filter { $0 != .service("*") && $0 != .federated("*") } + [.service("zz.amazonaws.com")]
  }

  /// What a `NotPrincipal` must list so that the caller is left out, or some of it.
  static func exceptions(_ random: inout SeededGenerator, near caller: ReferenceCaller) -> [Principal] {
    if random.chance(12) { return [.any] }
    var names = Self.names(of: caller)
    if random.chance(2) { names.remove(at: Int.random(in: 0..<names.count, using: &random)) }
    if random.chance(3) { names.append(random.pick(foreign)) }
    return names.isEmpty ? [random.pick(foreign)] : names
  }

  /// All that means the caller, from the account to the very session.
  private static func names(of caller: ReferenceCaller) -> [Principal] {
    switch caller {
    case .root(let account): [.aws(account), .aws("arn:aws:iam::\(account):root")]
    case .user(let arn, let account, let id):
      [.aws(arn), .aws(account)] + (id.map { [.aws($0)] } ?? [])
    case .roleSession(let session, let role, let account, let id):
      [.aws(session), .aws(role), .aws("arn:aws:iam::\(account):root")] + (id.map { [.aws($0)] } ?? [])
    case .federatedUser(let arn, let issuer, let account): [.aws(arn), .aws(issuer), .aws(account)]
    case .federated(let provider, _): [.federated(provider), .federated("*")]
    case .service(let name): [.service(name), .service("*")]
    case .anonymous: [.any, .canonicalUser("79a5")]
    }
  }

  private static let foreign: [Principal] = [
    .aws("111111111111"), .aws("arn:aws:iam::222222222222:root"), .aws("arn:aws-cn:iam::111111111111:root"),
    .aws("arn:aws:iam::111111111111:user/ann"), .aws("arn:aws:iam::222222222222:role/team/deploy"),
    .aws("arn:aws:sts::111111111111:assumed-role/deploy/s2"), .aws("arn:aws:sts::222222222222:federated-user/f"),
    .aws("AIDAAAAAAAAAAAAAAAAA2"), .service("ec2.amazonaws.com"), .federated("accounts.google.com"),
    .canonicalUser("79a5"),
  ]
}

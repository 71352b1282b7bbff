// The specification as code: slow, plain, and written from AWS's pages without a look at the engine's own evaluation,
// matching and comparing. It shares with the engine the parsed documents, and nothing else; EngineBridge.swift hands
// requests and policies over.

/// One question to the policies, as far as the documentation speaks of it.
struct ReferenceRequest {
  var caller: ReferenceCaller
  /// `service:Action`, in any letter case.
  var action: String
  /// An ARN, or `*` for an action that has no resource.
  var resource: String
  /// Twelve digits; nil where the request does not say who owns the resource.
  var resourceAccount: String?
  var context: ReferenceContext = ReferenceContext()

  /// The account that owns the resource, of the caller's own where nothing says so.
  ///
  /// An ARN names the account in its fifth part, and some services leave it empty (reference-arns.md).
  var owner: String? {
    if let resourceAccount { return resourceAccount }
    let parts = ReferenceTexts.parts(resource)
    if parts.count == 6, parts[0] == "arn", ReferenceTexts.isAccount(parts[4]) { return parts[4] }
    return caller.account
  }

  /// Whether the resource belongs to another account than the caller.
  var isBetweenAccounts: Bool { caller.account != owner }
}

/// Who asks. Accounts are their twelve digits.
enum ReferenceCaller {
  case root(account: String)
  case user(arn: String, account: String, uniqueID: String?)
  case roleSession(sessionARN: String, roleARN: String, account: String, uniqueID: String?)
  case federatedUser(arn: String, issuerARN: String, account: String)
  /// Somebody whom a provider vouches for and who has no role yet.
  case federated(provider: String, account: String?)
  case service(String)
  case anonymous

  /// The account whose identity the caller is; providers' users, services and anonymous callers are of none.
  var account: String? {
    switch self {
    case .root(let account), .user(_, let account, _), .roleSession(_, _, let account, _),
      .federatedUser(_, _, let account):
      account
    case .federated, .service, .anonymous: nil
    }
  }

  /// The root user, or a session that the root user made: neither has identity policies or a boundary.
  ///
  /// "You can't attach identity-based policies to the root user" (id_root-user.md); a federated user has what the one
  /// has who asked for the session (id_credentials_temp_control-access_getfederationtoken.md).
  var isRoot: Bool {
    switch self {
    case .root: true
    case .federatedUser(_, let issuer, _): ReferenceTexts.isRootUser(issuer)
    case .user, .roleSession, .federated, .service, .anonymous: false
    }
  }

  /// Whether the caller's role is one that is linked to a service, which its path says (using-service-linked-roles.md).
  var isServiceLinkedRole: Bool {
    guard case .roleSession(_, let role, _, _) = self else { return false }
    return ReferenceTexts.isServiceLinkedRole(role)
  }
}

/// The keys of a request with their values; a key is absent, has no value, or has one or more.
struct ReferenceContext {
  /// The keys as they were written, and as they are compared.
  private(set) var entries: [(key: String, folded: String, values: [String])] = []

  /// Key names are compared without letter case (reference_policies_variables.md, "Important").
  subscript(key: String) -> [String]? {
    get { place(of: key).map { entries[$0].values } }
    set {
      if let place = place(of: key) { entries.remove(at: place) }
      if let newValue { entries.append((key, ReferenceTexts.foldedKey(key), newValue)) }
    }
  }

  private func place(of key: String) -> Int? {
    let folded = ReferenceTexts.foldedKey(key)
    return entries.firstIndex { ReferenceTexts.isSame($0.folded, folded) }
  }
}

/// Texts are the same if their characters are, one for one: `é` is not `e` with an accent behind it.
enum ReferenceTexts {
  static func isSame(_ a: String, _ b: String) -> Bool { a.unicodeScalars.elementsEqual(b.unicodeScalars) }

  static func begins(_ text: String, with head: String) -> Bool {
    text.unicodeScalars.starts(with: head.unicodeScalars)
  }

  /// What stands between the colons, six parts at the most.
  static func parts(_ text: String) -> [String] {
    text.unicodeScalars.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map { String($0) }
  }

  static func isAccount(_ text: String) -> Bool {
    text.unicodeScalars.count == 12 && text.unicodeScalars.allSatisfy(isDigit)
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

  static func isRootUser(_ arn: String) -> Bool {
    let parts = ReferenceTexts.parts(arn)
    return parts.count == 6 && parts[0] == "arn" && parts[5] == "root"
  }

  static func isServiceLinkedRole(_ arn: String) -> Bool {
    let parts = ReferenceTexts.parts(arn)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "iam" else { return false }
    return begins(parts[5], with: "role/aws-service-role/")
  }

  static func lowercased(_ text: String) -> String {
    var lower = ""
    for scalar in text.unicodeScalars { lower += scalar.properties.lowercaseMapping }
    return lower
  }

  /// Letters of ASCII in lower case; names of actions have no others.
  static func lowercasedASCII(_ text: String) -> String {
    var lower = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isCapital = scalar.value >= 0x41 && scalar.value <= 0x5A
      lower.append(isCapital ? Unicode.Scalar(UInt8(scalar.value + 0x20)) : scalar)
    }
    return String(lower)
  }

  /// Lower case, but a letter beyond ASCII never becomes one of ASCII: our choice, so that the Kelvin sign in a tag's
  /// key does not pass for `k`.
  static func foldedKey(_ key: String) -> String {
    if key.unicodeScalars.allSatisfy({ $0.isASCII }) { return lowercasedASCII(key) }
    var folded = ""
    for scalar in key.unicodeScalars {
      let lower = scalar.properties.lowercaseMapping
      let becomesASCII = !scalar.isASCII && lower.unicodeScalars.contains { $0.isASCII }
      folded += becomesASCII ? String(scalar) : lower
    }
    return folded
  }
}

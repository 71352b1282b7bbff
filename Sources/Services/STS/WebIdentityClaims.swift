import AWSCore
import Directory
import PolicyEngine
import ServiceKit
import WebIdentity

/// What a verified token says about the session that it asks for.
struct WebIdentityClaims: Sendable {
  /// The names by which tokens speak to AWS. Source: IAM User Guide, id_session-tags and
  /// id_credentials_temp_control-access_monitor.
  private static let tagsName = "https://aws.amazon.com/tags"
  private static let sourceIdentityName = "https://aws.amazon.com/source_identity"
  private static let rolesName = "https://aws.amazon.com/roles"
  private static let tagsMax = 50

  let token: VerifiedToken
  let provider: TokenProvider
  let tags: [Tag]
  let transitiveTagKeys: [String]
  let sourceIdentity: String?
  /// Whether the provider named the role as one that the token may be used for; nil where it names none.
  let namesRole: Bool?

  init(_ token: VerifiedToken, from provider: TokenProvider, role: ARN) throws(Failure) {
    self.token = token
    self.provider = provider
    (tags, transitiveTagKeys) = try Self.tags(in: token.claims)
    sourceIdentity = try Self.sourceIdentity(in: token.claims)
    namesRole = try Self.namesRole(role, in: token.claims)
  }

  // MARK: Session tags

  /// In one object, or each in a claim of its own.
  private static func tags(in claims: [String: JSONValue]) throws(Failure) -> ([Tag], [String]) {
    var values: [(name: String, value: JSONValue)] = []
    var transitive: [String] = []
    if let nested = claims[tagsName] {
      guard case .object = nested else { throw .badClaim(tagsName) }
      if let tags = nested["principal_tags"] {
        guard case .object(let members) = tags else { throw .badClaim(tagsName) }
        values += members.map { ($0.key, $0.value) }
      }
      transitive += try texts(nested["transitive_tag_keys"])
    }
    let prefix = tagsName + "/principal_tags/"
    values += claims.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
    transitive += try texts(claims[tagsName + "/transitive_tag_keys"])
    var tags: [Tag] = []
    for (name, value) in values.sorted(by: { $0.name < $1.name }) { tags.append(try tag(name, value)) }
    guard tags.count <= tagsMax else { throw .badClaim(tagsName) }
    let names = Set(tags.map { $0.key.text.lowercased() })
    for key in transitive where !names.contains(key.lowercased()) { throw .badClaim(tagsName) }
    return (tags, transitive)
  }

  // AWS: a tag has one value, which mostly stands in a list.
  private static func tag(_ name: String, _ value: JSONValue) throws(Failure) -> Tag {
    guard let texts = value.texts, texts.count == 1, let key = TagKey(checking: name),
      let value = TagValue(checking: texts[0])
    else { throw .badClaim(tagsName) }
    return Tag(key: key, value: value)
  }

  private static func texts(_ value: JSONValue?) throws(Failure) -> [String] {
    guard let value else { return [] }
    guard let texts = value.texts else { throw .badClaim(tagsName) }
    return texts
  }

  private static func sourceIdentity(in claims: [String: JSONValue]) throws(Failure) -> String? {
    guard let claim = claims[sourceIdentityName] else { return nil }
    guard let text = claim.text, let identity = SourceIdentity(checking: text) else {
      throw .badClaim(sourceIdentityName)
    }
    return identity.text
  }

  // AWS: where the token names roles, it is good for these alone.
  private static func namesRole(_ role: ARN, in claims: [String: JSONValue]) throws(Failure) -> Bool? {
    guard let claim = claims[rolesName] else { return nil }
    guard let named = claim.texts else { throw .badClaim(rolesName) }
    guard named.contains(role.text) else {
      throw Failure(.invalidIdentityToken, "The requested role is not among those that the token names.")
    }
    return true
  }

  // MARK: Condition keys

  /// The keys that the trust policy may ask about.
  var keys: [Access.Key] {
    var keys = lasting.map { Access.Key($0.name, $0.values) }
    for name in ["iss", "email"] where token.claims[name] != nil { keys += key(name) }
    if provider.isBuiltIn, let audiences = token.claims["aud"]?.texts { keys.append(named("oaud", audiences)) }
    // What AWS knows of some providers beside that: the repository of a workflow, for instance.
    for name in token.claims.keys.sorted() where ServiceReference.conditionKey("\(provider.name):\(name)") != nil {
      if !keys.contains(where: { $0.name == "\(provider.name):\(name)" }) { keys += key(name) }
    }
    if let sourceIdentity { keys.append(.one("sts:SourceIdentity", sourceIdentity)) }
    if !transitiveTagKeys.isEmpty { keys.append(.init("sts:TransitiveTagKeys", transitiveTagKeys)) }
    keys.append(.one("sts:RoleAuthorizedByIdp", namesRole == true ? "true" : "false"))
    return keys
  }

  // AWS: these stay in the session (reference_policies_iam-condition-keys.md, "Cross-service … context keys").
  private var lasting: [Access.Key] {
    [named("aud", token.audiences), named("sub", [token.subject])] + key("amr")
  }

  private func key(_ name: String) -> [Access.Key] {
    token.claims[name]?.conditionValues.map { [named(name, $0)] } ?? []
  }

  private func named(_ name: String, _ values: [String]) -> Access.Key {
    Access.Key("\(provider.name):\(name)", values)
  }

  /// What stays of the token in the session.
  var federation: Session.Federation {
    Session.Federation(provider: provider.principal, keys: lasting.map { .init($0.name, $0.values) })
  }
}

/// Whose tokens an account's roles can trust.
struct TokenProvider: Sendable {
  /// As trust policies name it.
  let principal: String
  /// As condition keys begin.
  let name: String
  let issuer: TrustedIssuer
  /// The audiences that it has; nil where the trust policies alone say which.
  let clientIDs: [String]?
  var isBuiltIn: Bool { clientIDs == nil }

  // AWS: these need no provider in the account (id_roles_providers_oidc.md).
  private static let builtIn = ["accounts.google.com", "cognito-identity.amazonaws.com"]

  /// The provider of the account for an issuer, exactly as it is written; nil where there is none.
  init?(_ issuer: HTTPSURL, in account: Account) {
    name = OpenIDConnectProviderRecord.name(of: issuer)
    if let record = account.openIDConnectProviders[id: name] {
      principal = record.arn.text
      self.issuer = TrustedIssuer(url: record.url, thumbprints: record.thumbprints)
      clientIDs = record.clientIDs
    } else if Self.builtIn.contains(name) {
      principal = name
      self.issuer = TrustedIssuer(url: issuer, thumbprints: [])
      clientIDs = nil
    } else {
      return nil
    }
  }
}

// MARK: Refusals in AWS's words

extension Failure {
  static let notAToken = Failure(
    .invalidIdentityToken,
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")

  static func badClaim(_ name: String) -> Failure {
    Failure(.invalidIdentityToken, "The claim \(name) of the token is not valid.")
  }

  static func noVerificationKey(_ reason: String) -> Failure {
    Failure(
      .invalidIdentityToken,
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity "
        + "documentation for requirements",
      reason: reason)
  }

  init(_ refusal: TokenRefusal) {
    switch refusal {
    case .malformed: self = .notAToken
    case .unsupportedAlgorithm:
      self.init(.invalidIdentityToken, "The token is not signed with RS256, RS384, RS512, ES256, ES384 or ES512.")
    case .unknownKey: self = .noVerificationKey("no such key")
    case .badSignature: self.init(.invalidIdentityToken, "The signature of the token is not valid.")
    case .missingClaim(let name): self.init(.invalidIdentityToken, "Missing a required claim: \(name)")
    case .badClaim(let name): self = .badClaim(name)
    case .wrongAudience: self.init(.invalidIdentityToken, "Incorrect token audience")
    case .expired(let now, let expires):
      self.init(
        .expiredToken, "Token expired: current date/time \(now) must be before the expiration date/time \(expires)")
    case .notYetValid(let now, let from):
      self.init(.invalidIdentityToken, "Token is not valid yet: current date/time \(now) must not be before \(from)")
    }
  }

  init(_ failure: KeyFailure) {
    switch failure {
    case .unreachable(let cause):
      self.init(
        .idpCommunicationError,
        "The request could not be fulfilled because the identity provider (IDP) that was asked to verify the incoming "
          + "identity token could not be reached.",
        reason: cause)
    case .unusable(let cause): self = .noVerificationKey(cause)
    case .untrusted:
      self.init(
        .invalidIdentityToken, "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint")
    }
  }
}

import AWSCore
import Directory
import SAML
import ServiceKit

/// What an assertion's attributes ask for: the session's name, tags, length and source, and the condition keys.
// AWS: id_roles_providers_create_saml_assertions.md; names of attributes are case-sensitive.
struct SAMLClaims: Sendable {
  private static let prefix = "https://aws.amazon.com/SAML/Attributes/"
  private static let tagPrefix = prefix + "PrincipalTag:"
  private static let tagsMax = 50

  let assertion: VerifiedAssertion
  let providerARN: String
  let nameQualifier: String
  let sessionName: RoleSessionName
  let sessionDuration: Int?
  let tags: [Tag]
  let transitiveTagKeys: [String]
  let sourceIdentity: SourceIdentity?
  /// `ACCOUNT/NAME` of the provider.
  private let document: String

  init(_ assertion: VerifiedAssertion, of provider: SAMLProviderRecord) throws(Failure) {
    self.assertion = assertion
    providerARN = provider.arn.text
    nameQualifier = assertion.nameQualifier(account: provider.account, provider: provider.name)
    document = "\(provider.account)/\(provider.name)"
    sessionName = try Self.sessionName(assertion)
    sessionDuration = try Self.sessionDuration(assertion)
    tags = try Self.tags(assertion)
    transitiveTagKeys = try Self.transitiveTagKeys(assertion, among: tags)
    sourceIdentity = try Self.sourceIdentity(assertion)
  }

  // MARK: Attributes

  /// The pairs of role and provider that the subject may take, the role first.
  static func pairs(in assertion: VerifiedAssertion) throws(Failure) -> Set<[String]> {
    guard let values = assertion.attributes[prefix + "Role"], !values.isEmpty else {
      throw .invalidToken("The response has no attribute \(prefix)Role")
    }
    var pairs: Set<[String]> = []
    for value in values {
      let parts = value.split(separator: ",", omittingEmptySubsequences: false).map { part in
        String(part.drop { $0 == " " }.prefix { $0 != " " })
      }
      guard parts.count == 2 else { continue }
      // Either may come first.
      pairs.insert(parts[0].contains(":saml-provider/") ? [parts[1], parts[0]] : parts)
    }
    return pairs
  }

  /// The value of an attribute that has one value.
  private static func single(_ name: String, in assertion: VerifiedAssertion) throws(Failure) -> String? {
    guard let values = assertion.attributes[prefix + name], let value = values.first else { return nil }
    guard values.count == 1 else { throw .invalidToken("\(name) must have one value in AuthnResponse") }
    return value
  }

  private static func sessionName(_ assertion: VerifiedAssertion) throws(Failure) -> RoleSessionName {
    guard let text = try single("RoleSessionName", in: assertion) else {
      throw .invalidToken("RoleSessionName is required in AuthnResponse")
    }
    guard let name = RoleSessionName(checking: text) else {
      throw .invalidToken("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
    }
    return name
  }

  private static func sessionDuration(_ assertion: VerifiedAssertion) throws(Failure) -> Int? {
    guard let text = try single("SessionDuration", in: assertion) else { return nil }
    guard let seconds = Int(text), (900...43_200).contains(seconds) else {
      throw .invalidToken("SessionDuration in AuthnResponse must be between 900 and 43200")
    }
    return seconds
  }

  private static func sourceIdentity(_ assertion: VerifiedAssertion) throws(Failure) -> SourceIdentity? {
    guard let text = try single("SourceIdentity", in: assertion) else { return nil }
    guard let identity = SourceIdentity(checking: text), !text.lowercased().hasPrefix("aws:") else {
      throw .invalidToken(#"Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:""#)
    }
    return identity
  }

  private static func tags(_ assertion: VerifiedAssertion) throws(Failure) -> [Tag] {
    var tags: [Tag] = []
    for (name, values) in assertion.attributes.sorted(by: { $0.key < $1.key }) where name.hasPrefix(tagPrefix) {
      guard values.count == 1, let key = TagKey(checking: String(name.dropFirst(tagPrefix.utf8.count))),
        let value = TagValue(checking: values[0])
      else { throw .invalidToken("A PrincipalTag in AuthnResponse must be a tag key with one tag value") }
      tags.append(Tag(key: key, value: value))
    }
    guard tags.count <= tagsMax else { throw .invalidToken("AuthnResponse has more than \(tagsMax) session tags") }
    if let fault = tags.fault { throw .invalidToken(fault) }
    return tags
  }

  private static func transitiveTagKeys(
    _ assertion: VerifiedAssertion, among tags: [Tag]
  ) throws(Failure) -> [String] {
    let keys = assertion.attributes[prefix + "TransitiveTagKeys"] ?? []
    let present = Set(tags.map { $0.key.text.lowercased() })
    guard keys.allSatisfy({ present.contains($0.lowercased()) }) else {
      throw .invalidToken("The specified transitive tag key must be included in the requested tags.")
    }
    return keys
  }

  // MARK: Condition keys

  /// Those that hold in every request of the session.
  // AWS: "SAML role permissions policies" (reference_policies_iam-condition-keys.md).
  var sessionKeys: [Session.Federation.Key] {
    [
      .init("saml:namequalifier", [nameQualifier]), .init("saml:sub", [assertion.subject]),
      .init("saml:sub_type", [assertion.subjectType]),
    ]
  }

  /// Those that a role's trust policy can ask for.
  var trustKeys: [Access.Key] {
    var keys: [Access.Key] = sessionKeys.map { .init($0.name, $0.values) }
    keys.append(.one("saml:aud", assertion.recipient))
    keys.append(.one("saml:iss", assertion.issuer))
    keys.append(.one("saml:doc", document))
    keys.append(.one("sts:RoleSessionName", sessionName.text))
    if let sourceIdentity { keys.append(.one("sts:SourceIdentity", sourceIdentity.text)) }
    if !transitiveTagKeys.isEmpty { keys.append(.init("sts:TransitiveTagKeys", transitiveTagKeys)) }
    var present: Set<String> = []
    // AWS: "If you include more than one [claim per key], only one claim will be mapped."
    for (name, key) in Self.mapping {
      guard let values = assertion.attributes[name], present.insert(key).inserted else { continue }
      keys.append(.init("saml:\(key)", values))
    }
    return keys
  }

  // AWS: the three tables of id_roles_providers_create_saml_assertions.md, in their order.
  private static let mapping: [(attribute: String, key: String)] = [
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "eduPersonAffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.2", "eduPersonNickname"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.3", "eduPersonOrgDN"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.4", "eduPersonOrgUnitDN"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.5", "eduPersonPrimaryAffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "eduPersonPrincipalName"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.7", "eduPersonEntitlement"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.8", "eduPersonPrimaryOrgUnitDN"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "eduPersonScopedAffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.10", "eduPersonTargetedID"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.11", "eduPersonAssurance"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.2", "eduOrgHomePageURI"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.3", "eduOrgIdentityAuthNPolicyURI"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.4", "eduOrgLegalName"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.5", "eduOrgSuperiorURI"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.6", "eduOrgWhitePagesURI"),
    ("urn:oid:2.5.4.3", "cn"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "name"),
    ("http://schemas.xmlsoap.org/claims/CommonName", "commonName"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "givenName"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "surname"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "mail"),
    ("http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid", "primaryGroupSID"),
    ("http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid", "uid"),
    ("2.5.4.3", "commonName"), ("2.5.4.4", "surname"), ("2.4.5.42", "givenName"),
    ("2.5.4.45", "x500UniqueIdentifier"), ("0.9.2342.19200300100.1.1", "uid"), ("0.9.2342.19200300100.1.3", "mail"),
    ("0.9.2342.19200300.100.1.45", "organizationStatus"),
  ]
}

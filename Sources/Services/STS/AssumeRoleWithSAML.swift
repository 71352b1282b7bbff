import AWSCore
import AWSWire
import Directory
import PolicyEngine
import SAML
import ServiceKit

/// The response of an identity provider in base 64. Sensitive: no message repeats it.
struct SAMLAssertionText: ConstrainedString, WireDecodable {
  static let isSensitive = true
  static let constraint = StringConstraint(4...100_000)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct AssumeRoleWithSAML: AssertedOperation {
  typealias Claims = SAMLClaims

  struct Input: WireStruct {
    let roleARN: RequestedARN
    let principalARN: RequestedARN
    let assertion: SAMLAssertionText
    let policyARNs: [PolicyDescriptor]
    let policy: SessionPolicyText?
    let durationSeconds: Int?
    let minimumTokenSize: Int?

    init(from fields: inout Fields) {
      roleARN = fields.required("RoleArn")
      principalARN = fields.required("PrincipalArn")
      assertion = fields.required("SAMLAssertion")
      policyARNs = fields.list("PolicyArns") ?? []
      policy = fields.optional("Policy")
      durationSeconds = fields.optional("DurationSeconds", in: 900...43_200)
      minimumTokenSize = fields.optional(TokenSize.member, in: TokenSize.allowed)
    }
  }

  static let failures: [ErrorCode] = [
    .malformedPolicyDocument, .packedPolicyTooLarge, .idpRejectedClaim, .invalidIdentityToken, .expiredToken,
    .regionDisabled,
  ]

  private static let notAuthorized = Failure(.accessDenied, "Not authorized to perform sts:AssumeRoleWithSAML")

  // MARK: Gate 1

  static func verify(_ input: Input, _ visit: Visit) async throws(Failure) -> Vouched<SAMLClaims> {
    guard let roleARN = ARN(input.roleARN.text), roleARN.service == "iam", roleARN.resource.hasPrefix("role/") else {
      throw Failure(.validationError, "\(input.roleARN.text.prefix(256)) is invalid")
    }
    guard let arn = ARN(input.principalARN.text), arn.service == "iam", arn.resource.hasPrefix("saml-provider/"),
      let accountID = arn.accountID
    else { throw .invalidToken("Specified provider doesn't exist") }
    let account = try await visit.account(accountID).account
    guard let provider = account.samlProvider(arn) else { throw .invalidToken("Specified provider doesn't exist") }
    guard visit.now < provider.metadata.validUntil else {
      throw .invalidToken("The metadata of the specified provider has expired")
    }
    let assertion = try assertion(input, of: provider, in: account, visit)
    let claims = try SAMLClaims(assertion, of: provider)
    // AWS: the assertion names the pairs of role and provider that its subject may take.
    guard roleARN.accountID == accountID, try SAMLClaims.pairs(in: assertion).contains([roleARN.text, arn.text]) else {
      throw notAuthorized
    }
    return Vouched(
      provider: arn.text, account: accountID, claims: claims,
      onceOnly: OneTimeValue(
        space: "saml-assertion", parts: [provider.id, assertion.issuer, assertion.id],
        // Longer than any node's clock would take it.
        expires: assertion.expires.adding(seconds: AssertionRules.lifetimeSeconds),
        refusal: .invalidToken("The assertion has been used before")))
  }

  private static func assertion(
    _ input: Input, of provider: SAMLProviderRecord, in account: Account, _ visit: Visit
  ) throws(Failure) -> VerifiedAssertion {
    var keys: [DecryptionKey] = []
    for key in provider.privateKeys { keys.append(try opened(key, of: provider, in: account)) }
    let rules = AssertionRules(
      issuer: provider.metadata.entityID,
      signingCertificates: provider.metadata.signingCertificates.compactMap { Base64.decode($0) },
      decryptionKeys: keys, isEncryptionRequired: provider.encryptionMode == .required,
      addresses: SignInAddresses(own: visit.environment.signInURLs, providerID: provider.id), now: visit.now)
    do throws(SAMLRefusal) {
      return try SAMLResponse.verify(input.assertion.text, by: rules)
    } catch {
      switch error.kind {
      case .invalid: throw .invalidToken(error.message)
      case .expired: throw Failure(.expiredToken, error.message)
      case .rejected: throw Failure(.idpRejectedClaim, error.message)
      // AWS: a response without a Subject or NameID is not authorized (troubleshoot_saml.md).
      case .anonymous: throw notAuthorized
      }
    }
  }

  private static func opened(
    _ key: SAMLProviderRecord.PrivateKey, of provider: SAMLProviderRecord, in account: Account
  ) throws(Failure) -> DecryptionKey {
    do {
      guard let pem = try account.dataKey?.open(key.sealedPEM, as: provider.field(ofKey: key.id)) else {
        throw Failure(.serviceFailure, "Internal failure.", reason: "account `\(account.id)` has no data key")
      }
      return try DecryptionKey(pem: Secret(String(decoding: pem, as: UTF8.self)))
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "the private key `\(key.id)` cannot be opened")
    }
  }

  // MARK: Gate 2 and the session

  private static func role(_ input: Input, in account: Account) -> RoleRecord? {
    guard let arn = ARN(input.roleARN.text), let role = account.roles[name: String(arn.lastComponent)],
      // AWS: the roles of IAM Identity Center are for its own sign-in alone (API_AssumeRoleWithSAML.html).
      role.arn == arn, !role.name.hasPrefix("AWSReservedSSO_")
    else { return nil }
    return role
  }

  // AWS: the role's trust policy must grant everything that the call does: assuming, tagging, naming a source.
  static func access(_ input: Input, _ claims: SAMLClaims, _ view: View) throws(Failure) -> Access {
    guard let arn = ARN(input.roleARN.text) else { throw notAuthorized }
    let role = role(input, in: view.account)
    func access(_ action: String) -> Access {
      var access = Access(action, on: arn, keys: claims.trustKeys).requesting(tags: claims.tags).on(tagged: role)
      access.resourcePolicy = role?.trustPolicy.policy
      access.trustingRole = role
      return access
    }
    var wanted = access("sts:AssumeRoleWithSAML")
    if !claims.tags.isEmpty { wanted = wanted.also(access("sts:TagSession")) }
    if claims.sourceIdentity != nil { wanted = wanted.also(access("sts:SetSourceIdentity")) }
    return wanted
  }

  struct Output: WireOutput {
    let credentials: CredentialsOutput
    let role: RoleRecord
    let claims: SAMLClaims
    let packedPercentage: Int?

    func encode(to writer: inout WireWriter) {
      writer.put("Credentials", credentials)
      writer.structure("AssumedRoleUser") { user in
        user.put("AssumedRoleId", "\(role.id):\(claims.sessionName)")
        user.put(
          "Arn", ARN(service: "sts", account: role.account, resource: "assumed-role/\(role.name)/\(claims.sessionName)")
        )
      }
      writer.put("PackedPolicySize", packedPercentage)
      writer.put("Subject", claims.assertion.subject)
      writer.put("SubjectType", claims.assertion.subjectType)
      writer.put("Issuer", claims.assertion.issuer)
      writer.put("Audience", claims.assertion.recipient)
      writer.put("NameQualifier", claims.nameQualifier)
      writer.put("SourceIdentity", claims.sourceIdentity?.text)
    }
  }

  static func perform(
    _ input: Input, _ claims: SAMLClaims, _ view: View, _ grant: Grant
  ) throws(Failure) -> Output {
    guard let role = role(input, in: view.account) else { throw notAuthorized }
    let request = try SessionRequest(
      policy: input.policy?.text, policyARNs: input.policyARNs, tags: claims.tags, in: view.account)
    let session = grant.session(
      of: .role(id: role.id, sessionName: claims.sessionName.text), in: role.account,
      seconds: try seconds(input.durationSeconds, of: role, claims, now: grant.now), limitedBy: request,
      tags: claims.tags, transitiveTagKeys: claims.transitiveTagKeys, sourceIdentity: claims.sourceIdentity?.text,
      federation: Session.Federation(provider: claims.providerARN, keys: claims.sessionKeys))
    return Output(
      credentials: try CredentialsOutput(session, sealedWith: grant.sealingKey, minimumSize: input.minimumTokenSize),
      role: role, claims: claims, packedPercentage: request.packedPercentage)
  }

  /// The shortest of what was asked for and what the identity provider allows.
  private static func seconds(
    _ asked: Int?, of role: RoleRecord, _ claims: SAMLClaims, now: Timestamp
  ) throws(Failure) -> Int {
    let seconds = asked ?? AssumeRole.durationDefault
    guard seconds <= role.maxSessionDuration else {
      throw Failure(
        .validationError, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    }
    let left = claims.assertion.sessionNotOnOrAfter.map { Int($0.seconds(since: now)) }
    return min(seconds, claims.sessionDuration ?? seconds, left ?? seconds)
  }
}

extension Failure {
  static func invalidToken(_ message: String) -> Failure { Failure(.invalidIdentityToken, message) }
}

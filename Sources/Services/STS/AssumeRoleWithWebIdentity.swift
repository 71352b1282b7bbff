import AWSCore
import AWSWire
import Directory
import ServiceKit
import WebIdentity

/// Credentials of a role for whom an OpenID Connect provider vouches for. Nobody signs it: the token says who asks.
struct AssumeRoleWithWebIdentity: AssertedOperation {
  static let durationDefault = 3_600

  struct TokenText: ConstrainedString, WireDecodable {
    static let constraint = StringConstraint(4...20_000)
    let text: String
    init(unchecked text: String) { self.text = text }
  }

  struct ProviderID: ConstrainedString, WireDecodable {
    static let constraint = StringConstraint(4...2048)
    let text: String
    init(unchecked text: String) { self.text = text }
  }

  struct Input: WireStruct {
    let roleARN: RequestedARN
    let roleSessionName: RoleSessionName
    let token: TokenText
    let providerID: ProviderID?
    let policyARNs: [PolicyDescriptor]
    let policy: SessionPolicyText?
    let durationSeconds: Int?
    let minimumTokenSize: Int?

    init(from fields: inout Fields) {
      roleARN = fields.required("RoleArn")
      roleSessionName = fields.required("RoleSessionName")
      token = fields.required("WebIdentityToken")
      providerID = fields.optional("ProviderId")
      policyARNs = fields.list("PolicyArns") ?? []
      policy = fields.optional("Policy")
      durationSeconds = fields.optional("DurationSeconds", in: 900...43_200)
      minimumTokenSize = fields.optional(TokenSize.member, in: TokenSize.allowed)
    }
  }

  static let failures: [ErrorCode] = [
    .malformedPolicyDocument, .packedPolicyTooLarge, .idpRejectedClaim, .idpCommunicationError, .invalidIdentityToken,
    .expiredToken, .regionDisabled,
  ]

  // MARK: Gate 1

  static func verify(_ input: Input, _ visit: Visit) async throws(Failure) -> Vouched<WebIdentityClaims> {
    let token = try parsed(input)
    guard let role = ARN(input.roleARN.text), role.service == "iam", role.resource.hasPrefix("role/"),
      let account = role.accountID
    else { throw Failure(.validationError, "Request ARN is invalid") }
    guard token.claims["iss"] != nil else { throw Failure(.missingClaim("iss")) }
    guard let issuer = token.issuer else { throw Failure(.invalidIdentityToken, "Issuer must be a valid URL") }
    guard let provider = TokenProvider(issuer, in: try await visit.account(account).account) else {
      throw Failure(.invalidIdentityToken, "No OpenIDConnect provider found in your account for \(issuer)")
    }
    let verified = try await verified(token, by: provider, visit)
    // AWS: a token may be used again until it expires; nothing of it is used up.
    return Vouched(
      provider: provider.principal, account: account,
      claims: try WebIdentityClaims(verified, from: provider, role: role), onceOnly: nil)
  }

  private static func parsed(_ input: Input) throws(Failure) -> JSONWebToken {
    // AWS: only for the access tokens of OAuth 2.0, which would have to be asked about at these two.
    if let provider = input.providerID?.text {
      guard ["www.amazon.com", "graph.facebook.com"].contains(provider) else {
        throw Failure(.invalidIdentityToken, "\(provider.prefix(256)) is not a supported OAuth 2.0 provider.")
      }
      throw Failure(
        .idpCommunicationError, "Access tokens of \(provider) cannot be verified here: this server does not ask it.")
    }
    do throws(TokenRefusal) {
      return try JSONWebToken(input.token.text)
    } catch {
      throw Failure(error)
    }
  }

  private static func verified(
    _ token: JSONWebToken, by provider: TokenProvider, _ visit: Visit
  ) async throws(Failure) -> VerifiedToken {
    guard let id = token.keyID else { throw .noVerificationKey("the token names no key") }
    let key: VerificationKey
    do throws(KeyFailure) {
      key = try await visit.environment.issuerKeys.key(id, for: token.algorithm, of: provider.issuer, now: visit.now)
    } catch {
      throw Failure(error)
    }
    do throws(TokenRefusal) {
      return try VerifiedToken(token, signedBy: key, clientIDs: provider.clientIDs, now: visit.now)
    } catch {
      throw Failure(error)
    }
  }

  // MARK: Gate 2

  private static func role(_ input: Input, in account: Account) -> RoleRecord? {
    guard let arn = ARN(input.roleARN.text), let role = account.roles[name: String(arn.lastComponent)],
      role.arn == arn
    else { return nil }
    return role
  }

  // AWS: the trust policy must grant everything that the token asks for: assuming, tagging, naming a source.
  static func access(_ input: Input, _ claims: WebIdentityClaims, _ view: View) throws(Failure) -> Access {
    guard let arn = ARN(input.roleARN.text) else { throw Failure(.validationError, "Request ARN is invalid") }
    let role = role(input, in: view.account)
    let keys = claims.keys + [.one("sts:RoleSessionName", input.roleSessionName.text)]
    func access(_ action: String) -> Access {
      var access = Access(action, on: arn, keys: keys).requesting(tags: claims.tags).on(tagged: role)
      access.resourcePolicy = role?.trustPolicy.policy
      return access
    }
    var wanted = access("sts:AssumeRoleWithWebIdentity")
    if !claims.tags.isEmpty { wanted = wanted.also(access("sts:TagSession")) }
    if claims.sourceIdentity != nil { wanted = wanted.also(access("sts:SetSourceIdentity")) }
    return wanted
  }

  struct Output: WireOutput {
    let credentials: CredentialsOutput
    let claims: WebIdentityClaims
    let role: RoleRecord
    let sessionName: RoleSessionName
    let packedPercentage: Int?

    func encode(to writer: inout WireWriter) {
      writer.put("Credentials", credentials)
      writer.put("SubjectFromWebIdentityToken", claims.token.subject)
      writer.structure("AssumedRoleUser") { user in
        user.put("AssumedRoleId", "\(role.id):\(sessionName)")
        user.put(
          "Arn", ARN(service: "sts", account: role.account, resource: "assumed-role/\(role.name)/\(sessionName)"))
      }
      writer.put("PackedPolicySize", packedPercentage)
      // AWS: the provider's ARN; the API reference has the issuer there.
      writer.put("Provider", claims.provider.principal)
      writer.put("Audience", claims.token.audience)
      writer.put("SourceIdentity", claims.sourceIdentity)
    }
  }

  static func perform(
    _ input: Input, _ claims: WebIdentityClaims, _ view: View, _ grant: Grant
  ) throws(Failure) -> Output {
    guard let role = role(input, in: view.account) else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "a role that is not there was granted")
    }
    let seconds = input.durationSeconds ?? durationDefault
    guard seconds <= role.maxSessionDuration else {
      throw Failure(
        .validationError, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    }
    let request = try SessionRequest(
      policy: input.policy?.text, policyARNs: input.policyARNs, tags: claims.tags, in: view.account)
    let session = grant.session(
      of: .role(id: role.id, sessionName: input.roleSessionName.text), in: role.account, seconds: seconds,
      limitedBy: request, tags: claims.tags, transitiveTagKeys: claims.transitiveTagKeys,
      sourceIdentity: claims.sourceIdentity, federation: claims.federation)
    return Output(
      credentials: try CredentialsOutput(
        session, sealedWith: grant.sealingKey, minimumSize: input.minimumTokenSize),
      claims: claims, role: role, sessionName: input.roleSessionName, packedPercentage: request.packedPercentage)
  }
}

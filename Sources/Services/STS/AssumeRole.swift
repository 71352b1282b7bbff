import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

struct AssumeRole: EvidencedOperation {
  static let durationDefault = 3_600
  /// The longest session of a role that was assumed by a role.
  static let chainedDurationMax = 3_600

  struct ProvidedContext: WireStruct {
    struct Assertion: ConstrainedString, WireDecodable {
      static let constraint = StringConstraint(4...2048)
      let text: String
      init(unchecked text: String) { self.text = text }
    }

    let providerARN: RequestedARN?
    let contextAssertion: Assertion?

    init(from fields: inout Fields) {
      providerARN = fields.optional("ProviderArn")
      contextAssertion = fields.optional("ContextAssertion")
    }
  }

  struct Input: WireStruct {
    let roleARN: RequestedARN
    let roleSessionName: RoleSessionName
    let policyARNs: [PolicyDescriptor]
    let policy: UnboundedPolicyText?
    let durationSeconds: Int?
    let tags: [Tag]
    let transitiveTagKeys: [TagKey]
    let externalID: ExternalID?
    let serialNumber: SerialNumber?
    let tokenCode: TokenCode?
    let sourceIdentity: SourceIdentity?
    let providedContexts: [ProvidedContext]?
    let minimumTokenSize: Int?

    init(from fields: inout Fields) {
      roleARN = fields.required("RoleArn")
      roleSessionName = fields.required("RoleSessionName")
      policyARNs = fields.list("PolicyArns") ?? []
      policy = fields.optional("Policy")
      durationSeconds = fields.optional("DurationSeconds", in: 900...43_200)
      tags = fields.list("Tags", max: 50) ?? []
      transitiveTagKeys = fields.list("TransitiveTagKeys", max: 50) ?? []
      externalID = fields.optional("ExternalId")
      serialNumber = fields.optional("SerialNumber")
      tokenCode = fields.optional("TokenCode")
      sourceIdentity = fields.optional("SourceIdentity")
      providedContexts = fields.list("ProvidedContexts", min: 1, max: 5)
      minimumTokenSize = fields.optional(TokenSize.member, in: TokenSize.allowed)
    }
  }

  static let failures: [ErrorCode] = [
    .malformedPolicyDocument, .packedPolicyTooLarge, .regionDisabled, .expiredToken,
  ]

  /// The account of the role; the caller's own where the text is no role's ARN, so that it is refused there.
  static func account(of input: Input, caller: Caller) -> AccountID {
    ARN(input.roleARN.text)?.accountID ?? caller.account
  }

  private static func role(_ input: Input, in account: Account) -> RoleRecord? {
    guard let arn = ARN(input.roleARN.text), let role = account.roles[name: String(arn.lastComponent)],
      role.arn == arn
    else { return nil }
    return role
  }

  /// Nil where the call brings no code.
  typealias Evidence = MFAProof?

  static func verify(_ input: Input, _ call: Call) async throws(Failure) -> MFAProof? {
    try await MFAProof(serialNumber: input.serialNumber?.text, code: input.tokenCode?.text, of: call)
  }

  static func verifyNow(_ input: Input, _ call: Call) -> MFAProof?? {
    input.serialNumber == nil && input.tokenCode == nil ? .some(nil) : nil
  }

  static func spend(_ proof: MFAProof?, _ grant: Grant) async throws(Failure) { try await proof?.spend(grant) }

  // AWS: the role's trust policy must grant everything that the call does: assuming, tagging, naming a source.
  static func access(_ input: Input, _ proof: MFAProof?, _ view: View) throws(Failure) -> Access {
    guard let arn = ARN(input.roleARN.text), arn.service == "iam", arn.resource.hasPrefix("role/") else {
      throw Failure(.validationError, "\(input.roleARN.text.prefix(256)) is invalid")
    }
    if case .root = view.caller.principal {
      throw Failure(.accessDenied, "Roles may not be assumed by root accounts.")
    }
    let role = role(input, in: view.account)
    let session = view.caller.session
    var keys = keys(of: input)
    if proof != nil { keys += MFAProof.keys }
    let inherited = session?.inheritedTags ?? []
    for tag in inherited { keys.append(.one("aws:RequestTag/\(tag.key)", tag.value.text)) }
    func access(_ action: String) -> Access {
      var access = Access(action, on: arn, keys: keys).requesting(tags: input.tags).on(tagged: role)
      access.resourcePolicy = role?.trustPolicy.policy
      access.resourceRule = .mustGrant
      access.trustingRole = role
      return access
    }
    var wanted = access("sts:AssumeRole")
    if !input.tags.isEmpty || !inherited.isEmpty { wanted = wanted.also(access("sts:TagSession")) }
    if input.sourceIdentity != nil || session?.sourceIdentity != nil {
      wanted = wanted.also(access("sts:SetSourceIdentity"))
    }
    return wanted
  }

  private static func keys(of input: Input) -> [Access.Key] {
    var keys: [Access.Key] = [.one("sts:RoleSessionName", input.roleSessionName.text)]
    if let id = input.externalID { keys.append(.one("sts:ExternalId", id.text)) }
    if let identity = input.sourceIdentity { keys.append(.one("sts:SourceIdentity", identity.text)) }
    if !input.transitiveTagKeys.isEmpty {
      keys.append(.init("sts:TransitiveTagKeys", input.transitiveTagKeys.map(\.text)))
    }
    return keys
  }

  struct Output: WireOutput {
    let credentials: CredentialsOutput
    let role: RoleRecord
    let sessionName: RoleSessionName
    let packedPercentage: Int?
    let sourceIdentity: String?

    func encode(to writer: inout WireWriter) {
      writer.put("Credentials", credentials)
      writer.structure("AssumedRoleUser") { user in
        user.put("AssumedRoleId", "\(role.id):\(sessionName)")
        user.put(
          "Arn", ARN(service: "sts", account: role.account, resource: "assumed-role/\(role.name)/\(sessionName)"))
      }
      writer.put("PackedPolicySize", packedPercentage)
      writer.put("SourceIdentity", sourceIdentity)
    }
  }

  // AWS: the session itself says nothing of the second factor, which counted for the assuming alone
  // (id_credentials_mfa_configure-api-require.html).
  static func perform(_ input: Input, _ proof: MFAProof?, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    guard let role = role(input, in: view.account) else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "a role that is not there was granted")
    }
    guard input.providedContexts == nil else {
      throw Failure(.validationError, "ProvidedContexts names a context provider that this account does not have.")
    }
    let seconds = try duration(input.durationSeconds, of: role, for: grant.caller)
    let request = try SessionRequest(
      policy: input.policy?.text, policyARNs: input.policyARNs, tags: input.tags, in: view.account)
    let (tags, transitive) = try tags(input, of: grant.caller.session)
    let identity = try sourceIdentity(input.sourceIdentity, of: grant.caller.session)
    let session = grant.session(
      of: .role(id: role.id, sessionName: input.roleSessionName.text), in: role.account, seconds: seconds,
      limitedBy: request, tags: tags, transitiveTagKeys: transitive, sourceIdentity: identity)
    return Output(
      credentials: try CredentialsOutput(
        session, sealedWith: grant.sealingKey, minimumSize: input.minimumTokenSize),
      role: role, sessionName: input.roleSessionName, packedPercentage: request.packedPercentage,
      sourceIdentity: identity)
  }

  private static func duration(_ asked: Int?, of role: RoleRecord, for caller: Caller) throws(Failure) -> Int {
    let seconds = asked ?? durationDefault
    if case .role = caller.principal, seconds > chainedDurationMax {
      throw Failure(
        .validationError,
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
    }
    guard seconds <= role.maxSessionDuration else {
      throw Failure(
        .validationError, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    }
    return seconds
  }

  /// The session's tags: those asked for, and those that the calling session hands on.
  private static func tags(_ input: Input, of session: Session?) throws(Failure) -> ([Tag], [String]) {
    let inherited = session?.inheritedTags ?? []
    let asked = Set(input.tags.map { $0.key.text.lowercased() })
    for tag in inherited where asked.contains(tag.key.text.lowercased()) {
      throw Failure(
        .invalidParameterValue,
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
          + "the calling session.")
    }
    for key in input.transitiveTagKeys where !asked.contains(key.text.lowercased()) {
      throw Failure(
        .invalidParameterValue, "The specified transitive tag key must be included in the requested tags.")
    }
    return (input.tags + inherited, input.transitiveTagKeys.map(\.text) + inherited.map(\.key.text))
  }

  // AWS: once set, the source identity goes along with every further role and cannot be changed.
  private static func sourceIdentity(_ asked: SourceIdentity?, of session: Session?) throws(Failure) -> String? {
    guard let present = session?.sourceIdentity else { return asked?.text }
    guard asked == nil || asked?.text == present else {
      throw Failure(
        .accessDenied, "The source identity of the calling session cannot be changed: it is \(present).")
    }
    return present
  }
}

extension Session {
  /// The tags that go along into the sessions of roles assumed with this one.
  var inheritedTags: [Tag] {
    let keys = Set(transitiveTagKeys.map { $0.lowercased() })
    return tags.filter { keys.contains($0.key.text.lowercased()) }
  }
}

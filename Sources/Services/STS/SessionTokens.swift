import AWSCore
import AWSWire
import Directory
import ServiceKit

/// How long the sessions of GetSessionToken and GetFederationToken last, in seconds.
private enum Duration {
  static let allowed = 900...129_600
  static let standard = 43_200
  // AWS: sessions of the root user are held to an hour, also where more was asked for.
  static let rootMax = 3_600

  static func seconds(_ asked: Int?, of caller: Caller) -> Int {
    guard case .root = caller.principal else { return asked ?? standard }
    return min(asked ?? rootMax, rootMax)
  }
}

struct GetSessionToken: EvidencedOperation {
  struct Input: WireStruct {
    let durationSeconds: Int?
    let serialNumber: SerialNumber?
    let tokenCode: TokenCode?
    let minimumTokenSize: Int?

    init(from fields: inout Fields) {
      durationSeconds = fields.optional("DurationSeconds", in: Duration.allowed)
      serialNumber = fields.optional("SerialNumber")
      tokenCode = fields.optional("TokenCode")
      minimumTokenSize = fields.optional(TokenSize.member, in: TokenSize.allowed)
    }
  }

  static let failures: [ErrorCode] = [.regionDisabled]

  /// Nil where the call brings no code.
  typealias Evidence = MFAProof?

  static func verify(_ input: Input, _ call: Call) async throws(Failure) -> MFAProof? {
    try await MFAProof(serialNumber: input.serialNumber?.text, code: input.tokenCode?.text, of: call)
  }

  static func verifyNow(_ input: Input, _ call: Call) -> MFAProof?? {
    input.serialNumber == nil && input.tokenCode == nil ? .some(nil) : nil
  }

  // AWS: needs no permission; the session can do what its user can.
  static func access(_ input: Input, _ proof: MFAProof?, _ view: View) throws(Failure) -> Access {
    _ = try principal(of: view.caller)
    return .open
  }

  static func spend(_ proof: MFAProof?, _ grant: Grant) async throws(Failure) { try await proof?.spend(grant) }

  struct Output: WireOutput {
    let credentials: CredentialsOutput
    func encode(to writer: inout WireWriter) { writer.put("Credentials", credentials) }
  }

  static func perform(_ input: Input, _ proof: MFAProof?, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let caller = grant.caller
    let session = grant.session(
      of: try principal(of: caller), in: caller.account, seconds: Duration.seconds(input.durationSeconds, of: caller),
      authenticatedByMFA: proof == nil ? nil : grant.now)
    return Output(
      credentials: try CredentialsOutput(
        session, sealedWith: grant.sealingKey, minimumSize: input.minimumTokenSize))
  }

  private static func principal(of caller: Caller) throws(Failure) -> Session.Principal {
    switch caller.principal {
    case .root where !caller.isTemporary: return .root
    case .user(let id) where !caller.isTemporary: return .user(id: id)
    default: throw Failure(.accessDenied, "Cannot call GetSessionToken with session credentials")
    }
  }
}

struct GetFederationToken: ReadOperation {
  struct Input: WireStruct {
    let name: FederatedUserName
    let policy: SessionPolicyText?
    let policyARNs: [PolicyDescriptor]
    let durationSeconds: Int?
    let tags: [Tag]
    let minimumTokenSize: Int?

    init(from fields: inout Fields) {
      name = fields.required("Name")
      policy = fields.optional("Policy")
      policyARNs = fields.list("PolicyArns") ?? []
      durationSeconds = fields.optional("DurationSeconds", in: Duration.allowed)
      tags = fields.list("Tags", max: 50) ?? []
      minimumTokenSize = fields.optional(TokenSize.member, in: TokenSize.allowed)
    }
  }

  static let failures: [ErrorCode] = [.malformedPolicyDocument, .packedPolicyTooLarge, .regionDisabled]

  private static func arn(_ name: FederatedUserName, in account: AccountID) -> ARN {
    ARN(service: "sts", account: account, resource: "federated-user/\(name)")
  }

  static func access(_ input: Input, _ view: View) -> Access {
    let resource = arn(input.name, in: view.caller.account)
    let access = Access("sts:GetFederationToken", on: resource).requesting(tags: input.tags)
    guard !input.tags.isEmpty else { return access }
    return access.also(Access("sts:TagSession", on: resource).requesting(tags: input.tags))
  }

  struct Output: WireOutput {
    let credentials: CredentialsOutput
    let name: FederatedUserName
    let account: AccountID
    let packedPercentage: Int?

    func encode(to writer: inout WireWriter) {
      writer.put("Credentials", credentials)
      writer.structure("FederatedUser") { user in
        user.put("FederatedUserId", "\(account):\(name)")
        user.put("Arn", arn(name, in: account))
      }
      writer.put("PackedPolicySize", packedPercentage)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let caller = grant.caller
    let issuer: String?
    switch caller.principal {
    case .root: issuer = nil
    case .user(let id): issuer = id
    case .role, .federated, .vouched:
      throw Failure(.accessDenied, "Cannot call GetFederationToken with session credentials")
    }
    guard !caller.isTemporary else {
      throw Failure(.accessDenied, "Cannot call GetFederationToken with session credentials")
    }
    let request = try SessionRequest(
      policy: input.policy?.text, policyARNs: input.policyARNs, tags: input.tags, in: view.callerAccount)
    let session = grant.session(
      of: .federated(name: input.name.text, issuer: issuer), in: caller.account,
      seconds: Duration.seconds(input.durationSeconds, of: caller), limitedBy: request, tags: request.tags)
    return Output(
      credentials: try CredentialsOutput(
        session, sealedWith: grant.sealingKey, minimumSize: input.minimumTokenSize),
      name: input.name, account: caller.account, packedPercentage: request.packedPercentage)
  }
}

extension Grant {
  var sealingKey: SealingKey { call.environment.directory.sealingKey }

  /// A new session from now on, with an access key of its own.
  func session(
    of principal: Session.Principal, in account: AccountID, seconds: Int, limitedBy request: SessionRequest? = nil,
    tags: [Tag] = [], transitiveTagKeys: [String] = [], sourceIdentity: String? = nil,
    authenticatedByMFA: Timestamp? = nil, federation: Session.Federation? = nil
  ) -> Session {
    Session(
      account: account, principal: principal,
      accessKeyID: entropy.accessKeyID(.temporaryAccessKey, account: account).text,
      secret: entropy.secretAccessKey(), issued: now, expires: now.adding(seconds: Int64(seconds)),
      policies: request?.policies ?? [], policyARNs: request?.policyARNs ?? [], tags: tags,
      transitiveTagKeys: transitiveTagKeys, sourceIdentity: sourceIdentity, authenticatedByMFA: authenticatedByMFA,
      federation: federation)
  }
}

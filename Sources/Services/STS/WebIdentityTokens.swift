import AWSCore
import AWSWire
import Directory
import ServiceKit
import WebIdentity

/// What AWS's principals show to others: a signed token.
struct GetWebIdentityToken: ReadOperation {
  static let durationDefault = 300
  /// The longest payload, in bytes; AWS names the error but not the figure.
  static let payloadSizeMax = 16_384

  struct Audience: ConstrainedString, WireDecodable {
    static let constraint = StringConstraint(1...1000)
    let text: String
    init(unchecked text: String) { self.text = text }
  }

  struct AlgorithmName: ConstrainedString, WireDecodable {
    static let constraint = StringConstraint(5...5)
    let text: String
    init(unchecked text: String) { self.text = text }
  }

  struct Input: WireStruct {
    let audiences: [Audience]
    let durationSeconds: Int?
    let algorithm: AlgorithmName
    let tags: [Tag]

    init(from fields: inout Fields) {
      audiences = fields.requiredList("Audience", min: 1, max: 10)
      durationSeconds = fields.optional("DurationSeconds", in: 60...3600)
      algorithm = fields.required("SigningAlgorithm")
      tags = fields.list("Tags", max: 50) ?? []
    }

    var seconds: Int { durationSeconds ?? durationDefault }
  }

  static let failures: [ErrorCode] = [
    .sessionDurationEscalation, .outboundFederationDisabled, .payloadSizeExceeded,
  ]

  // AWS: tags need a permission of their own, on the same nothing.
  static func access(_ input: Input, _ view: View) -> Access {
    let access = Access(
      "sts:GetWebIdentityToken",
      keys: [
        .init("sts:IdentityTokenAudience", input.audiences.map(\.text)),
        .one("sts:SigningAlgorithm", input.algorithm.text), .one("sts:DurationSeconds", String(input.seconds)),
      ]
    ).requesting(tags: input.tags)
    guard !input.tags.isEmpty else { return access }
    return access.also(Access("sts:TagGetWebIdentityToken").requesting(tags: input.tags))
  }

  struct Output: WireOutput {
    let token: String
    let expires: Timestamp

    func encode(to writer: inout WireWriter) {
      writer.put("WebIdentityToken", token)
      writer.put("Expiration", expires)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    guard !input.audiences.isEmpty else {
      throw .invalid("[]", at: "audience", "Member must have length greater than or equal to 1")
    }
    guard let algorithm = OutboundAlgorithm(rawValue: input.algorithm.text) else {
      throw .invalid(
        input.algorithm.text, at: "signingAlgorithm", "Member must satisfy enum value set: [RS256, ES384]")
    }
    if let fault = input.tags.fault { throw Failure(.invalidParameterValue, fault) }
    guard let federation = view.callerAccount.outboundFederation, federation.isEnabled,
      let key = federation.key(for: algorithm)
    else {
      throw Failure(
        .outboundFederationDisabled, "Outbound web identity federation is not enabled for your account.")
    }
    let expires = grant.now.adding(seconds: Int64(input.seconds))
    if let session = grant.caller.session, expires > session.expires {
      throw Failure(
        .sessionDurationEscalation,
        "The requested token duration would extend the session beyond its original expiration time.")
    }
    let claims = IdentityClaims(
      caller: try ResolvedCaller(grant.caller, in: view.callerAccount), call: grant.call, input: input,
      issuer: grant.call.environment.publicURL.issuer(federation.issuer), expires: expires)
    return Output(token: try claims.signed(with: key, in: view.callerAccount), expires: expires)
  }
}

/// The claims of a token. Source: IAM User Guide, id_roles_providers_outbound_token_claims.
private struct IdentityClaims {
  let caller: ResolvedCaller
  let call: Call
  let input: GetWebIdentityToken.Input
  let issuer: String
  let expires: Timestamp

  /// The principal without its session: a role for all who assumed it.
  private var subject: ARN {
    switch caller.record {
    case .role(let role, _): role.arn
    case .root, .user, .federatedUser: caller.arn
    }
  }

  func signed(with key: OutboundFederationRecord.Key, in account: Account) throws(Failure) -> String {
    var header = WireWriter(.json)
    header.append(raw: "{")
    header.put("kid", key.id)
    header.put("typ", "JWT")
    header.put("alg", key.algorithm.rawValue)
    header.append(raw: "}")
    let payload = payload
    guard payload.count <= GetWebIdentityToken.payloadSizeMax else {
      throw Failure(
        .payloadSizeExceeded,
        "The requested token payload size exceeds the maximum allowed size of \(GetWebIdentityToken.payloadSizeMax).")
    }
    let text = "\(Base64.encode(header.bytes, .urlSafe)).\(Base64.encode(payload, .urlSafe))"
    do {
      guard let dataKey = account.dataKey else { throw KeyFailure.unusable("account `\(account.id)` has no data key") }
      let secret = Secret(
        try dataKey.open(key.sealedPrivateKey, as: OutboundFederationRecord.field(of: key.id, in: account.id)))
      let signature = try OutboundKeyPair.sign(Array(text.utf8), with: secret, key.algorithm)
      return "\(text).\(Base64.encode(signature, .urlSafe))"
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "\(error)")
    }
  }

  private var payload: [UInt8] {
    var writer = WireWriter(.json)
    writer.append(raw: "{")
    writer.put("iss", issuer)
    writer.put("sub", subject)
    // AWS: one audience stands alone.
    if input.audiences.count == 1 {
      writer.put("aud", input.audiences[0].text)
    } else {
      writer.put("aud", input.audiences.map(\.text))
    }
    writer.put("iat", Int(call.now.seconds))
    writer.put("exp", Int(expires.seconds))
    writer.put("jti", call.environment.entropy.requestID())
    writer.structure("https://sts.amazonaws.com/") { own in
      own.put("aws_account", caller.account)
      own.put("source_region", call.region)
      own.put("principal_id", subject)
      put("principal_tags", principalTags, into: &own)
      if let session = call.caller.session {
        own.put("original_session_exp", session.expires.iso8601)
        own.put("source_identity", session.sourceIdentity)
        own.put("federated_provider", session.federation?.provider)
      }
      put("request_tags", input.tags, into: &own)
    }
    writer.append(raw: "}")
    return writer.bytes
  }

  private func put(_ name: String, _ tags: [Tag], into writer: inout WireWriter) {
    guard !tags.isEmpty else { return }
    writer.putMap(name, tags.map { ($0.key.text, $0.value.text) })
  }

  // AWS: a session's tag stands in place of the principal's with the same key.
  private var principalTags: [Tag] {
    let own: [Tag] =
      switch caller.record {
      case .user(let user): user.tags
      case .role(let role, _): role.tags
      case .root, .federatedUser: []
      }
    let session = call.caller.session?.tags ?? []
    let replaced = Set(session.map { $0.key.text.lowercased() })
    return own.filter { !replaced.contains($0.key.text.lowercased()) } + session
  }
}

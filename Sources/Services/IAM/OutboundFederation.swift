import AWSCore
import AWSWire
import Directory
import ServiceKit
import WebIdentity

enum OutboundFederation {
  static let operations: [any Operation.Type] = [
    EnableOutboundWebIdentityFederation.self, DisableOutboundWebIdentityFederation.self,
    GetOutboundWebIdentityFederationInfo.self,
  ]
}

struct EnableOutboundWebIdentityFederation: PreparedWriteOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = [.featureEnabled]

  static func access(_ input: Input, _ view: View) -> Access { Access("iam:EnableOutboundWebIdentityFederation") }

  struct Output: WireOutput {
    let issuer: String
    func encode(to writer: inout WireWriter) { writer.put("IssuerIdentifier", issuer) }
  }

  /// The keys, for an account that never had any.
  static func prepare(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> [OutboundKeyPair] {
    guard view.account.outboundFederation == nil else { return [] }
    do throws(KeyFailure) {
      var pairs: [OutboundKeyPair] = []
      for algorithm in OutboundAlgorithm.allCases { pairs.append(try OutboundKeyPair(generating: algorithm)) }
      return pairs
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "\(error)")
    }
  }

  static func perform(
    _ input: Input, _ prepared: [OutboundKeyPair], _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> Output {
    // The issuer and its keys outlive the feature: who trusts them goes on to.
    if var known = tx.account.outboundFederation {
      guard !known.isEnabled else {
        throw Failure(
          .featureEnabled, "Outbound web identity federation is already enabled for account \(tx.account.id).")
      }
      known.isEnabled = true
      try tx.put(known)
      return Output(issuer: grant.call.environment.publicURL.issuer(known.issuer))
    }
    guard let dataKey = tx.account.dataKey else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "account `\(tx.account.id)` has no data key")
    }
    let account = tx.account.id
    let keys = prepared.map { pair in
      let id = "\(pair.algorithm == .rs256 ? "RSA" : "EC384")_0"
      return OutboundFederationRecord.Key(
        id: id, algorithm: pair.algorithm, publicMembers: pair.publicMembers,
        sealedPrivateKey: dataKey.seal(
          pair.privateKey.reveal(), as: OutboundFederationRecord.field(of: id, in: account)))
    }
    let record = OutboundFederationRecord(issuer: grant.entropy.requestID(), isEnabled: true, keys: keys)
    try tx.put(record)
    try tx.register(OutboundIssuerRecord(id: record.issuer, account: account))
    return Output(issuer: grant.call.environment.publicURL.issuer(record.issuer))
  }
}

extension Account {
  fileprivate func enabledFederation() throws(Failure) -> OutboundFederationRecord {
    guard let federation = outboundFederation, federation.isEnabled else {
      throw Failure(.featureDisabled, "Outbound web identity federation is disabled for account \(id).")
    }
    return federation
  }
}

struct DisableOutboundWebIdentityFederation: WriteOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = [.featureDisabled]

  static func access(_ input: Input, _ view: View) -> Access { Access("iam:DisableOutboundWebIdentityFederation") }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var federation = try tx.account.enabledFederation()
    federation.isEnabled = false
    try tx.put(federation)
    return EmptyOutput()
  }
}

struct GetOutboundWebIdentityFederationInfo: ReadOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = [.featureDisabled]

  static func access(_ input: Input, _ view: View) -> Access { Access("iam:GetOutboundWebIdentityFederationInfo") }

  struct Output: WireOutput {
    let issuer: String

    func encode(to writer: inout WireWriter) {
      writer.put("IssuerIdentifier", issuer)
      writer.put("JwtVendingEnabled", true)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let federation = try view.account.enabledFederation()
    return Output(issuer: grant.call.environment.publicURL.issuer(federation.issuer))
  }
}

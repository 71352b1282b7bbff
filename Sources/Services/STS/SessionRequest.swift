import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

/// A managed policy named as a session policy.
struct PolicyDescriptor: WireStruct {
  let arn: RequestedARN?
  init(from fields: inout Fields) { arn = fields.optional("arn") }
}

/// What limits and labels a session that is being asked for: policies and tags.
struct SessionRequest {
  /// How many managed policies a session may name.
  static let policyARNsMax = 10
  /// How many bytes the policies and tags of a session may take together. AWS packs them in a way of its own and
  /// publishes only the percentage that is used; this is the 100 percent of it here.
  static let packedSizeMax = 4_096

  let policies: [String]
  let policyARNs: [ARN]
  let tags: [Tag]

  /// Checks what a request asks for.
  ///
  /// - Throws: `MalformedPolicyDocument`, `InvalidParameterValue`, `PackedPolicyTooLarge`.
  init(policy: String?, policyARNs: [PolicyDescriptor], tags: [Tag], in account: Account) throws(Failure) {
    if let policy {
      do throws(PolicyDocumentError) {
        _ = try PolicyDocument.parse(policy, as: .session)
      } catch {
        throw Failure(.malformedPolicyDocument, error.message)
      }
    }
    guard policyARNs.count <= Self.policyARNsMax else {
      throw Failure(.validationError, "You can specify up to \(Self.policyARNsMax) managed session policies.")
    }
    var arns: [ARN] = []
    for descriptor in policyARNs {
      guard let text = descriptor.arn?.text, let arn = ARN(text), account.managedPolicy(arn) != nil else {
        throw Failure(.malformedPolicyDocument, "The managed policy \(descriptor.arn?.text ?? "") does not exist.")
      }
      arns.append(arn)
    }
    if let fault = tags.fault { throw Failure(.invalidParameterValue, fault) }
    policies = policy.map { [$0] } ?? []
    self.policyARNs = arns
    self.tags = tags
    guard packedSize <= Self.packedSizeMax else {
      throw Failure(
        .packedPolicyTooLarge,
        "Packed size of session tags consumes \(packedPercentage ?? 100)% of allotted space.")
    }
  }

  private var packedSize: Int {
    policies.reduce(0) { $0 + $1.utf8.count } + policyARNs.reduce(0) { $0 + $1.text.utf8.count }
      + tags.reduce(0) { $0 + $1.key.text.utf8.count + $1.value.text.utf8.count }
  }

  /// The `PackedPolicySize` of the answer, in percent; nil where nothing was packed.
  var packedPercentage: Int? {
    packedSize == 0 ? nil : (packedSize * 100 + Self.packedSizeMax - 1) / Self.packedSizeMax
  }
}

/// The credentials of a new session as STS's answers show them, once.
struct CredentialsOutput: WireOutput {
  let session: Session
  let token: String

  init(_ session: Session, sealedWith key: SealingKey, minimumSize: Int?) throws(Failure) {
    self.session = session
    token = try session.sealed(with: key, minimumSize: minimumSize ?? 0)
  }

  func encode(to writer: inout WireWriter) {
    writer.put("AccessKeyId", session.accessKeyID)
    writer.put("SecretAccessKey", session.secretAccessKey.reveal())
    writer.put("SessionToken", token)
    writer.put("Expiration", session.expires)
  }
}

/// The member by which the caller asks for tokens of at least that many bytes.
enum TokenSize {
  static let member = "MinimumSessionTokenSize"
  static let allowed = 0...4096
}

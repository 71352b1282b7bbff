import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

/// The id of a version of a managed policy: `v1`.
struct PolicyVersionID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    0...Int.max, pattern: #"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?"#,
    matches: { bytes in
      guard bytes.first == 0x76 else { return false }
      let digits = bytes.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard let first = digits.first, first != 0x30 else { return false }
      let rest = bytes.dropFirst(1 + digits.count)
      guard let dot = rest.first else { return true }
      let allowed = ByteClass("-", ranges: ByteClass.letters + ByteClass.digits)
      return dot == 0x2E && allowed.containsAll(rest.dropFirst())
    })
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// A version of a managed policy as IAM's answers show it.
struct PolicyVersionOutput: WireOutput {
  let id: String
  let isDefault: Bool
  let createDate: Timestamp
  /// Inflates or looks up the document; only the answer for one version holds it.
  private let text: @Sendable () -> String
  private var isDetailed = false

  init(_ version: PolicyRecord.Version, of record: PolicyRecord) {
    id = "v\(version.number)"
    isDefault = version.number == record.defaultVersion
    createDate = version.createDate
    text = { version.policy.text }
  }

  /// The one version of a policy of AWS that is kept here.
  init(_ policy: ManagedPolicy) {
    id = policy.defaultVersionID
    isDefault = true
    createDate = policy.updateDate
    text = { policy.document() }
  }

  var detailed: PolicyVersionOutput {
    var copy = self
    copy.isDetailed = true
    return copy
  }

  func encode(to writer: inout WireWriter) {
    if isDetailed { writer.put("Document", text().urlEncoded) }
    writer.put("VersionId", id)
    writer.put("IsDefaultVersion", isDefault)
    writer.put("CreateDate", createDate)
  }
}

/// The answer of the operations that show one version.
struct OnePolicyVersionOutput: WireOutput {
  let version: PolicyVersionOutput
  func encode(to writer: inout WireWriter) { writer.put("PolicyVersion", version) }
}

/// The input of the operations on one version that there is.
struct PolicyVersionInput: WireStruct {
  let policyARN: ARNText
  let versionID: PolicyVersionID

  init(from fields: inout Fields) {
    policyARN = fields.required("PolicyArn")
    versionID = fields.required("VersionId")
  }
}

extension PolicyRecord {
  func version(_ id: PolicyVersionID) throws(Failure) -> Version {
    guard let version = versions.first(where: { "v\($0.number)" == id.text }) else { throw .noSuchVersion(id, of: arn) }
    return version
  }
}

struct CreatePolicyVersion: WriteOperation {
  struct Input: WireStruct {
    let policyARN: ARNText
    let document: PolicyText
    let setAsDefault: Bool?

    init(from fields: inout Fields) {
      policyARN = fields.required("PolicyArn")
      document = fields.required("PolicyDocument")
      setAsDefault = fields.optional("SetAsDefault")
    }
  }

  static let failures: [ErrorCode] = [
    .noSuchEntity, .malformedPolicyDocument, .invalidInput, .limitExceeded, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:CreatePolicyVersion", toPolicy: input.policyARN)
  }

  static func perform(
    _ input: Input, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> OnePolicyVersionOutput {
    var policy = try tx.account.ownPolicy(input.policyARN)
    let document = try input.document.managedDocument(under: tx.quotas)
    guard policy.versions.count < tx.quotas.versionsPerPolicy else {
      throw Failure(
        .limitExceeded,
        "A managed policy can have up to \(tx.quotas.versionsPerPolicy) versions. "
          + "Before you create a new version, you must delete an existing version.")
    }
    let version = PolicyRecord.Version(
      number: policy.nextVersion,
      policy: StoredPolicy(name: policy.arn.text, document: document, kind: .managed), createDate: grant.now)
    policy.versions.append(version)
    policy.nextVersion += 1
    policy.updateDate = grant.now
    if input.setAsDefault == true { policy.defaultVersion = version.number }
    try tx.put(policy)
    return OnePolicyVersionOutput(version: PolicyVersionOutput(version, of: policy))
  }
}

struct GetPolicyVersion: ReadOperation {
  typealias Input = PolicyVersionInput
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:GetPolicyVersion", toPolicy: input.policyARN)
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> OnePolicyVersionOutput {
    let version = try view.account.anyPolicy(input.policyARN).version(input.versionID)
    return OnePolicyVersionOutput(version: version.detailed)
  }
}

struct ListPolicyVersions: ReadOperation {
  struct Input: WireStruct {
    let policyARN: ARNText
    let page: PageRequest

    init(from fields: inout Fields) {
      policyARN = fields.required("PolicyArn")
      page = PageRequest(from: &fields)
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:ListPolicyVersions", toPolicy: input.policyARN)
  }

  struct Output: WireOutput {
    let versions: Page<PolicyVersionOutput>
    func encode(to writer: inout WireWriter) { versions.encode(as: "Versions", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let policy = try view.account.anyPolicy(input.policyARN)
    return Output(versions: try Pager(grant, filters: [policy.id]).page(of: policy.versions, input.page))
  }
}

struct DeletePolicyVersion: WriteOperation {
  typealias Input = PolicyVersionInput
  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .invalidInput, .deleteConflict, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:DeletePolicyVersion", toPolicy: input.policyARN)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var policy = try tx.account.ownPolicy(input.policyARN)
    let version = try policy.version(input.versionID)
    guard version.number != policy.defaultVersion else {
      throw .deleteConflict("Cannot delete the default version of a policy.")
    }
    policy.versions.removeAll { $0.number == version.number }
    try tx.put(policy)
    return EmptyOutput()
  }
}

struct SetDefaultPolicyVersion: WriteOperation {
  typealias Input = PolicyVersionInput
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .limitExceeded, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:SetDefaultPolicyVersion", toPolicy: input.policyARN)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var policy = try tx.account.ownPolicy(input.policyARN)
    policy.defaultVersion = try policy.version(input.versionID).number
    try tx.put(policy)
    return EmptyOutput()
  }
}

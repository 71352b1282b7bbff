import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

enum ManagedPolicies {
  static let operations: [any Operation.Type] = [
    CreatePolicy.self, GetPolicy.self, ListPolicies.self, DeletePolicy.self, CreatePolicyVersion.self,
    GetPolicyVersion.self, ListPolicyVersions.self, DeletePolicyVersion.self, SetDefaultPolicyVersion.self,
    ListEntitiesForPolicy.self,
  ]
}

/// What a managed policy is for, in its owner's words.
struct PolicyDescription: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(0...1000)
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// A managed policy as IAM's answers show it.
struct ManagedPolicyOutput: WireOutput {
  let policy: AnyManagedPolicy
  let attachmentCount: Int
  let boundaryUsageCount: Int
  /// Lists leave out the description and the tags.
  let isDetailed: Bool

  init(_ policy: AnyManagedPolicy, in account: Account, isDetailed: Bool = true) {
    self.policy = policy
    self.isDetailed = isDetailed
    attachmentCount = account.attachmentCount(of: policy.arn)
    boundaryUsageCount = account.boundaryUsageCount(of: policy.arn)
  }

  func encode(to writer: inout WireWriter) {
    writer.put("PolicyName", String(policy.arn.lastComponent))
    writer.put("PolicyId", policy.id)
    writer.put("Arn", policy.arn)
    writer.put("Path", policy.path)
    writer.put("AttachmentCount", attachmentCount)
    writer.put("PermissionsBoundaryUsageCount", boundaryUsageCount)
    switch policy {
    case .aws(let policy, _):
      writer.put("DefaultVersionId", policy.defaultVersionID)
      writer.put("IsAttachable", policy.isAttachable)
      writer.put("CreateDate", policy.createDate)
      writer.put("UpdateDate", policy.updateDate)
      if isDetailed {
        writer.put("Description", policy.description)
        writer.put("Tags", [Tag]())
      }
    case .customer(let record):
      writer.put("DefaultVersionId", "v\(record.defaultVersion)")
      writer.put("IsAttachable", true)
      writer.put("CreateDate", record.createDate)
      writer.put("UpdateDate", record.updateDate)
      if isDetailed {
        writer.put("Description", record.description)
        writer.put("Tags", record.tags)
      }
    }
  }
}

/// The answer of the operations that show one policy.
struct OnePolicyOutput: WireOutput {
  let policy: ManagedPolicyOutput
  func encode(to writer: inout WireWriter) { writer.put("Policy", policy) }
}

/// The input of the operations that take a policy alone.
struct PolicyInput: WireStruct {
  let policyARN: ARNText
  init(from fields: inout Fields) { policyARN = fields.required("PolicyArn") }
}

struct CreatePolicy: WriteOperation {
  struct Input: WireStruct {
    let policyName: PolicyName
    let path: PolicyPath?
    let document: PolicyText
    let description: PolicyDescription?
    let tags: [Tag]

    init(from fields: inout Fields) {
      policyName = fields.required("PolicyName")
      path = fields.optional("Path")
      document = fields.required("PolicyDocument")
      description = fields.optional("Description")
      tags = fields.list("Tags", max: 50) ?? []
    }
  }

  static let failures: [ErrorCode] = [
    .invalidInput, .limitExceeded, .entityAlreadyExists, .malformedPolicyDocument, .concurrentModification,
    .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:CreatePolicy", on: arn(input, in: view.account)).requesting(tags: input.tags)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> OnePolicyOutput {
    guard tx.account.policies[name: input.policyName.text] == nil else {
      throw Failure(
        .entityAlreadyExists, "A policy called \(input.policyName) already exists. Duplicate names are not allowed.")
    }
    guard tx.account.policies.count < tx.quotas.customerPolicies else {
      throw .limitExceeded("PoliciesPerAccount", tx.quotas.customerPolicies)
    }
    let document = try input.document.managedDocument(under: tx.quotas)
    let policy = PolicyRecord(
      id: grant.entropy.uniqueID(.managedPolicy), account: tx.account.id, policyName: input.policyName,
      path: input.path?.path ?? .root, description: input.description?.text, createDate: grant.now,
      policy: StoredPolicy(name: arn(input, in: tx.account).text, document: document, kind: .managed),
      tags: try input.tags.checked(against: tx.quotas))
    try tx.put(policy)
    return OnePolicyOutput(policy: ManagedPolicyOutput(.customer(policy), in: tx.account))
  }

  private static func arn(_ input: Input, in account: Account) -> ARN {
    .iam(account.id, "policy\(input.path?.path ?? .root)\(input.policyName)")
  }
}

extension PolicyText {
  /// The document, if it may be a version of a managed policy.
  func managedDocument(under quotas: Quotas) throws(Failure) -> PolicyDocument {
    try document(as: .identity, sizeMax: quotas.managedPolicySize, quota: "PolicySize", minimumVersion: .v2012)
  }
}

struct GetPolicy: ReadOperation {
  typealias Input = PolicyInput
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:GetPolicy", toPolicy: input.policyARN)
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> OnePolicyOutput {
    let policy = try view.account.anyPolicy(input.policyARN)
    return OnePolicyOutput(policy: ManagedPolicyOutput(policy, in: view.account))
  }
}

struct DeletePolicy: WriteOperation {
  typealias Input = PolicyInput
  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .invalidInput, .deleteConflict, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:DeletePolicy", toPolicy: input.policyARN)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let policy = try tx.account.ownPolicy(input.policyARN)
    guard tx.account.attachmentCount(of: policy.arn) == 0, tx.account.boundaryUsageCount(of: policy.arn) == 0 else {
      throw .deleteConflict("Cannot delete a policy attached to entities.")
    }
    guard policy.versions.count == 1 else {
      throw .deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
          + "The default version is deleted with the policy.")
    }
    tx.delete(policy)
    return EmptyOutput()
  }
}

import AWSCore
import AWSWire
import Directory
import ServiceKit

enum AttachedPolicies {
  static let operations: [any Operation.Type] = [
    AttachUserPolicy.self, AttachGroupPolicy.self, AttachRolePolicy.self, DetachUserPolicy.self,
    DetachGroupPolicy.self, DetachRolePolicy.self, ListAttachedUserPolicies.self, ListAttachedGroupPolicies.self,
    ListAttachedRolePolicies.self,
  ]
}

/// The input of the operations that attach and detach.
struct AttachmentInput<Name: HolderName>: WireStruct {
  let name: Name
  let policyARN: ARNText

  init(from fields: inout Fields) {
    name = fields.required(Name.member)
    policyARN = fields.required("PolicyArn")
  }

  func access(_ action: String, _ view: View) -> Access {
    var access = name.accessToChange(action, view)
    access.keys.append(.one("iam:PolicyARN", view.policyARN(policyARN).text))
    return access
  }
}

// MARK: Attach

/// What attaching is, whatever the policy is attached to.
protocol AttachOperation: WriteOperation where Input == AttachmentInput<Name>, Output == EmptyOutput {
  associatedtype Name: HolderName
}

extension AttachOperation {
  static var failures: [ErrorCode] {
    [.noSuchEntity, .limitExceeded, .invalidInput, .policyNotAttachable, .serviceFailure] + Name.Holder.changeFailures
  }

  static func access(_ input: Input, _ view: View) -> Access { input.access("iam:\(name)", view) }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var holder = try input.name.modifiable(in: tx)
    let policy = try tx.account.attachablePolicy(input.policyARN)
    guard !holder.attachedPolicies.contains(policy) else { return EmptyOutput() }
    let most = Name.Holder.attachedPoliciesMax(tx.quotas)
    guard holder.attachedPolicies.count < most else { throw .limitExceeded("PoliciesPer\(Name.Holder.noun)", most) }
    holder.attachedPolicies.append(policy)
    try holder.put(into: &tx)
    return EmptyOutput()
  }
}

struct AttachUserPolicy: AttachOperation { typealias Name = NewUserName }
struct AttachGroupPolicy: AttachOperation { typealias Name = GroupName }
struct AttachRolePolicy: AttachOperation { typealias Name = RoleName }

extension Account {
  /// The policy that a request wants to attach, if there is one that may be attached.
  func attachablePolicy(_ text: ARNText) throws(Failure) -> ARN {
    let arn = try ARN(policy: text)
    guard !arn.isServiceRolePolicy else {
      throw Failure(.policyNotAttachable, "Cannot attach a Service Role Policy to a Customer Role.")
    }
    guard managedPolicy(arn) != nil else { throw .noSuchPolicy(arn.text) }
    return arn
  }
}

extension ARN {
  /// Whether this is a policy that AWS keeps for service-linked roles.
  var isServiceRolePolicy: Bool { account == "aws" && resource.hasPrefix("policy/aws-service-role/") }
}

// MARK: Detach

/// What detaching is, whatever the policy is detached from.
protocol DetachOperation: WriteOperation where Input == AttachmentInput<Name>, Output == EmptyOutput {
  associatedtype Name: HolderName
}

extension DetachOperation {
  static var failures: [ErrorCode] {
    [.noSuchEntity, .limitExceeded, .invalidInput, .serviceFailure] + Name.Holder.changeFailures
  }

  static func access(_ input: Input, _ view: View) -> Access { input.access("iam:\(name)", view) }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var holder = try input.name.modifiable(in: tx)
    let policy = try ARN(policy: input.policyARN)
    guard let index = holder.attachedPolicies.firstIndex(of: policy) else { throw .policyNotFound(policy.text) }
    holder.attachedPolicies.remove(at: index)
    try holder.put(into: &tx)
    return EmptyOutput()
  }
}

struct DetachUserPolicy: DetachOperation { typealias Name = NewUserName }
struct DetachGroupPolicy: DetachOperation { typealias Name = GroupName }
struct DetachRolePolicy: DetachOperation { typealias Name = RoleName }

// MARK: List

struct ListAttachedInput<Name: HolderName>: WireStruct {
  let name: Name
  let pathPrefix: PolicyPath?
  let page: PageRequest

  init(from fields: inout Fields) {
    name = fields.required(Name.member)
    pathPrefix = fields.optional("PathPrefix")
    page = PageRequest(from: &fields)
  }
}

struct AttachedPoliciesOutput: WireOutput {
  let policies: Page<AttachedPolicyOutput>
  func encode(to writer: inout WireWriter) { policies.encode(as: "AttachedPolicies", to: &writer) }
}

struct AttachedPolicyOutput: WireOutput {
  let arn: ARN

  func encode(to writer: inout WireWriter) {
    writer.put("PolicyName", String(arn.lastComponent))
    writer.put("PolicyArn", arn)
  }
}

/// What listing is, whatever the policies are attached to.
protocol ListAttachedOperation: ReadOperation where Input == ListAttachedInput<Name>, Output == AttachedPoliciesOutput {
  associatedtype Name: HolderName
}

extension ListAttachedOperation {
  static var failures: [ErrorCode] { [.noSuchEntity, .invalidInput, .serviceFailure] }

  static func access(_ input: Input, _ view: View) -> Access { input.name.access("iam:\(name)", view) }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> AttachedPoliciesOutput {
    let holder = try input.name.holder(in: view.account)
    let prefix = input.pathPrefix?.text ?? "/"
    let policies = holder.attachedPolicies.filter { $0.policyPath.hasPrefix(prefix) }
      .sorted { $0.policyListKey < $1.policyListKey }
    let page = try Pager(grant, filters: [holder.id, prefix]).page(of: policies, by: \.policyListKey, input.page)
    return AttachedPoliciesOutput(policies: page.map(AttachedPolicyOutput.init))
  }
}

struct ListAttachedUserPolicies: ListAttachedOperation { typealias Name = NewUserName }
struct ListAttachedGroupPolicies: ListAttachedOperation { typealias Name = GroupName }
struct ListAttachedRolePolicies: ListAttachedOperation { typealias Name = RoleName }

import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

enum InlinePolicies {
  static let operations: [any Operation.Type] = [
    PutUserPolicy.self, PutGroupPolicy.self, PutRolePolicy.self, GetUserPolicy.self, GetGroupPolicy.self,
    GetRolePolicy.self, DeleteUserPolicy.self, DeleteGroupPolicy.self, DeleteRolePolicy.self, ListUserPolicies.self,
    ListGroupPolicies.self, ListRolePolicies.self,
  ]
}

extension HolderRecord {
  // AWS: unlike the names of resources, those of inline policies are told apart by letter case.
  func inlinePolicy(_ name: PolicyName) throws(Failure) -> StoredPolicy {
    guard let policy = inlinePolicies.first(where: { $0.name == name.text }) else {
      throw Failure(.noSuchEntity, "The \(Self.noun.lowercased()) policy with name \(name) cannot be found.")
    }
    return policy
  }
}

// MARK: Put

struct PutInlinePolicyInput<Name: HolderName>: WireStruct {
  let name: Name
  let policyName: PolicyName
  let document: PolicyText

  init(from fields: inout Fields) {
    name = fields.required(Name.member)
    policyName = fields.required("PolicyName")
    document = fields.required("PolicyDocument")
  }
}

/// What embedding a policy is, whatever it is embedded in.
protocol PutInlinePolicyOperation: WriteOperation where Input == PutInlinePolicyInput<Name>, Output == EmptyOutput {
  associatedtype Name: HolderName
}

extension PutInlinePolicyOperation {
  static var failures: [ErrorCode] {
    [.limitExceeded, .malformedPolicyDocument, .noSuchEntity, .serviceFailure] + Name.Holder.changeFailures
  }

  static func access(_ input: Input, _ view: View) -> Access { input.name.accessToChange("iam:\(name)", view) }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var holder = try input.name.modifiable(in: tx)
    let document = try input.document.document(as: .identity)
    let others = holder.inlinePolicies.filter { $0.name != input.policyName.text }
    let size = others.reduce(document.text.policySize) { $0 + $1.text.policySize }
    let sizeMax = Name.Holder.inlinePolicySizeMax(tx.quotas)
    guard size <= sizeMax else {
      let noun = Name.Holder.noun.lowercased()
      throw Failure(.limitExceeded, "Maximum policy size of \(sizeMax) bytes exceeded for \(noun) \(holder.name)")
    }
    let policy = StoredPolicy(name: input.policyName.text, document: document, kind: .inline)
    holder.inlinePolicies = (others + [policy]).sorted { $0.name < $1.name }
    try holder.put(into: &tx)
    return EmptyOutput()
  }
}

struct PutUserPolicy: PutInlinePolicyOperation { typealias Name = UserName }
struct PutGroupPolicy: PutInlinePolicyOperation { typealias Name = GroupName }
struct PutRolePolicy: PutInlinePolicyOperation { typealias Name = RoleName }

// MARK: Get

/// The input of the operations on one inline policy that there is.
struct InlinePolicyInput<Name: HolderName>: WireStruct {
  let name: Name
  let policyName: PolicyName

  init(from fields: inout Fields) {
    name = fields.required(Name.member)
    policyName = fields.required("PolicyName")
  }
}

struct InlinePolicyOutput<Name: HolderName>: WireOutput {
  let holder: Name.Holder
  let policy: StoredPolicy

  func encode(to writer: inout WireWriter) {
    writer.put(Name.member, holder.name)
    writer.put("PolicyName", policy.name)
    writer.put("PolicyDocument", policy.urlEncoded)
  }
}

/// What showing an inline policy is, whatever it is embedded in.
protocol GetInlinePolicyOperation: ReadOperation
where Input == InlinePolicyInput<Name>, Output == InlinePolicyOutput<Name> {
  associatedtype Name: HolderName
}

extension GetInlinePolicyOperation {
  static var failures: [ErrorCode] { [.noSuchEntity, .serviceFailure] }

  static func access(_ input: Input, _ view: View) -> Access { input.name.access("iam:\(name)", view) }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> InlinePolicyOutput<Name> {
    let holder = try input.name.holder(in: view.account)
    return InlinePolicyOutput(holder: holder, policy: try holder.inlinePolicy(input.policyName))
  }
}

struct GetUserPolicy: GetInlinePolicyOperation { typealias Name = UserName }
struct GetGroupPolicy: GetInlinePolicyOperation { typealias Name = GroupName }
struct GetRolePolicy: GetInlinePolicyOperation { typealias Name = RoleName }

// MARK: Delete

/// What deleting an inline policy is, whatever it is embedded in.
protocol DeleteInlinePolicyOperation: WriteOperation where Input == InlinePolicyInput<Name>, Output == EmptyOutput {
  associatedtype Name: HolderName
}

extension DeleteInlinePolicyOperation {
  static var failures: [ErrorCode] { [.noSuchEntity, .limitExceeded, .serviceFailure] + Name.Holder.changeFailures }

  static func access(_ input: Input, _ view: View) -> Access { input.name.accessToChange("iam:\(name)", view) }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var holder = try input.name.modifiable(in: tx)
    let policy = try holder.inlinePolicy(input.policyName)
    holder.inlinePolicies.removeAll { $0.name == policy.name }
    try holder.put(into: &tx)
    return EmptyOutput()
  }
}

struct DeleteUserPolicy: DeleteInlinePolicyOperation { typealias Name = UserName }
struct DeleteGroupPolicy: DeleteInlinePolicyOperation { typealias Name = GroupName }
struct DeleteRolePolicy: DeleteInlinePolicyOperation { typealias Name = RoleName }

// MARK: List

struct ListInlinePoliciesInput<Name: HolderName>: WireStruct {
  let name: Name
  let page: PageRequest

  init(from fields: inout Fields) {
    name = fields.required(Name.member)
    page = PageRequest(from: &fields)
  }
}

struct PolicyNamesOutput: WireOutput {
  let names: Page<String>
  func encode(to writer: inout WireWriter) { names.encode(as: "PolicyNames", to: &writer) }
}

/// What listing inline policies is, whatever they are embedded in.
protocol ListInlinePoliciesOperation: ReadOperation
where Input == ListInlinePoliciesInput<Name>, Output == PolicyNamesOutput {
  associatedtype Name: HolderName
}

extension ListInlinePoliciesOperation {
  static var failures: [ErrorCode] { [.noSuchEntity, .serviceFailure] }

  static func access(_ input: Input, _ view: View) -> Access { input.name.access("iam:\(name)", view) }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> PolicyNamesOutput {
    let holder = try input.name.holder(in: view.account)
    let names = holder.inlinePolicies.map(\.name)
    return PolicyNamesOutput(names: try Pager(grant, filters: [holder.id]).page(of: names, by: \.self, input.page))
  }
}

struct ListUserPolicies: ListInlinePoliciesOperation { typealias Name = UserName }
struct ListGroupPolicies: ListInlinePoliciesOperation { typealias Name = GroupName }
struct ListRolePolicies: ListInlinePoliciesOperation { typealias Name = RoleName }

import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

enum GrantingPolicies {
  static let operations: [any Operation.Type] = [ListPoliciesGrantingServiceAccess.self]
}

/// Which policies of a user, group or role could allow something of a service.
struct ListPoliciesGrantingServiceAccess: ReadOperation {
  struct Input: WireStruct {
    static let namespacesMax = 200
    let marker: Marker?
    let arn: ARNText
    let namespaces: [ServiceNamespace]

    init(from fields: inout Fields) {
      marker = fields.optional("Marker")
      arn = fields.required("Arn")
      namespaces = fields.requiredList("ServiceNamespaces", min: 1, max: Self.namespacesMax)
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:ListPoliciesGrantingServiceAccess", toSource: input.arn)
  }

  struct Output: WireOutput {
    let services: [GrantingPoliciesOutput]

    func encode(to writer: inout WireWriter) {
      writer.put("PoliciesGrantingServiceAccess", services)
      writer.put("IsTruncated", false)
    }
  }

  /// Answers all services at once, in the order in which they are asked for, each once.
  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    // No page is ever left over, so that there is no marker of one.
    _ = try Pager(grant).position(input.marker)
    let holder = try view.account.holder(
      input.arn, orElse: "Could not extract entity from ARN : \(input.arn)")
    var services: [ServiceReference.Service] = []
    for namespace in input.namespaces {
      let service = try namespace.service()
      if !services.contains(service) { services.append(service) }
    }
    // AWS: each policy is looked at for itself, so that a Deny in another one does not count.
    let policies = holder.policies(in: view.account).map { ($0, GrantedActions([$0.policy])) }
    return Output(
      services: services.map { service in
        GrantingPoliciesOutput(
          namespace: service.prefix, policies: policies.filter { $0.1.isAny(of: service) }.map(\.0))
      })
  }
}

/// A service with the policies that could allow something of it.
struct GrantingPoliciesOutput: WireOutput {
  let namespace: String
  let policies: [SourcedPolicy]

  func encode(to writer: inout WireWriter) {
    writer.put("ServiceNamespace", namespace)
    writer.put("Policies", policies.map { GrantingPolicyOutput(policy: $0) })
  }
}

private struct GrantingPolicyOutput: WireOutput {
  let policy: SourcedPolicy

  func encode(to writer: inout WireWriter) {
    switch policy.attachment {
    case .inline(let type, let holder):
      writer.put("PolicyName", policy.policy.source.name)
      writer.put("PolicyType", "INLINE")
      writer.put("EntityType", type.rawValue.uppercased())
      writer.put("EntityName", holder)
    case .managed(let arn):
      writer.put("PolicyName", String(arn.lastComponent))
      writer.put("PolicyType", "MANAGED")
      writer.put("PolicyArn", arn)
    case .input, .resource: preconditionFailure("a holder's policies are attached to it")
    }
  }
}

import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

enum ServiceLinkedRoles {
  static let operations: [any Operation.Type] = [
    CreateServiceLinkedRole.self, DeleteServiceLinkedRole.self, GetServiceLinkedRoleDeletionStatus.self,
  ]
}

/// A service as its principal names it: `cloudhsm.amazonaws.com`.
struct AWSServiceName: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...128, pattern: #"[\w+=,.@-]+"#, of: .word(and: "+=,.@-"))
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// What tells two service-linked roles of one service apart.
struct CustomSuffix: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...64, pattern: #"[\w+=,.@-]+"#, of: .word(and: "+=,.@-"))
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// The role that a service has in an account: whatever it is called, the service alone decides what it may do.
struct ServiceLinkedRole {
  /// The service's principal.
  let service: String
  let roleName: String
  /// Of the managed policy, without AWS's prefix.
  let policyName: String
  var takesSuffix = false

  static let pathPrefix = "/aws-service-role/"
  var path: String { Self.pathPrefix + service + "/" }
  var policyARN: String { "arn:aws:iam::aws:policy/aws-service-role/\(policyName)" }

  var trustPolicy: String {
    #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":""# + service
      + #""},"Action":"sts:AssumeRole"}]}"#
  }

  /// Whether only service-linked roles may have the path.
  static func owns(_ path: Path) -> Bool { path.text.lowercased().hasPrefix(pathPrefix) }
}

struct CreateServiceLinkedRole: WriteOperation {
  struct Input: WireStruct {
    let service: AWSServiceName
    let description: RoleDescription?
    let customSuffix: CustomSuffix?

    init(from fields: inout Fields) {
      service = fields.required("AWSServiceName")
      description = fields.optional("Description")
      customSuffix = fields.optional("CustomSuffix")
    }

    /// The role's name; of a service that has none, what its name would begin with.
    var roleName: String {
      let name = ServiceLinkedRole.catalog[service.text]?.roleName ?? "AWSServiceRoleFor"
      return customSuffix.map { "\(name)_\($0)" } ?? name
    }
  }

  static let failures: [ErrorCode] = [.invalidInput, .limitExceeded, .noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    let resource = "role\(ServiceLinkedRole.pathPrefix)\(input.service)/\(input.roleName)"
    return Access(
      "iam:CreateServiceLinkedRole", on: .iam(view.account.id, resource),
      keys: [.one("iam:AWSServiceName", input.service.text)])
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> OneRoleOutput {
    guard let linked = ServiceLinkedRole.catalog[input.service.text] else {
      // AWS: not one of the errors that its API model declares.
      throw Failure(.accessDenied, "Cannot find Service Linked Role template for \(input.service)")
    }
    guard input.customSuffix == nil || linked.takesSuffix else {
      throw .invalidInput("Custom suffix is not allowed for \(input.service)")
    }
    guard let name = RoleName(checking: input.roleName) else {
      throw .invalidInput("Service role name \(input.roleName) is too long, please try a different suffix.")
    }
    guard tx.account.roles[name: name.text] == nil else {
      throw .invalidInput(
        "Service role name \(name) has been taken in this account, please try a different suffix.")
    }
    let document = try PolicyText(unchecked: linked.trustPolicy).document(as: .trust)
    var role = RoleRecord(
      id: grant.entropy.uniqueID(.role), account: tx.account.id, roleName: name,
      path: Path(unchecked: linked.path), createDate: grant.now,
      trustPolicy: StoredPolicy(name: "trust policy", document: document, kind: .trust),
      description: input.description?.text, linkedService: linked.service)
    role.attachedPolicies = [ARN(linked.policyARN)].compactMap { $0 }
    try tx.put(role)
    return OneRoleOutput(role: RoleOutput(role, in: tx.account))
  }
}

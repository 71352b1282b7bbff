import AWSCore
import AWSWire
import Directory
import ServiceKit

enum Roles {
  static let operations: [any Operation.Type] = [
    CreateRole.self, GetRole.self, ListRoles.self, UpdateRole.self, UpdateRoleDescription.self,
    UpdateAssumeRolePolicy.self, DeleteRole.self,
  ]
}

struct CreateRole: WriteOperation {
  struct Input: WireStruct {
    let path: Path?
    let roleName: RoleName
    let trustPolicy: PolicyText
    let description: RoleDescription?
    let maxSessionDuration: Int?
    let permissionsBoundary: ARNText?
    let tags: [Tag]

    init(from fields: inout Fields) {
      path = fields.optional("Path")
      roleName = fields.required("RoleName")
      trustPolicy = fields.required("AssumeRolePolicyDocument")
      description = fields.optional("Description")
      maxSessionDuration = fields.optional("MaxSessionDuration", in: RoleRecord.sessionDurations)
      permissionsBoundary = fields.optional("PermissionsBoundary")
      tags = fields.list("Tags", max: 50) ?? []
    }
  }

  static let failures: [ErrorCode] = [
    .limitExceeded, .invalidInput, .entityAlreadyExists, .malformedPolicyDocument, .concurrentModification,
    .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:CreateRole", on: .iam(view.account.id, "role\(input.path ?? .root)\(input.roleName)"))
      .requesting(tags: input.tags).bounded(by: input.permissionsBoundary.map(view.policyARN))
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> OneRoleOutput {
    let path = input.path ?? .root
    guard !ServiceLinkedRole.owns(path) else {
      throw .invalidInput("The path \(path) is reserved for service-linked roles.")
    }
    guard tx.account.roles[name: input.roleName.text] == nil else {
      throw .alreadyExists("Role", input.roleName.text)
    }
    let trust = try tx.trust(input.trustPolicy)
    try tx.requireRoomForRole()
    var role = RoleRecord(
      id: grant.entropy.uniqueID(.role), account: tx.account.id, roleName: input.roleName, path: path,
      createDate: grant.now, trustPolicy: trust.policy, description: input.description?.text,
      maxSessionDuration: input.maxSessionDuration ?? RoleRecord.maxSessionDurationDefault,
      tags: try input.tags.checked(against: tx.quotas), permissionsBoundary: try tx.boundary(input.permissionsBoundary))
    role.trust(trust.policy, ids: trust.ids, at: grant.now)
    try tx.put(role)
    return OneRoleOutput(role: RoleOutput(role, in: tx.account))
  }
}

extension RoleRecord {
  /// Seconds.
  static let sessionDurations = 3_600...43_200
}

extension Transaction {
  /// Refuses one role more than the account may have.
  func requireRoomForRole() throws(Failure) {
    guard account.customerRoleCount(atMost: quotas.roles) < quotas.roles else {
      throw .limitExceeded("RolesPerAccount", quotas.roles)
    }
  }
}

extension Account {
  // AWS: service-linked roles do not count (reference_iam-quotas.md).
  fileprivate func customerRoleCount(atMost limit: Int) -> Int {
    guard roles.count >= limit else { return roles.count }
    var count = 0
    roles.forEach { if $0.linkedService == nil { count += 1 } }
    return count
  }
}

struct GetRole: ReadOperation {
  struct Input: WireStruct {
    let roleName: RoleName
    init(from fields: inout Fields) { roleName = fields.required("RoleName") }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { input.roleName.accessToChange("iam:GetRole", view) }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> OneRoleOutput {
    let role = try view.account.role(input.roleName)
    return OneRoleOutput(role: RoleOutput(role, in: view.account, lastUsed: RoleLastUsedOutput(role, grant)))
  }
}

struct ListRoles: ReadOperation {
  typealias Input = ListByPathInput
  static let failures: [ErrorCode] = [.serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:ListRoles", on: .iam(view.account.id, "role\(input.prefix)"))
  }

  struct Output: WireOutput {
    let roles: Page<RoleOutput>
    func encode(to writer: inout WireWriter) { roles.encode(as: "Roles", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let prefix = input.prefix
    let page = try Pager(grant, filters: [prefix]).page(of: view.account.roles, input.page) { role in
      role.path.text.hasPrefix(prefix)
    }
    return Output(roles: page.map { RoleOutput(listed: $0, in: view.account) })
  }
}

struct DeleteRole: WriteOperation {
  struct Input: WireStruct {
    let roleName: RoleName
    init(from fields: inout Fields) { roleName = fields.required("RoleName") }
  }

  static let failures: [ErrorCode] = [
    .noSuchEntity, .deleteConflict, .limitExceeded, .unmodifiableEntity, .concurrentModification, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access { input.roleName.accessToChange("iam:DeleteRole", view) }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let role = try tx.modifiableRole(input.roleName)
    if !tx.account.instanceProfiles(of: role).isEmpty {
      throw .deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
    }
    if !role.inlinePolicies.isEmpty { throw .deleteConflict("Cannot delete entity, must delete policies first.") }
    if !role.attachedPolicies.isEmpty {
      throw .deleteConflict("Cannot delete entity, must detach all policies first.")
    }
    tx.delete(role)
    return EmptyOutput()
  }
}

import AWSCore
import AWSWire
import Directory
import ServiceKit

enum InstanceProfiles {
  static let operations: [any Operation.Type] = [
    CreateInstanceProfile.self, GetInstanceProfile.self, ListInstanceProfiles.self, ListInstanceProfilesForRole.self,
    AddRoleToInstanceProfile.self, RemoveRoleFromInstanceProfile.self, DeleteInstanceProfile.self,
  ]
}

/// An instance profile as IAM's answers show it, with its role.
struct InstanceProfileOutput: WireOutput {
  private let profile: InstanceProfileRecord
  private let roles: [RoleOutput]
  /// Lists leave out the tags.
  private let isDetailed: Bool

  init(_ profile: InstanceProfileRecord, in account: Account, isDetailed: Bool = false) {
    self.profile = profile
    roles = profile.role.flatMap { account.roles[id: $0] }.map { [RoleOutput(listed: $0, in: account)] } ?? []
    self.isDetailed = isDetailed
  }

  func encode(to writer: inout WireWriter) {
    writer.put("Path", profile.path)
    writer.put("InstanceProfileName", profile.profileName)
    writer.put("InstanceProfileId", profile.id)
    writer.put("Arn", profile.arn)
    writer.put("CreateDate", profile.createDate)
    writer.put("Roles", roles)
    if isDetailed, !profile.tags.isEmpty { writer.put("Tags", profile.tags) }
  }
}

struct OneInstanceProfileOutput: WireOutput {
  let profile: InstanceProfileOutput
  func encode(to writer: inout WireWriter) { writer.put("InstanceProfile", profile) }
}

struct InstanceProfilesOutput: WireOutput {
  let profiles: Page<InstanceProfileOutput>
  func encode(to writer: inout WireWriter) { profiles.encode(as: "InstanceProfiles", to: &writer) }
}

/// The same as ``InstanceProfilesOutput``, of a list that is small by its quota.
struct InstanceProfilesForRoleOutput: WireOutput {
  let profiles: Page<InstanceProfileOutput>
  func encode(to writer: inout WireWriter) { profiles.encode(as: "InstanceProfiles", to: &writer) }
}

struct InstanceProfileInput: WireStruct {
  let profileName: InstanceProfileName
  init(from fields: inout Fields) { profileName = fields.required("InstanceProfileName") }
}

struct CreateInstanceProfile: WriteOperation {
  struct Input: WireStruct {
    let profileName: InstanceProfileName
    let path: Path?
    let tags: [Tag]

    init(from fields: inout Fields) {
      profileName = fields.required("InstanceProfileName")
      path = fields.optional("Path")
      tags = fields.list("Tags", max: 50) ?? []
    }
  }

  static let failures: [ErrorCode] = [
    .entityAlreadyExists, .invalidInput, .limitExceeded, .concurrentModification, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    let resource = "instance-profile\(input.path ?? .root)\(input.profileName)"
    return Access("iam:CreateInstanceProfile", on: .iam(view.account.id, resource)).requesting(tags: input.tags)
  }

  static func perform(
    _ input: Input, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> OneInstanceProfileOutput {
    guard tx.account.instanceProfiles[name: input.profileName.text] == nil else {
      throw Failure(.entityAlreadyExists, "Instance Profile \(input.profileName) already exists.")
    }
    guard tx.account.instanceProfiles.count < tx.quotas.instanceProfiles else {
      throw .limitExceeded("InstanceProfilesPerAccount", tx.quotas.instanceProfiles)
    }
    let profile = InstanceProfileRecord(
      id: grant.entropy.uniqueID(.instanceProfile), account: tx.account.id, profileName: input.profileName,
      path: input.path ?? .root, createDate: grant.now, tags: try input.tags.checked(against: tx.quotas))
    try tx.put(profile)
    return OneInstanceProfileOutput(profile: InstanceProfileOutput(profile, in: tx.account, isDetailed: true))
  }
}

struct GetInstanceProfile: ReadOperation {
  typealias Input = InstanceProfileInput
  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:GetInstanceProfile", toProfile: input.profileName)
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> OneInstanceProfileOutput {
    let profile = try view.account.instanceProfile(input.profileName)
    return OneInstanceProfileOutput(profile: InstanceProfileOutput(profile, in: view.account, isDetailed: true))
  }
}

struct ListInstanceProfiles: ReadOperation {
  typealias Input = ListByPathInput
  static let failures: [ErrorCode] = [.serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:ListInstanceProfiles", on: .iam(view.account.id, "instance-profile\(input.prefix)"))
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> InstanceProfilesOutput {
    let prefix = input.prefix
    let page = try Pager(grant, filters: [prefix]).page(of: view.account.instanceProfiles, input.page) { profile in
      profile.path.text.hasPrefix(prefix)
    }
    return InstanceProfilesOutput(profiles: page.map { InstanceProfileOutput($0, in: view.account) })
  }
}

struct ListInstanceProfilesForRole: ReadOperation {
  struct Input: WireStruct {
    let roleName: RoleName
    let page: PageRequest

    init(from fields: inout Fields) {
      roleName = fields.required("RoleName")
      page = PageRequest(from: &fields)
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:ListInstanceProfilesForRole", toRole: input.roleName)
  }

  static func perform(
    _ input: Input, _ view: View, _ grant: Grant
  ) throws(Failure) -> InstanceProfilesForRoleOutput {
    let role = try view.account.role(input.roleName)
    let page = try Pager(grant, filters: [role.id]).page(
      of: view.account.instanceProfiles(of: role), by: \.name, input.page)
    return InstanceProfilesForRoleOutput(profiles: page.map { InstanceProfileOutput($0, in: view.account) })
  }
}

struct DeleteInstanceProfile: WriteOperation {
  typealias Input = InstanceProfileInput
  static let failures: [ErrorCode] = [.noSuchEntity, .deleteConflict, .limitExceeded, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:DeleteInstanceProfile", toProfile: input.profileName)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let profile = try tx.account.instanceProfile(input.profileName)
    guard profile.role == nil else {
      throw .deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
    }
    tx.delete(profile)
    return EmptyOutput()
  }
}

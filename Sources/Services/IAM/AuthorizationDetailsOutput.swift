import AWSCore
import AWSWire
import Directory
import ServiceKit

// Users, groups, roles and managed policies with everything that decides what they may do.

/// An inline policy with its document.
struct PolicyDetailOutput: WireOutput {
  let policy: StoredPolicy

  func encode(to writer: inout WireWriter) {
    writer.put("PolicyName", policy.name)
    writer.put("PolicyDocument", policy.urlEncoded)
  }
}

struct UserDetailOutput: WireOutput {
  private let user: UserRecord
  private let groups: [String]

  init(_ user: UserRecord, in account: Account) {
    self.user = user
    groups = account.groups(of: user).map(\.name)
  }

  func encode(to writer: inout WireWriter) {
    writer.put("Path", user.path)
    writer.put("UserName", user.userName)
    writer.put("UserId", user.id)
    writer.put("Arn", user.arn)
    writer.put("CreateDate", user.createDate)
    writer.put("UserPolicyList", user.inlinePolicies.map(PolicyDetailOutput.init))
    writer.put("GroupList", groups)
    writer.put("AttachedManagedPolicies", user.attachedPolicies.map(AttachedPolicyOutput.init))
    writer.put("PermissionsBoundary", user.permissionsBoundary.map(BoundaryOutput.init))
    writer.put("Tags", user.tags)
  }
}

struct GroupDetailOutput: WireOutput {
  let group: GroupRecord

  func encode(to writer: inout WireWriter) {
    writer.put("Path", group.path)
    writer.put("GroupName", group.groupName)
    writer.put("GroupId", group.id)
    writer.put("Arn", group.arn)
    writer.put("CreateDate", group.createDate)
    writer.put("GroupPolicyList", group.inlinePolicies.map(PolicyDetailOutput.init))
    writer.put("AttachedManagedPolicies", group.attachedPolicies.map(AttachedPolicyOutput.init))
  }
}

struct RoleDetailOutput: WireOutput {
  private let role: RoleRecord
  private let trustPolicy: String
  private let profiles: [InstanceProfileOutput]
  private let lastUsed: RoleLastUsedOutput

  init(_ role: RoleRecord, in account: Account, _ grant: Grant) {
    self.role = role
    trustPolicy = account.trustText(of: role)
    profiles = account.instanceProfiles(of: role).map { InstanceProfileOutput($0, in: account) }
    lastUsed = RoleLastUsedOutput(role, grant)
  }

  func encode(to writer: inout WireWriter) {
    writer.put("Path", role.path)
    writer.put("RoleName", role.roleName)
    writer.put("RoleId", role.id)
    writer.put("Arn", role.arn)
    writer.put("CreateDate", role.createDate)
    writer.put("AssumeRolePolicyDocument", trustPolicy.urlEncoded)
    writer.put("InstanceProfileList", profiles)
    writer.put("RolePolicyList", role.inlinePolicies.map(PolicyDetailOutput.init))
    writer.put("AttachedManagedPolicies", role.attachedPolicies.map(AttachedPolicyOutput.init))
    writer.put("PermissionsBoundary", role.permissionsBoundary.map(BoundaryOutput.init))
    writer.put("Tags", role.tags)
    writer.put("RoleLastUsed", lastUsed)
  }
}

/// A managed policy with the documents of all its versions.
struct ManagedPolicyDetailOutput: WireOutput {
  private let policy: AnyManagedPolicy
  private let attachmentCount: Int
  private let boundaryUsageCount: Int

  init(_ policy: AnyManagedPolicy, in account: Account) {
    self.policy = policy
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
      writer.put("Description", policy.description)
      writer.put("CreateDate", policy.createDate)
      writer.put("UpdateDate", policy.updateDate)
    case .customer(let record):
      writer.put("DefaultVersionId", "v\(record.defaultVersion)")
      writer.put("IsAttachable", true)
      writer.put("Description", record.description)
      writer.put("CreateDate", record.createDate)
      writer.put("UpdateDate", record.updateDate)
    }
    writer.put("PolicyVersionList", policy.versions.map(\.detailed))
  }
}

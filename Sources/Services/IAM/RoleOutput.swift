import AWSCore
import AWSWire
import Directory
import ServiceKit

/// A role as IAM's answers show it.
struct RoleOutput: WireOutput {
  private let role: RoleRecord
  private let trustPolicy: String
  /// Lists leave out what needs a look beyond the role: tags, the boundary, the last use.
  private let isDetailed: Bool
  private let lastUsed: RoleLastUsedOutput?

  init(_ role: RoleRecord, in account: Account, lastUsed: RoleLastUsedOutput? = nil) {
    self.role = role
    trustPolicy = account.trustText(of: role)
    isDetailed = true
    self.lastUsed = lastUsed
  }

  init(listed role: RoleRecord, in account: Account) {
    self.role = role
    trustPolicy = account.trustText(of: role)
    isDetailed = false
    lastUsed = nil
  }

  func encode(to writer: inout WireWriter) {
    writer.put("Path", role.path)
    writer.put("RoleName", role.roleName)
    writer.put("RoleId", role.id)
    writer.put("Arn", role.arn)
    writer.put("CreateDate", role.createDate)
    writer.put("AssumeRolePolicyDocument", trustPolicy.urlEncoded)
    writer.put("Description", role.description)
    writer.put("MaxSessionDuration", role.maxSessionDuration)
    guard isDetailed else { return }
    writer.put("PermissionsBoundary", role.permissionsBoundary.map(BoundaryOutput.init))
    if !role.tags.isEmpty { writer.put("Tags", role.tags) }
    writer.put("RoleLastUsed", lastUsed)
    guard let template = role.template else { return }
    writer.structure("SourceRoleTemplate") { source in
      source.put("TemplateArn", template.arn)
      source.put("TemplateMinorVersion", template.minorVersion)
    }
  }
}

/// The answer of the operations that show one role.
struct OneRoleOutput: WireOutput {
  let role: RoleOutput
  func encode(to writer: inout WireWriter) { writer.put("Role", role) }
}

/// When a role was last used; empty for one that never was.
struct RoleLastUsedOutput: WireOutput {
  // AWS: what was longer ago is no longer told (API_RoleLastUsed.html).
  private static let trackedSeconds: Int64 = 400 * 86_400
  private let mark: LastUsed.Mark?

  init(_ role: RoleRecord, _ grant: Grant) {
    let mark = grant.call.environment.lastUsed[role: role.id]
    self.mark = mark.flatMap { grant.now.seconds(since: $0.at) <= Self.trackedSeconds ? $0 : nil }
  }

  func encode(to writer: inout WireWriter) {
    guard let mark else { return }
    writer.put("LastUsedDate", mark.at)
    writer.put("Region", mark.region)
  }
}

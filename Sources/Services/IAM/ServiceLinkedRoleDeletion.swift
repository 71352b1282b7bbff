import AWSCore
import AWSWire
import Directory
import ServiceKit

// The deletion of a service-linked role: a task, because the service may have to say first whether it uses the role.

/// The id of a deletion: `task/aws-service-role/SERVICE/ROLE/UUID`.
struct DeletionTaskID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...1000)
  let text: String
  init(unchecked text: String) { self.text = text }

  /// `role/aws-service-role/SERVICE/ROLE`; nil for a text that is no such id.
  var roleResource: String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0] == "task", parts[1] == "aws-service-role", parts.allSatisfy({ !$0.isEmpty })
    else { return nil }
    return "role/" + parts[1..<4].joined(separator: "/")
  }
}

struct DeleteServiceLinkedRole: WriteOperation {
  struct Input: WireStruct {
    let roleName: RoleName
    init(from fields: inout Fields) { roleName = fields.required("RoleName") }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:DeleteServiceLinkedRole", toRole: input.roleName)
  }

  struct Output: WireOutput {
    let taskID: String
    func encode(to writer: inout WireWriter) { writer.put("DeletionTaskId", taskID) }
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> Output {
    let role = try tx.account.role(input.roleName)
    guard let service = role.linkedService else { throw .noSuchRole(input.roleName.text) }
    if let open = tx.account.openDeletion(of: role) { return Output(taskID: open.id) }
    tx.forgetOldDeletions(now: grant.now)
    let users = grant.call.environment.linkedRoleUses.resources(using: role, in: tx.account)
    var task = RoleDeletionRecord(
      id: "task/aws-service-role/\(service)/\(role.name)/\(grant.entropy.requestID())", role: role.arn,
      createDate: grant.now, status: .succeeded)
    if users.isEmpty {
      tx.delete(role)
    } else {
      task.status = .failed
      task.reason = "A service-linked role is required for \(service) to work. Delete the resources that use it first."
      task.usedBy = users.map(\.text)
    }
    try tx.put(task)
    return Output(taskID: task.id)
  }
}

extension Account {
  fileprivate func openDeletion(of role: RoleRecord) -> RoleDeletionRecord? {
    var open: RoleDeletionRecord?
    roleDeletions.forEach { task in
      guard task.role == role.arn, task.status == .inProgress || task.status == .notStarted else { return }
      open = task
    }
    return open
  }
}

extension Transaction {
  /// How long the outcome of a deletion can be asked for.
  private static let deletionSecondsMax: Int64 = 30 * 86_400

  fileprivate mutating func forgetOldDeletions(now: Timestamp) {
    var old: [RoleDeletionRecord] = []
    account.roleDeletions.forEach { task in
      if now.seconds(since: task.createDate) > Self.deletionSecondsMax { old.append(task) }
    }
    for task in old { delete(task) }
  }
}

struct GetServiceLinkedRoleDeletionStatus: ReadOperation {
  struct Input: WireStruct {
    let taskID: DeletionTaskID
    init(from fields: inout Fields) { taskID = fields.required("DeletionTaskId") }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    let resource = input.taskID.roleResource ?? "role\(ServiceLinkedRole.pathPrefix)*"
    return Access("iam:GetServiceLinkedRoleDeletionStatus", on: .iam(view.account.id, resource))
  }

  struct Output: WireOutput {
    let task: RoleDeletionRecord

    func encode(to writer: inout WireWriter) {
      writer.put("Status", task.status.rawValue)
      guard let reason = task.reason else { return }
      writer.structure("Reason") { shown in
        shown.put("Reason", reason)
        shown.put("RoleUsageList", RoleUsageOutput.byRegion(task.usedBy))
      }
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    guard input.taskID.roleResource != nil else {
      throw .invalidInput("The deletion task id \(input.taskID.text.prefix(256)) is not valid.")
    }
    guard let task = view.account.roleDeletions[id: input.taskID.text] else {
      throw Failure(.noSuchEntity, "Deletion task \(input.taskID) not found.")
    }
    return Output(task: task)
  }
}

/// The resources of one region that use a service-linked role.
private struct RoleUsageOutput: WireOutput {
  let region: String
  let resources: [String]

  static func byRegion(_ resources: [String]) -> [RoleUsageOutput] {
    Dictionary(grouping: resources) { ARN($0).map { String($0.region) } ?? "" }
      .sorted { $0.key < $1.key }.map { RoleUsageOutput(region: $0.key, resources: $0.value) }
  }

  func encode(to writer: inout WireWriter) {
    writer.put("Region", region.isEmpty ? nil : region)
    writer.put("Resources", resources)
  }
}

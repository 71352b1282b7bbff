import AWSCore
import Directory
import ScenarioKit
import Testing

/// What still hangs on a thing keeps it from being deleted, in AWS's words, and nothing is changed by the attempt.
@Suite("Delete conflicts") struct DeleteConflictsTests {
  typealias Call = (action: String, parameters: [String: String])

  /// Something that must be gone first: made by the first calls, taken away by the last.
  struct Conflict: Sendable, CustomTestStringConvertible {
    let what: String
    let hang: [Call]
    let words: String
    let take: [Call]
    let deletion: Call
    var testDescription: String { what }
  }

  static let own = "arn:aws:iam::ACCOUNT:policy/own"
  static let document = TestPolicy.allow("s3:*")
  static let user = ["UserName": "u"]
  static let group = ["GroupName": "g"]
  static let role = ["RoleName": "r"]

  static let conflicts = users + groups + roles + policies

  private static func entity(_ what: String) -> String { "Cannot delete entity, must \(what) first." }

  private static let users = [
    Conflict(
      what: "user with an inline policy",
      hang: [("PutUserPolicy", ["UserName": "u", "PolicyName": "p", "PolicyDocument": document])],
      words: entity("delete policies"), take: [("DeleteUserPolicy", ["UserName": "u", "PolicyName": "p"])],
      deletion: ("DeleteUser", user)),
    Conflict(
      what: "user with an attached policy", hang: [("AttachUserPolicy", ["UserName": "u", "PolicyArn": own])],
      words: entity("detach all policies"), take: [("DetachUserPolicy", ["UserName": "u", "PolicyArn": own])],
      deletion: ("DeleteUser", user)),
    Conflict(
      what: "user in a group", hang: [("AddUserToGroup", ["UserName": "u", "GroupName": "g"])],
      words: entity("remove users from group"), take: [("RemoveUserFromGroup", ["UserName": "u", "GroupName": "g"])],
      deletion: ("DeleteUser", user)),
  ]

  private static let groups = [
    Conflict(
      what: "group with an inline policy",
      hang: [("PutGroupPolicy", ["GroupName": "g", "PolicyName": "p", "PolicyDocument": document])],
      words: entity("delete policies"), take: [("DeleteGroupPolicy", ["GroupName": "g", "PolicyName": "p"])],
      deletion: ("DeleteGroup", group)),
    Conflict(
      what: "group with an attached policy", hang: [("AttachGroupPolicy", ["GroupName": "g", "PolicyArn": own])],
      words: entity("detach all policies"), take: [("DetachGroupPolicy", ["GroupName": "g", "PolicyArn": own])],
      deletion: ("DeleteGroup", group)),
    Conflict(
      what: "group with a user", hang: [("AddUserToGroup", ["UserName": "u", "GroupName": "g"])],
      words: entity("remove users from group"), take: [("RemoveUserFromGroup", ["UserName": "u", "GroupName": "g"])],
      deletion: ("DeleteGroup", group)),
  ]

  private static let roles = [
    Conflict(
      what: "role with an inline policy",
      hang: [("PutRolePolicy", ["RoleName": "r", "PolicyName": "p", "PolicyDocument": document])],
      words: entity("delete policies"), take: [("DeleteRolePolicy", ["RoleName": "r", "PolicyName": "p"])],
      deletion: ("DeleteRole", role)),
    Conflict(
      what: "role with an attached policy", hang: [("AttachRolePolicy", ["RoleName": "r", "PolicyArn": own])],
      words: entity("detach all policies"), take: [("DetachRolePolicy", ["RoleName": "r", "PolicyArn": own])],
      deletion: ("DeleteRole", role)),
    inProfile("role in an instance profile", ("DeleteRole", role)),
    inProfile("instance profile with a role", ("DeleteInstanceProfile", ["InstanceProfileName": "i"])),
  ]

  private static func inProfile(_ what: String, _ deletion: Call) -> Conflict {
    let both = ["InstanceProfileName": "i", "RoleName": "r"]
    return Conflict(
      what: what, hang: [("AddRoleToInstanceProfile", both)],
      words: entity("remove roles from instance profile"), take: [("RemoveRoleFromInstanceProfile", both)],
      deletion: deletion)
  }

  private static let policies =
    ["User", "Group", "Role"].map { holder in
      let parameters = ["\(holder)Name": holder.prefix(1).lowercased(), "PolicyArn": own]
      return Conflict(
        what: "policy attached to a \(holder)", hang: [("Attach\(holder)Policy", parameters)],
        words: "Cannot delete a policy attached to entities.", take: [("Detach\(holder)Policy", parameters)],
        deletion: ("DeletePolicy", ["PolicyArn": own]))
    }
    + ["User", "Role"].map { holder in
      let name = ["\(holder)Name": holder.prefix(1).lowercased()]
      return Conflict(
        what: "policy that bounds a \(holder)",
        hang: [("Put\(holder)PermissionsBoundary", name.merging(["PermissionsBoundary": own]) { $1 })],
        words: "Cannot delete a policy attached to entities.", take: [("Delete\(holder)PermissionsBoundary", name)],
        deletion: ("DeletePolicy", ["PolicyArn": own]))
    } + [
      Conflict(
        what: "policy with two versions",
        hang: [("CreatePolicyVersion", ["PolicyArn": own, "PolicyDocument": document])],
        words: "This policy has more than one version. Before you delete a policy, you must delete the policy's "
          + "versions. The default version is deleted with the policy.",
        take: [("DeletePolicyVersion", ["PolicyArn": own, "VersionId": "v2"])],
        deletion: ("DeletePolicy", ["PolicyArn": own])),
      Conflict(
        what: "version that is the default",
        hang: [("CreatePolicyVersion", ["PolicyArn": own, "PolicyDocument": document])],
        words: "Cannot delete the default version of a policy.",
        take: [("SetDefaultPolicyVersion", ["PolicyArn": own, "VersionId": "v2"])],
        deletion: ("DeletePolicyVersion", ["PolicyArn": own, "VersionId": "v1"])),
    ]

  @Test("what hangs on it is to be taken away first", arguments: conflicts)
  func conflict(_ conflict: Conflict) async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", Self.user)
    try await account.root("CreateGroup", Self.group)
    try await account.role("r")
    try await account.root("CreateInstanceProfile", ["InstanceProfileName": "i"])
    try await account.policy("own")
    func call(_ call: Call) async throws -> Answer {
      try await account.attempt(
        call.action, call.parameters.mapValues { $0.replacing("ACCOUNT", with: account.id.description) })
    }
    for step in conflict.hang { _ = try await call(step).succeeded(step.action) }
    let before = try await account.server.directory.account(account.id)?.revision
    let refused = try await call(conflict.deletion)
    #expect(refused.code == "DeleteConflict")
    #expect(refused.status == 409)
    #expect(refused.message == conflict.words)
    #expect(try await account.server.directory.account(account.id)?.revision == before)
    for step in conflict.take { _ = try await call(step).succeeded(step.action) }
    _ = try await call(conflict.deletion).succeeded(conflict.deletion.action)
    #expect(try await call(conflict.deletion).code == "NoSuchEntity")
  }
}

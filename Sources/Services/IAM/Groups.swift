import AWSCore
import AWSWire
import Directory
import ServiceKit

enum Groups {
  static let operations: [any Operation.Type] = [
    CreateGroup.self, GetGroup.self, ListGroups.self, UpdateGroup.self, DeleteGroup.self, AddUserToGroup.self,
    RemoveUserFromGroup.self, ListGroupsForUser.self,
  ]
}

struct GroupOutput: WireOutput {
  let group: GroupRecord

  func encode(to writer: inout WireWriter) {
    writer.put("Path", group.path)
    writer.put("GroupName", group.groupName)
    writer.put("GroupId", group.id)
    writer.put("Arn", group.arn)
    writer.put("CreateDate", group.createDate)
  }
}

struct CreateGroup: WriteOperation {
  struct Input: WireStruct {
    let path: Path?
    let groupName: GroupName

    init(from fields: inout Fields) {
      path = fields.optional("Path")
      groupName = fields.required("GroupName")
    }
  }

  static let failures: [ErrorCode] = [.limitExceeded, .entityAlreadyExists, .noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:CreateGroup", on: .iam(view.account.id, "group\(input.path ?? .root)\(input.groupName)"))
  }

  struct Output: WireOutput {
    let group: GroupRecord
    func encode(to writer: inout WireWriter) { writer.put("Group", GroupOutput(group: group)) }
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> Output {
    guard tx.account.groups[name: input.groupName.text] == nil else {
      throw .alreadyExists("Group", input.groupName.text)
    }
    guard tx.account.groups.count < tx.quotas.groups else { throw .limitExceeded("GroupsPerAccount", tx.quotas.groups) }
    let group = GroupRecord(
      id: grant.entropy.uniqueID(.group), account: tx.account.id, groupName: input.groupName,
      path: input.path ?? .root, createDate: grant.now)
    try tx.put(group)
    return Output(group: group)
  }
}

struct GetGroup: ReadOperation {
  struct Input: WireStruct {
    let groupName: GroupName
    let page: PageRequest

    init(from fields: inout Fields) {
      groupName = fields.required("GroupName")
      page = PageRequest(from: &fields)
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:GetGroup", on: view.groupARN(input.groupName))
  }

  struct Output: WireOutput {
    let group: GroupRecord
    let users: Page<UserOutput>

    func encode(to writer: inout WireWriter) {
      writer.put("Group", GroupOutput(group: group))
      users.encode(as: "Users", to: &writer)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let group = try view.account.group(input.groupName)
    let users = try Pager(grant, filters: [group.id]).page(of: view.account.users(in: group), input.page)
    return Output(group: group, users: users.map { UserOutput(user: $0, isDetailed: false) })
  }
}

struct ListGroups: ReadOperation {
  typealias Input = ListByPathInput
  static let failures: [ErrorCode] = [.serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:ListGroups", on: .iam(view.account.id, "group\(input.prefix)"))
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> GroupsOutput {
    let prefix = input.prefix
    let page = try Pager(grant, filters: [prefix]).page(of: view.account.groups, input.page) { group in
      group.path.text.hasPrefix(prefix)
    }
    return GroupsOutput(groups: page)
  }
}

/// A page of groups.
struct GroupsOutput: WireOutput {
  let groups: Page<GroupRecord>
  func encode(to writer: inout WireWriter) { groups.map(GroupOutput.init).encode(as: "Groups", to: &writer) }
}

struct UpdateGroup: WriteOperation {
  struct Input: WireStruct {
    let groupName: GroupName
    let newPath: Path?
    let newGroupName: GroupName?

    init(from fields: inout Fields) {
      groupName = fields.required("GroupName")
      newPath = fields.optional("NewPath")
      newGroupName = fields.optional("NewGroupName")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .entityAlreadyExists, .serviceFailure]

  // AWS: permission is needed on the group as it is and as it is to be.
  static func access(_ input: Input, _ view: View) -> Access {
    let now = Access("iam:UpdateGroup", on: view.groupARN(input.groupName))
    guard input.newPath != nil || input.newGroupName != nil else { return now }
    let path = input.newPath ?? view.account.groups[name: input.groupName.text]?.path ?? .root
    return now.also(
      Access("iam:UpdateGroup", on: .iam(view.account.id, "group\(path)\(input.newGroupName ?? input.groupName)")))
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var group = try tx.account.group(input.groupName)
    if let name = input.newGroupName {
      if let other = tx.account.groups[name: name.text], other.id != group.id {
        throw .alreadyExists("Group", name.text)
      }
      group.groupName = name
    }
    if let path = input.newPath { group.path = path }
    try tx.put(group)
    return EmptyOutput()
  }
}

struct DeleteGroup: WriteOperation {
  struct Input: WireStruct {
    let groupName: GroupName
    init(from fields: inout Fields) { groupName = fields.required("GroupName") }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .deleteConflict, .limitExceeded, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:DeleteGroup", on: view.groupARN(input.groupName))
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let group = try tx.account.group(input.groupName)
    if !group.inlinePolicies.isEmpty { throw .deleteConflict("Cannot delete entity, must delete policies first.") }
    if !group.attachedPolicies.isEmpty {
      throw .deleteConflict("Cannot delete entity, must detach all policies first.")
    }
    if !tx.account.users(in: group).isEmpty {
      throw .deleteConflict("Cannot delete entity, must remove users from group first.")
    }
    tx.delete(group)
    return EmptyOutput()
  }
}

/// The input of the operations that change who is in a group.
struct MembershipInput: WireStruct {
  let groupName: GroupName
  let userName: UserName

  init(from fields: inout Fields) {
    groupName = fields.required("GroupName")
    userName = fields.required("UserName")
  }
}

struct AddUserToGroup: WriteOperation {
  typealias Input = MembershipInput
  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:AddUserToGroup", on: view.groupARN(input.groupName))
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let group = try tx.account.group(input.groupName)
    var user = try tx.account.user(input.userName)
    guard !user.groups.contains(group.id) else { return EmptyOutput() }
    guard user.groups.count < tx.quotas.groupsPerUser else {
      throw .limitExceeded("GroupsPerUser", tx.quotas.groupsPerUser)
    }
    user.groups.append(group.id)
    try tx.put(user)
    return EmptyOutput()
  }
}

struct RemoveUserFromGroup: WriteOperation {
  typealias Input = MembershipInput
  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:RemoveUserFromGroup", on: view.groupARN(input.groupName))
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let group = try tx.account.group(input.groupName)
    var user = try tx.account.user(input.userName)
    guard user.groups.contains(group.id) else { return EmptyOutput() }
    user.groups.removeAll { $0 == group.id }
    try tx.put(user)
    return EmptyOutput()
  }
}

struct ListGroupsForUser: ReadOperation {
  struct Input: WireStruct {
    let userName: UserName
    let page: PageRequest

    init(from fields: inout Fields) {
      userName = fields.required("UserName")
      page = PageRequest(from: &fields)
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:ListGroupsForUser", toUser: input.userName)
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> GroupsOutput {
    let user = try view.account.user(input.userName)
    let page = try Pager(grant, filters: [user.id]).page(of: view.account.groups(of: user), input.page)
    return GroupsOutput(groups: page)
  }
}

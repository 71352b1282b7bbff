import AWSCore
import AWSWire
import Directory
import ServiceKit

enum Users {
  static let operations: [any Operation.Type] = [
    CreateUser.self, GetUser.self, ListUsers.self, UpdateUser.self, DeleteUser.self,
  ]
}

/// A user as IAM's answers show it.
struct UserOutput: WireOutput {
  let user: UserRecord
  /// Lists leave out what needs a look beyond the user: tags and the boundary.
  var isDetailed = true

  func encode(to writer: inout WireWriter) {
    writer.put("Path", user.path)
    writer.put("UserName", user.userName)
    writer.put("UserId", user.id)
    writer.put("Arn", user.arn)
    writer.put("CreateDate", user.createDate)
    guard isDetailed else { return }
    writer.put("PermissionsBoundary", user.permissionsBoundary.map(BoundaryOutput.init))
    if !user.tags.isEmpty { writer.put("Tags", user.tags) }
  }
}

/// The root user as IAM's answers show it.
struct RootUserOutput: WireOutput {
  let settings: AccountSettingsRecord

  // AWS: the root user has no name of its own; its id is the account's.
  func encode(to writer: inout WireWriter) {
    writer.put("Path", "/")
    writer.put("UserName", settings.rootUserName)
    writer.put("UserId", settings.account)
    writer.put("Arn", ARN.iam(settings.account, "root"))
    writer.put("CreateDate", settings.createDate)
  }
}

/// The answer of the operations that show one user.
struct OneUserOutput: WireOutput {
  let user: UserRecord
  func encode(to writer: inout WireWriter) { writer.put("User", UserOutput(user: user)) }
}

struct CreateUser: WriteOperation {
  struct Input: WireStruct {
    let path: Path?
    let userName: NewUserName
    let permissionsBoundary: ARNText?
    let tags: [Tag]

    init(from fields: inout Fields) {
      path = fields.optional("Path")
      userName = fields.required("UserName")
      permissionsBoundary = fields.optional("PermissionsBoundary")
      tags = fields.list("Tags", max: 50) ?? []
    }
  }

  static let failures: [ErrorCode] = [
    .limitExceeded, .entityAlreadyExists, .noSuchEntity, .invalidInput, .concurrentModification, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:CreateUser", on: .iam(view.account.id, "user\(input.path ?? .root)\(input.userName)"))
      .requesting(tags: input.tags).bounded(by: input.permissionsBoundary.map(view.policyARN))
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> OneUserOutput {
    guard tx.account.users[name: input.userName.text] == nil else {
      throw .alreadyExists("User", input.userName.text)
    }
    guard tx.account.users.count < tx.quotas.users else { throw .limitExceeded("UsersPerAccount", tx.quotas.users) }
    let user = UserRecord(
      id: grant.entropy.uniqueID(.user), account: tx.account.id, userName: input.userName.name,
      path: input.path ?? .root, createDate: grant.now, tags: try input.tags.checked(against: tx.quotas),
      permissionsBoundary: try tx.boundary(input.permissionsBoundary))
    try tx.put(user)
    return OneUserOutput(user: user)
  }
}

struct GetUser: ReadOperation {
  struct Input: WireStruct {
    let userName: UserName?
    init(from fields: inout Fields) { userName = fields.optional("UserName") }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    guard let name = try view.named(input.userName) else {
      return Access("iam:GetUser", on: view.account.rootARN)
    }
    return view.access("iam:GetUser", toUser: name)
  }

  struct Output: WireOutput {
    let user: UserRecord?
    let settings: AccountSettingsRecord?

    func encode(to writer: inout WireWriter) {
      if let user { return writer.put("User", UserOutput(user: user)) }
      writer.put("User", settings.map(RootUserOutput.init))
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    guard let name = try view.named(input.userName) else {
      return Output(user: nil, settings: view.account.settings)
    }
    return Output(user: try view.account.user(name), settings: nil)
  }
}

extension View {
  /// The user that a request is about: the one it names, or the caller; nil for the root user.
  ///
  /// - Throws: AWS's error for a caller that is neither, who must name a user.
  func named(_ name: UserName?) throws(Failure) -> UserName? {
    if let name { return name }
    switch try ResolvedCaller(caller, in: callerAccount).record {
    case .root: return nil
    case .user(let user): return user.userName
    case .role, .federatedUser: throw .unnamedOwner
    }
  }
}

struct ListUsers: ReadOperation {
  typealias Input = ListByPathInput
  static let failures: [ErrorCode] = [.serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:ListUsers", on: .iam(view.account.id, "user\(input.prefix)"))
  }

  struct Output: WireOutput {
    let users: Page<UserOutput>
    func encode(to writer: inout WireWriter) { users.encode(as: "Users", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let prefix = input.prefix
    let page = try Pager(grant, filters: [prefix]).page(of: view.account.users, input.page) { user in
      user.path.text.hasPrefix(prefix)
    }
    return Output(users: page.map { UserOutput(user: $0, isDetailed: false) })
  }
}

struct UpdateUser: WriteOperation {
  struct Input: WireStruct {
    let userName: UserName
    let newPath: Path?
    let newUserName: NewUserName?

    init(from fields: inout Fields) {
      userName = fields.required("UserName")
      newPath = fields.optional("NewPath")
      newUserName = fields.optional("NewUserName")
    }
  }

  static let failures: [ErrorCode] = [
    .noSuchEntity, .limitExceeded, .entityAlreadyExists, .entityTemporarilyUnmodifiable, .concurrentModification,
    .serviceFailure,
  ]

  // AWS: permission is needed on the user as it is and as it is to be.
  static func access(_ input: Input, _ view: View) -> Access {
    let now = view.access("iam:UpdateUser", toUser: input.userName)
    guard input.newPath != nil || input.newUserName != nil else { return now }
    let path = input.newPath ?? view.account.users[name: input.userName.text]?.path ?? .root
    let name = input.newUserName?.text ?? input.userName.text
    return now.also(Access("iam:UpdateUser", on: .iam(view.account.id, "user\(path)\(name)")))
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var user = try tx.account.user(input.userName)
    if let name = input.newUserName {
      if let other = tx.account.users[name: name.text], other.id != user.id { throw .alreadyExists("User", name.text) }
      user.userName = name.name
    }
    if let path = input.newPath { user.path = path }
    try tx.put(user)
    return EmptyOutput()
  }
}

struct DeleteUser: WriteOperation {
  struct Input: WireStruct {
    let userName: UserName
    init(from fields: inout Fields) { userName = fields.required("UserName") }
  }

  static let failures: [ErrorCode] = [
    .limitExceeded, .noSuchEntity, .deleteConflict, .concurrentModification, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:DeleteUser", toUser: input.userName)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let user = try tx.account.user(input.userName)
    if !user.inlinePolicies.isEmpty { throw .deleteConflict("Cannot delete entity, must delete policies first.") }
    if !user.attachedPolicies.isEmpty {
      throw .deleteConflict("Cannot delete entity, must detach all policies first.")
    }
    if !tx.account.accessKeys(of: user).isEmpty {
      throw .deleteConflict("Cannot delete entity, must delete access keys first.")
    }
    if tx.account.loginProfile(of: user) != nil {
      throw .deleteConflict("Cannot delete entity, must delete login profile first.")
    }
    if !tx.account.mfaDevices(of: user).isEmpty {
      throw .deleteConflict("Cannot delete entity, must delete MFA device first.")
    }
    if !tx.account.owned(SigningCertificateRecord.self, by: user).isEmpty {
      throw .deleteConflict("Cannot delete entity, must delete signing certificates first.")
    }
    if !tx.account.owned(SSHPublicKeyRecord.self, by: user).isEmpty {
      throw .deleteConflict("Cannot delete entity, must delete SSH public keys first.")
    }
    if !tx.account.owned(ServiceCredentialRecord.self, by: user).isEmpty {
      throw .deleteConflict("Cannot delete entity, must delete service specific credentials first.")
    }
    if !user.groups.isEmpty { throw .deleteConflict("Cannot delete entity, must remove users from group first.") }
    tx.delete(user)
    return EmptyOutput()
  }
}

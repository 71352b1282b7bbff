import AWSCore
import AWSWire
import Directory
import ServiceKit

// What attaching and embedding policies need to know of users, groups and roles, so that each operation is said once.

/// A user, group or role with its words, its quotas and its access.
protocol HolderRecord: PolicyHolder {
  /// `User`, `Group`, `Role`: as in `UserName`, `PoliciesPerUser`.
  static var noun: String { get }
  /// The errors that changes of this kind of holder declare beside those of all kinds.
  static var changeFailures: [ErrorCode] { get }
  static func named(_ name: String, in account: Account) throws(Failure) -> Self
  /// The holder with the name, if the account itself may change it.
  static func modifiable(_ name: String, in tx: Transaction) throws(Failure) -> Self
  static func access(_ action: String, to name: String, _ view: View) -> Access
  /// The boundary that the holder has now, a condition key of changes; nil without one.
  static func boundary(of name: String, in account: Account) -> ARN?
  static func attachedPoliciesMax(_ quotas: Quotas) -> Int
  /// Of all inline policies together, in characters without white space.
  static func inlinePolicySizeMax(_ quotas: Quotas) -> Int
  func put(into tx: inout Transaction) throws(Failure)
}

/// A name in an input that says by its type whose it is.
protocol HolderName: ConstrainedString, WireDecodable {
  associatedtype Holder: HolderRecord
}

extension UserName: HolderName { typealias Holder = UserRecord }
// AWS: the operations on attached policies and boundaries take the shorter kind of user names.
extension NewUserName: HolderName { typealias Holder = UserRecord }
extension GroupName: HolderName { typealias Holder = GroupRecord }
extension RoleName: HolderName { typealias Holder = RoleRecord }

extension HolderName {
  /// `UserName`
  static var member: String { "\(Holder.noun)Name" }

  func holder(in account: Account) throws(Failure) -> Holder { try Holder.named(text, in: account) }
  func modifiable(in tx: Transaction) throws(Failure) -> Holder { try Holder.modifiable(text, in: tx) }

  func access(_ action: String, _ view: View) -> Access { Holder.access(action, to: text, view) }

  /// The access of an operation that changes what the holder may do.
  func accessToChange(_ action: String, _ view: View) -> Access {
    access(action, view).bounded(by: Holder.boundary(of: text, in: view.account))
  }
}

extension UserRecord: HolderRecord {
  static let noun = "User"
  static let changeFailures: [ErrorCode] = []

  static func named(_ name: String, in account: Account) throws(Failure) -> UserRecord {
    try account.user(UserName(unchecked: name))
  }
  static func modifiable(_ name: String, in tx: Transaction) throws(Failure) -> UserRecord {
    try named(name, in: tx.account)
  }
  static func access(_ action: String, to name: String, _ view: View) -> Access {
    view.access(action, toUser: UserName(unchecked: name))
  }
  static func boundary(of name: String, in account: Account) -> ARN? { account.users[name: name]?.permissionsBoundary }
  static func attachedPoliciesMax(_ quotas: Quotas) -> Int { quotas.attachedPoliciesPerUser }
  static func inlinePolicySizeMax(_ quotas: Quotas) -> Int { quotas.userInlinePolicySize }
  func put(into tx: inout Transaction) throws(Failure) { try tx.put(self) }
}

extension GroupRecord: HolderRecord {
  static let noun = "Group"
  static let changeFailures: [ErrorCode] = []

  static func named(_ name: String, in account: Account) throws(Failure) -> GroupRecord {
    try account.group(GroupName(unchecked: name))
  }
  static func modifiable(_ name: String, in tx: Transaction) throws(Failure) -> GroupRecord {
    try named(name, in: tx.account)
  }
  static func access(_ action: String, to name: String, _ view: View) -> Access {
    Access(action, on: view.groupARN(GroupName(unchecked: name)))
  }
  // AWS: groups have no permissions boundary.
  static func boundary(of name: String, in account: Account) -> ARN? { nil }
  static func attachedPoliciesMax(_ quotas: Quotas) -> Int { quotas.attachedPoliciesPerGroup }
  static func inlinePolicySizeMax(_ quotas: Quotas) -> Int { quotas.groupInlinePolicySize }
  func put(into tx: inout Transaction) throws(Failure) { try tx.put(self) }
}

extension RoleRecord: HolderRecord {
  static let noun = "Role"
  static let changeFailures: [ErrorCode] = [.unmodifiableEntity]

  static func named(_ name: String, in account: Account) throws(Failure) -> RoleRecord {
    try account.role(RoleName(unchecked: name))
  }
  static func modifiable(_ name: String, in tx: Transaction) throws(Failure) -> RoleRecord {
    try tx.modifiableRole(RoleName(unchecked: name))
  }
  static func access(_ action: String, to name: String, _ view: View) -> Access {
    view.access(action, toRole: RoleName(unchecked: name))
  }
  static func boundary(of name: String, in account: Account) -> ARN? { account.roles[name: name]?.permissionsBoundary }
  static func attachedPoliciesMax(_ quotas: Quotas) -> Int { quotas.attachedPoliciesPerRole }
  static func inlinePolicySizeMax(_ quotas: Quotas) -> Int { quotas.roleInlinePolicySize }
  func put(into tx: inout Transaction) throws(Failure) { try tx.put(self) }
}

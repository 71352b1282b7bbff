import AWSCore
import AWSWire
import Directory
import ServiceKit

// What the operations on tags need to know of each kind of resource.

/// A resource whose tags can be changed, and how requests name it.
protocol TagTarget: Taggable {
  associatedtype Name: WireDecodable
  /// The member of the input that holds the name.
  static var nameMember: String { get }
  static func named(_ name: Name, in account: Account) throws(Failure) -> Self
  static func access(_ action: String, toTagsOf name: Name, _ view: View) -> Access
  func put(into tx: inout Transaction) throws(Failure)
}

extension UserRecord: TagTarget {
  static let nameMember = "UserName"
  static func named(_ name: UserName, in account: Account) throws(Failure) -> UserRecord { try account.user(name) }
  static func access(_ action: String, toTagsOf name: UserName, _ view: View) -> Access {
    view.access(action, toUser: name)
  }
}

// AWS: service-linked roles can be tagged as any other.
extension RoleRecord: TagTarget {
  static let nameMember = "RoleName"
  static func named(_ name: RoleName, in account: Account) throws(Failure) -> RoleRecord { try account.role(name) }
  static func access(_ action: String, toTagsOf name: RoleName, _ view: View) -> Access {
    view.access(action, toRole: name)
  }
}

extension InstanceProfileRecord: TagTarget {
  static let nameMember = "InstanceProfileName"
  static func named(
    _ name: InstanceProfileName, in account: Account
  ) throws(Failure) -> InstanceProfileRecord { try account.instanceProfile(name) }
  static func access(_ action: String, toTagsOf name: InstanceProfileName, _ view: View) -> Access {
    view.access(action, toProfile: name)
  }
  func put(into tx: inout Transaction) throws(Failure) { try tx.put(self) }
}

extension OpenIDConnectProviderRecord: TagTarget {
  static let nameMember = arnMember
  static func named(
    _ name: ARNText, in account: Account
  ) throws(Failure) -> OpenIDConnectProviderRecord { try account.openIDConnectProvider(name) }
  static func access(_ action: String, toTagsOf name: ARNText, _ view: View) -> Access {
    view.access(action, toOpenIDConnectProvider: name)
  }
  func put(into tx: inout Transaction) throws(Failure) { try tx.put(self) }
}

extension PolicyRecord: TagTarget {
  static let nameMember = "PolicyArn"
  static func named(_ name: ARNText, in account: Account) throws(Failure) -> PolicyRecord {
    try account.ownPolicy(name)
  }
  static func access(_ action: String, toTagsOf name: ARNText, _ view: View) -> Access {
    view.access(action, toPolicy: name)
  }
  func put(into tx: inout Transaction) throws(Failure) { try tx.put(self) }
}

extension MFADeviceRecord: TagTarget {
  static let nameMember = "SerialNumber"
  static func named(_ name: MFASerialNumber, in account: Account) throws(Failure) -> MFADeviceRecord {
    try account.virtualDevice(name)
  }
  static func access(_ action: String, toTagsOf name: MFASerialNumber, _ view: View) -> Access {
    view.access(action, toDevice: name)
  }
  func put(into tx: inout Transaction) throws(Failure) { try tx.put(self) }
}

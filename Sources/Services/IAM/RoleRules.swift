import AWSCore
import Directory

extension Transaction {
  /// The role with the name, if the account itself may change it.
  // AWS: a service-linked role belongs to its service; only tags and the description are the account's.
  func modifiableRole(_ name: RoleName) throws(Failure) -> RoleRecord {
    let role = try account.role(name)
    guard role.linkedService == nil else {
      throw Failure(
        .unmodifiableEntity,
        "Cannot perform the operation on the protected role '\(role.name)' - this role is only modifiable by AWS")
    }
    return role
  }
}

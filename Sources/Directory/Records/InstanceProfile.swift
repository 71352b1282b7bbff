public import AWSCore

/// The container that hands a role to an EC2 instance.
public struct InstanceProfileRecord: Taggable {
  public static let kind = "instance-profile"
  public let id: String
  public let account: AccountID
  public let profileName: InstanceProfileName
  public let path: Path
  public let createDate: Timestamp
  /// The id of its one role.
  public var role: String?
  public var tags: [Tag]

  public init(
    id: String, account: AccountID, profileName: InstanceProfileName, path: Path, createDate: Timestamp, tags: [Tag]
  ) {
    self.id = id
    self.account = account
    self.profileName = profileName
    self.path = path
    self.createDate = createDate
    self.tags = tags
  }

  public var name: String { profileName.text }
  public var recordName: String? { name }
  public var arn: ARN { .iam(account, "instance-profile", path: path.text, name: name) }
}

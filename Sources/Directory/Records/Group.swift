public import AWSCore

/// A group of IAM users. Who belongs to it is kept by the users.
public struct GroupRecord: PolicyHolder {
  public static let kind = "group"
  public let id: String
  public let account: AccountID
  public var groupName: GroupName
  public var path: Path
  public let createDate: Timestamp
  public var inlinePolicies: [StoredPolicy] = []
  public var attachedPolicies: [ARN] = []

  public init(id: String, account: AccountID, groupName: GroupName, path: Path, createDate: Timestamp) {
    self.id = id
    self.account = account
    self.groupName = groupName
    self.path = path
    self.createDate = createDate
  }

  public var name: String { groupName.text }
  public var recordName: String? { name }
  public var arn: ARN { .iam(account, "group", path: path.text, name: name) }
}

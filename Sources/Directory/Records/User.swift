public import AWSCore

/// An IAM user.
public struct UserRecord: BoundaryHolder, Taggable {
  public static let kind = "user"
  public let id: String
  public let account: AccountID
  public var userName: UserName
  public var path: Path
  public let createDate: Timestamp
  public var tags: [Tag]
  public var permissionsBoundary: ARN?
  public var inlinePolicies: [StoredPolicy] = []
  public var attachedPolicies: [ARN] = []
  /// The ids of the groups, in the order of joining.
  public var groups: [String] = []

  public init(
    id: String, account: AccountID, userName: UserName, path: Path, createDate: Timestamp, tags: [Tag],
    permissionsBoundary: ARN?
  ) {
    self.id = id
    self.account = account
    self.userName = userName
    self.path = path
    self.createDate = createDate
    self.tags = tags
    self.permissionsBoundary = permissionsBoundary
  }

  public var name: String { userName.text }
  public var recordName: String? { name }
  public var arn: ARN { .iam(account, "user", path: path.text, name: name) }
}

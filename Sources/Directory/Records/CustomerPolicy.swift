public import AWSCore

/// A customer managed policy with up to five versions.
public struct PolicyRecord: Taggable {
  public static let kind = "policy"

  public struct Version: Sendable, Codable {
    /// 1 for `v1`.
    public let number: Int
    public let policy: StoredPolicy
    public let createDate: Timestamp

    public init(number: Int, policy: StoredPolicy, createDate: Timestamp) {
      self.number = number
      self.policy = policy
      self.createDate = createDate
    }
  }

  public let id: String
  public let account: AccountID
  public let policyName: PolicyName
  public let path: Path
  public let description: String?
  public let createDate: Timestamp
  public var updateDate: Timestamp
  /// Oldest first; never empty.
  public var versions: [Version]
  public var defaultVersion: Int
  /// The number that the next version gets: a deleted version's number never returns.
  public var nextVersion: Int
  public var tags: [Tag]

  public init(
    id: String, account: AccountID, policyName: PolicyName, path: Path, description: String?, createDate: Timestamp,
    policy: StoredPolicy, tags: [Tag]
  ) {
    self.id = id
    self.account = account
    self.policyName = policyName
    self.path = path
    self.description = description
    self.createDate = createDate
    updateDate = createDate
    versions = [Version(number: 1, policy: policy, createDate: createDate)]
    defaultVersion = 1
    nextVersion = 2
    self.tags = tags
  }

  public var name: String { policyName.text }
  public var recordName: String? { name }
  public var arn: ARN { .iam(account, "policy", path: path.text, name: name) }

  public func version(_ number: Int) -> Version? { versions.first { $0.number == number } }
}

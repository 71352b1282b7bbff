public import AWSCore

/// A record of a partition: immutable, found by its id, and by its name where its kind has names.
///
/// It lies in the store as JSON with `version`; a change of shape raises the version and adds an upgrade.
public protocol Record: Codable, Sendable {
  /// The name of the kind in the store; never changed once released.
  static var kind: String { get }
  static var version: Int { get }
  var id: String { get }
  /// The record's name as it was written; nil for kinds without names.
  var recordName: String? { get }
}

extension Record {
  public static var version: Int { 1 }
  public var recordName: String? { nil }
  /// The name in the one case that makes it unique.
  // AWS: names are unique ignoring case but returned as first written (IAM quotas page).
  public var uniqueName: String? { recordName?.caseFolded }
}

extension String {
  /// The text in lower case. Names are mostly in ASCII and often in lower case already: those need no new text.
  var caseFolded: String {
    let isFolded = utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5A).contains($0) }
    return isFolded ? self : lowercased()
  }
}

/// A label of a resource.
public struct Tag: Sendable, Hashable, Codable {
  public let key: TagKey
  public let value: TagValue

  public init(key: TagKey, value: TagValue) {
    self.key = key
    self.value = value
  }
}

/// A user, group or role: what policies can be attached to.
public protocol PolicyHolder: Record {
  /// Sorted by name.
  var inlinePolicies: [StoredPolicy] { get set }
  /// In the order of attachment.
  var attachedPolicies: [ARN] { get set }
  var arn: ARN { get }
  var name: String { get }
}

/// A user or role: what can have a permissions boundary.
public protocol BoundaryHolder: PolicyHolder {
  var permissionsBoundary: ARN? { get set }
}

/// What can be tagged. Keys are unique ignoring case for IAM's resources.
public protocol Taggable: Record {
  var tags: [Tag] { get set }
}

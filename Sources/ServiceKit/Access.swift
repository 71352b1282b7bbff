public import AWSCore
public import Directory
public import PolicyEngine

/// The permission that a call needs: an action on a resource, with the condition keys that only the operation knows.
public struct Access: Sendable {
  /// A condition key with its values; an empty list is a key that is present without a value.
  public struct Key: Sendable {
    public let name: String
    public let values: [String]

    public init(_ name: String, _ values: [String]) {
      self.name = name
      self.values = values
    }

    public static func one(_ name: String, _ value: String) -> Key { Key(name, [value]) }
  }

  /// `iam:CreateUser`; nil where the operation is open to every authenticated caller.
  public let action: String?
  /// What the action is on; nil for actions that are on no resource.
  public let resourceARN: ARN?
  /// The resource as policies name it: its ARN, or `*`.
  public var resource: String { resourceARN?.text ?? "*" }
  public var keys: [Key]
  /// The tags that the resource carries, under AWS's global key and the service's own.
  private(set) var resourceTags: [Tag] = []
  /// The policy of the resource itself, and how it combines with the caller's own.
  public var resourcePolicy: Policy?
  public var resourceRule: PolicyLayers.ResourceRule = .union
  /// The role whose trust policy is the resource's policy: it knows which principals its ARNs mean.
  ///
  /// A principal that was deleted and made again has the ARN but not the id: what was granted to the old one does not
  /// hold for it.
  public var trustingRole: RoleRecord?
  /// Further permissions, all of which are needed too: `iam:PassRole` beside the action itself.
  public var further: [Access] = []

  public init(_ action: String, on resource: ARN, keys: [Key] = []) {
    self.action = action
    resourceARN = resource
    self.keys = keys
  }

  /// An action that is on no resource.
  public init(_ action: String, keys: [Key] = []) {
    self.action = action
    resourceARN = nil
    self.keys = keys
  }

  private init() {
    action = nil
    resourceARN = nil
    keys = []
  }

  /// No permission needed: every authenticated caller may. Each use is listed by the registry-wide test.
  public static let open = Access()

  // MARK: The keys of tags

  public consuming func requesting(tags: [Tag]) -> Access {
    guard !tags.isEmpty else { return self }
    for tag in tags { keys.append(.one("aws:RequestTag/\(tag.key)", tag.value.text)) }
    keys.append(Key("aws:TagKeys", tags.map(\.key.text)))
    return self
  }

  public consuming func requesting(tagKeys: [TagKey]) -> Access {
    keys.append(Key("aws:TagKeys", tagKeys.map(\.text)))
    return self
  }

  public consuming func on(tagged resource: (some Taggable)?) -> Access {
    if let resource { resourceTags = resource.tags }
    return self
  }

  /// The boundary that the call sets or the resource has.
  public consuming func bounded(by policy: ARN?) -> Access {
    if let policy { keys.append(.one("iam:PermissionsBoundary", policy.text)) }
    return self
  }

  /// Puts the condition keys of the access among those of the request.
  public func putKeys(into context: inout RequestContext) {
    for key in keys { context[key.name] = key.values }
    guard let action, !resourceTags.isEmpty else { return }
    let service = action.utf8.prefix { $0 != 0x3A }
    let prefix = "\(Substring(service)):ResourceTag/"
    for tag in resourceTags {
      context.set("aws:ResourceTag/", tag.key.text, tag.value.text)
      context.set(prefix, tag.key.text, tag.value.text)
    }
  }

  public consuming func also(_ access: Access) -> Access {
    further.append(access)
    return self
  }
}

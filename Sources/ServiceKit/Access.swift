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
  /// An ARN, or `*` for actions that are on no resource.
  public let resource: String
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
    self.resource = resource.text
    self.keys = keys
  }

  /// An action that is on no resource.
  public init(_ action: String, keys: [Key] = []) {
    self.action = action
    resource = "*"
    self.keys = keys
  }

  private init() {
    action = nil
    resource = "*"
    keys = []
  }

  /// No permission needed: every authenticated caller may. Each use is listed by the registry-wide test.
  public static let open = Access()

  // MARK: The keys of tags

  public func requesting(tags: [Tag]) -> Access {
    guard !tags.isEmpty else { return self }
    var copy = self
    for tag in tags { copy.keys.append(.one("aws:RequestTag/\(tag.key)", tag.value.text)) }
    copy.keys.append(Key("aws:TagKeys", tags.map(\.key.text)))
    return copy
  }

  public func requesting(tagKeys: [TagKey]) -> Access {
    var copy = self
    copy.keys.append(Key("aws:TagKeys", tagKeys.map(\.text)))
    return copy
  }

  public func on(tagged resource: (some Taggable)?) -> Access {
    guard let resource, !resource.tags.isEmpty else { return self }
    var copy = self
    copy.resourceTags = resource.tags
    return copy
  }

  /// The boundary that the call sets or the resource has.
  public func bounded(by policy: ARN?) -> Access {
    guard let policy else { return self }
    var copy = self
    copy.keys.append(.one("iam:PermissionsBoundary", policy.text))
    return copy
  }

  /// Puts the condition keys of the access among those of the request.
  public func putKeys(into context: inout RequestContext) {
    for key in keys { context[key.name] = key.values }
    guard let action, !resourceTags.isEmpty else { return }
    let prefix = action.prefix { $0 != ":" } + ":ResourceTag/"
    for tag in resourceTags {
      context.set("aws:ResourceTag/", tag.key.text, tag.value.text)
      context.set(String(prefix), tag.key.text, tag.value.text)
    }
  }

  public func also(_ access: Access) -> Access {
    var copy = self
    copy.further.append(access)
    return copy
  }
}

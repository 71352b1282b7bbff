/// All policies that apply to a request, by the part that they play.
public struct PolicyLayers: Sendable {
  /// Of the user and their groups, or of the role.
  public var identity: PolicySet
  /// The permissions boundary; nil for none.
  public var boundary: PolicySet?
  /// What was passed when the session was made; nil for none, whereas an empty set allows nothing.
  public var session: PolicySet?
  /// The policy on the resource.
  public var resource: PolicySet?
  public var resourceRule: ResourceRule
  /// The policy of the VPC endpoint that the request came by; nil for none.
  public var endpoint: PolicySet?
  /// From the organization's root down to the account; each level must allow.
  public var serviceControl: [PolicySet]
  /// Like `serviceControl`, of the account that owns the resource.
  public var resourceControl: [PolicySet]

  public enum ResourceRule: Sendable {
    /// In one account a grant by the resource's policy or by the principal's own is enough.
    case union
    /// The resource's policy must grant in every case: roles' trust policies, KMS keys.
    case mustGrant
  }

  public init(
    identity: PolicySet = .empty, boundary: PolicySet? = nil, session: PolicySet? = nil, resource: PolicySet? = nil,
    resourceRule: ResourceRule = .union, endpoint: PolicySet? = nil, serviceControl: [PolicySet] = [],
    resourceControl: [PolicySet] = []
  ) {
    self.identity = identity
    self.boundary = boundary
    self.session = session
    self.resource = resource
    self.resourceRule = resourceRule
    self.endpoint = endpoint
    self.serviceControl = serviceControl
    self.resourceControl = resourceControl
  }
}

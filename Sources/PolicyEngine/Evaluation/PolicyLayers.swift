/// All policies that apply to a request, by the part that they play.
public struct PolicyLayers: Sendable {
  /// Of the user and their groups, or of the role.
  public var identity: [CompiledPolicy]
  /// The permissions boundary; nil for none.
  public var boundary: [CompiledPolicy]?
  /// What was passed when the session was made; nil for none, whereas an empty list allows nothing.
  public var session: [CompiledPolicy]?
  /// The policy on the resource.
  public var resource: CompiledPolicy?
  public var resourceRule: ResourceRule
  /// The policy of the VPC endpoint that the request came by; nil for none.
  public var endpoint: [CompiledPolicy]?
  /// From the organization's root down to the account; each level must allow.
  public var serviceControl: [[CompiledPolicy]]
  /// Like `serviceControl`, of the account that owns the resource.
  public var resourceControl: [[CompiledPolicy]]

  public enum ResourceRule: Sendable {
    /// In one account a grant by the resource's policy or by the principal's own is enough.
    case union
    /// The resource's policy must grant in every case: roles' trust policies, KMS keys.
    case mustGrant
  }

  public init(
    identity: [CompiledPolicy] = [], boundary: [CompiledPolicy]? = nil, session: [CompiledPolicy]? = nil,
    resource: CompiledPolicy? = nil, resourceRule: ResourceRule = .union, endpoint: [CompiledPolicy]? = nil,
    serviceControl: [[CompiledPolicy]] = [], resourceControl: [[CompiledPolicy]] = []
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

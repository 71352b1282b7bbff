/// All policies that apply to a request, by the part that they play.
public struct PolicyLayers: Sendable {
  /// Of the user and their groups, or of the role.
  public var identity: PolicySet
  /// Whether the resource's policy has to grant in any case.
  public var resourceRule: ResourceRule
  /// From the organization's root down to the account; each level must allow.
  public var serviceControl: PolicyLevels
  /// Like `serviceControl`, of the account that owns the resource.
  public var resourceControl: PolicyLevels

  // Optional sets cost a decision more than sets that are not asked.
  private(set) var boundarySet = PolicySet.empty
  private(set) var sessionSet = PolicySet.empty
  private(set) var resourceSet = PolicySet.empty
  private(set) var endpointSet = PolicySet.empty
  private(set) var present: Present = []

  /// Which of the layers there are that may be absent.
  struct Present: OptionSet {
    let rawValue: UInt8

    static let boundary = Present(rawValue: 1)
    static let session = Present(rawValue: 2)
    static let resource = Present(rawValue: 4)
    static let endpoint = Present(rawValue: 8)
  }

  /// What the policy of a resource is worth within its account.
  public enum ResourceRule: Sendable {
    /// In one account a grant by the resource's policy or by the principal's own is enough.
    case union
    /// The resource's policy must grant in every case: roles' trust policies, KMS keys.
    case mustGrant
  }

  /// Layers of which those left out are not there; see <doc:LayersAndAccounts>.
  public init(
    identity: PolicySet = .empty, boundary: PolicySet? = nil, session: PolicySet? = nil, resource: PolicySet? = nil,
    resourceRule: ResourceRule = .union, endpoint: PolicySet? = nil, serviceControl: PolicyLevels = .none,
    resourceControl: PolicyLevels = .none
  ) {
    self.identity = identity
    self.resourceRule = resourceRule
    self.serviceControl = serviceControl
    self.resourceControl = resourceControl
    self.boundary = boundary
    self.session = session
    self.resource = resource
    self.endpoint = endpoint
  }

  private mutating func noting(_ set: PolicySet?, as layer: Present) -> PolicySet {
    if set == nil { present.remove(layer) } else { present.insert(layer) }
    return set ?? .empty
  }

  /// The permissions boundary; nil for none.
  public var boundary: PolicySet? {
    get { present.contains(.boundary) ? boundarySet : nil }
    set { boundarySet = noting(newValue, as: .boundary) }
  }

  /// What was passed when the session was made; nil for none, whereas an empty set allows nothing.
  public var session: PolicySet? {
    get { present.contains(.session) ? sessionSet : nil }
    set { sessionSet = noting(newValue, as: .session) }
  }

  /// The policy on the resource.
  public var resource: PolicySet? {
    get { present.contains(.resource) ? resourceSet : nil }
    set { resourceSet = noting(newValue, as: .resource) }
  }

  /// The policy of the VPC endpoint that the request came by; nil for none.
  public var endpoint: PolicySet? {
    get { present.contains(.endpoint) ? endpointSet : nil }
    set { endpointSet = noting(newValue, as: .endpoint) }
  }
}

/// What a policy is for, which decides what may stand in it.
public enum PolicyType: Sendable, Hashable {
  /// Attached to a user, group or role, or a permissions boundary.
  case identity
  /// Passed with a call that makes temporary credentials; checked as `identity`.
  case session
  /// Attached to a resource; nil where its type is unknown or has no checks of its own.
  case resource(ResourceType?)
  /// A service control policy of an organization.
  case serviceControl
  /// A resource control policy of an organization.
  case resourceControl

  /// A role's trust policy.
  public static let trust = PolicyType.resource(.role)

  /// The types of resource that AWS has checks of their own for, by the names of AWS's API.
  public enum ResourceType: String, Sendable, CaseIterable {
    case bucket = "AWS::S3::Bucket"
    case accessPoint = "AWS::S3::AccessPoint"
    case multiRegionAccessPoint = "AWS::S3::MultiRegionAccessPoint"
    case objectLambdaAccessPoint = "AWS::S3ObjectLambda::AccessPoint"
    case role = "AWS::IAM::AssumeRolePolicyDocument"
    case table = "AWS::DynamoDB::Table"
  }

  /// AWS's name of the type in its API.
  public var name: String {
    switch self {
    case .identity, .session: "IDENTITY_POLICY"
    case .resource: "RESOURCE_POLICY"
    case .serviceControl: "SERVICE_CONTROL_POLICY"
    case .resourceControl: "RESOURCE_CONTROL_POLICY"
    }
  }

  /// Whether it is attached to a principal, and grants.
  var isIdentity: Bool { self == .identity || self == .session }

  var isResource: Bool {
    if case .resource = self { true } else { false }
  }
}

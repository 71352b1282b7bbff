/// The quotas of an account, with AWS's default values.
///
/// Source: IAM User Guide, reference_iam-quotas. Sizes of policies are characters without white space.
public struct Quotas: Sendable {
  public var users = 5_000
  public var groups = 300
  public var roles = 1_000
  public var customerPolicies = 1_500
  public var instanceProfiles = 1_000
  public var openIDConnectProviders = 100
  public var clientIDsPerOpenIDConnectProvider = 100
  public var groupsPerUser = 10
  public var accessKeysPerUser = 2
  public var mfaDevicesPerUser = 8
  public var serverCertificates = 20
  public var signingCertificatesPerUser = 2
  public var sshPublicKeysPerUser = 5
  /// For each service.
  public var serviceCredentialsPerUser = 2
  /// Those of one requesting account that are not over; AWS states no number.
  public var delegationRequestsPerAccount = 100
  public var attachedPoliciesPerUser = 10
  public var attachedPoliciesPerGroup = 10
  public var attachedPoliciesPerRole = 10
  public var versionsPerPolicy = 5
  public var tagsPerResource = 50
  public var managedPolicySize = 6_144
  public var userInlinePolicySize = 2_048
  public var groupInlinePolicySize = 5_120
  public var roleInlinePolicySize = 10_240
  public var trustPolicySize = 2_048
  public var sessionPolicySize = 2_048
  public var samlProviders = 100
  public var privateKeysPerSAMLProvider = 2
  public var rolesPerInstanceProfile = 1
  public var aliasesPerAccount = 1
  /// Assigned or not.
  // AWS: as many as there may be users (reference_iam-quotas).
  public var virtualMFADevices: Int { users }

  public init() {}
  public static let standard = Quotas()
}

public import AWSCore
public import HashTreeCollections
public import PolicyEngine

/// An AWS account as it stands at one revision: an immutable value that any number of requests may read.
///
/// Records come in by `apply`, which keeps the indexes beside them: who is in a group, to whom a policy is attached.
public struct Account: Sendable {
  public let id: AccountID
  public internal(set) var revision: Int64 = 0
  public internal(set) var settings: AccountSettingsRecord?
  public internal(set) var users = RecordTable<UserRecord>()
  public internal(set) var groups = RecordTable<GroupRecord>()
  public internal(set) var roles = RecordTable<RoleRecord>()
  public internal(set) var policies = RecordTable<PolicyRecord>()
  public internal(set) var instanceProfiles = RecordTable<InstanceProfileRecord>()
  public internal(set) var accessKeys = RecordTable<AccessKeyRecord>()
  public internal(set) var loginProfiles = RecordTable<LoginProfileRecord>()
  public internal(set) var mfaDevices = RecordTable<MFADeviceRecord>()
  public internal(set) var serverCertificates = RecordTable<ServerCertificateRecord>()
  public internal(set) var signingCertificates = RecordTable<SigningCertificateRecord>()
  public internal(set) var sshPublicKeys = RecordTable<SSHPublicKeyRecord>()
  public internal(set) var serviceCredentials = RecordTable<ServiceCredentialRecord>()
  public internal(set) var samlProviders = RecordTable<SAMLProviderRecord>()
  public internal(set) var roleDeletions = RecordTable<RoleDeletionRecord>()
  public internal(set) var openIDConnectProviders = RecordTable<OpenIDConnectProviderRecord>()
  var outboundFederations = RecordTable<OutboundFederationRecord>()
  /// The ids of the users of each group, by the group's id.
  var members: IDIndex = [:]
  /// The ids of users, groups and roles with the policy attached, by its ARN.
  var attachments: IDIndex = [:]
  /// The ids of users and roles that have the policy as boundary, by its ARN.
  var boundaries: IDIndex = [:]
  /// The ids of the records of each kind that each user owns, by kind and by the user's id.
  var owned: [String: IDIndex] = [:]
  /// The ids of the instance profiles that hold a role, by the role's id.
  var profilesByRole: IDIndex = [:]
  /// The default versions of the customer managed policies, by ARN.
  var defaultPolicies: TreeDictionary<ARN, Policy> = [:]
  /// The data key, unwrapped once; nil until the settings are there.
  public internal(set) var dataKey: DataKey?

  public init(id: AccountID) { self.id = id }

  public var rootARN: ARN { .iam(id, "root") }
}

// MARK: Questions

extension Account {
  /// The users of a group, by name.
  public func users(in group: GroupRecord) -> [UserRecord] {
    (members[group.id] ?? []).compactMap { users[id: $0] }.sorted { $0.userName < $1.userName }
  }

  /// The groups of a user, by name.
  public func groups(of user: UserRecord) -> [GroupRecord] {
    user.groups.compactMap { groups[id: $0] }.sorted { $0.groupName < $1.groupName }
  }

  /// The access keys of a user, or of the root user, oldest first.
  public func accessKeys(of user: UserRecord?) -> [AccessKeyRecord] { owned(AccessKeyRecord.self, by: user) }

  /// The instance profiles that hold the role, by name.
  public func instanceProfiles(of role: RoleRecord) -> [InstanceProfileRecord] {
    (profilesByRole[role.id] ?? []).compactMap { instanceProfiles[id: $0] }
      .sorted { $0.profileName < $1.profileName }
  }

  /// How many users, groups and roles have the policy attached.
  public func attachmentCount(of policy: ARN) -> Int { attachments[policy.text]?.count ?? 0 }
  /// How many users and roles have the policy as their boundary.
  public func boundaryUsageCount(of policy: ARN) -> Int { boundaries[policy.text]?.count ?? 0 }

  /// How many managed policies are attached to anything or are anybody's boundary.
  public var policiesInUseCount: Int { Set(attachments.keys).union(boundaries.keys).count }

  public func attachedIDs(of policy: ARN) -> TreeSet<String> { attachments[policy.text] ?? [] }
  public func boundaryIDs(of policy: ARN) -> TreeSet<String> { boundaries[policy.text] ?? [] }

  /// The customer managed policy with the ARN, if it is one of this account and written exactly so.
  public func customerPolicy(_ arn: ARN) -> PolicyRecord? {
    guard let record = policies[name: String(arn.lastComponent)], record.arn == arn else { return nil }
    return record
  }
}

// MARK: The policies that govern a principal

extension Account {
  /// The default version of a managed policy, AWS's or the account's; nil where there is none.
  public func managedPolicy(_ arn: ARN) -> Policy? {
    defaultPolicies[arn] ?? AWSManagedPolicies.shared.policy(arn.text)
  }

  /// The identity policies of a user: its own and its groups'.
  public func identityPolicies(of user: UserRecord) -> PolicySet {
    var found: [Policy] = []
    collect(from: user, into: &found)
    for id in user.groups {
      if let group = groups[id: id] { collect(from: group, into: &found) }
    }
    if settings?.passwordPolicy?.allowUsersToChangePassword == true, let arn = PasswordPolicy.changingOwn,
      let policy = managedPolicy(arn)
    {
      found.append(policy)
    }
    return PolicySets.shared.set(of: found)
  }

  public func identityPolicies(of role: RoleRecord) -> PolicySet {
    var found: [Policy] = []
    collect(from: role, into: &found)
    return PolicySets.shared.set(of: found)
  }

  /// The boundary's policy; a boundary whose policy is gone allows nothing.
  public func boundary(of holder: some BoundaryHolder) -> PolicySet? {
    guard let arn = holder.permissionsBoundary else { return nil }
    return PolicySets.shared.set(of: managedPolicy(arn).map { [$0] } ?? [])
  }

  private func collect(from holder: some PolicyHolder, into found: inout [Policy]) {
    for stored in holder.inlinePolicies { found.append(stored.policy) }
    for arn in holder.attachedPolicies {
      if let policy = managedPolicy(arn) { found.append(policy) }
    }
  }
}

import AWSCore
import AWSWire
import Directory
import ServiceKit

enum AccountInsight {
  static let operations: [any Operation.Type] = [GetAccountSummary.self, GetAccountAuthorizationDetails.self]
}

struct GetAccountSummary: ReadOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = [.serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:GetAccountSummary") }

  struct Output: WireOutput {
    let entries: [(key: String, value: Int)]
    func encode(to writer: inout WireWriter) { writer.putMap("SummaryMap", entries) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let quotas = grant.call.environment.directory.quotas
    return Output(entries: counts(of: view.account) + limits(quotas))
  }

  private static func counts(of account: Account) -> [(key: String, value: Int)] {
    var assigned = 0
    account.mfaDevices.forEach { assigned += $0.assignment == nil ? 0 : 1 }
    return [
      ("Users", account.users.count),
      ("Groups", account.groups.count),
      ("Roles", account.roles.count),
      ("Policies", account.policies.count),
      // AWS: one version of each policy that is attached or a boundary, AWS's own among them.
      ("PolicyVersionsInUse", account.policiesInUseCount),
      ("InstanceProfiles", account.instanceProfiles.count),
      // AWS: one where the root user has any, however many they are.
      ("AccountAccessKeysPresent", account.accessKeys(of: nil).isEmpty ? 0 : 1),
      ("AccountMFAEnabled", account.mfaDevices(of: nil).isEmpty ? 0 : 1),
      ("AccountPasswordPresent", account.loginProfile(of: nil) == nil ? 0 : 1),
      ("AccountSigningCertificatesPresent", account.owned(SigningCertificateRecord.self, by: nil).isEmpty ? 0 : 1),
      ("MFADevices", account.mfaDevices.count),
      ("MFADevicesInUse", assigned),
      ("Providers", account.openIDConnectProviders.count + account.samlProviders.count),
      ("ServerCertificates", account.serverCertificates.count),
      ("GlobalEndpointTokenVersion", account.settings?.globalEndpointTokenVersion ?? 1),
    ]
  }

  private static func limits(_ quotas: Quotas) -> [(key: String, value: Int)] {
    [
      ("UsersQuota", quotas.users),
      ("GroupsQuota", quotas.groups),
      ("RolesQuota", quotas.roles),
      ("PoliciesQuota", quotas.customerPolicies),
      ("InstanceProfilesQuota", quotas.instanceProfiles),
      ("GroupsPerUserQuota", quotas.groupsPerUser),
      ("AccessKeysPerUserQuota", quotas.accessKeysPerUser),
      ("AttachedPoliciesPerUserQuota", quotas.attachedPoliciesPerUser),
      ("AttachedPoliciesPerGroupQuota", quotas.attachedPoliciesPerGroup),
      ("AttachedPoliciesPerRoleQuota", quotas.attachedPoliciesPerRole),
      ("VersionsPerPolicyQuota", quotas.versionsPerPolicy),
      ("PolicyVersionsInUseQuota", 10_000),
      ("PolicySizeQuota", quotas.managedPolicySize),
      ("UserPolicySizeQuota", quotas.userInlinePolicySize),
      ("GroupPolicySizeQuota", quotas.groupInlinePolicySize),
      ("RolePolicySizeQuota", quotas.roleInlinePolicySize),
      ("AssumeRolePolicySizeQuota", quotas.trustPolicySize),
      ("ServerCertificatesQuota", quotas.serverCertificates),
      ("SigningCertificatesPerUserQuota", quotas.signingCertificatesPerUser),
    ]
  }
}

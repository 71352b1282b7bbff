import PolicyEngine
import Testing

@testable import Directory

@Suite("Findings in AWS's managed policies")
struct ManagedPolicyFindingsTests {
  /// Policies with an error that AWS has left in them, or of whose actions and resources the service authorization
  /// reference does not know; may only shrink.
  // AWS: "Invalid actions do not affect the permissions granted by the policy"
  // (access-analyzer-reference-policy-checks.md, "Invalid action").
  private static let exceptions: [IssueCode: Set<String>] = [
    .invalidAction: [
      "AWSCodeStarFullAccess", "AWSIAMIdentityCenterAllowListForIdentityContext", "AWSManagedSettingsAdminAccess",
      "AmazonRoute53RecoveryControlConfigReadOnlyAccess", "MemoryDBServiceRolePolicy", "RDSCloudHsmAuthorizationRole",
      "SecurityAgentWebAppAPIPolicy",
    ],
    .invalidARNResource: [
      "AWSDeepRacerCloudFormationAccessPolicy", "AWSElasticBeanstalkRoleCore", "AWSGlueConsoleFullAccess",
      "AWSGlueConsoleSageMakerNotebookFullAccess", "AWSIoTFleetHubFederationAccess",
      "AWSManagedServices_DetectiveControlsConfig_ServiceRolePolicy", "AWSWAFConsoleFullAccess",
      "AWSWAFConsoleReadOnlyAccess", "AdministratorAccess-AWSElasticBeanstalk", "AgentRegistryFullAccess",
      "AmazonBedrockFullAccess", "AmazonBedrockLimitedAccess", "AmazonConnectServiceLinkedRolePolicy",
      "AmazonDataZoneSageMakerEnvironmentRolePermissionsBoundary", "AmazonDevOpsGuruOrganizationsAccess",
      "AmazonRedshiftQueryEditorV2FullAccess", "AmazonRedshiftQueryEditorV2NoSharing",
      "AmazonRedshiftQueryEditorV2ReadSharing", "AmazonRedshiftQueryEditorV2ReadWriteSharing",
      "AmazonSageMakerCanvasDirectDeployAccess", "AmazonSageMakerFullAccess",
      "AmazonSageMakerHyperPodInferenceAccess", "AmazonSageMakerHyperPodObservabilityAdminAccess",
      "AmazonSageMakerQuickSightVPCPolicy", "AmazonSecurityLakeMetastoreManager",
      "AppIntegrationsServiceLinkedRolePolicy", "AwsGlueSessionUserRestrictedNotebookServiceRole",
      "AwsGlueSessionUserRestrictedServiceRole", "CloudFrontFullAccess", "DBModProvisioningAndMigration",
      "DynamoDBGlobalTableSettingsManagementServiceRolePolicy", "SageMakerStudioProjectProvisioningRolePolicy",
      "SecurityAgentWebAppAPIPolicy",
    ],
    .missingARNAccount: ["AWSRefactoringToolkitFullAccess"],
    .invalidGlobalConditionKey: ["AWSSSOServiceRolePolicy"],
    .invalidServiceConditionKey: ["AmazonDataZoneGlueManageAccessRolePolicy"],
  ]

  private static let shares = 8

  /// Shares of all policies, so that they are looked at side by side.
  @Test("no policy has an error but those that are known", arguments: 0..<shares)
  func errors(share: Int) throws {
    let policies = ManagedPolicyLibrary.aws.all
    try #require(policies.count > 1_000)
    for policy in policies.indices.filter({ $0 % Self.shares == share }).map({ policies[$0] }) {
      let findings = PolicyValidation.findings(in: policy.document(), as: .identity)
      let errors = Set(findings.filter { $0.kind == .error }.map(\.code))
      let known = Set(Self.exceptions.filter { $0.value.contains(policy.name) }.keys)
      #expect(errors == known, "\(policy.name)")
    }
  }

  /// Source: the lists under "AWS managed policies with this …" of access-analyzer-reference-policy-checks.md.
  @Test(
    "policies that AWS names under a check have its finding",
    arguments: [
      ("AdministratorAccess", [.passRoleWithStarInActionAndResource, .createSLRWithStarInActionAndResource]),
      ("IAMFullAccess", [.passRoleWithStarInActionAndResource, .createSLRWithStarInActionAndResource]),
      ("AdministratorAccess-Amplify", [.passRoleWithStarInResource]),
      ("AWSElasticBeanstalkService", [.passRoleWithStarInResource]),
      ("AmazonDynamoDBFullAccesswithDataPipeline", [.passRoleWithStarInResource]),
      ("AmazonElasticMapReduceFullAccess", [.passRoleWithStarInResource]),
      ("AWSServiceRoleForAmazonEKSNodegroup", [.passRoleWithStarInResource]),
      ("PowerUserAccess", [.createSLRWithStarInResource]),
      ("AlexaForBusinessFullAccess", [.createSLRWithStarInResource]),
      ("AWSOrganizationsServiceTrustPolicy", [.createSLRWithStarInResource]),
      ("ReadOnlyAccess", [.policySizeExceedsIdentityPolicyQuota]),
      ("AWSSupportServiceRolePolicy", [.policySizeExceedsIdentityPolicyQuota]),
    ] as [(String, Set<IssueCode>)])
  func named(name: String, codes: Set<IssueCode>) throws {
    let policy = try #require(ManagedPolicyLibrary.aws.all.first { $0.name == name })
    let findings = PolicyValidation.findings(in: policy.document(), as: .identity)
    #expect(codes.isSubset(of: findings.map(\.code)), "\(findings.map(\.code))")
  }
}

// The services that have a service-linked role here: those that AWS documents one for and people make by hand.
//
// Source: the page on service-linked roles in the documentation of each service.

extension ServiceLinkedRole {
  /// By service principal.
  static let catalog: [String: ServiceLinkedRole] = {
    var catalog: [String: ServiceLinkedRole] = [:]
    for (prefix, names) in names {
      let service = prefix + ".amazonaws.com"
      catalog[service] = ServiceLinkedRole(
        service: service, roleName: "AWSServiceRoleFor" + names.role, policyName: names.policy,
        takesSuffix: suffixed.contains(prefix))
    }
    return catalog
  }()

  /// The services of which an account may have several roles, told apart by a suffix.
  private static let suffixed: Set<String> = ["autoscaling", "connect"]

  /// By service principal without `.amazonaws.com`: the role without `AWSServiceRoleFor`, and its policy.
  private static let names: [String: (role: String, policy: String)] = [
    "access-analyzer": ("AccessAnalyzer", "AccessAnalyzerServiceRolePolicy"),
    "acm": ("CertificateManager", "CertificateManagerServiceRolePolicy"),
    "appmesh": ("AppMesh", "AWSAppMeshServiceRolePolicy"),
    "autoscaling": ("AutoScaling", "AutoScalingServiceRolePolicy"),
    "backup": ("Backup", "AWSBackupServiceLinkedRolePolicyForBackup"),
    "batch": ("Batch", "BatchServiceRolePolicy"),
    "cassandra.application-autoscaling": (
      "ApplicationAutoScaling_CassandraTable", "AWSApplicationAutoscalingCassandraTablePolicy"
    ),
    "cks.kms": ("KeyManagementServiceCustomKeyStores", "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy"),
    "cloudhsm": ("CloudHSM", "CloudHSMServiceRolePolicy"),
    "cloudtrail": ("CloudTrail", "CloudTrailServiceRolePolicy"),
    "compute-optimizer": ("ComputeOptimizer", "ComputeOptimizerServiceRolePolicy"),
    "config": ("Config", "AWSConfigServiceRolePolicy"),
    "connect": ("AmazonConnect", "AmazonConnectServiceLinkedRolePolicy"),
    "controltower": ("AWSControlTower", "AWSControlTowerAccountServiceRolePolicy"),
    "dax": ("DAX", "DAXServiceRolePolicy"),
    "delivery.logs": ("LogDelivery", "AWSServiceRoleForLogDeliveryPolicy"),
    "dynamodb.application-autoscaling": (
      "ApplicationAutoScaling_DynamoDBTable", "AWSApplicationAutoscalingDynamoDBTablePolicy"
    ),
    "ec2.application-autoscaling": (
      "ApplicationAutoScaling_EC2SpotFleetRequest", "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy"
    ),
    "ec2fleet": ("EC2Fleet", "AWSEC2FleetServiceRolePolicy"),
    "ecs": ("ECS", "AmazonECSServiceRolePolicy"),
    "ecs.application-autoscaling": ("ApplicationAutoScaling_ECSService", "AWSApplicationAutoscalingECSServicePolicy"),
    "eks": ("AmazonEKS", "AmazonEKSServiceRolePolicy"),
    "eks-fargate": ("AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
    "eks-nodegroup": ("AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
    "elasticache": ("ElastiCache", "ElastiCacheServiceRolePolicy"),
    "elasticbeanstalk": ("ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"),
    "elasticfilesystem": ("AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"),
    "elasticloadbalancing": ("ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"),
    "email.cognito-idp": ("AmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"),
    "es": ("AmazonElasticsearchService", "AmazonElasticsearchServiceRolePolicy"),
    "fms": ("FMS", "FMSServiceRolePolicy"),
    "fsx": ("AmazonFSx", "AmazonFSxServiceRolePolicy"),
    "globalaccelerator": ("GlobalAccelerator", "AWSGlobalAcceleratorSLRPolicy"),
    "guardduty": ("AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
    "inspector2": ("AmazonInspector2", "AmazonInspector2ServiceRolePolicy"),
    "ipam": ("IPAM", "AWSIPAMServiceRolePolicy"),
    "kafka": ("Kafka", "KafkaServiceRolePolicy"),
    "lakeformation": ("LakeFormationDataAccess", "LakeFormationDataAccessServiceRolePolicy"),
    "lambda.application-autoscaling": (
      "ApplicationAutoScaling_LambdaConcurrency", "AWSApplicationAutoscalingLambdaConcurrencyPolicy"
    ),
    "logger.cloudfront": ("CloudFrontLogger", "AWSCloudFrontLogger"),
    "macie": ("AmazonMacie", "AmazonMacieServiceRolePolicy"),
    "malware-protection.guardduty": (
      "AmazonGuardDutyMalwareProtection", "AmazonGuardDutyMalwareProtectionServiceRolePolicy"
    ),
    "managedupdates.elasticbeanstalk": (
      "ElasticBeanstalkManagedUpdates", "AWSElasticBeanstalkManagedUpdatesServiceRolePolicy"
    ),
    "member.org.stacksets.cloudformation": (
      "CloudFormationStackSetsOrgMember", "CloudFormationStackSetsOrgMemberServiceRolePolicy"
    ),
    "mq": ("AmazonMQ", "AmazonMQServiceRolePolicy"),
    "mrk.kms": ("KeyManagementServiceMultiRegionKeys", "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy"),
    "network-firewall": ("NetworkFirewall", "AWSNetworkFirewallServiceRolePolicy"),
    "opensearchservice": ("AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"),
    "ops.apigateway": ("APIGateway", "APIGatewayServiceRolePolicy"),
    "organizations": ("Organizations", "AWSOrganizationsServiceTrustPolicy"),
    "pullthroughcache.ecr": ("ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"),
    "ram": ("ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"),
    "rds": ("RDS", "AmazonRDSServiceRolePolicy"),
    "rds.application-autoscaling": ("ApplicationAutoScaling_RDSCluster", "AWSApplicationAutoscalingRDSClusterPolicy"),
    "redshift": ("Redshift", "AmazonRedshiftServiceLinkedRolePolicy"),
    "replication.dynamodb": ("DynamoDBReplication", "DynamoDBReplicationServiceRolePolicy"),
    "replication.ecr": ("ECRReplication", "ECRReplicationServiceRolePolicy"),
    "replicator.lambda": ("LambdaReplicator", "AWSLambdaReplicator"),
    "resource-explorer-2": ("ResourceExplorer", "AWSResourceExplorerServiceRolePolicy"),
    "rolesanywhere": ("RolesAnywhere", "AWSRolesAnywhereServicePolicy"),
    "securityhub": ("SecurityHub", "AWSSecurityHubServiceRolePolicy"),
    "servicequotas": ("ServiceQuotas", "ServiceQuotasServiceRolePolicy"),
    "shield": ("AWSShield", "AWSShieldServiceRolePolicy"),
    "spot": ("EC2Spot", "AWSEC2SpotServiceRolePolicy"),
    "spotfleet": ("EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"),
    "ssm": ("AmazonSSM", "AmazonSSMServiceRolePolicy"),
    "sso": ("SSO", "AWSSSOServiceRolePolicy"),
    "stacksets.cloudformation": ("CloudFormationStackSetsOrgAdmin", "CloudFormationStackSetsOrgAdminServiceRolePolicy"),
    "support": ("Support", "AWSSupportServiceRolePolicy"),
    "transitgateway": ("VPCTransitGateway", "AWSVPCTransitGatewayServiceRolePolicy"),
    "trustedadvisor": ("TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"),
    "waf": ("WAFLogging", "WAFLoggingServiceRolePolicy"),
    "wafv2": ("WAFV2Logging", "WAFV2LoggingServiceRolePolicy"),
  ]
}

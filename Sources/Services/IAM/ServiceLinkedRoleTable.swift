// Made by Tools/extract-service-linked-roles; do not edit it.
//
// 70 roles from localstack-core 2026.3.0 (PyPI; Apache-2.0, Copyright the LocalStack authors), file
// `localstack/services/iam/resources/service_linked_roles.py`; 207 from Tools/service-linked-roles.txt. 121
// of the names are those that AWS's managed policies have.

extension ServiceLinkedRole {
  /// One role in a line: the principal without `.amazonaws.com`, the role without `AWSServiceRoleFor`, the policy,
  /// and `suffix` where an account may have several.
  static let table = """
    access-analyzer AccessAnalyzer AccessAnalyzerServiceRolePolicy
    accountdiscovery.ssm AmazonSSM_AccountDiscovery AWSSystemsManagerAccountDiscoveryServicePolicy
    acm CertificateManager CertificateManagerServiceRolePolicy
    aco-automation ComputeOptimizerAutomation ComputeOptimizerAutomationServiceRolePolicy
    agent-registry AgentRegistry AWSAgentRegistryServiceRolePolicy
    agentless.inspector2 AmazonInspector2Agentless AmazonInspector2AgentlessServiceRolePolicy
    airflow AmazonMWAA AmazonMWAAServiceRolePolicy
    airflow-serverless AmazonMWAAServerless AmazonMWAAServerlessServiceRolePolicy
    apidestinations.events AmazonEventBridgeApiDestinations AmazonEventBridgeApiDestinationsServiceRolePolicy
    app-integrations AppIntegrations AppIntegrationsServiceLinkedRolePolicy
    appconfig AppConfig AWSAppConfigServiceRolePolicy
    appfabric AppFabric AWSAppFabricServiceRolePolicy
    application-insights ApplicationInsights CloudwatchApplicationInsightsServiceLinkedRolePolicy
    application-signals.cloudwatch CloudWatchApplicationSignals CloudWatchApplicationSignalsServiceRolePolicy
    appmesh AppMesh AWSAppMeshServiceRolePolicy
    appmesh-preview AppMeshPreview AWSAppMeshPreviewServiceRolePolicy
    apprunner AppRunner AppRunnerServiceRolePolicy
    appstream.application-autoscaling ApplicationAutoScaling_AppStreamFleet \
    AWSApplicationAutoscalingAppStreamFleetPolicy
    appsync AppSync AWSAppSyncServiceRolePolicy
    artifact Artifact AWSArtifactServiceRolePolicy
    auditmanager AuditManager AWSAuditManagerServiceRolePolicy
    autoscaling AutoScaling AutoScalingServiceRolePolicy suffix
    autoscaling-plans AutoScalingPlans_EC2AutoScaling AWSAutoScalingPlansEC2AutoScalingPolicy
    backup Backup AWSBackupServiceLinkedRolePolicyForBackup
    batch Batch BatchServiceRolePolicy
    bcm-data-exports BCMDataExports AWSBCMDataExportsServiceRolePolicy
    bedrock-agentcore BedrockAgentCoreGatewayNetwork AWSBedrockAgentCoreGatewayNetworkServiceRolePolicy
    braket AmazonBraket AmazonBraketServiceRolePolicy
    bugbust BugBust AWSBugBustServiceRolePolicy
    cassandra-streams AmazonKeyspacesCDC KeyspacesCDCServiceRolePolicy
    cassandra.application-autoscaling ApplicationAutoScaling_CassandraTable \
    AWSApplicationAutoscalingCassandraTablePolicy
    changemanagement.ssm SystemsManagerChangeManagement AWSSystemsManagerChangeManagementServicePolicy
    channels.lex LexChannels LexChannelPolicy
    channels.lexv2 LexV2Channels AmazonLexChannelsAccess suffix
    chime AmazonChime AmazonChimeServiceRolePolicy
    cks.kms KeyManagementServiceCustomKeyStores AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy
    clientvpn ClientVPN ClientVPNServiceRolePolicy
    clientvpn-connections ClientVPNConnections ClientVPNServiceConnectionsRolePolicy
    cloud9 AWSCloud9 AWSCloud9ServiceRolePolicy
    cloudhsm CloudHSM CloudHSMServiceRolePolicy
    cloudtrail CloudTrail CloudTrailServiceRolePolicy
    cloudwatch-crossaccount CloudWatchCrossAccount CloudWatch-CrossAccountAccess
    codeguru-profiler CodeGuruProfiler AWSServiceRoleForCodeGuru-Profiler
    codeguru-reviewer AmazonCodeGuruReviewer AmazonCodeGuruReviewerServiceRolePolicy
    codestar-notifications CodeStarNotifications AWSCodeStarNotificationsServiceRolePolicy
    codewhisperer CodeWhisperer AWSServiceRoleForCodeWhispererPolicy
    cognito-idp AmazonCognitoIdp AmazonCognitoIdpServiceRolePolicy
    comprehend.application-autoscaling ApplicationAutoScaling_ComprehendEndpoint \
    AWSApplicationAutoscalingComprehendEndpointPolicy
    compute-optimizer ComputeOptimizer ComputeOptimizerServiceRolePolicy
    config Config AWSConfigServiceRolePolicy
    config-conforms ConfigConforms ConfigConformsServiceRolePolicy
    config-multiaccountsetup ConfigMultiAccountSetup AWSConfigMultiAccountSetupPolicy
    connect AmazonConnect AmazonConnectServiceLinkedRolePolicy suffix
    connect-campaigns ConnectCampaigns AmazonConnectCampaignsServiceLinkedRolePolicy
    context.cloudtrail CloudTrailEventContext CloudTrailEventContext
    continuousexport.discovery ApplicationDiscoveryServiceContinuousExport \
    ApplicationDiscoveryServiceContinuousExportServiceRolePolicy
    contributorinsights.dynamodb DynamoDBCloudWatchContributorInsights \
    DynamoDBCloudWatchContributorInsightsServiceRolePolicy
    controltower AWSControlTower AWSControlTowerAccountServiceRolePolicy
    cost-optimization-hub.bcm CostOptimizationHub CostOptimizationHubServiceRolePolicy
    custom-resource.application-autoscaling ApplicationAutoScaling_CustomResource \
    AWSApplicationAutoScalingCustomResourcePolicy
    custom.rds RDSCustom AmazonRDSCustomServiceRolePolicy
    dashboard.eks AmazonEKSDashboard AmazonEKSDashboardServiceRolePolicy
    datasync DataSync AWSDataSyncServiceRolePolicy
    dax DAX DAXServiceRolePolicy
    declarative-policies-ec2 DeclarativePoliciesEC2Report DeclarativePoliciesEC2Report
    delivery.logs LogDelivery AWSServiceRoleForLogDeliveryPolicy
    deployment.marketplace MarketplaceDeployment AWSMarketplaceDeploymentServiceRolePolicy
    detective Detective AmazonDetectiveServiceLinkedRolePolicy
    devicefarm DeviceFarm AWSDeviceFarmServiceRolePolicy
    devops-guru DevOpsGuru AmazonDevOpsGuruServiceRolePolicy
    directconnect DirectConnect AWSDirectConnectServiceRolePolicy
    discovery-datasync DataSyncDiscovery AWSDataSyncDiscoveryServiceRolePolicy
    dms DMSServerless AWSDMSServerlessServiceRolePolicy
    dms-fleet-advisor DMSFleetAdvisor AWSDMSFleetAdvisorServiceRolePolicy
    dmsintegration.migrationhub MigrationHubDMSAccess MigrationHubDMSAccessServiceRolePolicy
    docdb-elastic DocDB-Elastic AmazonDocDB-ElasticServiceRolePolicy
    drs ElasticDisasterRecovery AWSElasticDisasterRecoveryServiceRolePolicy
    dsql AuroraDsql AuroraDsqlServiceLinkedRolePolicy
    dynamodb.application-autoscaling ApplicationAutoScaling_DynamoDBTable AWSApplicationAutoscalingDynamoDBTablePolicy
    ec2-instance-connect Ec2InstanceConnect Ec2InstanceConnectEndpoint
    ec2.application-autoscaling ApplicationAutoScaling_EC2SpotFleetRequest \
    AWSApplicationAutoscalingEC2SpotFleetRequestPolicy
    ec2fastlaunch EC2FastLaunch EC2FastLaunchServiceRolePolicy
    ec2fleet EC2Fleet AWSEC2FleetServiceRolePolicy
    ec2scheduled EC2ScheduledInstances AWSServiceRoleForEC2ScheduledInstances
    ecr ECRTemplate ECRTemplateServiceRolePolicy
    ecs ECS AmazonECSServiceRolePolicy
    ecs-compute ECSCompute AmazonECSComputeServiceRolePolicy
    ecs.application-autoscaling ApplicationAutoScaling_ECSService AWSApplicationAutoscalingECSServicePolicy
    eks AmazonEKS AmazonEKSServiceRolePolicy
    eks-connector AmazonEKSConnector AmazonEKSConnectorServiceRolePolicy
    eks-fargate AmazonEKSForFargate AmazonEKSForFargateServiceRolePolicy
    eks-nodegroup AmazonEKSNodegroup AWSServiceRoleForAmazonEKSNodegroup
    elasticache ElastiCache ElastiCacheServiceRolePolicy
    elasticache.application-autoscaling ApplicationAutoScaling_ElastiCacheRG \
    AWSApplicationAutoscalingElastiCacheRGPolicy
    elasticbeanstalk ElasticBeanstalk AWSElasticBeanstalkServiceRolePolicy
    elasticfilesystem AmazonElasticFileSystem AmazonElasticFileSystemServiceRolePolicy
    elasticloadbalancing ElasticLoadBalancing AWSElasticLoadBalancingServiceRolePolicy
    elasticmapreduce EMRCleanup AmazonEMRCleanupPolicy
    email.cognito-idp AmazonCognitoIdpEmailService AmazonCognitoIdpEmailServiceRolePolicy
    emr-containers AmazonEMRContainers AmazonEMRContainersServiceRolePolicy
    emrwal EMRWAL EMRDescribeClusterPolicyForEMRWAL
    es AmazonElasticsearchService AmazonElasticsearchServiceRolePolicy
    event-processor.health Health_EventProcessor AWSHealth_EventProcessorServiceRolePolicy
    events CloudWatchEvents CloudWatchEventsServiceRolePolicy
    events.workmail AmazonWorkMailEvents AmazonWorkMailEventsServiceRolePolicy
    evs AmazonEVS AmazonEVSServiceRolePolicy
    fis FIS AmazonFISServiceRolePolicy
    fms FMS FMSServiceRolePolicy
    fsx AmazonFSx AmazonFSxServiceRolePolicy
    globalaccelerator GlobalAccelerator AWSGlobalAcceleratorSLRPolicy
    grafana AmazonGrafana AmazonGrafanaServiceLinkedRolePolicy
    guardduty AmazonGuardDuty AmazonGuardDutyServiceRolePolicy
    health Health_Organizations Health_OrganizationsServiceRolePolicy
    imagebuilder ImageBuilder AWSServiceRoleForImageBuilder
    inspector AmazonInspector AmazonInspectorServiceRolePolicy
    inspector2 AmazonInspector2 AmazonInspector2ServiceRolePolicy
    internetmonitor InternetMonitor CloudWatchInternetMonitorServiceRolePolicy
    iotfleetwise IoTFleetWise AWSIoTFleetwiseServiceRolePolicy
    iotmanagedintegrations IoTManagedIntegrations AWSIoTManagedIntegrationsRolePolicy
    iotsitewise IoTSiteWise AWSServiceRoleForIoTSiteWise
    iottwinmaker IoTTwinMaker AWSIoTTwinMakerServiceRolePolicy
    ipam IPAM AWSIPAMServiceRolePolicy
    ivs IVSRecordToS3 IVSRecordToS3
    justintimeaccess.ssm SystemsManagerJustInTimeAccess AWSSystemsManagerJustInTimeAccessServicePolicy
    kafka Kafka KafkaServiceRolePolicy
    kafka.application-autoscaling ApplicationAutoScaling_KafkaCluster AWSApplicationAutoscalingKafkaClusterPolicy
    kafkaconnect KafkaConnect KafkaConnectServiceRolePolicy
    kinesisreplication.dynamodb DynamoDBKinesisDataStreamsReplication DynamoDBKinesisReplicationServiceRolePolicy
    lakeformation LakeFormationDataAccess LakeFormationDataAccessServiceRolePolicy
    lambda Lambda AWSLambdaServiceRolePolicy
    lambda.application-autoscaling ApplicationAutoScaling_LambdaConcurrency \
    AWSApplicationAutoscalingLambdaConcurrencyPolicy
    lex LexBots LexBotPolicy
    lexv2 LexV2Bots AmazonLexV2BotPolicy suffix
    license-management.marketplace MarketplaceLicenseManagement AWSMarketplaceLicenseManagementServiceRolePolicy
    license-manager AWSLicenseManagerRole AWSLicenseManagerServiceRolePolicy
    license-manager-linux-subscriptions AWSLicenseManagerLinuxSubscriptionsService \
    AWSLicenseManagerLinuxSubscriptionsServiceRolePolicy
    license-manager-user-subscriptions AWSLicenseManagerUserSubscriptionsService \
    AWSLicenseManagerUserSubscriptionsServiceRolePolicy
    license-manager.master-account AWSLicenseManagerMasterAccountRole AWSLicenseManagerMasterAccountRolePolicy
    license-manager.member-account AWSLicenseManagerMemberAccountRole AWSLicenseManagerMemberAccountRolePolicy
    lightsail Lightsail LightsailExportAccess
    logger.cloudfront CloudFrontLogger AWSCloudFrontLogger
    m2 AWSM2 AWSM2ServicePolicy
    macie AmazonMacie AmazonMacieServiceRolePolicy
    maintenance.elasticbeanstalk ElasticBeanstalkMaintenance AWSElasticBeanstalkMaintenance
    malware-protection.guardduty AmazonGuardDutyMalwareProtection AmazonGuardDutyMalwareProtectionServiceRolePolicy
    managedblockchain AmazonManagedBlockchain AmazonManagedBlockchainServiceRolePolicy
    managedupdates.elasticbeanstalk ElasticBeanstalkManagedUpdates AWSElasticBeanstalkManagedUpdatesServiceRolePolicy
    management.chatbot AWSChatbot AWSChatbotServiceLinkedRolePolicy
    mediaconnect MediaConnect AWSMediaConnectServicePolicy
    mediapackage MediaPackage MediaPackageServiceRolePolicy
    mediapipelines.chime AmazonChimeSDKMediaPipelines AmazonChimeSDKMediaPipelinesServiceLinkedRolePolicy
    mediatailor MediaTailor AWSMediaTailorServiceRolePolicy
    member.org.stacksets.cloudformation CloudFormationStackSetsOrgMember \
    CloudFormationStackSetsOrgMemberServiceRolePolicy
    memorydb MemoryDB MemoryDBServiceRolePolicy
    messaging.chime AmazonChimeSDKMessaging AmazonChimeSDKMessagingServiceRolePolicy
    mgn ApplicationMigrationService AWSApplicationMigrationServiceRolePolicy
    migrationhub MigrationHub MigrationHubServiceRolePolicy
    migrationhub-orchestrator MigrationHubOrchestrator AWSMigrationHubOrchestratorServiceRolePolicy
    migrationhub-strategy MigrationHubStrategy AWSMigrationHubStrategyServiceRolePolicy
    monitoring.thinclient AmazonWorkSpacesThinClientMonitoring AmazonWorkSpacesThinClientMonitoringServiceRolePolicy
    monitron Monitron AWSServiceRoleForMonitronPolicy suffix
    mq AmazonMQ AmazonMQServiceRolePolicy
    mrk.kms KeyManagementServiceMultiRegionKeys AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy
    neptune-graph NeptuneGraph AWSServiceRoleForNeptuneGraphPolicy
    neptune.application-autoscaling ApplicationAutoScaling_NeptuneCluster AWSApplicationAutoscalingNeptuneClusterPolicy
    network-firewall NetworkFirewall AWSNetworkFirewallServiceRolePolicy
    network.bedrock-agentcore BedrockAgentCoreNetwork BedrockAgentCoreNetworkServiceRolePolicy
    networkflowmonitor NetworkFlowMonitor CloudWatchNetworkFlowMonitorServiceRolePolicy
    networking.apprunner AppRunnerNetworking AppRunnerNetworkingServiceRolePolicy
    networkmanager NetworkManager AWSNetworkManagerServiceRolePolicy
    networkmonitor NetworkMonitor CloudWatchNetworkMonitorServiceRolePolicy
    notifications AwsUserNotifications AWSUserNotificationsServiceLinkedRolePolicy
    notifications.ssm SystemsManagerNotifications AWSSystemsManagerNotificationsServicePolicy
    observability.aoss AmazonOpenSearchServerless AmazonOpenSearchServerlessServiceRolePolicy
    observabilityadmin ObservabilityAdmin AWSObservabilityAdminServiceRolePolicy
    odb ODB AmazonODBServiceRolePolicy
    opensearchservice AmazonOpenSearchService AmazonOpenSearchServiceRolePolicy
    ops.apigateway APIGateway APIGatewayServiceRolePolicy
    ops.athena AmazonAthena AmazonAthenaServiceRolePolicy
    ops.emr-serverless AmazonEMRServerless AmazonEMRServerlessServiceRolePolicy
    opsdatasync.ssm SystemsManagerOpsDataSync AWSSystemsManagerOpsDataSyncServiceRolePolicy
    opsinsights.ssm AmazonSSM_OpsInsights AWSSSMOpsInsightsServiceRolePolicy
    organizations Organizations AWSOrganizationsServiceTrustPolicy
    orgsdatasync.servicecatalog ServiceCatalogOrgsDataSync AWSServiceCatalogOrgsDataSyncServiceRolePolicy
    osis AmazonOpenSearchIngestionService AmazonOpenSearchIngestionServiceRolePolicy
    outposts Outposts AWSOutpostsServiceRolePolicy suffix
    panorama AWSPanorama AWSPanoramaServiceLinkedRolePolicy
    pcs PCS AWSPCSServiceRolePolicy
    practice-run.arc-zonal-shift ZonalAutoshiftPracticeRun AWSZonalAutoshiftPracticeRunSLRPolicy
    private-marketplace.marketplace PrivateMarketplaceAdmin AWSServiceRoleForPrivateMarketplaceAdminPolicy
    private-networks PrivateNetworks AWSPrivateNetworksServiceRolePolicy
    profile Profile CustomerProfilesServiceLinkedRolePolicy suffix
    pullthroughcache.ecr ECRPullThroughCache AWSECRPullThroughCache_ServiceRolePolicy
    purchaseorders.marketplace MarketplacePurchaseOrders AWSMarketplacePurchaseOrdersServiceRolePolicy
    q AmazonQDeveloper AWSServiceRoleForAmazonQDeveloper
    qbusiness QBusiness QBusinessServiceRolePolicy
    ram ResourceAccessManager AWSResourceAccessManagerServiceRolePolicy
    rds RDS AmazonRDSServiceRolePolicy
    rds.application-autoscaling ApplicationAutoScaling_RDSCluster AWSApplicationAutoscalingRDSClusterPolicy
    reachabilityanalyzer.networkinsights ReachabilityAnalyzer AWSReachabilityAnalyzerServiceRolePolicy
    redshift Redshift AmazonRedshiftServiceLinkedRolePolicy
    refactor-spaces MigrationHubRefactorSpaces AWSMigrationHubRefactorSpacesServiceRolePolicy
    remediation.config ConfigRemediation AWSConfigRemediationServiceRolePolicy
    replication.cassandra KeyspacesReplication KeyspacesReplicationServiceRolePolicy
    replication.dynamodb DynamoDBReplication DynamoDBReplicationServiceRolePolicy
    replication.ecr ECRReplication ECRReplicationServiceRolePolicy
    replication.lexv2 LexV2Replication AmazonLexReplicationPolicy suffix
    replicator.lambda LambdaReplicator AWSLambdaReplicator
    reporting.trustedadvisor TrustedAdvisorReporting AWSTrustedAdvisorReportingServiceRolePolicy
    reports.backup BackupReports AWSServiceRolePolicyForBackupReports
    repository.sync.codeconnections GitSync AWSGitSyncServiceRolePolicy
    resale-authorization.marketplace MarketplaceResaleAuthorization AWSMarketplaceResaleAuthorizationServiceRolePolicy
    resource-explorer-2 ResourceExplorer AWSResourceExplorerServiceRolePolicy
    resource-groups ResourceGroups ResourceGroupsServiceRolePolicy
    resource-management.securitylake SecurityLakeResourceManagement SecurityLakeResourceManagementServiceRolePolicy
    restore-testing.backup BackupRestoreTesting AWSServiceRolePolicyForBackupRestoreTesting
    robomaker RoboMaker AWSRoboMakerServicePolicy
    rolesanywhere RolesAnywhere AWSRolesAnywhereServicePolicy
    route53-recovery-readiness Route53RecoveryReadiness Route53RecoveryReadinessServiceRolePolicy
    route53resolver Route53Resolver Route53ResolverServiceRolePolicy
    rum RealUserMonitoring AmazonCloudWatchRUMServiceRolePolicy
    runtime-identity.bedrock-agentcore BedrockAgentCoreRuntimeIdentity BedrockAgentCoreRuntimeIdentityServiceRolePolicy
    runtime-instances.bedrock-agentcore BedrockAgentCoreRuntimeInstances \
    AWSBedrockAgentCoreRuntimeInstancesServiceRolePolicy
    s2svpn VPCS2SVPN AWSVPCS2SVpnServiceRolePolicy
    s3-outposts S3OnOutposts AWSS3OnOutpostsServiceRolePolicy
    sagemaker AmazonSageMakerNotebooks AmazonSageMakerNotebooksServiceRolePolicy
    sagemaker.application-autoscaling ApplicationAutoScaling_SageMakerEndpoint \
    AWSApplicationAutoscalingSageMakerEndpointPolicy
    schemas Schemas AmazonEventBridgeSchemasServiceRolePolicy
    scraper.aps AmazonPrometheusScraper AmazonPrometheusScraperServiceRolePolicy
    security-ir SecurityIncidentResponse AWSSecurityIncidentResponseServiceRolePolicy
    securityhub SecurityHub AWSSecurityHubServiceRolePolicy
    securityhubv2 SecurityHubV2 AWSSecurityHubV2ServiceRolePolicy
    securitylake SecurityLake SecurityLakeServiceLinkedRole
    servicecatalog-appregistry AWSServiceCatalogAppRegistry AWSServiceCatalogAppRegistryServiceRolePolicy
    servicequotas ServiceQuotas ServiceQuotasServiceRolePolicy
    ses AmazonSES AmazonSESServiceRolePolicy
    shield AWSShield AWSShieldServiceRolePolicy
    sms SMS AWSServiceRoleForSMS
    sms-voice SMSVoice SMSVoiceServiceRolePolicy
    smsintegration.migrationhub MigrationHubSMSAccess MigrationHubSMSAccessServiceRolePolicy
    split-cost-allocation-data.bcm SplitCostAllocationData SplitCostAllocationDataServiceRolePolicy
    spot EC2Spot AWSEC2SpotServiceRolePolicy
    spotfleet EC2SpotFleet AWSEC2SpotFleetServiceRolePolicy
    ssm AmazonSSM AmazonSSMServiceRolePolicy
    ssm-incidents IncidentManager AWSIncidentManagerServiceRolePolicy
    ssm-incidents.alarms.cloudwatch CloudWatchAlarms_ActionSSMIncidents \
    AWSCloudWatchAlarms_ActionSSMIncidentsServiceRolePolicy
    ssm-quicksetup SSMQuickSetup SSMQuickSetupRolePolicy
    ssm-sap AWSSSMForSAP AWSSSMForSAPServiceLinkedRolePolicy
    ssm.alarms.cloudwatch CloudWatchAlarms_ActionSSM AWSServiceRoleForCloudWatchAlarmsActionSSMServiceRolePolicy
    sso SSO AWSSSOServiceRolePolicy
    stacksets.cloudformation CloudFormationStackSetsOrgAdmin CloudFormationStackSetsOrgAdminServiceRolePolicy
    storage-lens.s3 S3StorageLens S3StorageLensServiceRolePolicy
    support Support AWSSupportServiceRolePolicy
    supportplans SupportPlans AWSSupportPlansServiceRolePolicy
    sync.proton ProtonSync AWSProtonSyncServiceRolePolicy
    sync.servicecatalog ServiceCatalogSync AWSServiceCatalogSyncServiceRolePolicy
    testgrid.devicefarm DeviceFarmTestGrid AWSDeviceFarmTestGridServiceRolePolicy
    thirdparty.config ConfigThirdParty AWSConfigThirdPartyServiceRolePolicy
    timestream-influxdb TimestreamInfluxDB AmazonTimestreamInfluxDBServiceRolePolicy
    topology.networkflowmonitor NetworkFlowMonitor_Topology CloudWatchNetworkFlowMonitorTopologyServiceRolePolicy
    transcription.chime AmazonChimeTranscription AmazonChimeTranscriptionServiceLinkedRolePolicy
    transform-custom AWSTransformCustom AWSServiceRoleForAWSTransformCustom
    transitgateway VPCTransitGateway AWSVPCTransitGatewayServiceRolePolicy
    triage.security-ir SecurityIncidentResponse_Triage AWSSecurityIncidentResponseTriageServiceRolePolicy
    trustedadvisor TrustedAdvisor AWSTrustedAdvisorServiceRolePolicy
    user-attribute-cost-allocation-data UserAttributeCostAllocation AWSUserAttributeCostAllocationPolicy
    user-subscriptions UserSubscriptions AWSServiceRoleForUserSubscriptions
    verified-access VPCVerifiedAccess AWSVPCVerifiedAccessServiceRolePolicy
    voiceconnector.chime AmazonChimeVoiceConnector AmazonChimeVoiceConnectorServiceLinkedRolePolicy
    vpc-lattice VpcLattice AWSVpcLatticeServiceRolePolicy
    vpcorigin.cloudfront CloudFrontVPCOrigin AWSCloudFrontVPCOriginServiceRolePolicy
    waf WAFLogging WAFLoggingServiceRolePolicy
    waf-regional WAFRegionalLogging WAFRegionalLoggingServiceRolePolicy
    wafv2 WAFV2Logging WAFV2LoggingServiceRolePolicy
    wellarchitected WellArchitected AWSWellArchitectedOrganizationsServiceRolePolicy
    workspaces-web AmazonWorkSpacesWeb AmazonWorkSpacesWebServiceRolePolicy
    workspaces.application-autoscaling ApplicationAutoScaling_WorkSpacesPool \
    AWSApplicationAutoscalingWorkSpacesPoolPolicy
    """
}

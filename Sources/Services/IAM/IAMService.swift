import AWSWire
public import ServiceKit

/// AWS Identity and Access Management, API version 2010-05-08.
public enum IAMService {
  public static let description = ServiceDescription(
    name: "iam", apiVersion: "2010-05-08",
    wireProtocol: .query(namespace: "https://iam.amazonaws.com/doc/2010-05-08/"),
    signatureRules: SigV4.Rules(services: ["iam"]),
    operations: operations, missing: missing)

  static let operations: [any Operation.Type] =
    Users.operations + Groups.operations + ManagedPolicies.operations + AttachedPolicies.operations
    + InlinePolicies.operations + Boundaries.operations + Roles.operations + InstanceProfiles.operations
    + AccessKeys.operations + Tags.operations + AccountAliases.operations + AccountInsight.operations
    + ServiceLinkedRoles.operations + LoginProfiles.operations + PasswordPolicies.operations + MFADevices.operations
    + MFADeviceLists.operations + OpenIDConnectProviders.operations + OutboundFederation.operations
    + ServerCertificates.operations + SigningCertificates.operations + SSHPublicKeys.operations
    + ServiceCredentials.operations + AccountProperties.operations + OrganizationsFeatures.operations
    + DelegationRequests.operations + RoleTemplates.operations
    + PolicySimulation.operations + CredentialReport.operations + LastAccessed.operations
    + GrantingPolicies.operations + OrganizationsAccess.operations
    + SAMLProviders.operations
}

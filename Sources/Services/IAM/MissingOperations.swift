/// Operations of IAM's API model (botocore 1.44.5) that are not there yet. The list may only shrink.
extension IAMService {
  static let missing: Set<String> = [
    "AcceptDelegationRequest", "AcquireRole", "AssociateDelegationRequest", "CreateDelegationRequest",
    "CreateSAMLProvider", "CreateServiceSpecificCredential", "DeleteSAMLProvider", "DeleteSSHPublicKey",
    "DeleteServerCertificate", "DeleteServiceSpecificCredential", "DeleteSigningCertificate",
    "DisableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootSessions",
    "EnableOrganizationsRootCredentialsManagement", "EnableOrganizationsRootSessions", "GenerateCredentialReport",
    "GenerateOrganizationsAccessReport", "GenerateServiceLastAccessedDetails", "GetAccountProperties",
    "GetContextKeysForCustomPolicy", "GetContextKeysForPrincipalPolicy", "GetCredentialReport", "GetDelegationRequest",
    "GetHumanReadableSummary", "GetOrganizationsAccessReport", "GetRoleTemplateVersion", "GetSAMLProvider",
    "GetSSHPublicKey", "GetServerCertificate", "GetServiceLastAccessedDetails",
    "GetServiceLastAccessedDetailsWithEntities", "ListDelegationRequests", "ListOrganizationsFeatures",
    "ListPoliciesGrantingServiceAccess", "ListSAMLProviderTags", "ListSAMLProviders", "ListSSHPublicKeys",
    "ListServerCertificateTags", "ListServerCertificates", "ListServiceSpecificCredentials", "ListSigningCertificates",
    "PutAccountProperties", "RejectDelegationRequest", "ResetServiceSpecificCredential", "SendDelegationToken",
    "SetSecurityTokenServicePreferences", "SimulateCustomPolicy", "SimulatePrincipalPolicy", "TagSAMLProvider",
    "TagServerCertificate", "UntagSAMLProvider", "UntagServerCertificate", "UpdateDelegationRequest",
    "UpdateSAMLProvider", "UpdateSSHPublicKey", "UpdateServerCertificate", "UpdateServiceSpecificCredential",
    "UpdateSigningCertificate", "UploadSSHPublicKey", "UploadServerCertificate", "UploadSigningCertificate",
  ]
}

/// Operations of IAM's API model (botocore 1.44.5) that are not there yet. The list may only shrink.
extension IAMService {
  static let missing: Set<String> = [
    "AcceptDelegationRequest", "AcquireRole", "AddClientIDToOpenIDConnectProvider", "AssociateDelegationRequest",
    "CreateDelegationRequest", "CreateOpenIDConnectProvider", "CreateSAMLProvider", "CreateServiceSpecificCredential",
    "DeleteOpenIDConnectProvider", "DeleteSAMLProvider", "DeleteSSHPublicKey", "DeleteServerCertificate",
    "DeleteServiceSpecificCredential", "DeleteSigningCertificate", "DisableOrganizationsRootCredentialsManagement",
    "DisableOrganizationsRootSessions", "DisableOutboundWebIdentityFederation",
    "EnableOrganizationsRootCredentialsManagement", "EnableOrganizationsRootSessions",
    "EnableOutboundWebIdentityFederation", "GenerateCredentialReport", "GenerateOrganizationsAccessReport",
    "GenerateServiceLastAccessedDetails", "GetAccountProperties", "GetContextKeysForCustomPolicy",
    "GetContextKeysForPrincipalPolicy", "GetCredentialReport", "GetDelegationRequest", "GetHumanReadableSummary",
    "GetOpenIDConnectProvider", "GetOrganizationsAccessReport", "GetOutboundWebIdentityFederationInfo",
    "GetRoleTemplateVersion", "GetSAMLProvider", "GetSSHPublicKey", "GetServerCertificate",
    "GetServiceLastAccessedDetails", "GetServiceLastAccessedDetailsWithEntities", "ListDelegationRequests",
    "ListOpenIDConnectProviderTags", "ListOpenIDConnectProviders", "ListOrganizationsFeatures",
    "ListPoliciesGrantingServiceAccess", "ListSAMLProviderTags", "ListSAMLProviders", "ListSSHPublicKeys",
    "ListServerCertificateTags", "ListServerCertificates", "ListServiceSpecificCredentials", "ListSigningCertificates",
    "PutAccountProperties", "RejectDelegationRequest", "RemoveClientIDFromOpenIDConnectProvider",
    "ResetServiceSpecificCredential", "SendDelegationToken", "SetSecurityTokenServicePreferences",
    "SimulateCustomPolicy", "SimulatePrincipalPolicy", "TagOpenIDConnectProvider", "TagSAMLProvider",
    "TagServerCertificate", "UntagOpenIDConnectProvider", "UntagSAMLProvider", "UntagServerCertificate",
    "UpdateDelegationRequest", "UpdateOpenIDConnectProviderThumbprint", "UpdateSAMLProvider", "UpdateSSHPublicKey",
    "UpdateServerCertificate", "UpdateServiceSpecificCredential", "UpdateSigningCertificate", "UploadSSHPublicKey",
    "UploadServerCertificate", "UploadSigningCertificate",
  ]
}

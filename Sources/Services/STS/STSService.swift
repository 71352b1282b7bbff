import AWSWire
public import ServiceKit

/// AWS Security Token Service, API version 2011-06-15.
public enum STSService {
  public static let description = ServiceDescription(
    name: "sts", apiVersion: "2011-06-15",
    wireProtocol: .query(namespace: "https://sts.amazonaws.com/doc/2011-06-15/"),
    signatureRules: SigV4.Rules(services: ["sts"], presignedLifetime: .window),
    operations: operations, missing: missing)

  static let operations: [any Operation.Type] = [
    AssumeRole.self, AssumeRoleWithSAML.self, AssumeRoleWithWebIdentity.self, AssumeRoot.self,
    DecodeAuthorizationMessage.self, GetAccessKeyInfo.self, GetCallerIdentity.self, GetDelegatedAccessToken.self,
    GetFederationToken.self, GetSessionToken.self, GetWebIdentityToken.self,
  ]

  /// Operations of the API model that are not there yet. The list may only shrink.
  static let missing: Set<String> = []
}

// What allows more than it should.

extension IssueTable {
  static let securityWarnings: [Entry] = [
    (
      .untrustworthyConditionKey,
      [
        """
        The %1 condition key is not recommended for access control as it can be spoofed/manipulated by the caller.
        """
      ]
    ),
    (
      .allowWithNotPrincipal,
      ["Using Allow with NotPrincipal can be overly permissive. We recommend that you use Principal instead."]
    ),
    (
      .forAllValuesWithSingleValuedKey,
      [
        """
        Using ForAllValues qualifier with the single-valued condition key %1 can be overly permissive. We recommend \
        that you remove ForAllValues:.
        """
      ]
    ),
    (
      .passRoleWithNotResource,
      [
        """
        Using the iam:PassRole action with NotResource can be overly permissive because it can allow iam:PassRole \
        permissions on multiple resources. We recommend that you specify resource ARNs instead.
        """
      ]
    ),
    (
      .passRoleWithStarInActionAndNotResource,
      [
        """
        Using an action with a wildcard (*) and NotResource can be overly permissive because it can allow iam:PassRole \
        permissions on multiple resources. We recommend that you specify resource ARNs instead.
        """
      ]
    ),
    (
      .passRoleWithNotActionAndNotResource,
      [
        // AWS: with two full stops.
        """
        Using NotAction with NotResource can be overly permissive because it can allow iam:PassRole permissions on \
        multiple resources.. We recommend that you specify resource ARNs instead.
        """
      ]
    ),
    (
      .passRoleWithStarInResource,
      [
        """
        Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive because it allows \
        iam:PassRole permissions on multiple resources. We recommend that you specify resource ARNs or add the \
        iam:PassedToService condition key to your statement.
        """
      ]
    ),
    (
      .passRoleWithStarInActionAndResource,
      [
        """
        Using wildcards (*) in the action and the resource can be overly permissive because it allows iam:PassRole \
        permissions on all resources. We recommend that you specify resource ARNs or add the iam:PassedToService \
        condition key to your statement.
        """
      ]
    ),
    (
      .passRoleWithStarInResourceAndNotAction,
      [
        """
        Using a resource with wildcards (*) and NotAction can be overly permissive because it allows iam:PassRole \
        permissions on all resources. We recommend that you specify resource ARNs or add the iam:PassedToService \
        condition key to your statement.
        """
      ]
    ),
    (
      .missingPairedConditionKeys,
      [
        """
        Using the condition key %1 can be overly permissive without also using the following condition keys: %2. \
        Condition keys like this one are more secure when paired with a related key. We recommend that you add the \
        related condition keys to the same condition block.
        """
      ]
    ),
    (
      .denyWithUnsupportedTagConditionKeyForService,
      [
        """
        Using the effect Deny with the tag condition key %1 and actions for services with the following prefixes can \
        be overly permissive: %2. Actions for the listed services are not denied by this statement. We recommend that \
        you move these actions to a different statement without this condition key.
        """
      ]
    ),
    (
      .denyNotActionWithUnsupportedTagConditionKeyForService,
      [
        """
        Using the effect Deny with NotAction and the tag condition key %1 can be overly permissive because some \
        service actions are not denied by this statement. This is because the condition key doesn't apply to some \
        service actions. We recommend that you use Action instead of NotAction.
        """
      ]
    ),
    (
      .restrictAccessToServicePrincipal,
      [
        """
        Granting access to a service principal without specifying a source is overly permissive. Use aws:SourceArn, \
        aws:SourceAccount, aws:SourceOrgID, or aws:SourceOrgPaths condition key to grant fine-grained access.
        """
      ]
    ),
    (
      .missingConditionKeyForOIDCPrincipal,
      [
        """
        Using an Open ID Connect principal without a condition can be overly permissive. Add condition keys with a \
        prefix that matches your federated OIDC principals to ensure that only the intended identity provider assumes \
        the role.
        """
      ]
    ),
    (
      .missingGitHubRepoConditionKey,
      [
        """
        Granting a federated GitHub principal permissions without a condition key can allow more sources to assume the \
        role than you intended. Add the token.actions.githubusercontent.com:sub condition key and specify the branch \
        and repository name in the value.
        """
      ]
    ),
    (
      .stringLikeOperatorWithARNConditionKeys,
      ["Use the operator type %1 instead of operator %2 for the condition key %3."]
    ),
    (
      .dynamoDBAttributesWithoutSelect,
      [
        """
        Restricting dynamodb:Attributes without also setting dynamodb:Select to SPECIFIC_ATTRIBUTES allows all \
        attributes to be returned on read requests that omit a projection expression. We recommend that you also set \
        dynamodb:Select to SPECIFIC_ATTRIBUTES.
        """
      ]
    ),
    (
      .s3PrefixInNegativeContext,
      [
        """
        Using the s3:prefix condition key in a Deny statement or with a negated string operator does not block listing \
        the objects under the matching prefixes. A request that specifies a shorter prefix does not match the \
        condition and can still list those objects. To restrict listing to specific prefixes, use s3:prefix with \
        StringLike in an Allow statement, or use a Deny statement with StringNotLike.
        """
      ]
    ),
    (
      .forAnyValueWithAudienceClaimType,
      [
        """
        Using ForAnyValue qualifier with the single-valued condition key %1 can be overly permissive. We recommend \
        that you remove ForAnyValue:.
        """
      ]
    ),
  ]
}

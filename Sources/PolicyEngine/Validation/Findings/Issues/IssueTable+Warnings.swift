// What does not do what it seems to.

extension IssueTable {
  static let warnings: [Entry] =
    serviceLinkedRoleWarnings + controlPolicyWarnings + [
      (
        .deprecatedGlobalConditionKey,
        ["We recommend that you update aws:ARN to use the newer condition key aws:PrincipalArn."]
      ),
      (
        .invalidDateValue,
        ["The date %1 might not resolve as expected. We recommend that you use the YYYY-MM-DD format."]
      ),
      (
        .invalidRoleReference,
        ["The Principal element includes the IAM role ID %1. We recommend that you use a role ARN instead."]
      ),
      (
        .invalidUserReference,
        ["The Principal element includes the IAM user ID %1. We recommend that you use a user ARN instead."]
      ),
      (
        .missingVersion,
        ["We recommend that you specify the Version element to help you with debugging permission issues."]
      ),
      (
        .uniqueSIDsRecommended,
        ["We recommend that you use statement IDs that are unique to your policy. Update the Sid value."]
      ),
      (
        .wildcardWithoutLikeOperator,
        [
          """
          Your condition value includes a * or ? character. If you meant to use a wildcard (*, ?), update the condition \
          operator to include Like.
          """
        ]
      ),
      (
        .policySizeExceedsIdentityPolicyQuota,
        [
          """
          The %1 characters in the identity policy, excluding whitespace, exceed the %2 character maximum for inline and \
          managed policies. We recommend that you use multiple granular policies.
          """
        ]
      ),
      (
        .policySizeExceedsResourcePolicyQuota,
        [
          """
          The %1 characters in the resource policy exceed the %2 character maximum for resource policies. We recommend \
          that you use multiple granular policies.
          """
        ]
      ),
      (
        .policySizeExceedsRoleTrustPolicyQuota,
        [
          """
          The characters in the role trust policy, excluding whitespace, exceed the character maximum. We recommend that \
          you request a role trust policy length quota increase using Service Quotas and AWS Support Center. If the \
          quotas have already been increased, then you can ignore this warning.
          """
        ]
      ),
      (.typeMismatch, ["Use the operator type %1 instead of operator %2 for the condition key %3."]),
      (.typeMismatchBoolean, ["Add a valid Boolean value (true or false) for the condition operator %1."]),
      (
        .typeMismatchDate,
        [
          """
          The date condition operator is used with an invalid value. Specify a valid date using YYYY-MM-DD or other ISO \
          8601 date/time format.
          """
        ]
      ),
      (.typeMismatchNumber, ["Add a valid numeric value for the condition operator %1."]),
      (.typeMismatchString, ["Add a valid base64-encoded string value for the condition operator %1."]),
      (
        .specificGitHubRepoAndBranchRecommended,
        [
          """
          Using a wildcard (*) in token.actions.githubusercontent.com:sub can allow requests from more sources than you \
          intended. Specify the value of token.actions.githubusercontent.com:sub with the repository and branch name. If \
          the subject claim does not include the branch, specify it in a token.actions.githubusercontent.com:ref \
          condition key.
          """
        ]
      ),
      (
        .useConditionKeyOnlyWithSupportedServices,
        [
          """
          The condition key %1 works only with specific AWS services and must be scoped to supported services in your \
          policies.
          """
        ]
      ),
    ]

  private static let serviceLinkedRoleWarnings: [Entry] = [
    (
      .createSLRWithNotResource,
      [
        """
        Using the iam:CreateServiceLinkedRole action with NotResource can allow creation of unintended service-linked \
        roles for multiple resources. We recommend that you specify resource ARNs instead.
        """
      ]
    ),
    (
      .createSLRWithStarInActionAndNotResource,
      [
        """
        Using an action with a wildcard(*) and NotResource can allow creation of unintended service-linked roles \
        because it can allow iam:CreateServiceLinkedRole permissions on multiple resources. We recommend that you \
        specify resource ARNs instead.
        """
      ]
    ),
    (
      .createSLRWithNotActionAndNotResource,
      [
        """
        Using NotAction with NotResource can allow creation of unintended service-linked roles because it allows \
        iam:CreateServiceLinkedRole permissions on multiple resources. We recommend that you specify resource ARNs \
        instead.
        """
      ]
    ),
    (
      .createSLRWithStarInResource,
      [
        """
        Using the iam:CreateServiceLinkedRole action with wildcards (*) in the resource can allow creation of \
        unintended service-linked roles. We recommend that you specify resource ARNs instead.
        """
      ]
    ),
    (
      .createSLRWithStarInActionAndResource,
      [
        """
        Using wildcards (*) in the action and the resource can allow creation of unintended service-linked roles \
        because it allows iam:CreateServiceLinkedRole permissions on all resources. We recommend that you specify \
        resource ARNs instead.
        """
      ]
    ),
    (
      .createSLRWithStarInResourceAndNotAction,
      [
        """
        Using a resource with wildcards (*) and NotAction can allow creation of unintended service-linked roles \
        because it allows iam:CreateServiceLinkedRole permissions on all resources. We recommend that you specify \
        resource ARNs instead.
        """
      ]
    ),
  ]

  private static let controlPolicyWarnings: [Entry] = [
    (
      .rcpMissingRelatedPrincipalConditionKey,
      [
        """
        RCPs impact IAM roles, users, and AWS service principals. To prevent unintended impact to services acting on \
        your behalf using a service principal, an additional statement should be added to the Condition block \
        "BoolIfExists": { "aws:PrincipalIsAWSService": "false"} whenever a principal key %1 is used.
        """
      ]
    ),
    (
      .rcpMissingRelatedServicePrincipalConditionKey,
      [
        """
        RCPs impact IAM roles, users, and AWS service principals. To prevent unintended impact to your principals, an \
        additional statement should be added to the Condition block "BoolIfExists": { "aws:PrincipalIsAWSService": \
        "true"} whenever the key %1 is used.
        """
      ]
    ),
    (
      .rcpMissingServiceConditionKeyNullCheck,
      [
        """
        The specified service may have a service integration that does not require the use of the %1 condition key. To \
        prevent unintended impact to services acting on your behalf using a service principal, an additional statement \
        should be added to the Condition block "Null": { "aws:SourceAccount": "false"} or "Null": { "aws:SourceArn": \
        "false"} whenever the key %1 is used.
        """
      ]
    ),
  ]
}

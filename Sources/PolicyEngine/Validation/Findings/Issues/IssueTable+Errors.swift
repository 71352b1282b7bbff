// What makes a part of a policy not work.

extension IssueTable {
  static let documentErrors: [Entry] = [
    (.jsonSyntaxError, ["Fix the JSON syntax error at index %1 line %2 column %3.", "Fix the JSON syntax error."]),
    (.dataTypeMismatch, ["The text does not match the expected JSON data type %1."]),
    (.invalidPolicyElement, ["The policy element %1 is not valid."]),
    (.invalidVersion, ["The version %1 is not valid. Use one of the following versions: %2"]),
    (.missingStatement, ["Add a statement to the policy"]),
    (.missingEffect, ["Add an Effect element to the policy statement with a value of Allow or Deny."]),
    (.missingAction, ["Add an Action or NotAction element to the policy statement."]),
    (.missingResource, ["Add a Resource or NotResource element to the policy statement."]),
    (.missingPrincipal, ["Add a Principal element to the policy statement."]),
    (.invalidEffect, ["The effect %1 is not valid. Use Allow or Deny."]),
    (
      .unsupportedElementCombination,
      ["The policy elements %1 and %2 can not be used in the same statement. Remove one of these elements."]
    ),
    (
      .uniqueSIDsRequired,
      ["Duplicate statement IDs are not supported for this policy type. Update the Sid value."]
    ),
    (
      .unsupportedSID,
      ["Update the characters in the Sid element to use one of the following character types: [a-z, A-Z, 0-9]"]
    ),
    (
      .invalidAction,
      ["The action %1 does not exist. Did you mean %2?", "The action %1 does not exist."]
    ),
    (
      .invalidServiceInAction,
      [
        "The service %1 specified in the action does not exist. Did you mean %2?",
        "The service %1 specified in the action does not exist.",
      ]
    ),
    (
      .invalidPrincipalFormat,
      ["The Principal element contents are not valid. Specify a key-value pair in the Principal element."]
    ),
    (.invalidPrincipalKey, ["The principal key %1 is not valid."]),
    (
      .unsupportedWildcardInPrincipal,
      [
        """
        Wildcards (*, ?) are not supported with the principal key %1. Replace the wildcard with a valid principal value.
        """
      ]
    ),
    (
      .invalidServicePrincipalFormat,
      ["The service principal does not match the expected format. Use the format %1."]
    ),
  ]

  static let arnErrors: [Entry] = [
    (.invalidARNPrefix, ["Add the required prefix (arn) to the resource ARN."]),
    (
      .missingARNField,
      [
        """
        Resource ARNs must include at least %1 fields in the following structure: \
        arn:partition:service:region:account:resource
        """
      ]
    ),
    (
      .invalidPartition,
      ["The resource ARN for the service %1 does not support the partition %2. Use the supported values: %3"]
    ),
    (
      .invalidARNServiceCase,
      ["Update the service name %1 in the resource ARN to use all lowercase letters."]
    ),
    (.invalidService, ["The service %1 does not exist. Use a valid service name."]),
    (.arnRegionNotAllowed, ["The service %1 does not support specifying a Region in the resource ARN."]),
    (.missingARNRegion, ["Add a Region to the %1 resource ARN."]),
    (
      .invalidARNRegion,
      ["The Region %1 is not valid for this resource. Update the resource ARN to include a supported Region."]
    ),
    (.arnAccountNotAllowed, ["The service %1 does not support specifying an account ID in the resource ARN."]),
    (
      .missingARNAccount,
      ["The resource %1 in the arn is missing an account id. Please provide a 12 digit account id."]
    ),
    (.invalidARNAccount, ["The resource ARN account ID %1 is not valid. Provide a 12-digit account ID."]),
    (
      .invalidARNResource,
      ["Resource ARN does not match the expected ARN format. Update the resource portion of the ARN."]
    ),
  ]

  static let policyTypeErrors: [Entry] = [
    (
      .unsupportedPrincipal,
      ["The policy type %1 does not support the Principal element. Remove the Principal element."]
    ),
    (
      .federatedPrincipalNotSupported,
      [
        """
        The policy type does not support a federated identity provider in the principal element. Use a supported \
        principal.
        """
      ]
    ),
    (
      .unsupportedActionInPolicy,
      ["The action %1 is not supported for the resource-based policy attached to the resource type %2."]
    ),
    (
      .unsupportedResourceARNInPolicy,
      ["The resource ARN is not supported for the resource-based policy attached to the resource type %1."]
    ),
    (
      .unsupportedConditionKeyForServicePrincipal,
      ["The following condition keys are not supported when used with the service principal: %1."]
    ),
    (
      .roleTrustPolicySyntaxErrorNotPrincipal,
      ["Role trust policies do not support NotPrincipal. Update the policy to use a Principal element instead."]
    ),
    (
      .roleTrustPolicyUnsupportedWildcardInPrincipal,
      [
        """
        "Principal:" "*" is not supported in the principal element of a role trust policy. Replace the wildcard with a \
        valid principal value.
        """
      ]
    ),
    (
      .roleTrustPolicySyntaxErrorResource,
      [
        """
        Role trust policies apply to the role that they are attached to. You cannot specify a resource. Remove the \
        Resource or NotResource element.
        """
      ]
    ),
    (
      .invalidFederatedPrincipalSyntaxInRoleTrustPolicy,
      [
        """
        The principal value specifies a federated principal that does not match the expected format. Update the \
        federated principal to a domain name or a SAML metadata ARN.
        """
      ]
    ),
    (
      .mismatchedActionForPrincipal,
      [
        """
        The %1 action is invalid with the following principal(s): %2. Use a SAML provider principal with the \
        sts:AssumeRoleWithSAML action or use an OIDC provider principal with the sts:AssumeRoleWithWebIdentity action. \
        Ensure the provider is Federated if you use either of the two options.
        """
      ]
    ),
    (
      .missingActionForRolesAnywhereTrustPolicy,
      [
        """
        The rolesanywhere.amazonaws.com service principal requires the sts:AssumeRole, sts:SetSourceIdentity, and \
        sts:TagSession permissions to assume a role. Add the missing permissions to the policy.
        """
      ]
    ),
    (
      .scpSyntaxErrorActionWildcard,
      ["SCP actions can include wildcards (*) only at the end of a string. Update %1."]
    ),
    (
      .scpSyntaxErrorPrincipal,
      ["SCPs do not support specifying principals. Remove the Principal or NotPrincipal element."]
    ),
    (
      .policySizeExceedsSCPQuota,
      [
        """
        The %1 characters in the service control policy (SCP) exceed the %2 character maximum for SCPs. We recommend \
        that you use multiple granular policies.
        """
      ]
    ),
    (
      .policySizeExceedsRCPQuota,
      [
        """
        The %1 characters in the resource control policy (RCP) exceed the %2 character maximum for RCPs. We recommend \
        that you use multiple granular policies.
        """
      ]
    ),
    (
      .rcpSyntaxErrorPrincipal,
      [
        """
        The Principal element contents are not valid. RCPs only support specifying all principals ("*") in the \
        Principal element. The NotPrincipal element is not supported for RCPs.
        """
      ]
    ),
    (
      .rcpSyntaxErrorAllow,
      [
        """
        RCPs only support specifying all principals ("*") in the Principal element, all resources ("*") in the \
        Resource element, and no Condition element with an effect of Allow.
        """
      ]
    ),
    (.rcpSyntaxErrorNotAction, ["RCPs do not support the NotAction element. Update to use the Action element."]),
    (
      .rcpSyntaxErrorAction,
      ["RCPs only support specifying select service prefixes in the Action element. Learn more here."]
    ),
  ]
}

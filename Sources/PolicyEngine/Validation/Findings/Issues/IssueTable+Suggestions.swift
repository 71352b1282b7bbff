// What could be written better.

extension IssueTable {
  static let suggestions: [Entry] =
    emptyElementSuggestions + redundancySuggestions + [
      (.emptySIDValue, ["Add a value to the empty string in the Sid element."]),
      (
        .equivalentToNullFalse,
        [
          """
          We recommend replacing the key %1 in the condition block of %2 with {%3: false} to ensure better enforcement \
          of the condition.
          """
        ]
      ),
      (
        .equivalentToNullTrue,
        [
          """
          We recommend replacing the key %1 in the condition block of %2 with {%3: true} to ensure better enforcement of \
          the condition.
          """
        ]
      ),
      (
        .improveIPRange,
        ["The non-zero bits in the IP address after the masked bits are ignored. Replace address with %1."]
      ),
      (
        .nullWithQualifier,
        [
          """
          Avoid using the Null condition operator with the ForAllValues or ForAnyValue qualifiers because they always \
          return a true or false respectively.
          """
        ]
      ),
      (
        .privateIPAddressSubset,
        [
          """
          The values for condition key aws:SourceIp include a mix of private and public IP addresses. The private \
          addresses will not have the desired effect. aws:SourceIp works only for public IP address ranges. To define \
          permissions for private IP ranges, use aws:VpcSourceIp.
          """
        ]
      ),
      (
        .privateNotIPAddressSubset,
        [
          """
          The values for condition key aws:SourceIp include a mix of private and public IP addresses. The private \
          addresses have no effect. aws:SourceIp works only for public IP address ranges. To define permissions for \
          private IP ranges, use aws:VpcSourceIp.
          """
        ]
      ),
      (
        .wildcardInServiceName,
        [
          """
          Avoid using wildcards (*, ?) in the service name because it might grant unintended access to other AWS \
          services with similar names.
          """
        ]
      ),
      (
        .allowWithUnsupportedTagConditionKeyForService,
        [
          """
          Using the effect Allow with the tag condition key %1 and actions for services with the following prefixes does \
          not affect the policy: %2. Actions for the listed service are not allowed by this statement. We recommend that \
          you move these actions to a different statement without this condition key.
          """
        ]
      ),
      (
        .allowNotActionWithUnsupportedTagConditionKeyForService,
        [
          """
          Using the effect Allow with NotAction and the tag condition key %1 allows only service actions that support \
          the condition key. The condition key doesn't apply to some service actions. We recommend that you use Action \
          instead of NotAction.
          """
        ]
      ),
      (
        .recommendedConditionKeyForServicePrincipal,
        [
          """
          To restrict access to the service principal %1 operating on your behalf, we recommend aws:SourceArn, \
          aws:SourceAccount, aws:SourceOrgID, or aws:SourceOrgPaths instead of %2.
          """
        ]
      ),
      (
        .irrelevantConditionKeyInPolicy,
        [
          // AWS: with two spaces.
          """
          The condition key %1 is not relevant for the %2 policy.  Use this key in an identity-based policy to govern \
          access to this resource.
          """
        ]
      ),
      (
        .confirmAudienceClaimType,
        [
          """
          The "%1" (%2) claim key identifies the recipients that the JSON web token is intended for. Because this claim \
          is single-valued, do not use a qualifier.
          """
        ]
      ),
    ]

  private static let emptyElementSuggestions: [Entry] = [
    (.emptyArrayAction, ["This statement includes no actions and does not affect the policy. Specify actions."]),
    (
      .emptyArrayResource, ["This statement includes no resources and does not affect the policy. Specify resources."]
    ),
    (
      .emptyArrayPrincipal,
      ["This statement includes no principals and does not affect the policy. Specify principals."]
    ),
    (
      .emptyObjectPrincipal,
      ["This statement includes no principals and does not affect the policy. Specify principals."]
    ),
    (.emptyObjectCondition, ["This condition block is empty and it does not affect the policy. Specify conditions."]),
    (
      .emptyArrayCondition,
      ["There are no values for the condition key %1 and it does not affect the policy. Specify conditions."]
    ),
    (
      .emptyArrayConditionForAllValues,
      [
        """
        The ForAllValues prefix with an empty condition key matches only if the key %1 is missing from the request \
        context. To determine if the request context is empty, we recommend that you use the Null condition operator \
        with the value of true instead.
        """
      ]
    ),
    (
      .emptyArrayConditionForAnyValue,
      [
        """
        The ForAnyValue prefix with an empty condition key %1 never matches the request context and it does not affect \
        the policy. Specify conditions.
        """
      ]
    ),
    (
      .emptyArrayConditionIfExists,
      [
        """
        The IfExists suffix with an empty condition key matches only if the key %1 is missing from the request \
        context. To determine if the request context is empty, we recommend that you use the Null condition operator \
        with the value of true instead.
        """
      ]
    ),
  ]

  private static let redundancySuggestions: [Entry] = [
    (
      .redundantAction,
      [
        """
        The %1 action(s) are redundant because they provide similar permissions. Update the policy to remove the \
        redundant action such as: %2.
        """
      ]
    ),
    (
      .redundantConditionValueNum,
      ["Multiple values in %1 are redundant. Replace with the %2 single value for %3."]
    ),
    (
      .redundantResource,
      [
        """
        The %1 resource ARN(s) are redundant because they reference the same resource. Review the use of wildcards (*)
        """
      ]
    ),
    (
      .redundantStatement,
      [
        """
        The statements are redundant because they provide identical permissions. Update the policy to remove the \
        redundant statement.
        """
      ]
    ),
    (
      .redundantKeyDueToWildcardInCondition,
      [
        """
        The key %1 in the condition block of %2 is redundant because it is always matched. Remove this key to simplify \
        the condition.
        """
      ]
    ),
    (
      .redundantPrincipalInRoleTrustPolicy,
      [
        """
        The assumed-role principal %1 is redundant with its parent role %2. Remove the assumed-role principal.
        """
      ]
    ),
    (
      .redundantStatementDueToWildcardInCondition,
      [
        """
        The key %1 in the condition block of %2 does not match any values. Remove this key to simplify the condition.
        """
      ]
    ),
  ]
}

// What makes a condition or a variable not work.

extension IssueTable {
  static let conditionErrors: [Entry] = [
    (.invalidConditionOperator, ["The condition operator %1 is not valid. Use a valid condition operator."]),
    (
      .nullWithIfExists,
      [
        """
        The Null condition operator cannot be used with the IfExists suffix. Update the operator or the suffix.
        """
      ]
    ),
    (.invalidConditionKeyFormat, ["The condition key format is not valid. Use the format service:keyname."]),
    (
      .duplicateKeysWithDifferentCase,
      [
        """
        The condition key %1 appears more than once with different capitalization in the same condition block. Remove \
        the duplicate condition keys.
        """
      ]
    ),
    (.invalidGlobalConditionKey, ["The condition key %1 does not exist. Use a valid condition key."]),
    (
      .unsupportedGlobalConditionKey,
      ["The condition key aws:ARN is not supported. Use aws:PrincipalArn or aws:SourceArn instead."]
    ),
    (
      .invalidServiceConditionKey,
      ["The condition key %1 does not exist in the service %2. Use a valid condition key."]
    ),
    (
      .missingTagKeyInCondition,
      [
        """
        The condition key %1 must include a tag key to control access based on tags. Use the format %1tag-key and \
        specify a key name for tag-key.
        """
      ]
    ),
    (
      .invalidConditionDataType,
      ["The condition value data types do not match. Use condition values of the same JSON data type."]
    ),
    (
      .invalidConditionMultipleBoolean,
      ["The condition key does not support multiple Boolean values. Use a single Boolean value."]
    ),
    (
      .missingQualifier,
      [
        """
        The request context key %1 has multiple values. Use the ForAllValues or ForAnyValue condition key qualifiers \
        in your policy.
        """
      ]
    ),
    (.invalidVariableForOperator, ["Policy variables can only be used with String and ARN operators."]),
    (.missingBraceInVariable, ["The policy variable is missing a closing curly brace. Add } after the variable text."]),
    (
      .missingQuoteInVariable,
      ["The policy variable default value must begin and end with a single quote. Add the missing quote."]
    ),
    (.unsupportedSpaceInVariable, ["A space is not supported within the policy variable text. Remove the space."]),
    (
      .emptyVariable,
      ["Empty policy variable. Remove the ${ } variable structure or provide a variable within the structure."]
    ),
    (
      .variableUnsupportedInElement,
      [
        """
        Policy variables are supported in the Resource and Condition elements. Remove the policy variable %1 from this \
        element.
        """
      ]
    ),
    (
      .variableUnsupportedInVersion,
      ["To include variables in your policy, use the policy version 2012-10-17 or later."]
    ),
    (
      .typeMismatchIPRange,
      [
        """
        The condition operator %1 is used with an invalid IP range value. Specify the IP range in standard CIDR format.
        """
      ]
    ),
    (
      .privateIPAddress,
      [
        """
        aws:SourceIp works only for public IP address ranges. The values for condition key aws:SourceIp include only \
        private IP addresses and will not have the desired effect. Update the value to include only public IP addresses.
        """
      ]
    ),
    (
      .privateNotIPAddress,
      [
        """
        The values for condition key aws:SourceIp include only private IP addresses and has no effect. aws:SourceIp \
        works only for public IP address ranges. Update the value to include only public IP addresses.
        """
      ]
    ),
    (
      .invalidRegion, ["The Region %1 is not valid. Update the condition value to a supported Region."]
    ),
    (
      .invalidVPCFormat,
      [
        """
        The VPC identifier in the condition key value is not valid. Use the prefix 'vpc-' followed by 8 or 17 \
        alphanumeric characters.
        """
      ]
    ),
    (
      .invalidVPCEFormat,
      [
        // AWS: with two spaces.
        """
        The VPCE identifier in the condition key value is not valid.  Use the prefix 'vpce-' followed by 8 or 17 \
        alphanumeric characters.
        """
      ]
    ),
    (.invalidKMSKeyValue, ["The %1 condition key value must be a valid KMS key ARN."]),
    (
      .unsupportedActionForConditionKey,
      [
        """
        The following actions: %1 are not supported by the condition key %2. The condition will not be evaluated for \
        these actions. We recommend that you move these actions to a different statement without this condition key.
        """
      ]
    ),
    (
      .missingActionForConditionKey,
      [
        """
        The %1 action must be in the action block to allow setting values for the condition key %2. Add %1 to the \
        action block.
        """
      ]
    ),
    (
      .variableUsageTooPermissive,
      [
        """
        Overly permissive use of policy variable for the %1 condition key. Use the policy variable preceded by 6 \
        consecutive characters.
        """,
        """
        The policy variable is not allowed in the condition key %1. We consider the key to be sensitive and policy \
        variables can be evaluated as effective wildcards. Therefore policy variables are not allowed to be used with \
        sensitive keys. Refer to https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html \
        for the list of sensitive keys.
        """,
        """
        Overly permissive use of policy variable with aws:userID. Use the policy variable on the right side of colon \
        or as the only character on the left side of a colon.
        """,
      ]
    ),
    (
      .wildcardUsageTooPermissive,
      [
        """
        Overly permissive use of wildcard for the %1 condition key. Use the wildcard preceded by 6 consecutive \
        characters.
        """,
        """
        The wildcard is not allowed in the condition key %1. We consider the key to be sensitive and wildcards are not \
        allowed to be used with sensitive keys. Refer to \
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html for the list of \
        sensitive keys.
        """,
        """
        Overly permissive use of wildcard with aws:userID. Use the wildcard on the right side of colon or as the only \
        character on the left side of a colon.
        """,
      ]
    ),
  ]
}

/// What a finding is about; the raw value is AWS's issue code.
public enum IssueCode: String, Sendable, CaseIterable {
  // MARK: Errors

  case arnAccountNotAllowed = "ARN_ACCOUNT_NOT_ALLOWED"
  case arnRegionNotAllowed = "ARN_REGION_NOT_ALLOWED"
  case dataTypeMismatch = "DATA_TYPE_MISMATCH"
  case duplicateKeysWithDifferentCase = "DUPLICATE_KEYS_WITH_DIFFERENT_CASE"
  case invalidAction = "INVALID_ACTION"
  case invalidARNAccount = "INVALID_ARN_ACCOUNT"
  case invalidARNPrefix = "INVALID_ARN_PREFIX"
  case invalidARNRegion = "INVALID_ARN_REGION"
  case invalidARNResource = "INVALID_ARN_RESOURCE"
  case invalidARNServiceCase = "INVALID_ARN_SERVICE_CASE"
  case invalidConditionDataType = "INVALID_CONDITION_DATA_TYPE"
  case invalidConditionKeyFormat = "INVALID_CONDITION_KEY_FORMAT"
  case invalidConditionMultipleBoolean = "INVALID_CONDITION_MULTIPLE_BOOLEAN"
  case invalidConditionOperator = "INVALID_CONDITION_OPERATOR"
  case invalidEffect = "INVALID_EFFECT"
  case invalidGlobalConditionKey = "INVALID_GLOBAL_CONDITION_KEY"
  case invalidPartition = "INVALID_PARTITION"
  case invalidPolicyElement = "INVALID_POLICY_ELEMENT"
  case invalidPrincipalFormat = "INVALID_PRINCIPAL_FORMAT"
  case invalidPrincipalKey = "INVALID_PRINCIPAL_KEY"
  case invalidRegion = "INVALID_REGION"
  case invalidService = "INVALID_SERVICE"
  case invalidServiceConditionKey = "INVALID_SERVICE_CONDITION_KEY"
  case invalidServiceInAction = "INVALID_SERVICE_IN_ACTION"
  case invalidVariableForOperator = "INVALID_VARIABLE_FOR_OPERATOR"
  case invalidVersion = "INVALID_VERSION"
  case jsonSyntaxError = "JSON_SYNTAX_ERROR"
  case missingAction = "MISSING_ACTION"
  case missingARNField = "MISSING_ARN_FIELD"
  case missingARNRegion = "MISSING_ARN_REGION"
  case missingEffect = "MISSING_EFFECT"
  case missingPrincipal = "MISSING_PRINCIPAL"
  case missingQualifier = "MISSING_QUALIFIER"
  case missingResource = "MISSING_RESOURCE"
  case missingStatement = "MISSING_STATEMENT"
  case nullWithIfExists = "NULL_WITH_IF_EXISTS"
  case scpSyntaxErrorActionWildcard = "SCP_SYNTAX_ERROR_ACTION_WILDCARD"
  case scpSyntaxErrorPrincipal = "SCP_SYNTAX_ERROR_PRINCIPAL"
  case uniqueSIDsRequired = "UNIQUE_SIDS_REQUIRED"
  case unsupportedActionInPolicy = "UNSUPPORTED_ACTION_IN_POLICY"
  case unsupportedElementCombination = "UNSUPPORTED_ELEMENT_COMBINATION"
  case unsupportedGlobalConditionKey = "UNSUPPORTED_GLOBAL_CONDITION_KEY"
  case unsupportedPrincipal = "UNSUPPORTED_PRINCIPAL"
  case unsupportedResourceARNInPolicy = "UNSUPPORTED_RESOURCE_ARN_IN_POLICY"
  case unsupportedSID = "UNSUPPORTED_SID"
  case unsupportedWildcardInPrincipal = "UNSUPPORTED_WILDCARD_IN_PRINCIPAL"
  case missingBraceInVariable = "MISSING_BRACE_IN_VARIABLE"
  case missingQuoteInVariable = "MISSING_QUOTE_IN_VARIABLE"
  case unsupportedSpaceInVariable = "UNSUPPORTED_SPACE_IN_VARIABLE"
  case emptyVariable = "EMPTY_VARIABLE"
  case variableUnsupportedInElement = "VARIABLE_UNSUPPORTED_IN_ELEMENT"
  case variableUnsupportedInVersion = "VARIABLE_UNSUPPORTED_IN_VERSION"
  case privateIPAddress = "PRIVATE_IP_ADDRESS"
  case privateNotIPAddress = "PRIVATE_NOT_IP_ADDRESS"
  case policySizeExceedsSCPQuota = "POLICY_SIZE_EXCEEDS_SCP_QUOTA"
  case invalidServicePrincipalFormat = "INVALID_SERVICE_PRINCIPAL_FORMAT"
  case missingTagKeyInCondition = "MISSING_TAG_KEY_IN_CONDITION"
  case invalidVPCFormat = "INVALID_VPC_FORMAT"
  case invalidVPCEFormat = "INVALID_VPCE_FORMAT"
  case federatedPrincipalNotSupported = "FEDERATED_PRINCIPAL_NOT_SUPPORTED"
  case unsupportedActionForConditionKey = "UNSUPPORTED_ACTION_FOR_CONDITION_KEY"
  case unsupportedConditionKeyForServicePrincipal = "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"
  case roleTrustPolicySyntaxErrorNotPrincipal = "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL"
  case roleTrustPolicyUnsupportedWildcardInPrincipal = "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL"
  case roleTrustPolicySyntaxErrorResource = "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"
  case typeMismatchIPRange = "TYPE_MISMATCH_IP_RANGE"
  case missingActionForConditionKey = "MISSING_ACTION_FOR_CONDITION_KEY"
  case invalidFederatedPrincipalSyntaxInRoleTrustPolicy = "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY"
  case mismatchedActionForPrincipal = "MISMATCHED_ACTION_FOR_PRINCIPAL"
  case missingActionForRolesAnywhereTrustPolicy = "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY"
  case policySizeExceedsRCPQuota = "POLICY_SIZE_EXCEEDS_RCP_QUOTA"
  case rcpSyntaxErrorPrincipal = "RCP_SYNTAX_ERROR_PRINCIPAL"
  case rcpSyntaxErrorAllow = "RCP_SYNTAX_ERROR_ALLOW"
  case rcpSyntaxErrorNotAction = "RCP_SYNTAX_ERROR_NOTACTION"
  case rcpSyntaxErrorAction = "RCP_SYNTAX_ERROR_ACTION"
  case missingARNAccount = "MISSING_ARN_ACCOUNT"
  case invalidKMSKeyValue = "INVALID_KMS_KEY_VALUE"
  case variableUsageTooPermissive = "VARIABLE_USAGE_TOO_PERMISSIVE"
  case wildcardUsageTooPermissive = "WILDCARD_USAGE_TOO_PERMISSIVE"

  // MARK: Security warnings

  case untrustworthyConditionKey = "UNTRUSTWORTHY_CONDITION_KEY"
  case allowWithNotPrincipal = "ALLOW_WITH_NOT_PRINCIPAL"
  case forAllValuesWithSingleValuedKey = "FORALLVALUES_WITH_SINGLE_VALUED_KEY"
  case passRoleWithNotResource = "PASS_ROLE_WITH_NOT_RESOURCE"
  case passRoleWithStarInActionAndNotResource = "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE"
  case passRoleWithNotActionAndNotResource = "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE"
  case passRoleWithStarInResource = "PASS_ROLE_WITH_STAR_IN_RESOURCE"
  case passRoleWithStarInActionAndResource = "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"
  case passRoleWithStarInResourceAndNotAction = "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION"
  case missingPairedConditionKeys = "MISSING_PAIRED_CONDITION_KEYS"
  case denyWithUnsupportedTagConditionKeyForService = "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
  case denyNotActionWithUnsupportedTagConditionKeyForService =
    "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
  case restrictAccessToServicePrincipal = "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"
  case missingConditionKeyForOIDCPrincipal = "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL"
  case missingGitHubRepoConditionKey = "MISSING_GITHUB_REPO_CONDITION_KEY"
  case stringLikeOperatorWithARNConditionKeys = "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS"
  case dynamoDBAttributesWithoutSelect = "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT"
  case s3PrefixInNegativeContext = "S3_PREFIX_IN_NEGATIVE_CONTEXT"
  case forAnyValueWithAudienceClaimType = "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE"

  // MARK: Warnings

  case createSLRWithNotResource = "CREATE_SLR_WITH_NOT_RESOURCE"
  case createSLRWithStarInActionAndNotResource = "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE"
  case createSLRWithNotActionAndNotResource = "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE"
  case createSLRWithStarInResource = "CREATE_SLR_WITH_STAR_IN_RESOURCE"
  case createSLRWithStarInActionAndResource = "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE"
  case createSLRWithStarInResourceAndNotAction = "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION"
  case deprecatedGlobalConditionKey = "DEPRECATED_GLOBAL_CONDITION_KEY"
  case invalidDateValue = "INVALID_DATE_VALUE"
  case invalidRoleReference = "INVALID_ROLE_REFERENCE"
  case invalidUserReference = "INVALID_USER_REFERENCE"
  case missingVersion = "MISSING_VERSION"
  case uniqueSIDsRecommended = "UNIQUE_SIDS_RECOMMENDED"
  case wildcardWithoutLikeOperator = "WILDCARD_WITHOUT_LIKE_OPERATOR"
  case policySizeExceedsIdentityPolicyQuota = "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"
  case policySizeExceedsResourcePolicyQuota = "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"
  case typeMismatch = "TYPE_MISMATCH"
  case typeMismatchBoolean = "TYPE_MISMATCH_BOOLEAN"
  case typeMismatchDate = "TYPE_MISMATCH_DATE"
  case typeMismatchNumber = "TYPE_MISMATCH_NUMBER"
  case typeMismatchString = "TYPE_MISMATCH_STRING"
  case specificGitHubRepoAndBranchRecommended = "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED"
  case policySizeExceedsRoleTrustPolicyQuota = "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"
  case rcpMissingRelatedPrincipalConditionKey = "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY"
  case rcpMissingRelatedServicePrincipalConditionKey = "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY"
  case rcpMissingServiceConditionKeyNullCheck = "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK"
  case useConditionKeyOnlyWithSupportedServices = "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES"

  // MARK: Suggestions

  case emptyArrayAction = "EMPTY_ARRAY_ACTION"
  case emptyArrayCondition = "EMPTY_ARRAY_CONDITION"
  case emptyArrayConditionForAllValues = "EMPTY_ARRAY_CONDITION_FORALLVALUES"
  case emptyArrayConditionForAnyValue = "EMPTY_ARRAY_CONDITION_FORANYVALUE"
  case emptyArrayConditionIfExists = "EMPTY_ARRAY_CONDITION_IFEXISTS"
  case emptyArrayPrincipal = "EMPTY_ARRAY_PRINCIPAL"
  case emptyArrayResource = "EMPTY_ARRAY_RESOURCE"
  case emptyObjectCondition = "EMPTY_OBJECT_CONDITION"
  case emptyObjectPrincipal = "EMPTY_OBJECT_PRINCIPAL"
  case emptySIDValue = "EMPTY_SID_VALUE"
  case equivalentToNullFalse = "EQUIVALENT_TO_NULL_FALSE"
  case equivalentToNullTrue = "EQUIVALENT_TO_NULL_TRUE"
  case improveIPRange = "IMPROVE_IP_RANGE"
  case nullWithQualifier = "NULL_WITH_QUALIFIER"
  case privateIPAddressSubset = "PRIVATE_IP_ADDRESS_SUBSET"
  case privateNotIPAddressSubset = "PRIVATE_NOT_IP_ADDRESS_SUBSET"
  case redundantAction = "REDUNDANT_ACTION"
  case redundantConditionValueNum = "REDUNDANT_CONDITION_VALUE_NUM"
  case redundantResource = "REDUNDANT_RESOURCE"
  case redundantStatement = "REDUNDANT_STATEMENT"
  case wildcardInServiceName = "WILDCARD_IN_SERVICE_NAME"
  case allowWithUnsupportedTagConditionKeyForService = "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
  case allowNotActionWithUnsupportedTagConditionKeyForService =
    "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
  case recommendedConditionKeyForServicePrincipal = "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"
  case irrelevantConditionKeyInPolicy = "IRRELEVANT_CONDITION_KEY_IN_POLICY"
  case redundantKeyDueToWildcardInCondition = "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION"
  case redundantPrincipalInRoleTrustPolicy = "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY"
  case redundantStatementDueToWildcardInCondition = "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION"
  case confirmAudienceClaimType = "CONFIRM_AUDIENCE_CLAIM_TYPE"

  // MARK: What belongs to a code

  /// The class that AWS gives it.
  public var kind: Finding.Kind { IssueTable.row(of: self).kind }

  /// AWS's page about the code.
  public var learnMoreLink: String {
    let anchor = rawValue.lowercased().replacing("_", with: "-")
    return "\(IssueTable.page)#access-analyzer-reference-policy-checks-\(kind.anchor)-\(anchor)"
  }

  /// AWS's message with what it leaves open filled in.
  func details(_ arguments: [String], variant: Int) -> String {
    IssueTable.row(of: self).message(arguments, variant: variant)
  }

  /// The order of findings at one place: what weighs most comes first.
  var rank: Int { IssueTable.row(of: self).rank }
}

extension Finding.Kind {
  fileprivate var anchor: String {
    switch self {
    case .error: "error"
    case .securityWarning: "security-warning"
    case .warning: "general-warning"
    case .suggestion: "suggestion"
    }
  }
}

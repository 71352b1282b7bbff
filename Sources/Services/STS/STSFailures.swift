import AWSCore

// The errors of STS's API model with their HTTP status.

extension ErrorCode {
  static let malformedPolicyDocument = ErrorCode("MalformedPolicyDocument", status: 400)
  static let packedPolicyTooLarge = ErrorCode("PackedPolicyTooLarge", status: 400)
  static let regionDisabled = ErrorCode("RegionDisabledException", status: 403)
  static let expiredToken = ErrorCode("ExpiredTokenException", status: 400)
  static let invalidAuthorizationMessage = ErrorCode("InvalidAuthorizationMessageException", status: 400)
  static let invalidParameterValue = ErrorCode("InvalidParameterValue", status: 400)
}

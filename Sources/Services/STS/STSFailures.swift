import AWSCore

// The errors of STS's API model with their HTTP status.

extension ErrorCode {
  static let malformedPolicyDocument = ErrorCode("MalformedPolicyDocument", status: 400)
  static let packedPolicyTooLarge = ErrorCode("PackedPolicyTooLarge", status: 400)
  static let regionDisabled = ErrorCode("RegionDisabledException", status: 403)
  static let expiredToken = ErrorCode("ExpiredTokenException", status: 400)
  static let invalidAuthorizationMessage = ErrorCode("InvalidAuthorizationMessageException", status: 400)
  static let invalidIdentityToken = ErrorCode("InvalidIdentityToken", status: 400)
  static let idpCommunicationError = ErrorCode("IDPCommunicationError", status: 400)
  static let idpRejectedClaim = ErrorCode("IDPRejectedClaim", status: 403)
  static let sessionDurationEscalation = ErrorCode("SessionDurationEscalationException", status: 403)
  static let outboundFederationDisabled = ErrorCode("OutboundWebIdentityFederationDisabledException", status: 403)
  static let payloadSizeExceeded = ErrorCode("JWTPayloadSizeExceededException", status: 400)
  static let expiredTradeInToken = ErrorCode("ExpiredTradeInTokenException", status: 400)
  static let invalidParameterValue = ErrorCode("InvalidParameterValue", status: 400)
}

extension Failure {
  /// A violation of the model that is found late, in the words of all others.
  static func invalid(_ value: String, at path: String, _ constraint: String) -> Failure {
    Failure(
      .validationError,
      "1 validation error detected: Value '\(value)' at '\(path)' failed to satisfy constraint: \(constraint)")
  }
}

import AWSCore

// IAM's errors: the codes of its API model with their HTTP status, and AWS's sentences.

extension ErrorCode {
  static let noSuchEntity = ErrorCode("NoSuchEntity", status: 404)
  static let entityAlreadyExists = ErrorCode("EntityAlreadyExists", status: 409)
  static let deleteConflict = ErrorCode("DeleteConflict", status: 409)
  static let limitExceeded = ErrorCode("LimitExceeded", status: 409)
  static let invalidInput = ErrorCode("InvalidInput", status: 400)
  static let malformedPolicyDocument = ErrorCode("MalformedPolicyDocument", status: 400)
  static let unmodifiableEntity = ErrorCode("UnmodifiableEntity", status: 400)
  static let concurrentModification = ErrorCode("ConcurrentModification", status: 409)
  static let entityTemporarilyUnmodifiable = ErrorCode("EntityTemporarilyUnmodifiable", status: 409)
  static let policyNotAttachable = ErrorCode("PolicyNotAttachable", status: 400)
  static let policyEvaluation = ErrorCode("PolicyEvaluation", status: 500)
  static let invalidUserType = ErrorCode("InvalidUserType", status: 400)
  static let invalidAuthenticationCode = ErrorCode("InvalidAuthenticationCode", status: 403)
  static let openIDIssuerUnreachable = ErrorCode("OpenIdIdpCommunicationError", status: 400)
  static let featureEnabled = ErrorCode("FeatureEnabled", status: 409)
  static let featureDisabled = ErrorCode("FeatureDisabled", status: 404)
  static let reportNotPresent = ErrorCode("ReportNotPresent", status: 410)
  static let reportExpired = ErrorCode("ReportExpired", status: 410)
  static let reportInProgress = ErrorCode("ReportInProgress", status: 404)
  static let reportGenerationLimitExceeded = ErrorCode("ReportGenerationLimitExceeded", status: 409)
  static let serviceNotSupported = ErrorCode("NotSupportedService", status: 404)
  static let roleModified = ErrorCode("RoleModified", status: 409)
  static let nameConflict = ErrorCode("NameConflict", status: 409)
  static let roleTemplateDisabled = ErrorCode("RoleTemplateDisabled", status: 400)
  static let malformedCertificate = ErrorCode("MalformedCertificate", status: 400)
  static let invalidCertificate = ErrorCode("InvalidCertificate", status: 400)
  static let duplicateCertificate = ErrorCode("DuplicateCertificate", status: 409)
  static let keyPairMismatch = ErrorCode("KeyPairMismatch", status: 400)
  static let invalidPublicKey = ErrorCode("InvalidPublicKey", status: 400)
  static let duplicateSSHPublicKey = ErrorCode("DuplicateSSHPublicKey", status: 400)
  static let unrecognizedPublicKeyEncoding = ErrorCode("UnrecognizedPublicKeyEncoding", status: 400)
}

extension Failure {
  static func noSuchUser(_ name: String) -> Failure {
    Failure(.noSuchEntity, "The user with name \(name) cannot be found.")
  }

  static func noSuchGroup(_ name: String) -> Failure {
    Failure(.noSuchEntity, "The group with name \(name) cannot be found.")
  }

  static func noSuchRole(_ name: String) -> Failure {
    Failure(.noSuchEntity, "The role with name \(name) cannot be found.")
  }

  static func noSuchLoginProfile(_ name: String) -> Failure {
    Failure(.noSuchEntity, "Login Profile for User \(name) cannot be found.")
  }

  static func noSuchVirtualDevice(_ serialNumber: String) -> Failure {
    Failure(.noSuchEntity, "VirtualMFADevice with serial number \(serialNumber) does not exist.")
  }

  static func noSuchPolicy(_ arn: String) -> Failure {
    Failure(.noSuchEntity, "Policy \(arn) does not exist or is not attachable.")
  }

  /// - Parameter kind: `User`, `Group`, `Role`, …
  static func alreadyExists(_ kind: String, _ name: String) -> Failure {
    Failure(.entityAlreadyExists, "\(kind) with name \(name) already exists.")
  }

  /// - Parameter quota: AWS's name of the quota, such as `UsersPerAccount`.
  static func limitExceeded(_ quota: String, _ limit: Int) -> Failure {
    Failure(.limitExceeded, "Cannot exceed quota for \(quota): \(limit)")
  }

  static func deleteConflict(_ message: String) -> Failure { Failure(.deleteConflict, message) }
  static func invalidInput(_ message: String) -> Failure { Failure(.invalidInput, message) }
}

import AWSCore

/// What some temporary credentials may not call, whatever the policies say.
///
/// Source: IAM User Guide, "Compare AWS STS credentials".
enum SessionLimits {
  static func check(_ call: Call) throws(Failure) {
    guard let session = call.caller.session else { return }
    switch session.principal {
    case .role: return
    case .federated:
      try refuse(
        call, unless: call.service != "iam" && (call.service != "sts" || call.operation == "GetCallerIdentity"))
    case .root, .user:
      let mayCallSTS = ["AssumeRole", "GetCallerIdentity"].contains(call.operation)
      let mayCallIAM = session.authenticatedByMFA != nil
      try refuse(call, unless: call.service == "iam" ? mayCallIAM : call.service != "sts" || mayCallSTS)
    }
  }

  // AWS: IAM answers such credentials as if they did not exist; STS says what is wrong.
  private static func refuse(_ call: Call, unless isAllowed: Bool) throws(Failure) {
    guard !isAllowed else { return }
    guard call.service == "sts" else { throw .goneCaller }
    throw Failure(.accessDenied, "Cannot call \(call.operation) with session credentials")
  }
}

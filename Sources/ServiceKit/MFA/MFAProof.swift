public import AWSCore
import Directory

/// The proof that a request carries a right code of its caller's own device; good once it is spent.
public struct MFAProof: Sendable {
  private let device: MFADeviceRecord
  private let step: Int64

  /// Checks the code; nil where the call brings neither code nor device.
  ///
  /// - Throws: `AccessDenied`, the same whatever is wrong.
  public init?(serialNumber: String?, code: String?, of call: Call) async throws(Failure) {
    guard serialNumber != nil || code != nil else { return nil }
    guard let serialNumber, let code else { throw .multiFactorIncomplete }
    let ownerID: String
    switch call.caller.principal {
    case .root: ownerID = RootUser.ownerID
    case .user(let id): ownerID = id
    case .role, .federated, .vouched: throw .multiFactorFailed
    }
    let account = try await call.callerAccount().account
    guard let device = account.mfaDevices[id: serialNumber], device.ownerID == ownerID,
      let step = try await MFACodes(in: call.environment, at: call.now).check(code, of: device, in: account)
    else { throw .multiFactorFailed }
    self.device = device
    self.step = step
  }

  /// What policies see of a request that carries a right code.
  public static let keys: [Access.Key] = [
    .one("aws:MultiFactorAuthPresent", "true"), .one("aws:MultiFactorAuthAge", "0"),
  ]

  /// Uses the code up.
  ///
  /// - Throws: the same as for a wrong code where another call was first.
  public func spend(_ grant: Grant) async throws(Failure) {
    let codes = MFACodes(in: grant.call.environment, at: grant.now)
    guard try await codes.spend(step, of: device) else { throw .multiFactorFailed }
  }
}

extension Failure {
  // AWS: every wrong code and every device that is not the caller's own has this one answer.
  static let multiFactorFailed = Failure(
    .accessDenied, "MultiFactorAuthentication failed with invalid MFA one time pass code. ")

  static let multiFactorIncomplete = Failure(
    .accessDenied, "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
}

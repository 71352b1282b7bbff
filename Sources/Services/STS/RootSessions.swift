import AWSCore
import AWSWire
import Directory
import ServiceKit

/// A short session of a member account's root user for one task.
// There are no organizations here yet, so that nobody manages one: what is asked for is checked, and refused.
struct AssumeRoot: ReadOperation {
  /// What a session may be for; the names of AWS's managed policies.
  static let taskPolicies = [
    "IAMAuditRootUserCredentials", "IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials", "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy",
  ]
  private static let policyPrefix = "arn:aws:iam::aws:policy/root-task/"

  struct Target: ConstrainedString, WireDecodable {
    static let constraint = StringConstraint(12...2048)
    let text: String
    init(unchecked text: String) { self.text = text }

    /// The account that an id or the ARN of a root user names.
    var account: AccountID? {
      if let id = AccountID(text) { return id }
      guard let arn = ARN(text), arn.service == "iam", arn.resource == "root" else { return nil }
      return arn.accountID
    }
  }

  struct Input: WireStruct {
    let target: Target
    let taskPolicy: PolicyDescriptor
    let durationSeconds: Int?
    let minimumTokenSize: Int?

    init(from fields: inout Fields) {
      target = fields.required("TargetPrincipal")
      taskPolicy = fields.required("TaskPolicyArn")
      durationSeconds = fields.optional("DurationSeconds", in: 0...900)
      minimumTokenSize = fields.optional(TokenSize.member, in: TokenSize.allowed)
    }
  }

  static let failures: [ErrorCode] = [.regionDisabled, .expiredToken]

  static func access(_ input: Input, _ view: View) -> Access {
    Access(
      "sts:AssumeRoot", on: .iam(input.target.account ?? view.account.id, "root"),
      keys: [.one("sts:TaskPolicyArn", input.taskPolicy.arn?.text ?? "")])
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> EmptyOutput {
    guard input.target.account != nil else {
      throw Failure(.validationError, "\(input.target.text.prefix(256)) is invalid")
    }
    guard let policy = input.taskPolicy.arn?.text, policy.hasPrefix(policyPrefix),
      taskPolicies.contains(String(policy.dropFirst(policyPrefix.count)))
    else {
      throw Failure(.validationError, "The task policy ARN is not one of those that AssumeRoot takes.")
    }
    if case .root = grant.caller.principal {
      throw Failure(.accessDenied, "AssumeRoot may not be called with root user credentials.")
    }
    throw Failure(
      .accessDenied,
      "The account \(grant.caller.account) is neither the management account of an organization with centralized root "
        + "access nor its delegated administrator for IAM.")
  }
}

/// Credentials in exchange for the token that the approval of a delegation request gave.
struct GetDelegatedAccessToken: ReadOperation {
  struct TradeInToken: ConstrainedString, WireDecodable {
    static let constraint = StringConstraint(0...Int.max)
    let text: String
    init(unchecked text: String) { self.text = text }
  }

  struct Input: WireStruct {
    let token: TradeInToken
    init(from fields: inout Fields) { token = fields.required("TradeInToken") }
  }

  static let failures: [ErrorCode] = [.expiredTradeInToken, .regionDisabled, .packedPolicyTooLarge]

  static func access(_ input: Input, _ view: View) -> Access { Access("sts:GetDelegatedAccessToken") }

  // Nobody is given such tokens here: each that comes is as one that has run out.
  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> EmptyOutput {
    throw Failure(.expiredTradeInToken, "The trade-in token has expired and can no longer be exchanged.")
  }
}

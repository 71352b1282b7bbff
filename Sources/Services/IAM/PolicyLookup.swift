import AWSCore
import AWSWire
import Directory
import ServiceKit

/// A managed policy, whoever maintains it.
enum AnyManagedPolicy: Sendable {
  case aws(ManagedPolicy, ARN)
  case customer(PolicyRecord)

  var arn: ARN {
    switch self {
    case .aws(_, let arn): arn
    case .customer(let record): record.arn
    }
  }

  var path: String {
    switch self {
    case .aws(let policy, _): policy.path
    case .customer(let record): record.path.text
    }
  }

  var id: String {
    switch self {
    case .aws(let policy, _): policy.id
    case .customer(let record): record.id
    }
  }

  /// Newest first.
  var versions: [PolicyVersionOutput] {
    switch self {
    case .aws(let policy, _): [PolicyVersionOutput(policy)]
    case .customer(let record): record.versions.reversed().map { PolicyVersionOutput($0, of: record) }
    }
  }

  func version(_ id: PolicyVersionID) throws(Failure) -> PolicyVersionOutput {
    guard let version = versions.first(where: { $0.id == id.text }) else { throw .noSuchVersion(id, of: arn) }
    return version
  }
}

extension Account {
  /// The policy that a request names, AWS's or the account's own.
  func anyPolicy(_ text: ARNText) throws(Failure) -> AnyManagedPolicy {
    let arn = try ARN(policy: text)
    if let record = customerPolicy(arn) { return .customer(record) }
    guard let policy = ManagedPolicyLibrary.aws[arn.text] else { throw .policyNotFound(arn.text) }
    return .aws(policy, arn)
  }

  /// The policy that a request wants to change: one of the account itself.
  ///
  /// - Throws: `AccessDenied` for everybody else's, AWS's managed policies among them.
  // AWS: even the root user is refused so, by whatever name the policy goes.
  func ownPolicy(_ text: ARNText) throws(Failure) -> PolicyRecord {
    let arn = try ARN(policy: text)
    guard arn.accountID == id else { throw Failure(.accessDenied, "Policy is outside your own account.") }
    guard let record = customerPolicy(arn) else { throw .policyNotFound(arn.text) }
    return record
  }
}

extension View {
  /// The access to a managed policy that exists or not, with its tags as condition keys.
  func access(_ action: String, toPolicy text: ARNText) -> Access {
    let arn = policyARN(text)
    return Access(action, on: arn).on(tagged: account.customerPolicy(arn))
  }
}

extension ARN {
  /// The ARN of a managed policy, or AWS's error for what can be none.
  init(policy text: ARNText) throws(Failure) {
    let arn = try ARN(parsing: text)
    guard arn.service == "iam", arn.resource.hasPrefix("policy/") else {
      throw .invalidInput("ARN \(text) is not valid.")
    }
    self = arn
  }

  /// The path of a managed policy: `/` or `/division/`.
  var policyPath: Substring { resource.dropFirst("policy".count).dropLast(lastComponent.count) }

  /// The place of a managed policy in lists: by name in any letter case; of two with one name, the account's own first.
  var policyListKey: String { "\(lastComponent.lowercased()) \(account == "aws" ? 2 : 1)" }
}

extension Failure {
  static func policyNotFound(_ arn: String) -> Failure { Failure(.noSuchEntity, "Policy \(arn) was not found.") }

  static func noSuchVersion(_ version: PolicyVersionID, of policy: ARN) -> Failure {
    Failure(.noSuchEntity, "Policy \(policy) version \(version) does not exist or is not attachable.")
  }
}

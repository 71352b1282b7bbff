import AWSCore
import Foundation
import PolicyEngine

/// A request of the user `alice` whom the HTTP benchmark also has, with the decision that her policies make on it.
struct AliceQuestion {
  static let account = "123456789012"
  static let user = "arn:aws:iam::123456789012:user/alice"

  let name: String
  let action: String
  let resource: String
  let expected: Decision.Outcome

  /// Allowed by a statement of the last policy, which has a policy variable and a condition.
  static let getUser = AliceQuestion(name: "allowed", action: "iam:GetUser", resource: user, expected: .allowed)

  static let all = [
    getUser,
    AliceQuestion(
      name: "allowed at once", action: "iam:ListUsers", resource: "arn:aws:iam::123456789012:user/",
      expected: .allowed),
    AliceQuestion(
      name: "implicitly denied", action: "s3:PutObject", resource: "arn:aws:s3:::other-data/report.csv",
      expected: .implicitlyDenied),
    AliceQuestion(
      name: "explicitly denied", action: "s3:DeleteBucket", resource: "arn:aws:s3:::team-data",
      expected: .explicitlyDenied),
  ]

  /// The keys that a signed request of a tagged user for a tagged resource carries.
  func context() -> RequestContext {
    var context = RequestContext()
    context.set("aws:CurrentTime", "2026-07-01T12:00:00Z")
    context.set("aws:EpochTime", "1782907200")
    context.set("aws:SourceIp", "127.0.0.1")
    context.set("aws:SecureTransport", "false")
    context.set("aws:RequestedRegion", "us-east-1")
    context.set("aws:ViaAWSService", "false")
    context.set("aws:UserAgent", "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux lang/python#3.11.2")
    context.set("aws:PrincipalAccount", Self.account)
    context.set("aws:PrincipalIsAWSService", "false")
    context.set("aws:userid", "AIDAQEXAMPLEEXAMPLEEX")
    context.set("aws:PrincipalType", "User")
    context.set("aws:PrincipalArn", Self.user)
    context.set("aws:username", "alice")
    context.set("aws:PrincipalTag/team", "platform")
    context.set("aws:PrincipalTag/project", "lighthouse")
    context.set("aws:PrincipalTag/cost-center", "4711")
    context.set("aws:ResourceTag/team", "platform")
    context.set("aws:ResourceTag/project", "lighthouse")
    context["s3:x-amz-server-side-encryption"] = ["aws:kms"]
    context.set("aws:ResourceAccount", Self.account)
    return context
  }

  func request(_ context: RequestContext) -> AuthorizationRequest {
    let account = AccountID(Self.account)
    precondition(account != nil, "an account id has twelve digits")
    return AuthorizationRequest(
      principal: account.map { .user(arn: Self.user, account: $0, uniqueID: "AIDAQEXAMPLEEXAMPLEEX") } ?? .anonymous,
      action: action, resource: resource, resourceAccount: account, context: context)
  }
}

/// The user with 10 policies of 5 statements, whose GetUser the HTTP benchmark also measures.
struct Alice {
  private static let decisionsInRound = 20_000

  private let policies: [Policy]

  init(folder: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
    policies = try names.map { name in
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      let document = try PolicyDocument.parse(text, as: .identity)
      return Policy(document, source: PolicySource(kind: .managed, name: name))
    }
  }

  /// Nanoseconds for one decision on each question.
  func measure() throws -> [String: Double] {
    let layers = PolicyLayers(identity: PolicySet(policies))
    var figures: [String: Double] = [:]
    for question in AliceQuestion.all {
      let request = question.request(question.context())
      let decision = Authorization.decide(request, under: layers)
      guard decision.outcome == question.expected else {
        throw Complaint("\(question.name): \(decision.outcome), not \(question.expected)")
      }
      figures[question.name] = Timing.median(per: Self.decisionsInRound) {
        sink(Authorization.decide(request, under: layers))
      }
    }
    return figures
  }
}

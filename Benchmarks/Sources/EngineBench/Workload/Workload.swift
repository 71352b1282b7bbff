import AWSCore
import PolicyEngine

/// Policies with the given number of statements, and a thousand requests to them, all drawn from one seed.
struct Workload {
  static let seed: UInt64 = 20_261_122
  static let questionsCount = 1_000
  static let sizes = [50, 500, 5_000]

  /// A request with everything that governs it.
  struct Asked {
    let request: AuthorizationRequest
    let layers: PolicyLayers
    /// The same with the identity's policies alone.
    let identityAlone: PolicyLayers
  }

  let statements: [MadeStatement]
  let texts: [String]
  let policies: [Policy]
  let questions: [MadeQuestion]

  init(statements count: Int, seed: UInt64 = seed) throws {
    var random = SplitMix64(seed: seed &+ UInt64(count))
    let vocabulary = try Vocabulary(&random)
    let statements = MadeStatement.deal(count, vocabulary, &random)
    self.statements = statements
    texts = Self.documents(statements, &random)
    policies = try Self.policies(texts)
    let callers = try Self.callers()
    questions = (0..<Self.questionsCount).map { number in
      MadeQuestion(statements, vocabulary, callers[number % callers.count], &random)
    }
  }

  /// The requests with the policies compiled, the layers around them and a policy of its own on each resource.
  func asked() throws -> [Asked] {
    let identity = PolicySet(policies)
    let guardrails = try Guardrails()
    var asked: [Asked] = []
    for (number, question) in questions.enumerated() {
      let reader = number.isMultiple(of: 8) ? question.caller.arn : Guardrails.auditor
      let resource = try Guardrails.resourcePolicy(of: question.service, resource: question.resource, reader: reader)
      asked.append(
        Asked(
          request: question.request, layers: guardrails.layers(identity, resource),
          identityAlone: PolicyLayers(identity: identity)))
    }
    return asked
  }

  // MARK: Parts

  /// A user and a role's session, who take turns.
  ///
  /// At AWS no user has a session policy; this one has, so that every layer is asked in every request.
  private static func callers() throws -> [Caller] {
    guard let account = AccountID(Words.account) else { throw Complaint("`\(Words.account)` is no account") }
    return [
      Caller(isRole: false, name: "alice", team: "payments", account: account),
      Caller(isRole: true, name: "deployment", team: "payments", account: account),
    ]
  }

  /// Documents of five to ten statements.
  static func documents(_ statements: [MadeStatement], _ random: inout SplitMix64) -> [String] {
    var texts: [String] = []
    var start = 0
    while start < statements.count {
      let end = min(statements.count, start + 5 + random.below(6))
      let written = (start..<end).map { statements[$0].json(sid: "S\($0)") }
      texts.append(#"{"Version":"2012-10-17","Statement":[\#(written.joined(separator: ","))]}"#)
      start = end
    }
    return texts
  }

  static func policies(_ texts: [String]) throws -> [Policy] {
    try texts.enumerated().map { number, text in
      let name = "arn:aws:iam::\(Words.account):policy/workload-\(number)"
      return Policy(try PolicyDocument.parse(text, as: .identity), source: PolicySource(kind: .managed, name: name))
    }
  }
}

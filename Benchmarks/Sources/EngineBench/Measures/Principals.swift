import AWSCore
import PolicyEngine

/// What a decision costs when the next one is about somebody else: 20,000 principals over 2,000 sets of policies.
///
/// The identity's policies are in no cache but by chance; the layers around them are shared by all.
struct Principals {
  static let principalsCount = 20_000
  static let setsCount = 2_000
  static let statementsInSet = 50
  private static let questionsPerSet = 8

  private struct Shared {
    let set: PolicySet
    let questions: [MadeQuestion]
  }

  private let shared: [Shared]
  private let guardrails: Guardrails
  /// A policy for all resources of a service.
  private let resources: [String: PolicySet]
  private var random = SplitMix64(seed: Workload.seed)

  init() throws {
    var random = SplitMix64(seed: Workload.seed)
    let vocabulary = try Vocabulary(&random)
    guard let account = AccountID(Words.account) else { throw Complaint("`\(Words.account)` is no account") }
    guardrails = try Guardrails()
    resources = try Dictionary(
      uniqueKeysWithValues: Vocabulary.prefixes.map { service in
        (service, try Guardrails.resourcePolicy(of: service, resource: "*", reader: Guardrails.auditor))
      })
    shared = try (0..<Self.setsCount).map { number in
      let statements = MadeStatement.deal(Self.statementsInSet, vocabulary, &random)
      let policies = try Workload.policies(Workload.documents(statements, &random))
      let team = Words.teams[number % Words.teams.count]
      let caller = Caller(isRole: number.isMultiple(of: 2), name: "principal", team: team, account: account)
      let questions = (0..<Self.questionsPerSet).map { _ in MadeQuestion(statements, vocabulary, caller, &random) }
      return Shared(set: PolicySet(policies), questions: questions)
    }
  }

  mutating func measure() -> [String: [String: Double]] { Batches.measure { ask() } }

  /// A request of a principal chosen at random; which set they have follows from their number.
  private mutating func ask() -> Workload.Asked {
    let principal = random.below(Self.principalsCount)
    let shared = shared[principal % Self.setsCount]
    let question = random.pick(shared.questions).asked(by: "principal-\(principal)")
    return Workload.Asked(
      request: question.request, layers: guardrails.layers(shared.set, resources[question.service]),
      identityAlone: PolicyLayers(identity: shared.set))
  }
}

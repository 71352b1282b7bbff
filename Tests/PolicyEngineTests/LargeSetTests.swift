import PolicyEngine
import Testing

@testable import Differential

/// An index finds what it looks for by hashes. With few statements no two of them meet, so these sets are large.
@Suite("Sets of thousands of statements")
struct LargeSetTests {
  private static let source = PolicySource(kind: .inline, name: "own")

  private func layers(_ statements: [RandomStatement]) throws -> ReferenceEvaluator.Layers {
    let policy = RandomPolicy(version: .v2012, statements: statements, kind: .identity, source: Self.source)
    return .init(identity: [try policy.parsed()])
  }

  private func request(_ action: String, _ resource: String) -> ReferenceRequest {
    ReferenceRequest(
      caller: .user(arn: "arn:aws:iam::111111111111:user/u", account: "111111111111", uniqueID: nil), action: action,
      resource: resource, resourceAccount: "111111111111")
  }

  private func allow(_ actions: [String], _ resource: String) -> RandomStatement {
    RandomStatement(effect: .allow, actions: actions, resources: [resource])
  }

  /// `1174 × 0xC2B2AE35 ^ 5 × 0x27D4EB2F` and `2006 × 0xC2B2AE35 ^ 69 × 0x27D4EB2F` are the same in 32 bits.
  @Test("a statement is not found by the number of another action and another resource")
  func numbersThatMeet() throws {
    let statements = (1...2006).map { number in
      switch number {
      case 1174: allow(["s3:A69"], "arn:aws:s3:::x*")
      case 2006: allow(["s3:A69"], "arn:aws:s3:::xy*")
      default: allow(["s3:A\((number - 1) % 69 + 1)"], "arn:aws:s3:::r\(number)*")
      }
    }
    let layers = try layers(statements)
    let engine = EngineLayers(layers)
    for number in [5, 69] {
      let request = request("s3:A\(number)", "arn:aws:s3:::xyz")
      let expected: ReferenceDecision = number == 69 ? .allowed : .implicitlyDenied(.identity)
      #expect(ReferenceEvaluator(request: request).decide(layers) == expected)
      #expect(engine.decide(request) == expected, "s3:A\(number)")
    }
  }

  @Test("of many actions on resources that lie in each other, only those listed are allowed")
  func nestedResources() throws {
    let depth = min(2_000, max(200, RandomRun.cases / 500))
    let actions = try #require(ServiceReference.service("s3")).actions.map(\.description)
    let (asked, listed) = (Array(actions[..<64]), Array(actions[64..<128]))
    let nested = (1...depth).map { allow(listed, "arn:aws:s3:::\(String(repeating: "a", count: $0))*") }
    let engine = EngineLayers(try layers([allow(asked, "arn:aws:s3:::other")] + nested))
    let deepest = "arn:aws:s3:::\(String(repeating: "a", count: depth))"
    for action in asked {
      #expect(engine.decide(request(action, deepest)) == .implicitlyDenied(.identity), "\(action)")
    }
    for action in listed { #expect(engine.decide(request(action, "arn:aws:s3:::a")) == .allowed, "\(action)") }
  }

  @Test("both evaluators decide alike", arguments: [300, 600])
  func agreement(count: Int) throws {
    var random = SeededGenerator(seed: RandomRun.seed)
    let world = RandomWorld(&random, breadth: 8)
    let writer = RandomStatements(world: world, kind: .identity)
    let samples = (0..<12).map { _ in world.request(&random) }
    let silent = EngineLayers(.init())
    let answers = samples.map(silent.decide)
    var statements: [RandomStatement] = []
    for _ in 0..<20 * count where statements.count < count {
      let statement = writer.narrow(&random, random.chance(100) ? .deny : .allow)
      // What means nearly everything would decide every request.
      let alone = EngineLayers(try layers([statement]))
      if zip(samples, answers).count(where: { alone.decide($0) != $1 }) <= 1 { statements.append(statement) }
    }
    try #require(statements.count == count, "seed \(RandomRun.seed)")
    let layers = try layers(statements)
    let engine = EngineLayers(layers)
    var decisions: [ReferenceDecision: Int] = [:]
    for _ in 0..<40 {
      var request = world.request(&random)
      request.resourceAccount = request.caller.account
      let expected = ReferenceEvaluator(request: request).decide(layers)
      #expect(engine.decide(request) == expected, "seed \(RandomRun.seed): \(request)")
      decisions[expected, default: 0] += 1
    }
    #expect(decisions.count > 1, "seed \(RandomRun.seed): \(decisions)")
  }
}

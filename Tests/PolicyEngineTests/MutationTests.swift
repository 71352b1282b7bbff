import PolicyEngine
import Testing

@testable import Differential

@Suite("Texts that nobody meant")
struct MutationTests {
  private static let cases = max(2000, RandomRun.cases / 50)

  private static let fragments = [
    "\"", "{", "}", "[", "]", ",", ":", "\\", "\\u", "${", "}", "*", "?", "'", "null", "-", "1e-9223372036854775808",
    "0",
    "9223372036854775807", "999999999", "é", "/", "::", "arn:", "T", ".", "=", " ", "IfExists", "For", "\n", "%",
  ]

  private static func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<random.pick([1, 1, 2, 4]) {
      let start = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, start + random.pick([0, 0, 1, 3]))
      bytes.replaceSubrange(start..<end, with: Array(random.pick(fragments).utf8))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What may stand in a policy's text without an escape.
  private static func admitted(_ text: String) -> String {
    var admitted = String.UnicodeScalarView()
    for scalar in text.unicodeScalars
    where (0x20...0xFF).contains(scalar.value) && !"\"\\".unicodeScalars.contains(scalar) {
      admitted.append(scalar)
    }
    return String(admitted)
  }

  @Test("a damaged document is refused, or both evaluators still decide alike")
  func documents() throws {
    print("mutations: SALLYPORT_SEED=\(RandomRun.seed)")
    var random = SeededGenerator(seed: RandomRun.seed)
    var accepted = 0
    var randomCase = RandomCase(&random)
    for number in 0..<Self.cases {
      if number.isMultiple(of: 16) { randomCase = RandomCase(&random) } else { randomCase.redraw(&random) }
      let kind = random.pick([PolicyDocument.Kind.identity, .trust, .resource, .session])
      let writer = RandomStatements(world: randomCase.world, kind: kind)
      let source = PolicySource(kind: .managed, name: "damaged")
      let policy = RandomPolicy(
        version: .v2012, statements: random.list(1...2) { writer.narrow(&$0, .allow) }, kind: kind, source: source)
      let text = Self.mutated(policy.text, &random)
      switch Result(catching: { () throws(PolicyDocumentError) in try PolicyDocument.parse(text, as: kind) }) {
      case .success(let document):
        accepted += 1
        var layers = ReferenceEvaluator.Layers(identity: [.init(document: document, source: source)])
        if kind == .resource { layers.resource = layers.identity }
        let expected = ReferenceEvaluator(request: randomCase.request).decide(layers)
        #expect(
          EngineLayers(layers).decide(randomCase.request) == expected,
          "seed \(RandomRun.seed): \(randomCase.request) under \(text)")
      case .failure(let error):
        #expect(error.line >= 1 && error.column >= 1 && !error.message.isEmpty)
      }
    }
    #expect(accepted > 0 && accepted < Self.cases)
  }

  @Test(
    "no value of the request and none of the policy stops an operator", arguments: ConditionOperator.Comparison.allCases
  )
  func values(comparison: ConditionOperator.Comparison) {
    var random = SeededGenerator(seed: RandomRun.seed)
    for _ in 0..<200 {
      let usual = [
        "2020-01-01T00:00:00Z", "10.0.0.0/8", "2001:db8::1/64", "-12.5e3", "YWI=", "arn:aws:s3:::a", "${k:v, 'x'}",
      ]
      let value = Self.mutated(random.pick(usual), &random)
      let operand = Self.admitted(Self.mutated(random.pick(usual), &random))
      let text = """
        {"Version":"2012-10-17","Statement":{"Effect":"\(random.pick(["Allow", "Deny"]))","Action":"*","Resource":"*",
        "Condition":{"\(comparison.rawValue)":{"k:v":"\(operand)"}}}}
        """
      guard case .success(let document) = Result(catching: { try PolicyDocument.parse(text, as: .identity) }) else {
        #expect(comparison.rawValue.hasPrefix("Date"), "refused: \(text)")
        continue
      }
      var request = ReferenceRequest(
        caller: .user(arn: "arn:aws:iam::111111111111:user/u", account: "111111111111", uniqueID: nil), action: "s:A",
        resource: "*")
      request.context["k:v"] = [value]
      let source = PolicySource(kind: .managed, name: "values")
      let layers = ReferenceEvaluator.Layers(identity: [.init(document: document, source: source)])
      let expected = ReferenceEvaluator(request: request).decide(layers)
      #expect(EngineLayers(layers).decide(request) == expected, "seed \(RandomRun.seed): `\(value)` by \(text)")
    }
  }
}

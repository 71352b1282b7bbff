import AWSCore
import PolicyEngine
import Testing

@Suite("Texts that nobody meant")
struct MutationTests {
  private static let cases = max(2000, RandomRun.cases / 10)

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

  @Test("a damaged document is refused or still decides, and stops nothing")
  func documents() throws {
    print("mutations: SALLYPORT_SEED=\(RandomRun.seed)")
    var random = SeededGenerator(seed: RandomRun.seed)
    var accepted = 0
    for _ in 0..<Self.cases {
      let kind = random.pick([PolicyDocument.Kind.identity, .trust, .resource, .session])
      let text = Self.mutated(RandomWords.document(&random, kind), &random)
      let result = Result { () throws(PolicyDocumentError) in try PolicyDocument.parse(text, as: kind) }
      switch result {
      case .success(let document):
        accepted += 1
        var randomCase = try RandomCase(&random)
        randomCase.layers.identity = [.init(document: document, source: PolicySource(kind: .managed, name: "damaged"))]
        let verdict = Authorization.decide(randomCase.request, under: randomCase.compiled)
        #expect(verdict.isAllowed == (verdict.layer == nil))
      case .failure(let error):
        #expect(error.line >= 1 && error.column >= 1 && !error.message.isEmpty)
      }
    }
    #expect(accepted > 0 && accepted < Self.cases)
  }

  @Test(
    "no value of the request and none of the policy stops an operator", arguments: ConditionOperator.Comparison.allCases
  )
  func values(comparison: ConditionOperator.Comparison) throws {
    var random = SeededGenerator(seed: RandomRun.seed)
    let account = RandomCase.accounts[0]
    for _ in 0..<200 {
      let usual = [
        "2020-01-01T00:00:00Z", "10.0.0.0/8", "2001:db8::1/64", "-12.5e3", "YWI=", "arn:aws:s:::a", "${k:v, 'x'}",
      ]
      let value = Self.mutated(random.pick(usual), &random)
      let operand = Self.admitted(Self.mutated(random.pick(usual), &random))
      let text = """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",
        "Condition":{"\(comparison.rawValue)":{"k:v":"\(operand)"}}}}
        """
      guard case .success(let document) = Result(catching: { try PolicyDocument.parse(text, as: .identity) }) else {
        #expect(comparison.rawValue.hasPrefix("Date"), "refused: \(text)")
        continue
      }
      var context = RequestContext()
      context.set("k:v", value)
      let request = AuthorizationRequest(
        principal: .user(arn: "arn:aws:iam::\(account):user/u", account: account), action: "s:A", resource: "*",
        resourceAccount: account, context: context)
      let policy = ReferenceEvaluator.Policy(
        document: document, source: PolicySource(kind: .managed, name: "values"))
      let layers = ReferenceEvaluator.Layers(identity: [policy])
      let verdict = Authorization.decide(request, under: RandomCase.compile(layers))
      let expected = ReferenceEvaluator(request: request).decide(layers)
      #expect(verdict.decision == expected.decision, "seed \(RandomRun.seed): `\(value)` by \(text)")
    }
  }
}

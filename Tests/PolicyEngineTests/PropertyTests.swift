import AWSCore
import PolicyEngine
import Testing

@Suite("Properties that every policy set has")
struct PropertyTests {
  private static let cases = max(1000, RandomRun.cases / 25)

  private func forEachCase(_ body: (inout SeededGenerator, RandomCase) throws -> Void) throws {
    print("properties: SALLYPORT_SEED=\(RandomRun.seed)")
    var random = SeededGenerator(seed: RandomRun.seed)
    for _ in 0..<Self.cases {
      let randomCase = try RandomCase(&random)
      try body(&random, randomCase)
    }
  }

  private func decide(_ randomCase: RandomCase) -> Verdict {
    Authorization.decide(randomCase.request, under: randomCase.compiled)
  }

  private func rewritten(
    _ policy: ReferenceEvaluator.Policy, _ change: ([JSONValue]) -> [JSONValue]
  ) throws -> ReferenceEvaluator.Policy {
    let text = try JSONText.changingStatements(of: policy.document.text, change)
    return .init(document: try PolicyDocument.parse(text, as: policy.document.kind), source: policy.source)
  }

  @Test("adding a Deny never allows what was not allowed")
  func addingDeny() throws {
    var denied = 0
    try forEachCase { random, randomCase in
      let before = decide(randomCase)
      var changed = randomCase
      let document = try RandomWords.single(&random, effect: "Deny")
      changed.layers.identity.append(
        .init(document: document, source: PolicySource(kind: .inline, name: "added")))
      let after = decide(changed)
      #expect(before.isAllowed || !after.isAllowed, "seed \(RandomRun.seed): \(changed.description)")
      if before.isAllowed, !after.isAllowed { denied += 1 }
    }
    #expect(denied > 0)
  }

  @Test("removing an Allow never allows what was not allowed")
  func removingAllow() throws {
    var lost = 0
    try forEachCase { random, randomCase in
      guard !randomCase.layers.identity.isEmpty else { return }
      var changed = randomCase
      let index = Int.random(in: 0..<changed.layers.identity.count, using: &random)
      let statements = changed.layers.identity[index].document.statements
      guard statements.count > 1, let allow = statements.firstIndex(where: { $0.effect == .allow }) else { return }
      changed.layers.identity[index] = try rewritten(changed.layers.identity[index]) { values in
        var values = values
        values.remove(at: allow)
        return values
      }
      let before = decide(randomCase).isAllowed
      let after = decide(changed).isAllowed
      #expect(before || !after, "seed \(RandomRun.seed): \(randomCase.description)")
      if before, !after { lost += 1 }
    }
    #expect(lost > 0)
  }

  @Test("the order of policies and statements changes nothing")
  func order() throws {
    try forEachCase { random, randomCase in
      var shuffled = randomCase
      shuffled.layers.identity.shuffle(using: &random)
      shuffled.layers.boundary?.shuffle(using: &random)
      shuffled.layers.session?.shuffle(using: &random)
      shuffled.layers.identity = try shuffled.layers.identity.map { try rewritten($0) { $0.reversed() } }
      if let resource = shuffled.layers.resource {
        shuffled.layers.resource = try rewritten(resource) { $0.reversed() }
      }
      let before = decide(randomCase)
      let after = decide(shuffled)
      #expect(
        before.decision == after.decision && before.layer == after.layer,
        "seed \(RandomRun.seed): \(randomCase.description)")
    }
  }

  @Test("an explicit deny of everything in any layer always wins, but a root user's own")
  func denyEverything() throws {
    let text = #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#
    let document = try PolicyDocument.parse(text, as: .identity)
    let policy = ReferenceEvaluator.Policy(
      document: document, source: PolicySource(kind: .managed, name: "deny"))
    try forEachCase { _, randomCase in
      var changed = randomCase
      changed.layers.session = (changed.layers.session ?? []) + [policy]
      #expect(decide(changed).decision == .explicitlyDenied)
      changed = randomCase
      changed.layers.serviceControl.append([policy])
      #expect(decide(changed).decision == .explicitlyDenied)
    }
  }

  @Test("the value of a variable is matched as it is and never as a pattern, whatever it holds")
  func valuesAreLiteral() throws {
    var random = SeededGenerator(seed: RandomRun.seed)
    let text =
      #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s:*","Resource":"arn:aws:s:::${k:v}"}}"#
    let layers = PolicyLayers(identity: [
      CompiledPolicy(
        try PolicyDocument.parse(text, as: .identity), source: PolicySource(kind: .inline, name: "own"))
    ])
    let account = RandomCase.accounts[0]
    var matches = 0
    for _ in 0..<Self.cases {
      let letters = ["*", "?", "$", "{", "}", "a", "${*}", "${k:w}", "/", "é"]
      let value = random.list(0...3) { $0.pick(letters) }.joined()
      let name = random.chance(2) ? value : random.list(0...3) { $0.pick(letters) }.joined()
      var context = RequestContext()
      context.set("k:v", value)
      context.set("k:w", "a")
      let request = AuthorizationRequest(
        principal: .user(arn: "arn:aws:iam::\(account):user/u", account: account), action: "s:Get",
        resource: "arn:aws:s:::\(name)", resourceAccount: account, context: context)
      let isAllowed = Authorization.decide(request, under: layers).isAllowed
      #expect(isAllowed == (name == value), "seed \(RandomRun.seed): value `\(value)`, resource `\(name)`")
      if isAllowed { matches += 1 }
    }
    #expect(matches > 0 && matches < Self.cases)
  }
}

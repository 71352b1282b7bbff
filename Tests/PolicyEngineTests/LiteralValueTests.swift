import Testing

@testable import Differential
@testable import PolicyEngine

@Suite("Values of variables")
struct LiteralValueTests {
  private static let cases = max(2000, RandomRun.cases / 100)
  private static let letters = [
    "*", "?", "$", "{", "}", "a", "${*}", "${k:w}", "${k:v}", "/", ":", "é", ", 'a'", "\u{0}",
  ]

  /// Where a policy may use a variable: what it writes for `${k:v}`, and what a request carries for a value.
  enum Place: String, CaseIterable {
    case resource, middleOfResource, fallback, stringEquals, stringLike, arnLike, arnEquals

    var statement: RandomStatement {
      var statement = RandomStatement(effect: .allow, actions: ["s:*"], resources: ["*"])
      switch self {
      case .resource: statement.resources = ["arn:aws:s:::${k:v}"]
      case .middleOfResource: statement.resources = ["arn:aws:s:::?*#${k:v}#?"]
      case .fallback: statement.resources = ["arn:aws:s:::${k:v, 'other'}"]
      case .stringEquals: statement.conditions = [RandomCondition(name: "StringEquals", key: "k:n", values: ["${k:v}"])]
      case .stringLike: statement.conditions = [RandomCondition(name: "StringLike", key: "k:n", values: ["${k:v}"])]
      case .arnLike:
        statement.conditions = [RandomCondition(name: "ArnLike", key: "k:n", values: ["arn:aws:s:::${k:v}"])]
      case .arnEquals: statement.conditions = [RandomCondition(name: "ArnEquals", key: "k:n", values: ["${k:v}"])]
      }
      return statement
    }

    func request(_ name: String) -> (resource: String, value: String) {
      switch self {
      case .resource, .fallback: ("arn:aws:s:::\(name)", "")
      case .middleOfResource: ("arn:aws:s:::x/y#\(name)#y", "")
      case .stringEquals, .stringLike, .arnEquals: ("*", name)
      case .arnLike: ("*", "arn:aws:s:::\(name)")
      }
    }
  }

  @Test(
    "a value is matched as it is and never as a pattern or a variable, whatever it holds", arguments: Place.allCases)
  func valuesAreLiteral(place: Place) throws {
    var random = SeededGenerator(seed: RandomRun.seed)
    let policy = RandomPolicy(
      version: .v2012, statements: [place.statement], kind: .identity, source: PolicySource(kind: .inline, name: "own"))
    let layers = EngineLayers(.init(identity: [try policy.parsed()]))
    var matches = 0
    for _ in 0..<Self.cases {
      let value = random.list(0...3) { $0.pick(Self.letters) }.joined()
      let name = random.chance(2) ? value : random.list(0...3) { $0.pick(Self.letters) }.joined()
      let (resource, carried) = place.request(name)
      var request = ReferenceRequest(
        caller: .user(arn: "arn:aws:iam::111111111111:user/u", account: "111111111111", uniqueID: nil),
        action: "s:Get", resource: resource, resourceAccount: "111111111111")
      request.context["k:v"] = [value]
      request.context["k:n"] = [carried]
      request.context["k:w"] = ["a"]
      let isAllowed = layers.decide(request) == .allowed
      let isSame = ReferenceTexts.isSame(name, value)
      #expect(isAllowed == isSame, "seed \(RandomRun.seed): value `\(value)`, name `\(name)`")
      if isAllowed { matches += 1 }
    }
    #expect(matches > 0 && matches < Self.cases)
  }

  @Test("a pattern takes at most as many steps as its length times the text's, however its wildcards lie")
  func steps() {
    var random = SeededGenerator(seed: RandomRun.seed)
    var long = 0
    for _ in 0..<500 {
      let pattern = random.list(1...24) { $0.pick(["*", "*", "a", "a", "?", "b", "é"]) }.joined()
      let text = String(repeating: "a", count: random.pick([10, 200])) + random.pick(["", "b", "é"])
      let tokens = Glob.tokens(pattern.utf8, wildcards: true)
      var steps = 0
      let isMatch = Glob.matches(tokens.span, text.utf8.span, steps: &steps)
      let expected = ReferenceMatching.matches(ReferenceMatching.symbols(pattern), text)
      #expect(isMatch == expected, "`\(pattern)` and `\(text)`")
      #expect(steps <= (tokens.count + 1) * (text.utf8.count + 1), "`\(pattern)` and `\(text)`")
      if steps > text.utf8.count { long += 1 }
    }
    #expect(long > 0)
  }
}

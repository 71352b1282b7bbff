import Testing

@testable import DecisionCases

@Suite("CaseDecider")
struct CaseDeciderTests {
  private func lines(_ texts: [String?]) -> [BatchLine] {
    texts.enumerated().map { BatchLine(number: $0 + 1, bytes: $1.map { Array($0.utf8) }) }
  }

  private let allowed = CaseLine(policies: #"{"identity":[\#(CaseLine.allow("s3:*"))]}"#)

  @Test("lines are answered in their order, malformed ones too")
  func order() {
    var third = allowed
    third.id = #""c3""#
    let answer = CaseDecider().answer(lines([CaseLine().text, "x", third.text, nil]))
    let texts = String(decoding: answer.text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      texts == [
        #"{"id":"c1","decision":"ImplicitlyDenied","by":[{"layer":"identity"}]}"#,
        #"{"line":2,"error":"not JSON from column 1 on, or deeper than 128 levels"}"#,
        #"{"id":"c3","decision":"Allowed","by":[{"layer":"identity","policy":0,"statement":0,"line":1,"column":38}]}"#,
        #"{"line":4,"error":"longer than 16777216 bytes"}"#, "",
      ])
    #expect(answer.tally.lines == 4)
    #expect(answer.tally.malformed == 2)
    #expect(answer.tally.withoutExpectation == 2)
    #expect(
      answer.tally.complaints == [
        "line 2: not JSON from column 1 on, or deeper than 128 levels", "line 4: longer than 16777216 bytes",
      ])
  }

  @Test(
    "an expectation is met by the decision and, where it names one, by the layer",
    arguments: [
      (#"{"decision":"ImplicitlyDenied","layer":"identity"}"#, nil), (#"{"decision":"ImplicitlyDenied"}"#, nil),
      (
        #"{"decision":"ImplicitlyDenied","layer":"scp"}"#,
        "line 1: `c1` is ImplicitlyDenied (identity), expected ImplicitlyDenied (scp)"
      ),
      (#"{"decision":"Allowed"}"#, "line 1: `c1` is ImplicitlyDenied (identity), expected Allowed"),
    ] as [(String, String?)])
  func expectations(expect: String, complaint: String?) {
    let answer = CaseDecider().answer(lines([CaseLine(rest: #","expect":\#(expect)"#).text]))
    #expect(answer.tally.asExpected == (complaint == nil ? 1 : 0))
    #expect(answer.tally.notAsExpected == (complaint == nil ? 0 : 1))
    #expect(answer.tally.complaints == (complaint.map { [$0] } ?? []))
  }

  @Test("tallies add up, and keep a limited number of complaints")
  func tallies() {
    var sum = BatchTally()
    for _ in 0..<3 { sum.add(CaseDecider().answer(lines(Array(repeating: "x", count: 40) + [CaseLine().text])).tally) }
    #expect(sum.malformed == 120 && sum.withoutExpectation == 3 && sum.lines == 123)
    #expect(sum.complaints.count == 100)
  }

  @Test("a policy that was seen before decides as it did, wherever it stands")
  func caching() throws {
    let decider = CaseDecider()
    let allow = CaseLine.allow("s3:*")
    for (policies, layer, index) in [
      (#"{"identity":[\#(allow)]}"#, CaseLayer.identity, 0), (#"{"identity":["x",\#(allow)]}"#, .identity, 1),
      (#"{"identity":[\#(allow)]}"#, .identity, 0),
    ] {
      let answer = decider.decide(try CaseLine(policies: policies).read())
      #expect(answer.decision == .allowed)
      #expect(answer.reasons.map(\.layer) == [layer] && answer.reasons.map(\.policy) == [index])
    }
  }

  @Test("texts that are canonically equal are not the same policy")
  func canonicalEquivalence() throws {
    let decider = CaseDecider()
    func decide(_ name: String, _ resource: String) throws -> CaseDecision {
      let policy = CaseLine.allow("s3:*", #","Resource":"arn:aws:s3:::\#(name)""#)
      return decider.decide(
        try CaseLine(resource: #""arn:aws:s3:::\#(resource)""#, policies: #"{"identity":[\#(policy)]}"#).read()
      ).decision
    }
    #expect(try decide("caf\u{E9}", "caf\u{E9}") == .allowed)
    // The second spelling has a character that no policy may hold.
    #expect(try decide("cafe\u{301}", "caf\u{E9}") == .implicitlyDenied)
    #expect(try decide("caf\u{E9}", "cafe\u{301}") == .implicitlyDenied)
  }

  @Test("a role's trust policy and a bucket's policy of the same text are two")
  func kinds() throws {
    let decider = CaseDecider()
    let text = #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}"#
    func decide(_ settings: String) throws -> DecisionAnswer {
      decider.decide(
        try CaseLine(
          action: #""sts:AssumeRole""#, resource: #""arn:aws:iam::111122223333:role/r""#,
          policies: #"{"resource":\#(text)}"#, rest: CaseLine.settings(settings)
        ).read())
    }
    #expect(try decide("").decision == .allowed)
    #expect(try decide(#""resourceKind":"resource""#).invalid.count == 1)
    #expect(try decide("").invalid.isEmpty)
  }

  @Test("more policies than are remembered are decided alike, and the oldest are forgotten")
  func eviction() throws {
    let cache = PolicyCache(weightMax: 5 * PolicyCache.textWeight)
    let decider = CaseDecider(cache: cache)
    for number in (0..<20).flatMap({ [$0, $0 / 2] }) {
      let line = CaseLine(
        action: #""s3:Get\#(number)""#, policies: #"{"identity":[\#(CaseLine.allow("s3:Get\(number)"))]}"#)
      #expect(decider.decide(try line.read()).decision == .allowed, "policy \(number)")
      #expect(cache.count <= 10)
    }
    #expect(cache.count > 0)
  }
}

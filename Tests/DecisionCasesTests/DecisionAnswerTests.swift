import Testing

@testable import DecisionCases

@Suite("DecisionAnswer")
struct DecisionAnswerTests {
  private func answer(_ line: CaseLine) throws -> String {
    let text = CaseDecider().answer([BatchLine(number: 1, bytes: Array(line.text.utf8))]).text
    return String(decoding: text, as: UTF8.self)
  }

  private static let anyone = #","Principal":"*","Resource":"*""#

  @Test("an allowed request has one statement for each layer that had to allow")
  func allowed() throws {
    let allow = CaseLine.allow("s3:*")
    let open = CaseLine.allow("*", Self.anyone)
    let line = CaseLine(
      policies: """
        {"identity":[\(CaseLine.allow("ec2:*")),\(allow)],"boundary":[\(allow)],"session":[\(allow)],\
        "endpoint":[\(open)],"scp":[[\(allow)],[\(CaseLine.allow("ec2:*")),\(allow)]],"rcp":[[\(open)]]}
        """)
    let found = try line.decide()
    #expect(found.decision == .allowed && found.layer == nil)
    let places = found.reasons.map { "\($0.layer) \($0.level ?? -1) \($0.policy ?? -1)" }
    #expect(
      Set(places) == [
        "identity -1 1", "boundary -1 0", "session -1 0", "endpoint -1 0", "scp 0 0", "scp 1 1", "rcp 0 0",
      ])
    #expect(places.count == 7)
    #expect(found.reasons.allSatisfy { $0.statement?.index == 0 && $0.statement?.line == 1 })
  }

  @Test("the policy of the resource has no number")
  func resource() throws {
    let line = CaseLine(
      principal: "null", policies: #"{"resource":\#(CaseLine.allow("s3:*", Self.anyone))}"#)
    #expect(
      try answer(line) == """
        {"id":"c1","decision":"Allowed","by":[{"layer":"resource","statement":0,"line":1,"column":38}]}\n
        """)
  }

  @Test("a role's trust policy is the policy of its resource")
  func trust() throws {
    let line = CaseLine(
      principal: #""arn:aws:iam::444455556666:user/bob""#, action: #""sts:AssumeRole""#,
      resource: #""arn:aws:iam::111122223333:role/r""#,
      policies: #"{"identity":[\#(CaseLine.allow("sts:*"))]}"#)
    #expect(
      try answer(line) == #"{"id":"c1","decision":"ImplicitlyDenied","by":[{"layer":"resource"}]}"# + "\n")
  }

  @Test("a request that is denied explicitly has the statement that denies, by its name and place")
  func explicit() throws {
    let text =
      #""{\n \"Version\": \"2012-10-17\",\n \"Statement\": [\n  {\"Sid\": \"No\", \"Effect\": \"Deny\", "#
      + #"\"Action\": \"s3:*\", \"Resource\": \"*\"}\n ]\n}""#
    let line = CaseLine(policies: #"{"identity":[\#(CaseLine.allow("s3:*"))],"scp":[[],[\#(text)]]}"#)
    #expect(
      try answer(line) == """
        {"id":"c1","decision":"ExplicitlyDenied","by":[{"layer":"scp","level":1,"policy":0,"statement":0,"sid":"No",\
        "line":4,"column":3}]}\n
        """)
  }

  @Test("a request that nothing allows has the layer that was silent", arguments: CaseLayer.allCases)
  func implicit(layer: CaseLayer) throws {
    let allow = CaseLine.allow("s3:*")
    let open = CaseLine.allow("*", Self.anyone)
    let silent = layer == .endpoint || layer == .rcp ? CaseLine.allow("ec2:*", Self.anyone) : CaseLine.allow("ec2:*")
    func list(_ own: CaseLayer, _ policy: String) -> String {
      let policy = own == layer ? silent : policy
      return own == .scp || own == .rcp ? #""\#(own)":[[\#(policy)]]"# : #""\#(own)":[\#(policy)]"#
    }
    let lists = [
      list(.identity, allow), list(.boundary, allow), list(.session, allow), list(.endpoint, open), list(.scp, allow),
      list(.rcp, open),
    ]
    let owner = layer == .resource ? #","resourceAccount":"444455556666""# : ""
    let found = try CaseLine(more: owner, policies: "{\(lists.joined(separator: ","))}").decide()
    #expect(found.decision == .implicitlyDenied && found.layer == layer)
    #expect(found.reasons == [.init(layer: layer)])
  }

  @Test("an invalid policy is left out and named with AWS's words and its place")
  func invalid() throws {
    let bad = #""{\n  \"Version\": \"2011-01-01\"}""#
    let allow = CaseLine.allow("s3:*")
    let unknown = #"{"Version":"2012-10-17","Statement":[],"x":1}"#
    let line = CaseLine(
      policies: #"{"identity":[\#(bad),\#(allow)],"resource":{},"scp":[[\#(allow)],[\#(unknown)]]}"#)
    #expect(
      try answer(line) == """
        {"id":"c1","decision":"ImplicitlyDenied","by":[{"layer":"scp"}],"invalid":[\
        {"layer":"identity","policy":0,"message":"Syntax errors in policy.","line":2,"column":14},\
        {"layer":"resource","message":"Syntax errors in policy.","line":1,"column":1},\
        {"layer":"scp","level":1,"policy":0,"message":"Syntax errors in policy.","line":1,"column":40}]}\n
        """)
  }

  @Test("a boundary, a session, an endpoint whose policies are all invalid allows nothing")
  func allInvalid() throws {
    for layer in ["boundary", "session", "endpoint"] {
      let found = try CaseLine(
        policies: #"{"identity":[\#(CaseLine.allow("s3:*"))],"\#(layer)":["no policy"]}"#
      ).decide()
      #expect(found.decision == .implicitlyDenied && found.layer?.rawValue == layer)
      #expect(found.invalid.map(\.layer.rawValue) == [layer])
    }
  }

  @Test("what a policy must not hold is its own fault, not the line's")
  func ownFaults() throws {
    let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
    for policy in [#"{"Version":"2012-10-17","Version":"2012-10-17"}"#, #"{"Id":"猫"}"#, #"{"Id":\#(deep)}"#] {
      let found = try CaseLine(policies: #"{"identity":[\#(policy)]}"#).decide()
      #expect(found.invalid.count == 1, "\(policy)")
    }
  }

  @Test("an organization's policies that do not count are looked at all the same")
  func ignored() throws {
    let found = try CaseLine(
      policies: #"{"identity":[\#(CaseLine.allow("s3:*"))],"scp":[[\#(CaseLine.deny("s3:*")),"x"]]}"#,
      rest: CaseLine.settings(#""managementAccount":true"#)
    ).decide()
    #expect(found.decision == .allowed)
    #expect(found.invalid.map(\.index) == [1])
  }
}

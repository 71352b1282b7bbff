import PolicyEngine
import Testing

@testable import DecisionCases

@Suite("CaseExplanation")
struct CaseExplanationTests {
  private static let text = CaseLine.allow("s3:*")

  private let cases = [
    CaseLine(), CaseLine(policies: #"{"identity":[\#(text)]}"#), CaseLine(policies: #"{"identity":["x",\#(text)]}"#),
    CaseLine(policies: #"{"identity":[\#(text)],"scp":[[\#(text)],[]]}"#),
  ]

  @Test("the line begins as the answer of the decision does, and ends with a newline")
  func prefix() throws {
    let decider = CaseDecider()
    for line in cases {
      let decisionCase = try line.read()
      var answer = JSONLine()
      decider.decide(decisionCase).write(to: &answer)
      let explained = decider.explain(decisionCase).line
      #expect(explained.starts(with: answer.bytes.dropLast()), "\(line.text)")
      #expect(explained.last == UInt8(ascii: "\n"))
    }
  }

  @Test("a question means what the case with its members means")
  func question() throws {
    var question = CaseQuestion(
      id: "c1", principal: "arn:aws:iam::111122223333:user/division/ann", action: "s3:GetObject",
      resource: "arn:aws:s3:::photos/cat.jpg")
    question.identity = [Self.text, "x\"\\\u{1}"]
    question.boundary = Self.text
    question.resourcePolicy = "y"
    question.serviceControl = [Self.text, "z"]
    question.context = [.init(name: "k:\"a\"", values: ["1", "\n"]), .init(name: "k:b", values: [])]
    let asked = try question.decisionCase()
    #expect(asked.policies.identity == question.identity)
    #expect(asked.policies.boundary == [Self.text] && asked.policies.resource == "y")
    #expect(asked.policies.serviceControl == [[Self.text], ["z"]])
    #expect(asked.policies.session == nil && asked.policies.endpoint == nil)
    #expect(asked.request.context["k:\"a\""] == ["1", "\n"] && asked.request.context["k:b"] == [])
    #expect(asked.request.context["aws:username"] == ["ann"])
    #expect(asked.policies.resourceControl.isEmpty)
  }

  @Test("a question without an organization has none, and an empty one is not sent")
  func noOrganization() throws {
    let question = CaseQuestion(id: "q", principal: "*", action: "s3:GetObject", resource: "*")
    let asked = try question.decisionCase()
    #expect(asked.policies.serviceControl.isEmpty && asked.policies.identity.isEmpty)
  }

  private static let faults: [(principal: String, action: String, resource: String, path: String)] = [
    ("ann", "s3:GetObject", "*", "request.principal"), ("*", "s3", "*", "request.action"),
    ("*", "s3:GetObject", "photos", "request.resource"),
  ]

  @Test("a question is refused for what a case is refused for", arguments: faults)
  func refused(principal: String, action: String, resource: String, path: String) {
    let question = CaseQuestion(id: "q", principal: principal, action: action, resource: resource)
    #expect { try question.decisionCase() } throws: { ($0 as? MalformedCase)?.path == path }
  }

  @Test("policies are called by their places, or by their files where those are known")
  func names() {
    #expect(PolicyNames.places.name(.identity, level: 0, index: 2) == "identity[2]")
    #expect(PolicyNames.places.name(.rcp, level: 1, index: 2) == "rcp[1][2]")
    #expect(PolicyNames.places.name(.resource, level: 0, index: 0) == "resource")
    let files = PolicyNames.files([.identity: ["a", "b"], .scp: ["root", "unit"]])
    #expect(files.name(.identity, level: 0, index: 1) == "b")
    #expect(files.name(.scp, level: 1, index: 0) == "unit")
    #expect(files.name(.boundary, level: 0, index: 0) == "boundary[0]")
  }
}

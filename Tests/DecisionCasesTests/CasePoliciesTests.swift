import Testing

@testable import DecisionCases

@Suite("CasePolicies")
struct CasePoliciesTests {
  private func policies(_ text: String, _ settings: String = "") throws(MalformedCase) -> CasePolicies {
    try CaseLine(policies: text, rest: CaseLine.settings(settings)).read().policies
  }

  @Test("a policy keeps its own text, be it an object or a string")
  func texts() throws {
    let read = try policies(#"{"identity":[ {"é" : [1, {}]} ,"{\n \"a\": 1}"],"resource":{"b":"}"}}"#)
    #expect(read.identity == [#"{"é" : [1, {}]}"#, "{\n \"a\": 1}"])
    #expect(read.resource == #"{"b":"}"}"#)
  }

  @Test("levels keep their order")
  func levels() throws {
    let read = try policies(#"{"scp":[[{"a":1},"x"],[]],"rcp":[["y"]]}"#)
    #expect(read.serviceControl == [[#"{"a":1}"#, "x"], []])
    #expect(read.resourceControl == [["y"]])
  }

  @Test("an empty boundary, session or endpoint is none, unless the settings say that it allows nothing")
  func empty() throws {
    let text = #"{"boundary":[],"session":[],"endpoint":[]}"#
    let none = try policies(text)
    #expect(none.boundary == nil && none.session == nil && none.endpoint == nil)
    let nothing = try policies(text, #""emptyMeansNothing":true"#)
    #expect(nothing.boundary == [] && nothing.session == [] && nothing.endpoint == [])
    let absent = try policies("{}", #""emptyMeansNothing":true"#)
    #expect(absent.boundary == nil && absent.session == nil && absent.endpoint == nil)
  }

  @Test(
    "what is no policy is named",
    arguments: [
      (#"[]"#, "policies: must be an object, not a list"),
      (
        #"{"trust":{}}"#,
        "policies: unknown member `trust`; there are identity, boundary, session, resource, endpoint, scp, rcp"
      ),
      (#"{"identity":{}}"#, "policies.identity: must be a list, not an object"),
      (#"{"identity":["",7]}"#, "policies.identity[1]: must be a policy, or a string with the text of one"),
      (#"{"resource":[]}"#, "policies.resource: must be a policy, or a string with the text of one"),
      (#"{"scp":[{}]}"#, "policies.scp[0]: must be a list, not an object"),
      (#"{"rcp":[[],[null]]}"#, "policies.rcp[1][0]: must be a policy, or a string with the text of one"),
    ])
  func faults(text: String, fault: String) {
    #expect(CaseLine(policies: text).fault == fault)
  }

  @Test("policies are limited in number and size")
  func limits() throws {
    let most = Array(repeating: "\"\"", count: CaseLimits.policiesMax).joined(separator: ",")
    #expect(try policies(#"{"identity":[\#(most)]}"#).identity.count == CaseLimits.policiesMax)
    #expect(
      CaseLine(policies: #"{"identity":[\#(most)],"scp":[[]]}"#).fault
        == "policies.scp[0]: more than \(CaseLimits.policiesMax) policies and levels")
    let long = String(repeating: " ", count: CaseLimits.policyBytesMax)
    #expect(try policies(#"{"resource":"\#(long)"}"#).resource == long)
    #expect(
      CaseLine(policies: #"{"resource":"\#(long) "}"#).fault
        == "policies.resource: longer than \(CaseLimits.policyBytesMax) bytes")
  }
}

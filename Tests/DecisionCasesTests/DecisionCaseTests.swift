import AWSCore
import PolicyEngine
import Testing

@testable import DecisionCases

@Suite("DecisionCase")
struct DecisionCaseTests {
  @Test("a case is read as it stands")
  func whole() throws {
    let read = try CaseLine(
      more: #","resourceAccount":"444455556666","context":{"aws:username":"ann","aws:TagKeys":["a","b"],"k:e":[]}"#,
      rest: #","source":"page.md","expect":{"decision":"ImplicitlyDenied","layer":"scp"}"#
    ).read()
    #expect(read.id == "c1")
    #expect(read.source == "page.md")
    #expect(read.request.action == "s3:GetObject")
    #expect(read.request.resource == "arn:aws:s3:::photos/cat.jpg")
    #expect(read.request.resourceAccount?.description == "444455556666")
    #expect(read.request.context["aws:username"] == ["ann"])
    #expect(read.request.context["aws:TagKeys"] == ["a", "b"])
    #expect(read.request.context["k:e"] == [])
    #expect(read.expectation == .init(decision: .implicitlyDenied, layer: .scp))
  }

  @Test(
    "a member of the line that is wrong is named",
    arguments: [
      ("", "not JSON from column 1 on, or deeper than 128 levels"),
      ("{\"id\":é}", "not JSON from column 7 on, or deeper than 128 levels"),
      ("{} {}", "not JSON from column 4 on, or deeper than 128 levels"),
      ("[]", "must be an object, not a list"),
      ("{}", "id: missing"),
      (#"{"id":"a","ID":"b"}"#, "unknown member `ID`; there are id, source, policies, request, settings, expect"),
      (#"{"id":"a","id":"b"}"#, "id: given twice"),
      (#"{"id":7}"#, "id: must be a string, not a number"),
      (#"{"id":null}"#, "id: must be a string, not null"),
      (#"{"id":""}"#, "id: must not be empty"),
      (#"{"id":"a","source":[]}"#, "source: must be a string, not a list"),
      (#"{"id":"a"}"#, "request: missing"),
      (#"{"id":"a","request":null}"#, "request: must be an object, not null"),
      (#"{"id":"a","settings":true}"#, "settings: must be an object, not true or false"),
    ])
  func faults(line: String, fault: String) {
    #expect(throws: MalformedCase.self) { try DecisionCase(line: Array(line.utf8)) }
    do throws(MalformedCase) {
      _ = try DecisionCase(line: Array(line.utf8))
    } catch {
      #expect(error.description == fault)
    }
  }

  @Test(
    "an expectation that is wrong is named",
    arguments: [
      (#"{}"#, "expect.decision: missing"),
      (
        #"{"decision":"allowed"}"#,
        "expect.decision: must be one of Allowed, ExplicitlyDenied, ImplicitlyDenied, not `allowed`"
      ),
      (#"{"decision":"Allowed","layer":"scp"}"#, "expect.layer: no layer denies an allowed request"),
      (
        #"{"decision":"ImplicitlyDenied","layer":"trust"}"#,
        "expect.layer: must be one of identity, boundary, session, resource, endpoint, scp, rcp, not `trust`"
      ),
    ])
  func expectations(text: String, fault: String) {
    #expect(CaseLine(rest: #","expect":\#(text)"#).fault == fault)
  }

  @Test("an optional member that is null counts as absent")
  func nulls() throws {
    let read = try CaseLine(
      more: #","resourceAccount":null,"context":null,"wildcardOnly":null"#,
      policies: "{\(CaseLayer.allCases.map { "\"\($0)\":null" }.joined(separator: ","))}",
      rest: #","source":null,"settings":null,"expect":null"#
    ).read()
    #expect(read.source == nil)
    #expect(read.expectation == nil)
    #expect(read.policies.boundary == nil)
    #expect(read.request.context.keys.isEmpty)
  }

  @Test("what is not UTF-8 is refused, and any character that is may stand in a case")
  func characters() throws {
    #expect(throws: MalformedCase("not UTF-8")) { try DecisionCase(line: [0x22, 0xFF, 0x22]) }
    #expect(throws: MalformedCase("not UTF-8")) { try DecisionCase(line: [0x22, 0xC3, 0x22]) }
    #expect(try CaseLine(id: #""猫 \ud83d\ude00""#).read().id == "猫 😀")
  }

  @Test("nesting ends at its limit")
  func depth() {
    let deep = CaseLimits.depthMax
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    func fault(_ text: String) -> String? {
      do throws(MalformedCase) {
        _ = try DecisionCase(line: Array(text.utf8))
        return nil
      } catch {
        return error.description
      }
    }
    #expect(fault(nested(deep)) == "must be an object, not a list")
    #expect(fault(nested(deep + 1)) == "not JSON from column \(deep + 1) on, or deeper than \(deep) levels")
    #expect(fault(String(repeating: "{\"a\":", count: 1_000_000))?.hasPrefix("not JSON") == true)
  }

  @Test("an error repeats little of what was given, and nothing that moves a cursor")
  func quoting() {
    #expect("a\u{1B}[2Jb\n".quoted == "`a\u{FFFD}[2Jb\u{FFFD}`")
    #expect(String(repeating: "x", count: 121).quoted == "`" + String(repeating: "x", count: 120) + "…`")
    #expect(String(repeating: "x", count: 120).quoted == "`" + String(repeating: "x", count: 120) + "`")
  }

  @Test("a text has an end")
  func textLimit() throws {
    let most = String(repeating: "x", count: CaseLimits.textBytesMax)
    #expect(try CaseLine(id: "\"\(most)\"").read().id == most)
    #expect(CaseLine(id: "\"\(most)x\"").fault == "id: longer than \(CaseLimits.textBytesMax) bytes")
  }
}

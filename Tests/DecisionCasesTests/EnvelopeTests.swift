import Testing

@testable import PolicyEngine

@Suite("JSONParser on a text that holds policies")
struct EnvelopeTests {
  private func outcome(_ text: String, _ rules: JSONParser.Rules) -> String {
    do throws(Refusal) {
      let node = try JSONParser.parse(Array(text.utf8), by: rules)
      return "\(node.offset)..<\(node.end)"
    } catch {
      return "refused at \(error.offset)"
    }
  }

  @Test(
    "what is not taken apart is checked like the rest",
    arguments: [
      "{}", " { } ", "{\"a\":1}", "{ \"a\" : [ 1 , {} , \"x\\u00e9\\n\" ] }", "{\"a\":-1.5e3,\"b\":[true,false,null]}",
      "{\"a\":1,\"a\":2}", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{\"a\" 1}",
      "{1:1}",
      "{\"a\":01}", "{\"a\":1.}", "{\"a\":tru}", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\n\"}",
      "{\"a\":\"x}",
      "{\"\\q\":1}", "{\"a\n\":1}", "{\"a\":[}", "{\"a\":[1,]}", "{\"a\":[1 2]}", "{\"a\":{\"b\":}}",
      "{\"a\":{\"b\":1]}",
      "{\"a\":'x'}", "{}}", "{\"猫\":\"\u{7F}\"}",
    ])
  func checked(text: String) {
    let whole = outcome(text, .envelope(depthMax: 8))
    #expect(outcome(text, .envelope(depthMax: 8, treeDepthMax: 0)) == whole)
  }

  @Test("every cut of a text is refused at the same place", arguments: [0, 1, 2])
  func cuts(treeDepthMax: Int) {
    let text = #"{"a":[{"b":{"c":"\u00e9\\","d":[-1.5e3,true,null,{}]}}]}"#
    for count in 0..<text.utf8.count {
      let cut = String(text.prefix(count))
      let whole = outcome(cut, .envelope(depthMax: 8))
      #expect(whole.hasPrefix("refused"))
      #expect(outcome(cut, .envelope(depthMax: 8, treeDepthMax: treeDepthMax)) == whole, "\(cut)")
    }
  }

  @Test("nesting ends at the same depth", arguments: ["[", "{\"a\":"])
  func depth(opening: String) {
    func nested(_ depth: Int) -> String {
      let closing = opening == "[" ? "]" : "}"
      return "{\"a\":" + String(repeating: opening, count: depth - 1) + "1"
        + String(repeating: closing, count: depth - 1)
        + "}"
    }
    for treeDepthMax in [0, 3, 100] {
      let rules = JSONParser.Rules.envelope(depthMax: 8, treeDepthMax: treeDepthMax)
      #expect(!outcome(nested(8), rules).hasPrefix("refused"))
      #expect(outcome(nested(9), rules) == outcome(nested(9), .envelope(depthMax: 8)))
      #expect(outcome(nested(9), rules).hasPrefix("refused"))
    }
  }

  @Test("down to its depth a tree has its members, and below only places")
  func tree() throws {
    let text = #"{"a":{"b":{"c":1}}}"#
    func members(_ node: JSONNode) -> [JSONMember] {
      guard case .object(let members) = node.value else { return [] }
      return members
    }
    let root = try JSONParser.parse(Array(text.utf8), by: .envelope(depthMax: 8, treeDepthMax: 2))
    let first = try #require(members(root).first).node
    let second = try #require(members(first).first).node
    #expect(members(second).isEmpty)
    #expect(second.offset == 10 && second.end == 17)
    #expect(first.offset == 5 && first.end == 18)
  }
}

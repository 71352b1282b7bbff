import Testing

@testable import PolicyEngine

@Suite("JSONParser")
struct JSONParserTests {
  private func parse(_ text: String) throws(Refusal) -> JSONNode { try JSONParser.parse(Array(text.utf8)) }

  @Test("members keep their order and their places")
  func order() throws {
    let root = try parse(#"{"b": 1, "a": [true, null]}"#)
    guard case .object(let members) = root.value else {
      Issue.record("no object")
      return
    }
    #expect(members.map(\.key) == ["b", "a"])
    #expect(members.map(\.keyOffset) == [1, 9])
    #expect(members.map(\.node.offset) == [6, 14])
  }

  @Test(
    "texts and numbers are read",
    arguments: [
      (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\ud83d\ude00""#, "é😀"), (#""é""#, "é"),
      ("\"\"", ""),
    ])
  func strings(text: String, expected: String) throws {
    #expect(try parse(text).string == expected)
  }

  @Test("a number keeps its spelling", arguments: ["0", "-1", "1.50", "1e3", "12E-2", "-0.5"])
  func numbers(text: String) throws {
    guard case .number(let written) = try parse(text).value else {
      Issue.record("no number")
      return
    }
    #expect(written == text)
  }

  @Test(
    "what is no JSON is refused",
    arguments: [
      "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "01", "1.", ".5", "+1", "-", "1e", "tru", "nul", "\"",
      "\"\\x\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "1 2", "\"a\nb\"",
      "{\"a\":1 \"b\":2}", "'a'",
      "\u{1}", "\u{7f}€", "{\"a\":1,\"a\":2}", "{\"\\u0061\":1,\"a\":2}",
    ])
  func refused(text: String) {
    #expect(throws: Refusal.self) { try parse(text) }
  }

  @Test("an object of many members is searched for duplicates, too")
  func manyMembers() throws {
    let members = (0..<40).map { "\"k\($0)\":\($0)" }
    _ = try parse("{\(members.joined(separator: ","))}")
    #expect(throws: Refusal.self) { try parse("{\((members + ["\"k7\":1"]).joined(separator: ","))}") }
  }

  @Test("nesting ends at its limit and not before")
  func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try parse(nested(JSONParser.depthMax))
    #expect(throws: Refusal.self) { try parse(nested(JSONParser.depthMax + 1)) }
    #expect(throws: Refusal.self) { try parse(String(repeating: "{\"a\":", count: 100_000)) }
  }

  @Test("every cut of a document is refused and none of them stops the parser")
  func cuts() {
    let bytes = Array(#"{"Version":"2012-10-17","Statement":[{"a":-1.5e3,"b":["\u00e9",true,null]}]}"#.utf8)
    for count in 0..<bytes.count {
      #expect(throws: Refusal.self) { try JSONParser.parse(Array(bytes[..<count])) }
    }
  }
}

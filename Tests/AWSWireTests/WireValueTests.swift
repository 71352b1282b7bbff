import Testing

@testable import AWSWire

@Suite("Wire values") struct WireValueTests {
  static func value(_ parameters: [(String, String)]) -> WireValue? {
    WireValue(parameters: parameters.map { (name: $0.0, value: $0.1) })
  }

  @Test("dotted names become structures in the order of their first parts")
  func tree() {
    let built = Self.value([("A", "1"), ("B.x.1", "2"), ("C", ""), ("B.y", "3"), ("B.x.2", "4")])
    #expect(
      built
        == .structure([
          .init("A", .text("1")),
          .init(
            "B",
            .structure([
              .init("x", .structure([.init("1", .text("2")), .init("2", .text("4"))])), .init("y", .text("3")),
            ])),
          .init("C", .text("")),
        ]))
    #expect(Self.value([]) == .structure([]))
  }

  @Test(
    "names that contradict each other are refused, in either order",
    arguments: [
      [("A", "1"), ("A.b", "2")], [("A.b", "1"), ("A.b.c", "2")], [("A", "1"), ("A", "2")],
      [("A.b", "1"), ("A.b", "2")], [("A.member.1", "1"), ("A", "")], [("A.", "1"), ("A", "2")],
    ])
  func contradictions(_ parameters: [(String, String)]) {
    #expect(Self.value(parameters) == nil)
    #expect(Self.value(parameters.reversed()) == nil)
  }

  @Test("names nest to a limit", arguments: 1...20)
  func depth(_ depth: Int) {
    let name = Array(repeating: "a", count: depth).joined(separator: ".")
    #expect((Self.value([(name, "1")]) != nil) == (depth <= WireValue.queryDepthMax))
  }

  @Test("a name of nothing but dots is refused beyond the limit")
  func dots() {
    #expect(Self.value([(String(repeating: ".", count: 100_000), "1")]) == nil)
    #expect(Self.value([("..", "1")]) != nil)
  }

  @Test("a list of the other protocols is a list as it is")
  func lists() {
    #expect(WireValue.list([.text("a")]).elements(wrapper: "member") == [.text("a")])
    #expect(WireValue.text("").elements(wrapper: "member") == [])
    for other in [WireValue.null, .text("a"), .number(1), .boolean(true), .structure([])] {
      #expect(other.elements(wrapper: "member") == nil)
    }
  }

  @Test("a wrapper without elements is an empty list")
  func emptyWrapper() {
    #expect(WireValue.structure([.init("member", .structure([]))]).elements(wrapper: "member") == [])
    #expect(WireValue.structure([.init("entry", .structure([]))]).elements(wrapper: "member") == nil)
  }

  @Test("what a message repeats of a value")
  func shown() {
    #expect(WireValue.text("abc").shown == "abc")
    #expect(WireValue.text(String(repeating: "x", count: 300)).shown?.count == 256)
    #expect(WireValue.boolean(true).shown == "true")
    #expect(WireValue.null.shown == nil)
    #expect(WireValue.list([]).shown == nil)
  }
}

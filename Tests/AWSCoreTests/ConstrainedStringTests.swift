import AWSCore
import Foundation
import Testing

private struct Word: ConstrainedString {
  static let constraint = StringConstraint(2...4, pattern: "[a-z]+", of: ByteClass("", ranges: [0x61...0x7A]))
  let text: String
  init(unchecked text: String) { self.text = text }
}

@Suite("Constrained strings") struct ConstrainedStringTests {
  typealias Violation = StringConstraint.Violation

  @Test(
    "each violation is found, all of them together",
    arguments: [
      ("ab", []), ("abcd", []), ("a", [.tooShort(2)]), ("abcde", [.tooLong(4)]),
      ("A", [.tooShort(2), .pattern("[a-z]+")]),
      ("ABCDE", [.tooLong(4), .pattern("[a-z]+")]), ("", [.tooShort(2)]), ("ab\n", [.pattern("[a-z]+")]),
    ] as [(String, [Violation])])
  func violations(text: String, expected: [Violation]) {
    #expect(Word.constraint.violations(of: text) == expected)
    #expect((Word(checking: text) != nil) == expected.isEmpty)
  }

  @Test(
    "lengths are counted in Unicode scalars",
    arguments: [
      ("é", 2), ("éé", 0), ("éééé", 0), ("ééééé", 1), ("\u{1F600}", 2), ("\u{1F600}\u{1F600}", 0), ("e\u{301}", 0),
      ("\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F466}", 1),
    ])
  func scalars(text: String, fault: Int) {
    let expected: [Violation] = fault == 0 ? [] : fault == 1 ? [.tooLong(4)] : [.tooShort(2)]
    #expect(StringConstraint(2...4).violations(of: text) == expected)
  }

  @Test("at least one character means no empty text; at least none admits it")
  func emptyText() {
    #expect(StringConstraint(1...4).violations(of: "") == [.tooShort(1)])
    #expect(StringConstraint(1...4).violations(of: "é") == [])
    #expect(StringConstraint(0...4).violations(of: "") == [])
  }

  @Test("a class holds what it names, and beyond ASCII only where it says so")
  func byteClasses() {
    let word = ByteClass.word(and: "-.")
    let expected = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.".utf8)
    for byte in UInt8.min...UInt8.max {
      #expect(word.contains(byte) == expected.contains(byte))
      let open = ByteClass("a\u{7F}", beyondASCII: true)
      #expect(open.contains(byte) == (byte == 0x61 || byte >= 0x7F))
    }
    #expect(ByteClass.word().containsAll([]))
    #expect(!ByteClass.word().containsAll("é".utf8))
  }

  @Test("what is encoded is decoded, and texts are in order")
  func coding() throws {
    let word = try #require(Word(checking: "abc"))
    #expect(try JSONDecoder().decode(Word.self, from: JSONEncoder().encode(word)) == word)
    #expect("\(word)" == "abc")
    #expect(Word(unchecked: "ab") < word)
  }
}

import AWSCore
import Testing

@testable import AWSWire

@Suite("Maps, ranges and sensitive members") struct MapFieldsTests {
  struct Word: ConstrainedString, WireDecodable {
    static let constraint = StringConstraint(2...8, pattern: "[a-z]+", of: ByteClass("", ranges: [0x61...0x7A]))
    let text: String
    init(unchecked text: String) { self.text = text }
  }

  struct Input: WireStruct {
    let words: [(key: Word, value: Int)]
    let size: Int
    let secret: Secret<Word>?

    init(from fields: inout Fields) {
      words = fields.map("Words", max: 2, isRequired: true) ?? []
      size = fields.required("Size", in: 1...10)
      secret = fields.optional("Secret")
    }
  }

  private static func decode(_ pairs: [(String, String)]) throws -> Input {
    let value = try #require(WireValue(parameters: pairs.map { (name: $0.0, value: $0.1) }))
    return try Fields.decode(Input.self, from: value)
  }

  private static func message(_ pairs: [(String, String)]) throws -> String? {
    do {
      _ = try decode(pairs)
      return nil
    } catch let failure as Failure {
      return failure.message
    }
  }

  private static func entries(_ pairs: [(String, String)]) -> [(String, String)] {
    pairs.enumerated().flatMap { index, pair in
      [("Words.entry.\(index + 1).key", pair.0), ("Words.entry.\(index + 1).value", pair.1)]
    } + [("Size", "5")]
  }

  @Test("a map of the query protocol is read in the order of its numbers")
  func query() throws {
    let input = try Self.decode(Self.entries([("ab", "1"), ("cd", "2")]))
    #expect(input.words.map(\.key.text) == ["ab", "cd"])
    #expect(input.words.map(\.value) == [1, 2])
    #expect(input.size == 5)
  }

  @Test("a map of JSON is read by its names")
  func json() throws {
    let words = WireValue.structure([.init("ab", .number(1)), .init("cd", .number(2))])
    let input = try Fields.decode(
      Input.self, from: .structure([.init("Words", words), .init("Size", .number(1))]))
    #expect(input.words.map(\.key.text) == ["ab", "cd"])
  }

  @Test("keys and values are held to their constraints")
  func violations() throws {
    #expect(
      try Self.message(Self.entries([("ab", "x"), ("C", "2")]))
        == "3 validation errors detected: Value 'x' at 'words.1.value' failed to satisfy constraint: Member must be an "
        + "integer; Value 'C' at 'words.2.key' failed to satisfy constraint: Member must have length greater than or "
        + "equal to 2; Value 'C' at 'words.2.key' failed to satisfy constraint: Member must satisfy regular expression "
        + "pattern: [a-z]+")
  }

  @Test("a map that is none, is too large or is absent is refused")
  func shapes() throws {
    #expect(
      try Self.message(Self.entries([("ab", "1"), ("cd", "2"), ("ef", "3")]))?.contains("less than or equal to 2")
        == true)
    for wrong in [[("Words", "x")], [("Words.entry.1", "x")], [("Words.entry.1.key", "ab")]] {
      #expect(try Self.message(wrong + [("Size", "5")])?.contains("Member must be a map") == true)
    }
    #expect(try Self.message([("Size", "5")])?.contains("Value null at 'words'") == true)
  }

  @Test(
    "a required integer is held to its range",
    arguments: [
      (nil, "Value null at 'size' failed to satisfy constraint: Member must not be null"),
      ("0", "Member must have value greater than or equal to 1"),
      ("11", "Member must have value less than or equal to 10"), ("10", nil),
    ] as [(String?, String?)])
  func ranges(text: String?, fault: String?) throws {
    let message = try Self.message([("Words", "")] + (text.map { [("Size", $0)] } ?? []))
    if let fault {
      #expect(message?.hasSuffix(fault) == true)
    } else {
      #expect(message == nil)
    }
  }

  @Test("a message about a sensitive member says nothing of its value", arguments: ["SECRET", "secretsecret", "s"])
  func sensitive(_ value: String) throws {
    let message = try #require(try Self.message(Self.entries([]) + [("Words", ""), ("Secret", value)]))
    #expect(message.contains("Value at 'secret' failed to satisfy constraint"))
    #expect(!message.contains(value + "'"))
  }

  @Test("a sensitive member prints as nothing")
  func redacted() throws {
    let input = try Self.decode([("Words", ""), ("Size", "1"), ("Secret", "hidden")])
    #expect(input.secret?.reveal().text == "hidden")
    #expect(!"\(input)".contains("hidden"))
  }
}

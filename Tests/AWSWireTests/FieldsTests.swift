import AWSCore
import Testing

@testable import AWSWire

@Suite("Fields") struct FieldsTests {
  struct Name: ConstrainedString, WireDecodable {
    static let constraint = StringConstraint(2...8, pattern: "[a-z]+", of: ByteClass("", ranges: [0x61...0x7A]))
    let text: String
    init(unchecked text: String) { self.text = text }
  }

  struct Worded: ConstrainedString, WireDecodable {
    static let constraint = StringConstraint(
      1...8, pattern: "[a-z]+", matches: { bytes in bytes.allSatisfy { (0x61...0x7A).contains($0) } },
      patternMessage: { "The specified value for \($0) is invalid." })
    let text: String
    init(unchecked text: String) { self.text = text }
  }

  enum Colour: String, WireEnum { case red = "Red", green = "Green" }

  struct Label: WireStruct, Equatable {
    let key: String
    let value: Name?
    init(from fields: inout Fields) {
      key = fields.required("Key")
      value = fields.optional("Value")
    }
  }

  struct Input: WireStruct {
    let userName: Name
    let worded: Worded?
    let colour: Colour?
    let size: Int?
    let count: Int?
    let isOn: Bool?
    let label: Label?
    let labels: [Label]?
    let words: [Name]?
    init(from fields: inout Fields) {
      userName = fields.required("UserName")
      worded = fields.optional("Worded")
      colour = fields.optional("Colour")
      size = fields.optional("Size", in: 1...1000)
      count = fields.optional("Count")
      isOn = fields.optional("IsOn")
      label = fields.optional("Label")
      labels = fields.list("Labels", max: 3)
      words = fields.list("Words")
    }
  }

  static func decode(_ parameters: [(String, String)]) throws -> Input {
    let pairs = parameters.map { (name: $0.0, value: $0.1) }
    return try Fields.decode(Input.self, from: #require(WireValue(parameters: pairs)))
  }

  /// The message of the refusal; nil where there is none.
  static func message(_ parameters: [(String, String)]) throws -> String? {
    do {
      _ = try decode(parameters)
      return nil
    } catch let failure as Failure {
      #expect(failure.code == .validationError)
      #expect(failure.code.status == 400)
      return failure.message
    }
  }

  static func message(_ parameter: String, _ value: String) throws -> String? {
    try message([("UserName", "ann"), (parameter, value)])
  }

  @Test("all violations are told at once, in the order of the members, in AWS's words")
  func allAtOnce() throws {
    #expect(
      try Self.message([("Size", "0"), ("Colour", "Blue"), ("Labels.member.1.Value", "x"), ("Words.member.1", "A")])
        == "7 validation errors detected: "
        + "Value null at 'userName' failed to satisfy constraint: Member must not be null; "
        + "Value 'Blue' at 'colour' failed to satisfy constraint: Member must satisfy enum value set: [Red, Green]; "
        + "Value '0' at 'size' failed to satisfy constraint: Member must have value greater than or equal to 1; "
        + "Value null at 'labels.1.member.key' failed to satisfy constraint: Member must not be null; "
        + "Value 'x' at 'labels.1.member.value' failed to satisfy constraint: Member must have length greater than or "
        + "equal to 2; "
        + "Value 'A' at 'words.1.member' failed to satisfy constraint: Member must have length greater than or equal to "
        + "2; Value 'A' at 'words.1.member' failed to satisfy constraint: Member must satisfy regular expression "
        + "pattern: [a-z]+")
  }

  @Test("a single violation is an error, not errors")
  func single() throws {
    #expect(
      try Self.message([])
        == "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null"
    )
  }

  @Test("words of AWS's own stand alone, and join the others where there are several")
  func ownWords() throws {
    #expect(try Self.message("Worded", "A") == "The specified value for worded is invalid.")
    #expect(
      try Self.message([("Worded", "A")])
        == "2 validation errors detected: "
        + "Value null at 'userName' failed to satisfy constraint: Member must not be null; "
        + "Value 'A' at 'worded' failed to satisfy constraint: The specified value for worded is invalid.")
  }

  @Test(
    "lists are read in the order of their numbers, whatever the order of the parameters and the gaps",
    arguments: [
      [("Words.member.1", "aa"), ("Words.member.2", "bb"), ("Words.member.3", "cc")],
      [("Words.member.3", "cc"), ("Words.member.1", "aa"), ("Words.member.2", "bb")],
      [("Words.member.10", "cc"), ("Words.member.9", "bb"), ("Words.member.2", "aa")],
      [("Words.member.9223372036854775807", "cc"), ("Words.member.5", "aa"), ("Words.member.999999", "bb")],
    ])
  func lists(_ parameters: [(String, String)]) throws {
    let input = try Self.decode([("UserName", "ann")] + parameters)
    #expect(input.words?.map(\.text) == ["aa", "bb", "cc"])
  }

  @Test(
    "a list with numbers that are none is refused",
    arguments: [
      "Words.member.0", "Words.member.01", "Words.member.-1", "Words.member.+1", "Words.member.x", "Words.member.",
      "Words.member.9223372036854775808", "Words.member.99999999999999999999999", "Words.1", "Words.entry.1",
      "Words.Member.1", "Words.member", "Words",
    ])
  func badNumbers(_ name: String) throws {
    #expect(
      try Self.message(name, "aa")
        == "1 validation error detected: Value null at 'words' failed to satisfy constraint: Member must be a list")
  }

  @Test("a list beside something else under its name is refused")
  func listWithMore() throws {
    #expect(try Self.message([("UserName", "ann"), ("Words.member.1", "aa"), ("Words.other.1", "bb")]) != nil)
  }

  @Test("an empty list is there, an absent one is not")
  func emptyLists() throws {
    #expect(try Self.decode([("UserName", "ann"), ("Words", "")]).words?.isEmpty == true)
    #expect(try Self.decode([("UserName", "ann")]).words == nil)
  }

  @Test("a list has no more elements than it may", arguments: 1...5)
  func longLists(_ count: Int) throws {
    let elements = (1...count).map { ("Labels.member.\($0).Key", "k\($0)") }
    let message = try Self.message([("UserName", "ann")] + elements)
    if count <= 3 {
      #expect(message == nil)
    } else {
      #expect(
        message
          == "1 validation error detected: Value '' at 'labels' failed to satisfy constraint: Member must have length "
          + "less than or equal to 3")
    }
  }

  @Test("an element of a list that is no structure is refused")
  func noStructure() throws {
    #expect(
      try Self.message("Labels.member.1", "text")
        == "1 validation error detected: Value null at 'labels.1.member' failed to satisfy constraint: Member must be a "
        + "structure")
  }

  @Test("a text where a structure belongs is refused, and a structure where a text belongs")
  func kinds() throws {
    #expect(try Self.message("Label", "x")?.contains("at 'label'") == true)
    #expect(try Self.message([("UserName.Key", "x")])?.contains("at 'userName'") == true)
    #expect(try Self.message("Colour.x", "Red")?.contains("at 'colour'") == true)
  }

  @Test(
    "integers are read to their bounds",
    arguments: [
      ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min), ("0", 0), ("9223372036854775808", nil),
      ("-9223372036854775809", nil), ("", nil), ("1.0", nil), ("1e3", nil), (" 1", nil), ("0x10", nil), ("١", nil),
      ("true", nil),
    ] as [(String, Int?)])
  func integers(text: String, value: Int?) throws {
    if let value {
      #expect(try Self.decode([("UserName", "ann"), ("Count", text)]).count == value)
    } else {
      #expect(
        try Self.message("Count", text)?.contains("at 'count' failed to satisfy constraint: Member must be an integer")
          == true)
    }
  }

  @Test(
    "an integer of a range is held to it",
    arguments: [
      ("1", nil), ("1000", nil), ("0", "greater than or equal to 1"), ("-5", "greater than or equal to 1"),
      ("1001", "less than or equal to 1000"), ("9223372036854775807", "less than or equal to 1000"),
    ] as [(String, String?)])
  func ranges(text: String, fault: String?) throws {
    #expect(
      try Self.message("Size", text)
        == fault.map {
          "1 validation error detected: Value '\(text)' at 'size' failed to satisfy constraint: Member must have value \($0)"
        })
  }

  @Test(
    "numbers of JSON are integers where they are whole",
    arguments: [(5.0, true), (5.5, false), (1e300, false), (.nan, false)])
  func numbers(number: Double, isWhole: Bool) {
    var violations: [FieldViolation] = []
    let decoded = Int.decode(.number(number), at: FieldPath("x"), recording: &violations)
    #expect(decoded == (isWhole ? 5 : nil))
    #expect(violations.isEmpty == isWhole)
  }

  @Test(
    "booleans are written in one way",
    arguments: [("true", true), ("false", false), ("True", nil), ("1", nil), ("yes", nil), ("", nil), (" true", nil)]
      as [(String, Bool?)])
  func booleans(text: String, value: Bool?) throws {
    if let value {
      #expect(try Self.decode([("UserName", "ann"), ("IsOn", text)]).isOn == value)
    } else {
      #expect(try Self.message("IsOn", text)?.contains("Member must be a boolean") == true)
    }
  }

  @Test("an enumeration has its cases and no others", arguments: ["Red", "red", "RED", "", "Blue", "R\u{212A}d"])
  func enumerations(_ text: String) throws {
    let message = try Self.message("Colour", text)
    #expect((message == nil) == (text == "Red"))
    if message == nil { #expect(try Self.decode([("UserName", "ann"), ("Colour", text)]).colour == .red) }
  }

  @Test("a value is repeated in a message up to a limit")
  func longValues() throws {
    let message = try #require(try Self.message("Colour", String(repeating: "x", count: 100_000)))
    #expect(message.utf8.count < 1000)
  }

  @Test("parameters that nobody declared are ignored, and names are exact")
  func unknown() throws {
    #expect(try Self.decode([("UserName", "ann"), ("Other.member.1", "x")]).userName.text == "ann")
    #expect(try Self.message([("userName", "ann")]) != nil)
  }

  @Test("a null is an absent member")
  func null() throws {
    let value = WireValue.structure([.init("UserName", .text("ann")), .init("Label", .null), .init("Words", .null)])
    let input = try Fields.decode(Input.self, from: value)
    #expect(input.label == nil)
    #expect(input.words == nil)
    #expect(throws: Failure.self) { try Fields.decode(Input.self, from: .structure([.init("UserName", .null)])) }
  }

  @Test("an input that is no structure has no members")
  func noInput() {
    for value in [WireValue.null, .text("x"), .list([]), .boolean(true), .number(1)] {
      #expect(throws: Failure.self) { try Fields.decode(Input.self, from: value) }
    }
  }
}

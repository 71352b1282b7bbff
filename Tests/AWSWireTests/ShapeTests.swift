import AWSCore
import AWSWire
import Testing

@Suite("Shapes") struct ShapeTests {
  private enum Colour: String, WireEnum { case red = "Red", green = "Green" }

  private struct Tag: WireStruct {
    let key: String
    init(from fields: inout Fields) { key = fields.required("Key") }
  }

  private struct Input: WireStruct {
    let name: String
    let colour: Colour?
    let size: Int?
    let isOn: Bool?
    let tags: [Tag]
    let words: [String]?
    init(from fields: inout Fields) {
      name = fields.required("Name")
      colour = fields.optional("Colour")
      size = fields.optional("Size", in: 1...10)
      isOn = fields.optional("IsOn")
      tags = fields.requiredList("Tags")
      words = fields.list("Words")
    }
  }

  /// A shape in a line.
  private static func line(_ shape: Shape) -> String {
    switch shape {
    case .string(_, let enumeration): enumeration.isEmpty ? "string" : "string of \(enumeration.joined(separator: "|"))"
    case .integer(let range): range == Int.min...Int.max ? "integer" : "integer \(range)"
    case .boolean: "boolean"
    case .timestamp: "timestamp"
    case .blob: "blob"
    case .list(let element, _): "[\(line(element))]"
    case .map(let key, let value): "[\(line(key)): \(line(value))]"
    case .structure(let members):
      "{" + members.map { "\($0.name)\($0.isRequired ? "" : "?") \(line($0.shape))" }.joined(separator: ", ") + "}"
    }
  }

  @Test("a structure is described by the initialiser that decodes it")
  func described() {
    #expect(
      Self.line(Input.shape)
        == "{Name string, Colour? string of Red|Green, Size? integer 1...10, IsOn? boolean, Tags [{Key string}], "
        + "Words? [string]}")
    #expect(Self.line(Shape.of(Tag.self)) == "{Key string}")
  }
}

/// A value of JSON, of which nothing is known beforehand: the claims of a token.
public enum JSONValue: Sendable, Hashable, Decodable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// A number that is no whole one of 64 bits.
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  public init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Name.self) {
      self = .object(
        Dictionary(
          uniqueKeysWithValues: try object.allKeys.map { ($0.stringValue, try object.decode(Self.self, forKey: $0)) }))
    } else if var list = try? decoder.unkeyedContainer() {
      var values: [JSONValue] = []
      while !list.isAtEnd { values.append(try list.decode(Self.self)) }
      self = .list(values)
    } else {
      self = try Self.scalar(try decoder.singleValueContainer())
    }
  }

  private static func scalar(_ value: any SingleValueDecodingContainer) throws -> JSONValue {
    if value.decodeNil() { return .null }
    if let boolean = try? value.decode(Bool.self) { return .boolean(boolean) }
    if let integer = try? value.decode(Int64.self) { return .integer(integer) }
    if let number = try? value.decode(Double.self) { return .number(number) }
    return .text(try value.decode(String.self))
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }

  /// The texts of a list, or the one text that stands in place of a list; nil for anything else.
  public var texts: [String]? {
    switch self {
    case .text(let text): return [text]
    case .list(let values):
      let texts = values.compactMap(\.text)
      return texts.count == values.count ? texts : nil
    default: return nil
    }
  }

  /// What a condition key holds of it: texts, numbers and truth values as they are spelled; nil for anything else.
  public var conditionValues: [String]? {
    switch self {
    case .text(let text): return [text]
    case .integer(let integer): return [String(integer)]
    case .boolean(let boolean): return [boolean ? "true" : "false"]
    case .list(let values):
      var texts: [String] = []
      for value in values {
        if case .list = value { return nil }
        guard let text = value.conditionValues?.first else { return nil }
        texts.append(text)
      }
      return texts
    case .null, .number, .object: return nil
    }
  }
}

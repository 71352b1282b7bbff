/// A text with places `@{name}` that values are put into: of a role template, or of a partner's policy.
struct TemplateText {
  private struct Place {
    /// The text before it.
    let before: Substring
    let name: String
    /// Whether quotes stand on both sides of it.
    let isWholeString: Bool
  }

  private var places: [Place] = []
  private let end: Substring

  init(_ text: String) {
    var rest = text[...]
    while let open = rest.firstRange(of: "@{"), let close = rest[open.upperBound...].firstIndex(of: "}") {
      let before = rest[..<open.lowerBound]
      let name = String(rest[open.upperBound..<close])
      rest = rest[rest.index(after: close)...]
      places.append(
        Place(before: before, name: name, isWholeString: before.last == "\"" && rest.first == "\""))
    }
    end = rest
  }

  /// The names of the places.
  var names: Set<String> { Set(places.map(\.name)) }

  /// The text with one value in each place; nil where a place has none or several.
  func filled(with values: [String: [String]]) -> String? {
    filled { place in
      guard let values = values[place.name], values.count == 1 else { return nil }
      return values[0]
    }
  }

  /// The same of a JSON text whose places stand inside strings. A place that is a whole string may have several
  /// values: they become as many strings, for which the template has a list.
  func filledJSON(with values: [String: [String]]) -> String? {
    filled { place in
      guard let values = values[place.name], values.count == 1 || (place.isWholeString && !values.isEmpty) else {
        return nil
      }
      return values.map(Self.escaped).joined(separator: "\",\"")
    }
  }

  private func filled(_ value: (Place) -> String?) -> String? {
    var filled = ""
    for place in places {
      guard let value = value(place) else { return nil }
      filled += place.before + value
    }
    return filled + end
  }

  private static func escaped(_ value: String) -> String {
    var escaped = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"", "\\": escaped += "\\\(scalar)"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// A character of a pattern: itself, or a wildcard.
enum ReferenceSymbol: Equatable {
  case literal(Unicode.Scalar)
  case anyRun
  case anyOne
}

enum ReferenceMatching {
  /// Whether a pattern matches a whole text: `*` is any run of characters, `?` exactly one
  /// (reference_policies_elements_resource.md). All places that the symbols so far can reach are kept.
  static func matches(_ pattern: [ReferenceSymbol], _ text: String) -> Bool {
    matches(pattern, Array(text.unicodeScalars))
  }

  static func matches(_ pattern: [ReferenceSymbol], _ text: [Unicode.Scalar]) -> Bool {
    var reached = [0]
    for symbol in pattern {
      var next: [Int] = []
      switch symbol {
      case .anyRun:
        var place = reached[0]
        while place <= text.count {
          next.append(place)
          place += 1
        }
      case .anyOne:
        for place in reached where place < text.count { next.append(place + 1) }
      case .literal(let scalar):
        for place in reached where place < text.count && text[place] == scalar { next.append(place + 1) }
      }
      if next.isEmpty { return false }
      reached = next
    }
    return reached.last == text.count
  }

  /// The symbols of a text in which `*` and `?` are wildcards and `${` means nothing.
  static func symbols(_ text: String) -> [ReferenceSymbol] { text.unicodeScalars.map(symbol) }

  static func symbol(_ scalar: Unicode.Scalar) -> ReferenceSymbol {
    switch scalar {
    case "*": .anyRun
    case "?": .anyOne
    default: .literal(scalar)
    }
  }
}

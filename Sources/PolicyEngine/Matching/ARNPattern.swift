/// A pattern of the ARN operators: six parts between colons, each compared with its own part of an ARN.
///
/// A wildcard does not reach over a colon, save in the last part, which may hold colons itself. The pattern is cut
/// into its parts before variables are filled in, so that a colon in a value cannot move them.
struct ARNPattern: Sendable {
  private enum Shape: Sendable {
    case parts([Template])
    /// A single variable that stands for a whole ARN.
    case whole(Template)
  }

  private let shape: Shape

  /// Nil where the text does not have six parts and is not one variable.
  init?(_ text: String, variables: Bool) {
    let whole = Template(text, .init(variables: variables, wildcards: true))
    if whole.parts.count == 1, case .variable = whole.parts[0] {
      shape = .whole(whole)
      return
    }
    let parts = Self.split(whole)
    guard parts.count == 6 else { return nil }
    shape = .parts(parts)
  }

  private static func split(_ template: Template) -> [Template] {
    var parts: [[Template.Part]] = [[]]
    for part in template.parts {
      var run: [UInt16] = []
      switch part {
      case .variable:
        parts[parts.count - 1].append(part)
        continue
      case .literal(let bytes): split(bytes.map(UInt16.init), into: &parts, &run)
      case .pattern(let tokens): split(tokens, into: &parts, &run)
      }
      Template.append(&run, to: &parts[parts.count - 1])
    }
    return parts.map { Template(parts: $0, isFolding: false) }
  }

  private static func split(_ tokens: [UInt16], into parts: inout [[Template.Part]], _ run: inout [UInt16]) {
    for token in tokens {
      if token == UInt16(UInt8(ascii: ":")), parts.count < 6 {
        Template.append(&run, to: &parts[parts.count - 1])
        parts.append([])
      } else {
        run.append(token)
      }
    }
  }

  /// Whether an ARN matches; nil where a variable cannot be resolved.
  func matches(_ text: Span<UInt8>, _ context: RequestContext) -> Bool? {
    switch shape {
    case .whole(let template): return template.matches(text, context)
    case .parts(let templates):
      var isMatch = true
      var start = 0
      for (index, template) in templates.enumerated() {
        var end = start
        if index < 5 {
          while end < text.count, text[end] != UInt8(ascii: ":") { end += 1 }
          if end == text.count { isMatch = false }
        } else {
          end = text.count
        }
        guard let partMatches = template.matches(text.extracting(min(start, end)..<end), context) else { return nil }
        if !partMatches { isMatch = false }
        start = min(end + 1, text.count)
      }
      return isMatch
    }
  }
}

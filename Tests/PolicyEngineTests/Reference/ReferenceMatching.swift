import Foundation
import PolicyEngine

// The specification as code: slow, plain, and written from AWS's pages without a look at the engine's own matching.
// It shares with the engine the parsed document and the request's values, and nothing else.

/// A character of a pattern: itself, or a wildcard.
enum ReferenceSymbol: Equatable {
  case literal(Unicode.Scalar)
  case anyRun
  case anyOne
}

enum ReferenceMatching {
  /// Whether a pattern matches, by a table of all pairs of prefixes.
  static func matches(_ pattern: [ReferenceSymbol], _ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    // row[j]: the symbols so far match the first j scalars.
    var row = [Bool](repeating: false, count: scalars.count + 1)
    row[0] = true
    for symbol in pattern {
      var next = [Bool](repeating: false, count: scalars.count + 1)
      for length in 0...scalars.count {
        switch symbol {
        case .anyRun: next[length] = row[length] || (length > 0 && next[length - 1])
        case .anyOne: next[length] = length > 0 && row[length - 1]
        case .literal(let scalar): next[length] = length > 0 && row[length - 1] && scalars[length - 1] == scalar
        }
      }
      row = next
    }
    return row[scalars.count]
  }

  /// The symbols of a text in which `*` and `?` are wildcards and `${` means nothing.
  static func symbols(_ text: String) -> [ReferenceSymbol] {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "*": .anyRun
      case "?": .anyOne
      default: .literal(scalar)
      }
    }
  }

  static func literals(_ text: String) -> [ReferenceSymbol] { text.unicodeScalars.map { .literal($0) } }
}

/// A policy's text with its variables filled in.
struct ReferenceText {
  /// Nil where a variable could not be resolved.
  var symbols: [ReferenceSymbol]?
  /// The same by the colons of the policy's text, at most `parts` of them, for the ARN operators.
  var segments: [[ReferenceSymbol]]
  /// Where it is one variable and nothing else.
  var isOneVariable: Bool
  /// A value with a colon was filled in before the fifth colon.
  var hasEarlyColon: Bool

  init(_ text: String, version: PolicyDocument.Version, wildcards: Bool, context: RequestContext) {
    var rest = Substring(text)
    var symbols: [ReferenceSymbol]? = []
    var segments: [[ReferenceSymbol]] = [[]]
    var variables = 0
    var literals = 0
    hasEarlyColon = false
    func add(_ symbol: ReferenceSymbol, splitting: Bool) {
      symbols?.append(symbol)
      if splitting, symbol == .literal(":"), segments.count < 6 {
        segments.append([])
      } else {
        segments[segments.count - 1].append(symbol)
      }
    }
    while let first = rest.unicodeScalars.first {
      let mayRefer = version == .v2012 && first == "$"
      if mayRefer, let match = rest.prefixMatch(of: Self.special) {
        add(.literal(match.1.unicodeScalars.first!), splitting: false)
        literals += 1
        rest = rest[match.range.upperBound...]
      } else if mayRefer, let match = rest.prefixMatch(of: Self.variable) {
        variables += 1
        rest = rest[match.range.upperBound...]
        guard let value = Self.value(String(match.1), fallback: match.2.map(String.init), context) else {
          symbols = nil
          continue
        }
        if segments.count < 6, value.contains(":") { hasEarlyColon = true }
        for scalar in value.unicodeScalars { add(.literal(scalar), splitting: false) }
      } else {
        literals += 1
        let symbol = wildcards ? ReferenceMatching.symbols(String(first))[0] : .literal(first)
        add(symbol, splitting: true)
        rest.unicodeScalars.removeFirst()
      }
    }
    self.symbols = symbols
    self.segments = segments
    isOneVariable = variables == 1 && literals == 0
  }

  private static var special: Regex<(Substring, Substring)> { /\$\{([*?$])\}/ }
  private static var variable: Regex<(Substring, Substring, Substring?)> { /\$\{([^},]+)(?:, *'([^']*)')?\}/ }

  private static func value(_ key: String, fallback: String?, _ context: RequestContext) -> String? {
    let values = context[key] ?? []
    if values.isEmpty { return fallback }
    return values.count == 1 ? values[0] : nil
  }
}

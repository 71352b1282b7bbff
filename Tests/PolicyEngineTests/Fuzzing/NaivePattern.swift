/// A pattern read and matched in the plainest way, for comparison: by characters, by recursion.
struct NaivePattern {
  enum Symbol: Equatable {
    case literal(Unicode.Scalar)
    case anyRun
    case anyOne
  }

  /// With each symbol whether it came from the pattern's own text, not from a variable or an escape.
  private(set) var symbols: [(symbol: Symbol, isWritten: Bool)] = []
  /// A variable has neither one value nor a default.
  private(set) var isUnresolved = false
  /// A variable before the fifth written colon stands for a text with a colon.
  private(set) var hasEarlyColon = false
  /// One variable and nothing else.
  private(set) var isOneVariable = false

  /// Every character stands for itself, save the wildcards.
  init(wildcardsIn text: String) {
    for scalar in text.unicodeScalars { symbols.append((Self.symbol(scalar), true)) }
  }

  /// - Parameter values: of the context keys, by their names in lower case.
  init(_ text: String, isWild: Bool, values: [String: [String]]) {
    var rest = Array(text.unicodeScalars)[...]
    var variables = 0
    var others = 0
    var colons = 0
    while let first = rest.first {
      if let (reference, end) = Self.reference(rest) {
        rest = rest[end...]
        switch reference {
        case .character(let scalar):
          others += 1
          symbols.append((.literal(scalar), false))
        case .variable(let key, let fallback):
          variables += 1
          guard let value = Self.value(of: key, fallback, values) else {
            isUnresolved = true
            continue
          }
          if colons < 5, value.isFromRequest, value.text.contains(":") { hasEarlyColon = true }
          for scalar in value.text.unicodeScalars { symbols.append((.literal(scalar), false)) }
        }
      } else {
        others += 1
        if first == ":" { colons += 1 }
        symbols.append((isWild ? Self.symbol(first) : .literal(first), true))
        rest.removeFirst()
      }
    }
    isOneVariable = variables == 1 && others == 0
  }

  func matches(_ text: String) -> Bool {
    Self.matches(symbols.map(\.symbol), Array(text.unicodeScalars))
  }

  /// Part by part, cut at the first five written colons and at the first five of the text.
  func matchesAsARN(_ text: String) -> Bool {
    if isUnresolved { return false }
    if isOneVariable { return matches(text) }
    var parts: [[Symbol]] = [[]]
    for (symbol, isWritten) in symbols {
      if isWritten, symbol == .literal(":"), parts.count < 6 {
        parts.append([])
      } else {
        parts[parts.count - 1].append(symbol)
      }
    }
    let others = text.unicodeScalars.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, others.count == 6 else { return false }
    return zip(parts, others).allSatisfy { Self.matches($0, Array($1)) }
  }

  private static func symbol(_ scalar: Unicode.Scalar) -> Symbol {
    switch scalar {
    case "*": .anyRun
    case "?": .anyOne
    default: .literal(scalar)
    }
  }
}

// MARK: Variables

extension NaivePattern {
  private enum Reference {
    case character(Unicode.Scalar)
    case variable(key: String, fallback: String?)
  }

  /// The `${…}` that a text begins with, and what follows it.
  private static func reference(_ text: ArraySlice<Unicode.Scalar>) -> (Reference, end: Int)? {
    guard text.starts(with: ["$", "{"]) else { return nil }
    let inner = text.dropFirst(2)
    guard let keyEnd = inner.firstIndex(where: { $0 == "}" || $0 == "," }), keyEnd > inner.startIndex else {
      return nil
    }
    let key = string(inner[..<keyEnd])
    if inner[keyEnd] == "}" {
      let character = ["*", "?", "$"].contains(key) ? key.unicodeScalars.first : nil
      return (character.map { .character($0) } ?? .variable(key: key, fallback: nil), keyEnd + 1)
    }
    let tail = inner[(keyEnd + 1)...].drop { $0 == " " }
    guard tail.first == "'", let quote = tail.dropFirst().firstIndex(of: "'") else { return nil }
    guard quote + 1 < tail.endIndex, tail[quote + 1] == "}" else { return nil }
    return (.variable(key: key, fallback: string(tail[(tail.startIndex + 1)..<quote])), quote + 2)
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  private static func value(
    of key: String, _ fallback: String?, _ values: [String: [String]]
  ) -> (text: String, isFromRequest: Bool)? {
    // The keys of the comparison are ASCII, and nothing beyond it is folded into ASCII.
    let found = key.utf8.allSatisfy { $0 < 0x80 } ? values[key.lowercased()] ?? [] : []
    switch found.count {
    case 0: return fallback.map { ($0, false) }
    case 1: return (found[0], true)
    default: return nil
    }
  }
}

// MARK: Matching

extension NaivePattern {
  private enum Answer: UInt8 { case unknown, no, yes }

  static func matches(_ pattern: [Symbol], _ text: [Unicode.Scalar]) -> Bool {
    var answers = [Answer](repeating: .unknown, count: (pattern.count + 1) * (text.count + 1))
    return matches(pattern, 0, text, 0, &answers)
  }

  private static func matches(
    _ pattern: [Symbol], _ position: Int, _ text: [Unicode.Scalar], _ offset: Int, _ answers: inout [Answer]
  ) -> Bool {
    if position == pattern.count { return offset == text.count }
    let place = position * (text.count + 1) + offset
    if answers[place] != .unknown { return answers[place] == .yes }
    let isMore = offset < text.count
    let isMatch =
      switch pattern[position] {
      case .literal(let scalar):
        isMore && text[offset] == scalar && matches(pattern, position + 1, text, offset + 1, &answers)
      case .anyOne: isMore && matches(pattern, position + 1, text, offset + 1, &answers)
      case .anyRun:
        matches(pattern, position + 1, text, offset, &answers)
          || (isMore && matches(pattern, position, text, offset + 1, &answers))
      }
    answers[place] = isMatch ? .yes : .no
    return isMatch
  }
}

/// Matching with `*` (any run of characters) and `?` (exactly one character).
///
/// A pattern is an array of tokens rather than a text: a literal byte is its own value and a wildcard lies outside
/// of the bytes, so that a `*` that came in by a variable's value cannot be mistaken for one.
enum Glob {
  static let anyRun: UInt16 = 0x100
  static let anyOne: UInt16 = 0x101

  /// The tokens of a text; without wildcards each byte stands for itself. Runs of `*` become one.
  static func tokens(_ text: some Sequence<UInt8>, wildcards: Bool) -> [UInt16] {
    var tokens: [UInt16] = []
    for byte in text { append(byte, to: &tokens, wildcards: wildcards) }
    return tokens
  }

  static func append(_ byte: UInt8, to tokens: inout [UInt16], wildcards: Bool) {
    if wildcards, byte == UInt8(ascii: "*") {
      if tokens.last != anyRun { tokens.append(anyRun) }
    } else if wildcards, byte == UInt8(ascii: "?") {
      tokens.append(anyOne)
    } else {
      tokens.append(UInt16(byte))
    }
  }

  static func matches(_ pattern: Span<UInt16>, _ text: Span<UInt8>) -> Bool {
    var steps = 0
    return matches(pattern, text, steps: &steps)
  }

  /// Goes back to the last `*` only, never to one before it: at most pattern length × text length steps.
  ///
  /// An earlier `*` need not be tried again because the characters between two of them are best matched as far
  /// left as they can be.
  static func matches(_ pattern: Span<UInt16>, _ text: Span<UInt8>, steps: inout Int) -> Bool {
    var position = 0
    var offset = 0
    var resumePosition = -1
    var resumeOffset = 0
    while offset < text.count {
      steps &+= 1
      if position < pattern.count {
        let token = pattern[position]
        if token == anyRun {
          position += 1
          if position == pattern.count { return true }
          resumePosition = position
          resumeOffset = offset
          continue
        }
        if token == UInt16(text[offset]) {
          position += 1
          offset += 1
          continue
        }
        if token == anyOne, text[offset] & 0xC0 != 0x80 {
          position += 1
          offset += 1
          while offset < text.count, text[offset] & 0xC0 == 0x80 { offset += 1 }
          continue
        }
      }
      guard resumePosition >= 0 else { return false }
      resumeOffset += 1
      offset = resumeOffset
      position = resumePosition
    }
    while position < pattern.count, pattern[position] == anyRun { position += 1 }
    return position == pattern.count
  }
}

/// Patterns without variables, the tokens of one behind those of the other.
///
/// The patterns themselves are plain numbers, so that running through many of them counts no references.
struct PatternTable: Sendable {
  private(set) var tokens: [UInt16] = []

  mutating func add(_ pattern: [UInt16]) -> Pattern {
    let headCount = pattern.firstIndex { $0 > 0xFF } ?? pattern.count
    let kind: Pattern.Kind =
      if pattern == [Glob.anyRun] {
        .anything
      } else if headCount == pattern.count {
        .exact
      } else if headCount + 1 == pattern.count, pattern.last == Glob.anyRun {
        .prefix
      } else {
        .general
      }
    defer { tokens.append(contentsOf: pattern) }
    return Pattern(start: tokens.count, count: pattern.count, headCount: headCount, kind: kind)
  }
}

/// A pattern of a `PatternTable`; it is matched with that table's tokens and no others.
struct Pattern: Sendable {
  enum Kind: UInt8, Sendable { case anything, exact, prefix, general }

  private let start: Int
  private let count: Int
  /// How many tokens stand before the first wildcard.
  private let headCount: Int
  let kind: Kind

  fileprivate init(start: Int, count: Int, headCount: Int, kind: Kind) {
    self.start = start
    self.count = count
    self.headCount = headCount
    self.kind = kind
  }

  @inline(__always)
  func matches(_ text: Span<UInt8>, in tokens: Span<UInt16>) -> Bool {
    if kind == .anything { return true }
    guard kind == .exact ? text.count == headCount : text.count >= headCount else { return false }
    // From the right: names of one service or account differ at their end.
    var index = headCount - 1
    while index >= 0 {
      if tokens[start + index] != UInt16(text[index]) { return false }
      index -= 1
    }
    guard kind == .general else { return true }
    let rest = tokens.extracting(start + headCount..<start + count)
    return Glob.matches(rest, text.extracting(headCount..<text.count))
  }
}

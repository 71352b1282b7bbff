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
    tokens.reserveCapacity(text.underestimatedCount)
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
          position &+= 1
          if position == pattern.count { return true }
          resumePosition = position
          offset = skip(to: pattern[position], text, offset, &steps)
          resumeOffset = offset
          continue
        }
        if token == UInt16(text[offset]) {
          position &+= 1
          offset &+= 1
          continue
        }
        if token == anyOne, text[offset] & 0xC0 != 0x80 {
          position &+= 1
          offset &+= 1
          while offset < text.count, text[offset] & 0xC0 == 0x80 { offset &+= 1 }
          continue
        }
      }
      guard resumePosition >= 0 else { return false }
      resumeOffset = skip(to: pattern[resumePosition], text, resumeOffset &+ 1, &steps)
      offset = resumeOffset
      position = resumePosition
    }
    while position < pattern.count, pattern[position] == anyRun { position &+= 1 }
    return position == pattern.count
  }

  /// The next offset at which a token may match; the text's end where a literal byte does not come any more.
  @inline(__always)
  private static func skip(to token: UInt16, _ text: Span<UInt8>, _ start: Int, _ steps: inout Int) -> Int {
    if token > 0xFF { return start }
    var offset = start
    while offset < text.count, UInt16(text[offset]) != token { offset &+= 1 }
    steps &+= offset &- start
    return offset
  }
}

/// The texts that the patterns of a table are made of: literal bytes, and tokens from the first wildcard on.
struct PatternPool: Sendable {
  var bytes: [UInt8] = []
  var tokens: [UInt16] = []

  /// A pattern without variables.
  mutating func add(_ pattern: [UInt16]) -> Pattern {
    let headCount = pattern.firstIndex { $0 > 0xFF } ?? pattern.count
    let head = Slice(bytes.count..<bytes.count + headCount)
    bytes.append(contentsOf: pattern[..<headCount].lazy.map { UInt8(truncatingIfNeeded: $0) })
    let tail = pattern[headCount...]
    if tail.isEmpty { return Pattern(kind: .exact, head: head) }
    if tail.elementsEqual(CollectionOfOne(Glob.anyRun)) {
      return Pattern(kind: headCount == 0 ? .anything : .prefix, head: head)
    }
    let literals = tail.filter { $0 <= 0xFF }
    bytes.append(contentsOf: literals.lazy.map { UInt8(truncatingIfNeeded: $0) })
    tokens.append(contentsOf: tail)
    let kind: Pattern.Kind =
      if tail.first != Glob.anyRun || tail.contains(Glob.anyOne) { .general } else {
        switch tail.count - literals.count {
        case 1: .oneGap
        case 2: .twoGaps
        default: .general
        }
      }
    return Pattern(
      kind: kind, head: head, tail: Slice(tokens.count - tail.count..<tokens.count),
      literalCount: UInt32(literals.count), endCount: UInt32(tail.reversed().prefix { $0 <= 0xFF }.count))
  }
}

extension PatternPool {
  /// A pattern's tokens, put together again.
  func tokens(of pattern: Pattern) -> [UInt16] {
    let head = bytes[pattern.head.range].map(UInt16.init)
    switch pattern.kind {
    case .exact: return head
    case .anything, .prefix: return head + [Glob.anyRun]
    case .oneGap, .twoGaps, .general: return head + tokens[pattern.tail.range]
    }
  }
}

/// A pattern of a `PatternPool`; it is matched with that pool's texts and no others.
struct Pattern: Sendable, BitwiseCopyable {
  enum Kind: UInt8, Sendable {
    case anything, exact, prefix
    /// One `*` between two texts.
    case oneGap
    /// Two `*`, with a text before, between and behind them; the first and the last may be empty.
    case twoGaps
    case general
  }

  let kind: Kind
  /// The bytes before the first wildcard; behind them in the pool are all others, without wildcards.
  let head: Slice
  /// From the first wildcard on, as tokens; empty where nothing but one `*` follows the head.
  var tail = Slice.empty
  /// How many bytes there are behind the first wildcard, and how many of them behind the last one.
  var literalCount: UInt32 = 0
  var endCount: UInt32 = 0

  @inline(__always)
  func matches(_ text: Span<UInt8>, in pool: borrowing PatternPool) -> Bool {
    if kind == .anything { return true }
    let bytes = pool.bytes.span
    let head = bytes.extracting(head.range)
    if kind == .exact { return isSame(text, head) }
    guard hasPrefix(text, head) else { return false }
    return kind == .prefix || matchesTail(text, in: pool)
  }

  /// Whether a text that has the head matches from there on: mostly it has not even the end.
  private func matchesTail(_ text: Span<UInt8>, in pool: borrowing PatternPool) -> Bool {
    let bytes = pool.bytes.span
    let literals = bytes.extracting(head.range.upperBound..<head.range.upperBound &+ Int(literalCount))
    let middleCount = literals.count &- Int(endCount)
    let rest = text.extracting(Int(head.count)..<text.count)
    guard rest.count >= literals.count, hasSuffix(rest, literals.extracting(middleCount..<literals.count)) else {
      return false
    }
    switch kind {
    case .anything, .exact, .prefix, .oneGap: return true
    case .twoGaps:
      return contains(rest.extracting(0..<rest.count &- Int(endCount)), literals.extracting(0..<middleCount))
    case .general:
      let tokens = pool.tokens.span
      return Glob.matches(tokens.extracting(tail.range), rest)
    }
  }
}

/// A policy's text with its wildcards and variables taken apart, before it goes into a table.
///
/// INVARIANT: what a variable stands for is literal. It enters a comparison byte by byte, is not looked at again for
/// `${`, and cannot become a wildcard, whoever chose the value (user names, tags, session names).
struct Template {
  enum Part {
    /// Text, perhaps with wildcards.
    case text([UInt16])
    case variable(key: String, fallback: String?)
  }

  /// How literal text between variables is read.
  struct Reading {
    /// Whether `${…}` means a variable; true in Version 2012-10-17 only.
    var variables: Bool
    var wildcards: Bool
    /// Compared without letter case: literals are folded here, values when they are filled in.
    var folding = false
  }

  var parts: [Part]

  init(parts: [Part]) { self.parts = parts }

  init(_ text: String, _ reading: Reading) {
    parts = []
    let bytes = Array(text.utf8)
    var tokens: [UInt16] = []
    tokens.reserveCapacity(bytes.count)
    var offset = 0
    while offset < bytes.count {
      if reading.variables, bytes[offset] == UInt8(ascii: "$"), let found = VariableReference(in: bytes, at: offset) {
        switch found.meaning {
        case .character(let byte): tokens.append(UInt16(byte))
        case .variable(let key, let fallback):
          finish(&tokens)
          parts.append(.variable(key: key, fallback: fallback))
        }
        offset = found.end
      } else if reading.folding, bytes[offset] >= 0x80 {
        offset = Self.appendFolded(bytes, at: offset, to: &tokens)
      } else {
        let byte = reading.folding ? bytes[offset].asciiLowercased : bytes[offset]
        Glob.append(byte, to: &tokens, wildcards: reading.wildcards)
        offset += 1
      }
    }
    finish(&tokens)
  }

  private mutating func finish(_ tokens: inout [UInt16]) {
    if !tokens.isEmpty { parts.append(.text(tokens)) }
    tokens = []
  }

  /// Its tokens where there is no variable in it.
  var fixedTokens: [UInt16]? {
    if parts.isEmpty { return [] }
    guard parts.count == 1, case .text(let tokens) = parts[0] else { return nil }
    return tokens
  }

  /// Whether it is one variable and nothing else.
  var isOneVariable: Bool {
    if parts.count == 1, case .variable = parts[0] { true } else { false }
  }

  /// Whether it has neither variables nor wildcards.
  var isLiteral: Bool { fixedTokens?.allSatisfy { $0 <= 0xFF } ?? false }

  /// Folds the run of characters beyond ASCII that begins here and answers where it ends.
  private static func appendFolded(_ bytes: [UInt8], at start: Int, to tokens: inout [UInt16]) -> Int {
    var end = start
    while end < bytes.count, bytes[end] >= 0x80 { end += 1 }
    for byte in String(decoding: bytes[start..<end], as: UTF8.self).lowercased().utf8 { tokens.append(UInt16(byte)) }
    return end
  }

  /// The six parts of an ARN pattern, cut at its first five colons before any variable is filled in, so that a colon
  /// in a value cannot move them; nil where there are not six.
  var segments: [Template]? {
    var segments = [Template(parts: [])]
    for part in parts {
      guard case .text(let tokens) = part else {
        segments[segments.count - 1].parts.append(part)
        continue
      }
      var run: [UInt16] = []
      for token in tokens {
        if token == UInt16(UInt8(ascii: ":")), segments.count < 6 {
          segments[segments.count - 1].finish(&run)
          segments.append(Template(parts: []))
        } else {
          run.append(token)
        }
      }
      segments[segments.count - 1].finish(&run)
    }
    return segments.count == 6 ? segments : nil
  }
}

/// `${key}`, `${key, 'default'}` or one of `${*}`, `${?}`, `${$}`.
private struct VariableReference {
  enum Meaning {
    case character(UInt8)
    case variable(key: String, fallback: String?)
  }

  let meaning: Meaning
  let end: Int

  /// Bytes of a variable's key: a tag's key has up to 128 characters, and its prefix comes before it.
  private static let keyBytesMax = 1024

  /// Anything else that begins with `${` stays literal text, so that it matches nothing it did not name.
  init?(in bytes: [UInt8], at start: Int) {
    guard start + 2 < bytes.count, bytes[start] == UInt8(ascii: "$"), bytes[start + 1] == UInt8(ascii: "{") else {
      return nil
    }
    var offset = start + 2
    let keyStart = offset
    let keyLimit = min(bytes.count, keyStart + Self.keyBytesMax)
    while offset < keyLimit, bytes[offset] != UInt8(ascii: "}"), bytes[offset] != UInt8(ascii: ",") { offset += 1 }
    guard offset < keyLimit, offset > keyStart else { return nil }
    let key = bytes[keyStart..<offset]
    if bytes[offset] == UInt8(ascii: "}") {
      end = offset + 1
      if key.count == 1, let byte = key.first, "*?$".utf8.contains(byte) {
        meaning = .character(byte)
      } else {
        meaning = .variable(key: String(decoding: key, as: UTF8.self), fallback: nil)
      }
      return
    }
    offset += 1
    while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") { offset += 1 }
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "'") else { return nil }
    offset += 1
    let fallbackStart = offset
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "'") { offset += 1 }
    guard offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "}") else { return nil }
    let fallback = String(decoding: bytes[fallbackStart..<offset], as: UTF8.self)
    meaning = .variable(key: String(decoding: key, as: UTF8.self), fallback: fallback)
    end = offset + 2
  }
}

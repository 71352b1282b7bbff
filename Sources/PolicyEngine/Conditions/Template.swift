/// A policy's text with its wildcards and variables taken apart once.
///
/// INVARIANT: what a variable stands for is literal. It enters a resolved pattern byte by byte, is not looked at
/// again for `${`, and cannot become a wildcard, whoever chose the value (user names, tags, session names).
final class Template: Sendable {
  enum Part: Sendable {
    case literal([UInt8])
    /// Text with wildcards in it.
    case pattern([UInt16])
    case variable(Variable)
  }

  struct Variable: Sendable {
    let key: ContextKey
    let fallback: String?
  }

  /// How literal text between variables is read.
  struct Reading {
    /// Whether `${…}` means a variable; true in Version 2012-10-17 only.
    var variables: Bool
    var wildcards: Bool
    /// Compared without letter case: literals are folded here, values when they are filled in.
    var folding = false
  }

  let parts: [Part]
  let isFolding: Bool

  convenience init(_ text: String, _ reading: Reading) {
    self.init(parts: Self.parts(Array(text.utf8), reading), isFolding: reading.folding)
  }

  init(parts: [Part], isFolding: Bool) {
    self.parts = parts
    self.isFolding = isFolding
  }

  /// Its tokens where there is no variable in it.
  var fixedTokens: [UInt16]? {
    var tokens: [UInt16] = []
    for part in parts {
      switch part {
      case .literal(let bytes): tokens.append(contentsOf: bytes.lazy.map(UInt16.init))
      case .pattern(let pattern): tokens.append(contentsOf: pattern)
      case .variable: return nil
      }
    }
    return tokens
  }

  /// Whether the text matches; nil where a variable has neither exactly one value nor a default.
  ///
  /// Up to the first wildcard text and values are compared as they stand; only what follows is put together.
  func matches(_ text: Span<UInt8>, _ context: RequestContext) -> Bool? {
    var offset = 0
    for index in parts.indices {
      let isMatch: Bool
      switch parts[index] {
      case .literal(let bytes): isMatch = Self.take(bytes.span, from: text, at: &offset)
      case .variable(let variable):
        guard let value = context.value(of: variable) else { return nil }
        isMatch =
          isFolding
          ? Self.take(value.folded.utf8.span, from: text, at: &offset)
          : Self.take(value.utf8.span, from: text, at: &offset)
      case .pattern(let tokens):
        let rest = text.extracting(offset..<text.count)
        if index + 1 == parts.count { return Glob.matches(tokens.span, rest) }
        return resolve(from: index, context).map { Glob.matches($0.span, rest) }
      }
      // It is no match, yet an unresolved variable further on must still be reported as such.
      if !isMatch { return isResolvable(from: index + 1, context) ? false : nil }
    }
    return offset == text.count
  }

  @inline(__always)
  private static func take(_ bytes: Span<UInt8>, from text: Span<UInt8>, at offset: inout Int) -> Bool {
    guard text.count - offset >= bytes.count else { return false }
    for index in bytes.indices where bytes[index] != text[offset + index] { return false }
    offset += bytes.count
    return true
  }

  private func isResolvable(from start: Int, _ context: RequestContext) -> Bool {
    for part in parts[start...] {
      if case .variable(let variable) = part, context.value(of: variable) == nil { return false }
    }
    return true
  }

  /// What follows a wildcard, put together; texts that are folded have none.
  private func resolve(from start: Int, _ context: RequestContext) -> [UInt16]? {
    var resolved: [UInt16] = []
    for part in parts[start...] {
      switch part {
      case .literal(let bytes): resolved.append(contentsOf: bytes.lazy.map(UInt16.init))
      case .pattern(let tokens): resolved.append(contentsOf: tokens)
      case .variable(let variable):
        guard let value = context.value(of: variable) else { return nil }
        resolved.append(contentsOf: value.utf8.lazy.map(UInt16.init))
      }
    }
    return resolved
  }
}

// MARK: Reading

extension Template {
  private static func parts(_ bytes: [UInt8], _ reading: Reading) -> [Part] {
    var parts: [Part] = []
    var tokens: [UInt16] = []
    var offset = 0
    while offset < bytes.count {
      if reading.variables, let found = reference(in: bytes, at: offset) {
        switch found.meaning {
        case .character(let byte): tokens.append(UInt16(byte))
        case .variable(let variable):
          append(&tokens, to: &parts)
          parts.append(.variable(variable))
        }
        offset = found.end
      } else if reading.folding, bytes[offset] >= 0x80 {
        offset = appendFolded(bytes, at: offset, to: &tokens)
      } else {
        let byte = reading.folding ? bytes[offset].asciiLowercased : bytes[offset]
        Glob.append(byte, to: &tokens, wildcards: reading.wildcards)
        offset += 1
      }
    }
    append(&tokens, to: &parts)
    return parts
  }

  /// Adds tokens as a part of their own, cut before the first wildcard, and empties them.
  static func append(_ tokens: inout [UInt16], to parts: inout [Part]) {
    let head = tokens.prefix { $0 <= 0xFF }
    if !head.isEmpty { parts.append(.literal(head.map { UInt8(truncatingIfNeeded: $0) })) }
    if head.count < tokens.count { parts.append(.pattern(Array(tokens[head.count...]))) }
    tokens = []
  }

  /// Folds the run of characters beyond ASCII that begins here and answers where it ends.
  private static func appendFolded(_ bytes: [UInt8], at start: Int, to tokens: inout [UInt16]) -> Int {
    var end = start
    while end < bytes.count, bytes[end] >= 0x80 { end += 1 }
    for byte in String(decoding: bytes[start..<end], as: UTF8.self).lowercased().utf8 { tokens.append(UInt16(byte)) }
    return end
  }

  /// Bytes of a variable's key: a tag's key has up to 128 characters, and its prefix comes before it.
  private static let keyBytesMax = 1024

  private enum Meaning {
    case character(UInt8)
    case variable(Variable)
  }

  /// `${key}`, `${key, 'default'}` or one of `${*}`, `${?}`, `${$}` that begins here.
  ///
  /// Anything else that begins with `${` stays literal text, so that it matches nothing it did not name.
  private static func reference(in bytes: [UInt8], at start: Int) -> (meaning: Meaning, end: Int)? {
    guard start + 2 < bytes.count, bytes[start] == UInt8(ascii: "$"), bytes[start + 1] == UInt8(ascii: "{") else {
      return nil
    }
    var offset = start + 2
    let keyStart = offset
    let keyLimit = min(bytes.count, keyStart + keyBytesMax)
    while offset < keyLimit, bytes[offset] != UInt8(ascii: "}"), bytes[offset] != UInt8(ascii: ",") { offset += 1 }
    guard offset < keyLimit, offset > keyStart else { return nil }
    let key = bytes[keyStart..<offset]
    if bytes[offset] == UInt8(ascii: "}") {
      if key.count == 1, let byte = key.first, "*?$".utf8.contains(byte) { return (.character(byte), offset + 1) }
      return (.variable(Variable(key: ContextKey(String(decoding: key, as: UTF8.self)), fallback: nil)), offset + 1)
    }
    offset += 1
    while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") { offset += 1 }
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "'") else { return nil }
    offset += 1
    let fallbackStart = offset
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "'") { offset += 1 }
    guard offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "}") else { return nil }
    let fallback = String(decoding: bytes[fallbackStart..<offset], as: UTF8.self)
    return (.variable(Variable(key: ContextKey(String(decoding: key, as: UTF8.self)), fallback: fallback)), offset + 2)
  }
}

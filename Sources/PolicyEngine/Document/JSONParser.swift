/// Reads one JSON text from UTF-8 bytes and refuses what a policy must not hold.
///
/// It differs from a general parser on purpose: order and offsets are kept, a key that occurs twice in one object is
/// refused, nesting has a limit that is checked before going deeper, and only the characters that AWS admits in a
/// policy (U+0009, U+000A, U+000D, U+0020 to U+00FF) may stand in the text. Other texts have other rules.
package struct JSONParser {
  /// What a text may hold beyond JSON's grammar.
  package struct Rules {
    let admitsAnyCharacter: Bool
    let admitsDuplicateKeys: Bool
    let depthMax: Int
    /// Objects below it are checked, and come without their members.
    let treeDepthMax: Int

    package static let policy = Rules(
      admitsAnyCharacter: false, admitsDuplicateKeys: false, depthMax: JSONParser.depthMax, treeDepthMax: .max)

    /// For a text that holds policies: what a policy must not hold is refused when the policy itself is parsed.
    package static func envelope(depthMax: Int, treeDepthMax: Int = .max) -> Rules {
      Rules(admitsAnyCharacter: true, admitsDuplicateKeys: true, depthMax: depthMax, treeDepthMax: treeDepthMax)
    }
  }

  /// Levels of arrays and objects; a policy needs five.
  static let depthMax = 64

  private let bytes: [UInt8]
  private let rules: Rules
  private var offset = 0

  private init(_ bytes: [UInt8], _ rules: Rules) {
    self.bytes = bytes
    self.rules = rules
  }

  /// - Parameter bytes: valid UTF-8.
  package static func parse(_ bytes: [UInt8], by rules: Rules = .policy) throws(Refusal) -> JSONNode {
    if !rules.admitsAnyCharacter { try checkCharacters(bytes) }
    var parser = JSONParser(bytes, rules)
    parser.skipSpace()
    let node = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.offset == bytes.count else { throw .syntax(at: parser.offset) }
    return node
  }

  private static func checkCharacters(_ bytes: [UInt8]) throws(Refusal) {
    for (offset, byte) in bytes.enumerated() {
      // U+0080 to U+00FF begin with C2 or C3 in UTF-8; what follows is a continuation byte since a String is valid.
      let isAdmitted =
        byte < 0x80
        ? byte >= 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
        : byte & 0xC0 == 0x80 || byte == 0xC2 || byte == 0xC3
      guard isAdmitted else { throw .syntax(at: offset) }
    }
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func expect(_ byte: UInt8) throws(Refusal) {
    guard next == byte else { throw .syntax(at: offset) }
    offset += 1
  }

  private mutating func value(depth: Int) throws(Refusal) -> JSONNode {
    let start = offset
    switch next {
    case UInt8(ascii: "{") where depth >= rules.treeDepthMax:
      try skipItems(until: UInt8(ascii: "}"), depth: depth)
      return JSONNode(value: .object([]), offset: start, end: offset)
    case UInt8(ascii: "{"):
      guard depth < rules.depthMax else { throw .syntax(at: offset) }
      return JSONNode(value: .object(try object(depth: depth + 1)), offset: start, end: offset)
    case UInt8(ascii: "["):
      guard depth < rules.depthMax else { throw .syntax(at: offset) }
      return JSONNode(value: .array(try array(depth: depth + 1)), offset: start, end: offset)
    case UInt8(ascii: "\""):
      return JSONNode(value: .string(try string()), offset: start, end: offset)
    case UInt8(ascii: "t"):
      try word("true")
      return JSONNode(value: .bool(true), offset: start, end: offset)
    case UInt8(ascii: "f"):
      try word("false")
      return JSONNode(value: .bool(false), offset: start, end: offset)
    case UInt8(ascii: "n"):
      try word("null")
      return JSONNode(value: .null, offset: start, end: offset)
    default:
      return JSONNode(value: .number(try number()), offset: start, end: offset)
    }
  }

  private mutating func object(depth: Int) throws(Refusal) -> [JSONMember] {
    var members: [JSONMember] = []
    try expect(UInt8(ascii: "{"))
    skipSpace()
    if next == UInt8(ascii: "}") {
      offset += 1
      return members
    }
    while true {
      skipSpace()
      let keyOffset = offset
      guard next == UInt8(ascii: "\"") else { throw .syntax(at: offset) }
      let key = try string()
      skipSpace()
      try expect(UInt8(ascii: ":"))
      skipSpace()
      let node = try value(depth: depth)
      members.append(JSONMember(key: key, keyOffset: keyOffset, node: node))
      skipSpace()
      if next == UInt8(ascii: "}") { break }
      try expect(UInt8(ascii: ","))
    }
    offset += 1
    if !rules.admitsDuplicateKeys { try refuseDuplicates(members) }
    return members
  }

  /// Keys of one object that are compared pair by pair; above it a set is cheaper.
  private static let pairwiseMax = 16

  private func refuseDuplicates(_ members: [JSONMember]) throws(Refusal) {
    if members.count <= Self.pairwiseMax {
      for (index, member) in members.enumerated() {
        for other in members[..<index] where other.key.hasSameBytes(as: member.key) {
          throw .syntax(at: member.keyOffset)
        }
      }
    } else {
      var seen: Set<[UInt8]> = []
      for member in members where !seen.insert(Array(member.key.utf8)).inserted { throw .syntax(at: member.keyOffset) }
    }
  }

  private mutating func array(depth: Int) throws(Refusal) -> [JSONNode] {
    var nodes: [JSONNode] = []
    try expect(UInt8(ascii: "["))
    skipSpace()
    if next == UInt8(ascii: "]") {
      offset += 1
      return nodes
    }
    while true {
      skipSpace()
      nodes.append(try value(depth: depth))
      skipSpace()
      if next == UInt8(ascii: "]") { break }
      try expect(UInt8(ascii: ","))
    }
    offset += 1
    return nodes
  }

  private mutating func word(_ word: StaticString) throws(Refusal) {
    for index in 0..<word.utf8CodeUnitCount {
      try expect(word.utf8Start[index])
    }
  }

  // MARK: What is not taken apart

  /// Refuses what `value` refuses, and makes nothing of the rest.
  private mutating func skipValue(depth: Int) throws(Refusal) {
    switch next {
    case UInt8(ascii: "{"): try skipItems(until: UInt8(ascii: "}"), depth: depth)
    case UInt8(ascii: "["): try skipItems(until: UInt8(ascii: "]"), depth: depth)
    case UInt8(ascii: "\""): try skipString()
    default: _ = try value(depth: depth)
    }
  }

  /// The rest of an object or an array, from its opening bracket to the closing one.
  private mutating func skipItems(until end: UInt8, depth: Int) throws(Refusal) {
    guard depth < rules.depthMax else { throw .syntax(at: offset) }
    offset += 1
    skipSpace()
    if next == end {
      offset += 1
      return
    }
    while true {
      skipSpace()
      if end == UInt8(ascii: "}") {
        guard next == UInt8(ascii: "\"") else { throw .syntax(at: offset) }
        try skipString()
        skipSpace()
        try expect(UInt8(ascii: ":"))
        skipSpace()
      }
      try skipValue(depth: depth + 1)
      skipSpace()
      if next == end { break }
      try expect(UInt8(ascii: ","))
    }
    offset += 1
  }

  private mutating func skipString() throws(Refusal) {
    let start = offset
    offset += 1
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw .syntax(at: offset) }
      if byte == UInt8(ascii: "\\") {
        var unused: [UInt8] = []
        try appendEscape(to: &unused)
      } else {
        offset += 1
      }
    }
    guard offset < bytes.count else { throw .syntax(at: start) }
    offset += 1
  }

  // MARK: Numbers

  private mutating func number() throws(Refusal) -> String {
    let start = offset
    if next == UInt8(ascii: "-") { offset += 1 }
    let whole = offset
    let wholeCount = skipDigits()
    guard wholeCount > 0, wholeCount == 1 || bytes[whole] != UInt8(ascii: "0") else { throw .syntax(at: start) }
    if next == UInt8(ascii: ".") {
      offset += 1
      guard skipDigits() > 0 else { throw .syntax(at: start) }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      offset += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
      guard skipDigits() > 0 else { throw .syntax(at: start) }
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while let byte = next, byte >= 0x30, byte <= 0x39 { offset += 1 }
    return offset - start
  }

  // MARK: Strings

  private mutating func string() throws(Refusal) -> String {
    offset += 1
    let start = offset
    while let byte = next, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      guard byte >= 0x20 else { throw .syntax(at: offset) }
      offset += 1
    }
    guard offset < bytes.count else { throw .syntax(at: start - 1) }
    defer { offset += 1 }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  /// The rest of a string that holds an escape; everything from `start` to here is plain.
  private mutating func escapedString(from start: Int) throws(Refusal) -> String {
    var text = Array(bytes[start..<offset])
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw .syntax(at: offset) }
      if byte == UInt8(ascii: "\\") {
        try appendEscape(to: &text)
      } else {
        text.append(byte)
        offset += 1
      }
    }
    guard offset < bytes.count else { throw .syntax(at: start - 1) }
    offset += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(Refusal) {
    let start = offset
    offset += 1
    guard let letter = next else { throw .syntax(at: start) }
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: try scalar(from: start).utf8Bytes)
    default: throw .syntax(at: start)
    }
  }

  private mutating func scalar(from start: Int) throws(Refusal) -> Unicode.Scalar {
    let first = try codeUnit(from: start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, next == UInt8(ascii: "\\") else { throw .syntax(at: start) }
    offset += 1
    try expect(UInt8(ascii: "u"))
    let second = try codeUnit(from: start)
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw .syntax(at: start) }
    return scalar
  }

  private mutating func codeUnit(from start: Int) throws(Refusal) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = byte.hexDigit else { throw .syntax(at: start) }
      unit = unit << 4 | UInt32(digit)
      offset += 1
    }
    return unit
  }
}

extension Unicode.Scalar {
  fileprivate var utf8Bytes: [UInt8] { Array(String(Character(self)).utf8) }
}

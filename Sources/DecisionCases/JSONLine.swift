/// Writes one JSON value on one line, member by member; a member that is nil is left out.
struct JSONLine {
  private(set) var bytes: [UInt8]
  private var needsComma = false

  /// - Parameter bytes: what is to stand before the line.
  init(after bytes: [UInt8] = []) { self.bytes = bytes }

  mutating func object(_ members: (inout JSONLine) -> Void) {
    open(UInt8(ascii: "{"))
    members(&self)
    close(UInt8(ascii: "}"))
  }

  /// A member that is a list of objects.
  mutating func list<Item>(_ name: StaticString, _ items: [Item], _ write: (Item, inout JSONLine) -> Void) {
    key(name)
    open(UInt8(ascii: "["))
    for item in items { object { write(item, &$0) } }
    close(UInt8(ascii: "]"))
  }

  /// A member that is an object.
  mutating func object(_ name: StaticString, _ members: (inout JSONLine) -> Void) {
    key(name)
    object(members)
  }

  /// A member that is a list of texts.
  mutating func texts(_ name: StaticString, _ texts: [String]?) {
    guard let texts else { return }
    key(name)
    list(texts)
  }

  /// A member that is a list of such lists.
  mutating func lists(_ name: StaticString, _ lists: [[String]]) {
    key(name)
    open(UInt8(ascii: "["))
    for texts in lists { list(texts) }
    close(UInt8(ascii: "]"))
  }

  /// A list of texts with a name of which nothing is known.
  mutating func texts(named name: String, _ texts: [String]) {
    key(named: name)
    list(texts)
  }

  mutating func member(named name: String, _ text: String) {
    key(named: name)
    string(text)
    needsComma = true
  }

  mutating func member(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    key(name)
    string(text)
    needsComma = true
  }

  mutating func member(_ name: StaticString, _ number: Int?) {
    guard let number else { return }
    key(name)
    bytes.append(contentsOf: String(number).utf8)
    needsComma = true
  }

  mutating func member(_ name: StaticString, _ truth: Bool) {
    key(name)
    bytes.append(contentsOf: (truth ? "true" : "false").utf8)
    needsComma = true
  }

  mutating func end() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  private mutating func open(_ bracket: UInt8) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func key(_ name: StaticString) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  private mutating func key(named name: String) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  private mutating func list(_ texts: [String]) {
    open(UInt8(ascii: "["))
    for text in texts {
      if needsComma { bytes.append(UInt8(ascii: ",")) }
      string(text)
      needsComma = true
    }
    close(UInt8(ascii: "]"))
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)

  private mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Self.hexDigits[Int(byte >> 4)])
        bytes.append(Self.hexDigits[Int(byte & 0xF)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

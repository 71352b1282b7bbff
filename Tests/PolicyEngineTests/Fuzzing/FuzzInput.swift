/// Bytes that are read as choices; behind their end there are zeros, so that every input means something.
struct FuzzInput {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset >= bytes.count }

  mutating func byte() -> UInt8 {
    guard offset < bytes.count else { return 0 }
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func count(below limit: Int) -> Int { Int(byte()) % limit }

  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[count(below: choices.count)] }

  mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    let end = min(bytes.count, offset + count)
    defer { offset = end }
    return bytes[offset..<end]
  }

  mutating func rest() -> ArraySlice<UInt8> { take(bytes.count - offset) }

  /// Bytes as a text: UTF-8 where they are that, else each byte is one character, so that few inputs are wasted.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(byte)) }
    return String(text)
  }

  /// A text of up to 31 bytes, its length before it.
  mutating func text() -> String { Self.text(take(count(below: 32))) }
}

/// A JSON string as it is written, to find the bytes of a part of what it says.
struct RawText {
  private let bytes: [UInt8]
  /// Without the quotes.
  private let range: Range<Int>

  /// - Parameter literal: the bytes of a well-formed string with its quotes.
  init(_ bytes: [UInt8], literal: Range<Int>) {
    self.bytes = bytes
    range = literal.lowerBound + 1..<literal.upperBound - 1
  }

  /// The bytes that spell some characters, counted in scalars of the string's value.
  func bytes(of characters: Range<Int>) -> Range<Int> {
    var offset = range.lowerBound
    var count = 0
    while count < characters.lowerBound, offset < range.upperBound {
      offset = end(ofCharacterAt: offset)
      count += 1
    }
    let start = offset
    while count < characters.upperBound, offset < range.upperBound {
      offset = end(ofCharacterAt: offset)
      count += 1
    }
    return start..<offset
  }

  private func end(ofCharacterAt start: Int) -> Int {
    guard bytes[start] == UInt8(ascii: "\\") else { return TextPositions.endOfCharacter(start + 1, in: bytes) }
    guard bytes[start + 1] == UInt8(ascii: "u") else { return start + 2 }
    return isHighSurrogate(at: start + 2) ? start + 12 : start + 6
  }

  private func isHighSurrogate(at start: Int) -> Bool {
    bytes[start] | 0x20 == UInt8(ascii: "d") && "89abAB".utf8.contains(bytes[start + 1])
  }
}

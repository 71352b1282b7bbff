extension [UInt8] {
  /// Appends a text's bytes in one piece.
  mutating func append(_ text: String) {
    text.utf8.span.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Appends a text's bytes and the byte that ends it.
  mutating func append(_ text: String, then end: UInt8) {
    append(text)
    append(end)
  }
}

extension OutputSpan<UInt8> {
  mutating func append(_ bytes: Span<UInt8>) {
    for index in bytes.indices { append(bytes[index]) }
  }
}

extension String {
  /// Reads a part of some bytes, with U+FFFD for what is no UTF-8.
  init(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
    self = bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether every byte is one of those meant.
  @inline(__always)
  func hasOnly(_ isMeant: (UInt8) -> Bool) -> Bool {
    let span = utf8.span
    for index in span.indices where !isMeant(span[index]) { return false }
    return true
  }

  /// The same text with A–Z in lower case and everything else untouched.
  var asciiLowercased: String {
    let span = utf8.span
    return String(unsafeUninitializedCapacity: span.count) { buffer in
      for index in span.indices {
        let byte = span[index]
        buffer[index] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      }
      return span.count
    }
  }

  /// The texts between the separators, empty ones included; by bytes, so that no combining mark hides a separator.
  func pieces(separatedBy separator: UInt8) -> [String] {
    let span = utf8.span
    var result: [String] = []
    result.reserveCapacity(8)
    var start = 0
    for index in span.indices where span[index] == separator {
      result.append(String(span, start..<index))
      start = index + 1
    }
    result.append(String(span, start..<span.count))
    return result
  }
}

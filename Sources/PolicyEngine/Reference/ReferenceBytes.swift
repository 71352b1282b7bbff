internal import CServiceReference

/// The bytes of `service-reference.bin` where the program carries them.
///
/// The only place that touches raw memory: each access is checked against the end, in optimized builds too.
enum ReferenceBytes {
  @inline(__always)
  static var count: Int { Int(sallyport_service_reference_size) }

  @inline(__always)
  static func u8(at offset: Int) -> UInt8 { load(UInt8.self, at: offset) }

  @inline(__always)
  static func u16(at offset: Int) -> UInt16 { UInt16(littleEndian: load(UInt16.self, at: offset)) }

  @inline(__always)
  static func u32(at offset: Int) -> UInt32 { UInt32(littleEndian: load(UInt32.self, at: offset)) }

  /// Hands on the bytes in a range, which are not copied.
  @inline(__always)
  static func withBytes<Value>(_ range: Range<Int>, _ body: (Span<UInt8>) -> Value) -> Value {
    body(buffer(range).span)
  }

  static func string(_ range: Range<Int>) -> String { String(decoding: buffer(range), as: UTF8.self) }

  static func appendFolded(_ range: Range<Int>, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: buffer(range).lazy.map(\.asciiLowercased))
  }

  /// Whether the bytes in a range are these, letter case aside; eight at a time, the last eight perhaps twice.
  @inline(__always)
  static func isSameFolding(_ range: Range<Int>, as text: Span<UInt8>) -> Bool {
    guard range.count == text.count else { return false }
    let width = MemoryLayout<UInt64>.size
    guard text.count >= width else {
      for place in text.indices where u8(at: range.lowerBound + place).asciiLowercased != text[place].asciiLowercased {
        return false
      }
      return true
    }
    let other = text.bytes
    var start = 0
    while start < text.count {
      let place = min(start, text.count - width)
      let own = load(UInt64.self, at: range.lowerBound + place)
      let others = other.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
      if own != others, own.asciiLowercased != others.asciiLowercased { return false }
      start += width
    }
    return true
  }

  @inline(__always)
  private static func buffer(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return UnsafeBufferPointer(start: sallyport_service_reference_bytes() + range.lowerBound, count: range.count)
  }

  @inline(__always)
  private static func load<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ type: Integer.Type, at offset: Int
  ) -> Integer {
    precondition(offset >= 0 && offset <= count - MemoryLayout<Integer>.size)
    return UnsafeRawPointer(sallyport_service_reference_bytes()).loadUnaligned(fromByteOffset: offset, as: type)
  }
}

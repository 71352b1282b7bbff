/// A run of bytes in a pool that many texts share.
struct Slice: Sendable, Hashable, BitwiseCopyable {
  var start: UInt32
  var count: UInt32

  static let empty = Slice(start: 0, count: 0)

  init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }

  init(_ range: Range<Int>) {
    start = UInt32(range.lowerBound)
    count = UInt32(range.count)
  }

  @inline(__always)
  var range: Range<Int> { Range(uncheckedBounds: (Int(start), Int(start) &+ Int(count))) }
}

extension [UInt8] {
  /// Appends a text and answers where it stands.
  mutating func add(_ text: String) -> Slice {
    let start = count
    text.utf8.span.withUnsafeBufferPointer { append(contentsOf: $0) }
    return Slice(start..<count)
  }
}

extension UInt8 {
  /// The value of an ASCII hexadecimal digit of either case.
  var hexDigit: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x37
    case 0x61...0x66: self - 0x57
    default: nil
    }
  }

  var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

  var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }
}

extension UInt64 {
  /// Its eight bytes with ASCII letters in lower case.
  var asciiLowercased: UInt64 {
    let each: UInt64 = 0x0101_0101_0101_0101
    let low = self & (each &* 0x7F)
    // The high bit of a byte's sum tells that it is at least `A`, and in the other that it is beyond `Z`.
    let isCapital = (low &+ each &* 0x3F) & ~(low &+ each &* 0x25) & ~self & (each &* 0x80)
    return self | isCapital >> 2
  }
}

/// A 64-bit FNV-1a hash: where it says equal the texts are compared, so it decides nothing on its own.
struct FNV1a {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
}

func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
  var hash = FNV1a()
  for byte in bytes { hash.add(byte) }
  return hash.value
}

/// Whether two texts hold the same bytes; eight of them are compared at a time.
@inline(__always)
func isSame(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool { a.count == b.count && hasPrefix(a, b) }

/// Whether a text begins with the bytes of another.
@inline(__always)
func hasPrefix(_ text: Span<UInt8>, _ prefix: Span<UInt8>) -> Bool {
  guard text.count >= prefix.count else { return false }
  return isSame(text.bytes, 0, prefix.bytes, count: prefix.count)
}

/// Whether a text ends with the bytes of another.
@inline(__always)
func hasSuffix(_ text: Span<UInt8>, _ suffix: Span<UInt8>) -> Bool {
  guard text.count >= suffix.count else { return false }
  return isSame(text.bytes, text.count &- suffix.count, suffix.bytes, count: suffix.count)
}

/// Whether the bytes of another text stand anywhere in a text.
func contains(_ text: Span<UInt8>, _ part: Span<UInt8>) -> Bool {
  if part.isEmpty { return true }
  let first = part[0]
  var offset = 0
  while offset &+ part.count <= text.count {
    if text[offset] == first, isSame(text.bytes, offset, part.bytes, count: part.count) { return true }
    offset &+= 1
  }
  return false
}

/// Whether so many bytes are the same from an offset on.
///
/// The last bytes are compared as eight or four that reach back into those before them.
@inline(__always)
private func isSame(_ a: RawSpan, _ offset: Int, _ b: RawSpan, count: Int) -> Bool {
  @inline(__always)
  func differs<Word: FixedWidthInteger & BitwiseCopyable>(_ place: Int, as type: Word.Type) -> Bool {
    a.unsafeLoadUnaligned(fromByteOffset: offset &+ place, as: type)
      != b.unsafeLoadUnaligned(fromByteOffset: place, as: type)
  }
  if count >= 8 {
    var place = 0
    while place &+ 8 <= count {
      if differs(place, as: UInt64.self) { return false }
      place &+= 8
    }
    return place == count || !differs(count &- 8, as: UInt64.self)
  }
  if count >= 4 { return !differs(0, as: UInt32.self) && !differs(count &- 4, as: UInt32.self) }
  for place in 0..<count where differs(place, as: UInt8.self) { return false }
  return true
}

/// The same without regard to ASCII letter case, where `folded` is in lower case already.
@inline(__always)
func isSameFolding(_ text: Span<UInt8>, _ folded: Span<UInt8>) -> Bool {
  guard text.count == folded.count else { return false }
  for index in text.indices where text[index].asciiLowercased != folded[index] { return false }
  return true
}

extension String {
  /// Equal byte for byte; `==` would also call differently composed texts equal.
  func hasSameBytes(as other: String) -> Bool { isSame(utf8.span, other.utf8.span) }

  /// Lower case in the sense in which condition keys and action names are compared.
  ///
  /// Most texts here are lower case already or ASCII, which this answers without the Unicode tables.
  var folded: String {
    var isPlain = true
    for byte in utf8 where byte >= 0x80 || (byte >= 0x41 && byte <= 0x5A) {
      isPlain = false
      break
    }
    return isPlain ? self : lowercased()
  }
}

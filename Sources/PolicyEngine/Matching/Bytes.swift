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

extension String {
  /// Equal byte for byte; `==` would also call differently composed texts equal.
  func hasSameBytes(as other: String) -> Bool {
    let own = utf8.span
    let others = other.utf8.span
    guard own.count == others.count else { return false }
    for index in own.indices where own[index] != others[index] { return false }
    return true
  }

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

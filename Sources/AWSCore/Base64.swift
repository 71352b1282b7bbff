/// Base64 as RFC 4648 writes it, strict in both alphabets: each byte string has exactly one spelling.
public enum Base64 {
  public enum Alphabet: Sendable {
    /// `+` and `/`, with padding.
    case standard
    /// `-` and `_`, without padding: fits into URLs, headers and file names.
    case urlSafe
  }

  public static func encode(_ bytes: some Collection<UInt8>, _ alphabet: Alphabet = .standard) -> String {
    let digits = alphabet == .standard ? standardDigits : urlSafeDigits
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var buffer: UInt32 = 0
    var bits: UInt32 = 0
    for byte in bytes {
      buffer = buffer << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(digits[Int(buffer >> bits & 0x3F)])
      }
    }
    if bits > 0 { text.append(digits[Int(buffer << (6 - bits) & 0x3F)]) }
    if alphabet == .standard {
      while text.count % 4 != 0 { text.append(padding) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes; nil for a foreign character, white space, wrong padding, or stray bits after the last byte.
  public static func decode(_ text: some StringProtocol, _ alphabet: Alphabet = .standard) -> [UInt8]? {
    decode(Array(text.utf8), alphabet)
  }

  public static func decode(_ text: [UInt8], _ alphabet: Alphabet = .standard) -> [UInt8]? {
    guard let digits = unpadded(text, alphabet), digits.count % 4 != 1 else { return nil }
    let values = alphabet == .standard ? standardValues : urlSafeValues
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 4 * 3 + 2)
    var buffer: UInt32 = 0
    var bits: UInt32 = 0
    for digit in digits {
      let value = values[Int(digit)]
      guard value < 64 else { return nil }
      buffer = buffer << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
      }
    }
    guard buffer & (1 << bits - 1) == 0 else { return nil }
    return bytes
  }

  private static func unpadded(_ text: [UInt8], _ alphabet: Alphabet) -> ArraySlice<UInt8>? {
    guard alphabet == .standard else { return text[...] }
    guard text.count % 4 == 0 else { return nil }
    var digits = text[...]
    if digits.last == padding { digits.removeLast() }
    if digits.last == padding { digits.removeLast() }
    return digits
  }

  private static let padding = UInt8(ascii: "=")
  private static let common = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
  private static let standardDigits = common + Array("+/".utf8)
  private static let urlSafeDigits = common + Array("-_".utf8)
  private static let standardValues = values(of: standardDigits)
  private static let urlSafeValues = values(of: urlSafeDigits)

  /// For each byte its digit's value, 255 where it is no digit.
  private static func values(of digits: [UInt8]) -> [UInt8] {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }
}

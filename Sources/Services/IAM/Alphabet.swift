/// The sets of characters that the API model names by regular expressions in several places.
enum Alphabet {
  /// Tab, line breaks, and everything from the space to the end of Latin-1: documents, certificates, keys.
  static let latin = #"[\u0009\u000A\u000D\u0020-\u00FF]"#

  @Sendable static func isLatin(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { byte in
      switch byte {
      case 0x09, 0x0A, 0x0D, 0x20...0x7F: true
      // U+0080 to U+00FF are two bytes in UTF-8: C2 or C3 and a continuation; every other script begins above C3.
      case 0x80...0xBF, 0xC2, 0xC3: true
      default: false
      }
    }
  }

  /// Tab, line breaks, and what is printed of Latin-1: descriptions and notes.
  static let prose = #"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]"#

  @Sendable static func isProse(_ bytes: [UInt8]) -> Bool {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0xA1...0xFF: true
      default: false
      }
    }
  }
}

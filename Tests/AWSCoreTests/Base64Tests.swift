import AWSCore
import Testing

@Suite("Base64") struct Base64Tests {
  @Test(
    "the vectors of RFC 4648",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func vectors(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(plain.utf8))
    let unpadded = String(encoded.prefix { $0 != "=" })
    #expect(Base64.encode(Array(plain.utf8), .urlSafe) == unpadded)
    #expect(Base64.decode(unpadded, .urlSafe) == Array(plain.utf8))
  }

  @Test("the alphabets differ in two digits")
  func alphabets() {
    let bytes: [UInt8] = [0xFB, 0xFF, 0xBE]
    #expect(Base64.encode(bytes) == "+/++")
    #expect(Base64.encode(bytes, .urlSafe) == "-_--")
    #expect(Base64.decode("-_--") == nil)
    #expect(Base64.decode("+/++", .urlSafe) == nil)
  }

  @Test("what was encoded is decoded", arguments: [Base64.Alphabet.standard, .urlSafe])
  func roundTrip(_ alphabet: Base64.Alphabet) {
    for count in 0..<70 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
      #expect(Base64.decode(Base64.encode(bytes, alphabet), alphabet) == bytes)
    }
  }

  @Test("each byte string has one spelling: every other is refused")
  func strict() {
    let refused = [
      "Zg", "Zg=", "Zg===", "Zg====", "=", "==", "====", "A===", "Zh==", "Zm9=", "Z", "Zm9vZ", "Zm8=Zm8=", "Zg==Zg==",
      " Zg==", "Zg== ", "Zg==\n", "Zm\n9v", "Zm9v\r\n", "Zm9é", "Zm9v\0", "Zm9*",
    ]
    for text in refused { #expect(Base64.decode(text) == nil, "\(text)") }
    for text in ["Zg==", "Zm8=", "Zh", "Zm9", "Z", " Zg", "Zg\n"] {
      #expect(Base64.decode(text, .urlSafe) == nil, "\(text)")
    }
  }
}

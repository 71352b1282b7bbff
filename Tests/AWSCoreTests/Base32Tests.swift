import AWSCore
import Testing

@Suite("Base 32") struct Base32Tests {
  // RFC 4648, section 10, without the padding.
  @Test(
    "bytes are spelled as RFC 4648 spells them",
    arguments: [
      ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
      ("foobar", "MZXW6YTBOI"),
    ])
  func spelling(_ text: String, _ spelled: String) { #expect(Base32.encode(Array(text.utf8)) == spelled) }
}

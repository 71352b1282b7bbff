import Testing

@testable import AWSWire

@Suite("Form parameters")
struct FormParserTests {
  @Test("pairs keep their order; plus signs and escapes are decoded")
  func decodes() throws {
    let form = try FormParameters(parsing: "Action=GetUser&UserName=a+b%2Bc%C3%A4&Empty=&Bare&Eq=a=b")
    #expect(form.pairs.map(\.name) == ["Action", "UserName", "Empty", "Bare", "Eq"])
    #expect(form.pairs.map(\.value) == ["GetUser", "a b+c\u{E4}", "", "", "a=b"])
    #expect(form.value(of: "UserName") == "a b+c\u{E4}")
    #expect(form.value(of: "username") == nil)
  }

  @Test("an empty text has no pairs, and empty pieces are none", arguments: ["", "&", "&&"])
  func empty(text: String) throws {
    #expect(try FormParameters(parsing: text).pairs.isEmpty)
  }

  @Test("names are decoded before they are compared")
  func encodedNames() throws {
    #expect(try FormParameters(parsing: "%41ction=x").value(of: "Action") == "x")
    #expect(throws: FormError.duplicateName("Action")) { try FormParameters(parsing: "Action=a&%41ction=b") }
  }

  @Test(
    "a broken escape is refused in AWS's words",
    arguments: [
      ("a=%", "Incomplete trailing escape % sequence"), ("a=%4", "Incomplete trailing escape % sequence"),
      ("a=%4&b=c", "Incomplete trailing escape % sequence"),
      ("a=%zz", "Illegal hex character in escape % pattern: %zz"),
      ("%1g=a", "Illegal hex character in escape % pattern: %1g"),
    ])
  func brokenEscapes(text: String, words: String) {
    #expect(throws: FormError.malformedEscape(words)) { try FormParameters(parsing: text) }
    #expect(FormError.malformedEscape(words).message == words)
  }

  @Test(
    "bytes that are no UTF-8 are refused, written plainly or escaped",
    arguments: [
      [0x61, 0x3D, 0xFF], Array("a=%FF".utf8), Array("a=%C3".utf8), Array("a=%ED%A0%80".utf8), Array("a=%C0%80".utf8),
    ])
  func invalidUTF8(bytes: [UInt8]) {
    #expect(throws: FormError.invalidUTF8(parameter: 1)) { try FormParameters(parsing: bytes) }
  }

  @Test(
    "a name is visible ASCII and not empty",
    arguments: ["=a", "a%20b=c", "a+b=c", "%00=c", "%C3%A4=c", "%E2%84%AAey=c"])
  func invalidNames(text: String) {
    #expect(throws: FormError.invalidName(parameter: 1)) { try FormParameters(parsing: text) }
  }

  @Test("a name that comes twice is refused, in any letter case and at any distance", arguments: [0, 1, 11, 12, 500])
  func duplicates(between: Int) throws {
    let filler = (0..<between).map { "&p\($0)=v" }.joined()
    #expect(try FormParameters(parsing: "UserName=a" + filler).pairs.count == between + 1)
    for name in ["UserName", "username", "USERNAME", "userName", "%55serName"] {
      let second = name == "%55serName" ? "UserName" : name
      #expect(throws: FormError.duplicateName(second)) {
        try FormParameters(parsing: "UserName=a\(filler)&\(name)=b")
      }
    }
  }

  @Test("names that differ in more than case are different", arguments: ["a@=1&a`=2", "a[=1&a{=2", "a1=1&aQ=2"])
  func notDuplicates(text: String) throws {
    #expect(try FormParameters(parsing: text).pairs.count == 2)
  }

  @Test("as many pairs as the limit are taken, one more is refused")
  func limit() throws {
    let text = (0..<FormParameters.pairLimit).map { "p\($0)=v" }.joined(separator: "&")
    #expect(try FormParameters(parsing: text).pairs.count == 4096)
    #expect(throws: FormError.tooManyPairs(limit: 4096)) { try FormParameters(parsing: text + "&q=v") }
  }

  @Test(
    "every refusal says what is wrong",
    arguments: [
      (FormError.invalidUTF8(parameter: 2), "Parameter 2 is not valid UTF-8"),
      (.invalidName(parameter: 3), "The name of parameter 3 is empty or not ASCII"),
      (.duplicateName("Action"), "Duplicate parameter: Action"),
      (.tooManyPairs(limit: 9), "More than 9 parameters"),
    ])
  func words(error: FormError, message: String) {
    #expect(error.message == message)
  }

  @Test("parsing what was encoded gives back what was meant")
  func roundTrip() throws {
    let seed = SplitMix.seed
    var random = SplitMix(seed: seed)
    for _ in 0..<500 {
      let scalars = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &random))
      }
      var value = ""
      value.unicodeScalars.append(contentsOf: scalars)
      var encoded: [UInt8] = []
      for byte in value.utf8 { PercentCoding.encode(byte, into: &encoded) }
      let form = try FormParameters(parsing: Array("a=1&Value=".utf8) + encoded)
      #expect(form.pairs[1].value.utf8.elementsEqual(value.utf8), "seed \(seed)")
    }
  }
}

@Suite("HTTP messages")
struct HTTPMessageTests {
  @Test("a header's name is in lower case, by ASCII alone")
  func names() {
    #expect(Header("X-Amz-Date", "V").name == "x-amz-date")
    #expect(Header("\u{212A}", "V").name.utf8.elementsEqual("\u{212A}".utf8))
  }

  @Test("values come in the order of arrival")
  func values() {
    let request = HTTPRequestMessage(
      method: "GET", path: "/", headers: [Header("A", "1"), Header("b", "2"), Header("a", "3")])
    #expect(request.values(of: "a") == ["1", "3"])
    #expect(request.value(of: "a") == "1")
    #expect(request.value(of: "c") == nil)
  }
}

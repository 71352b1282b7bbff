import AWSCore
import SAML
import SAMLFixtures
import Testing

/// The eight known ways to move a signed element aside and show another one, and a few more.
@Suite("Signature wrapping") struct SignatureWrappingTests {
  /// The signed response with its parts.
  struct Parts {
    var response: TestResponse
    /// The assertion with its signature, as the provider made it.
    let signedAssertion: String
    let signature: String
    /// The signed assertion without its signature.
    let bareAssertion: String
    /// What the attacker wants to be read: another name, another ID.
    let evil: String

    init() throws {
      var response = TestResponse(
        role: "arn:aws:iam::123456789012:role/r", provider: "arn:aws:iam::123456789012:saml-provider/p",
        at: SAMLResponseTests.now)
      let xml = try response.xml()
      signedAssertion = try Self.cut("<saml:Assertion", "</saml:Assertion>", from: xml)
      signature = try Self.cut("<ds:Signature ", "</ds:Signature>", from: xml)
      bareAssertion = signedAssertion.replacing(signature, with: "")
      response.signed = .nothing
      response.nameID = "root@example.com"
      response.assertionID = "_evil"
      evil = response.assertion()
      self.response = response
    }

    static func cut(_ start: String, _ end: String, from text: String) throws -> String {
      let first = try #require(text.firstRange(of: start))
      let last = try #require(text.ranges(of: end).last)
      return String(text[first.lowerBound..<last.upperBound])
    }

    /// The signature with something more in it.
    func signature(holding content: String) -> String {
      signature.replacing("</ds:Signature>", with: "<ds:Object>\(content)</ds:Object></ds:Signature>")
    }

    func evil(with content: String) -> String {
      evil.replacing("<saml:Subject>", with: "\(content)<saml:Subject>", maxReplacements: 1)
    }
  }

  static let variants: [(name: String, make: @Sendable (Parts) throws -> String)] = [
    ("3: the evil assertion before the signed one", { $0.response.response(around: $0.evil + $0.signedAssertion) }),
    ("3b: the evil assertion behind the signed one", { $0.response.response(around: $0.signedAssertion + $0.evil) }),
    ("4: the signed assertion in the evil one", { $0.response.response(around: $0.evil(with: $0.signedAssertion)) }),
    (
      "5: the signature in the evil assertion, the signed one at the end",
      { $0.response.response(around: $0.evil(with: $0.signature) + $0.bareAssertion) }
    ),
    (
      "6: the signed assertion in the signature in the evil one",
      { $0.response.response(around: $0.evil(with: $0.signature(holding: $0.bareAssertion))) }
    ),
    (
      "7: the evil assertion in extensions",
      { $0.response.response(around: "<samlp:Extensions>\($0.evil)</samlp:Extensions>\($0.signedAssertion)") }
    ),
    (
      "7b: the signed assertion in extensions",
      { $0.response.response(around: "<samlp:Extensions>\($0.signedAssertion)</samlp:Extensions>\($0.evil)") }
    ),
    (
      "8: the signed assertion in an object of the evil one's signature",
      { $0.response.response(around: $0.evil(with: $0.signature(holding: $0.bareAssertion))) }
    ),
  ]

  @Test("with two assertions nothing is read", arguments: variants.indices)
  func twoAssertions(_ index: Int) throws {
    let xml = try Self.variants[index].make(try Parts())
    #expect(try SAMLResponseTests.refusal(xml)?.message == "The response must have exactly one assertion.")
  }

  /// The same with the response signed, and wrapped in an evil one.
  private func wrappedResponse(_ make: (_ original: String, _ signature: String, _ evil: TestResponse) -> String) throws
    -> String
  {
    var response = try Parts().response
    response.nameID = "ann@example.com"
    response.signed = .response
    let xml = try response.xml()
    let original = try Parts.cut("<samlp:Response", "</samlp:Response>", from: xml)
    let signature = try Parts.cut("<ds:Signature ", "</ds:Signature>", from: xml)
    var evil = response
    evil.signed = .nothing
    evil.responseID = "_evil-response"
    evil.nameID = "root@example.com"
    return make(original, signature, evil)
  }

  @Test("1: the signed response in the signature of the evil one")
  func first() throws {
    let xml = try wrappedResponse { original, signature, evil in
      evil.response(around: evil.assertion()).replacing(
        "<samlp:Status>",
        with: signature.replacing("</ds:Signature>", with: "<ds:Object>\(original)</ds:Object></ds:Signature>")
          + "<samlp:Status>")
    }
    #expect(
      try SAMLResponseTests.refusal(xml)?.message
        == "Response signature invalid: only SignedInfo, SignatureValue and KeyInfo may be in it.")
  }

  @Test("2: the signed response beside its signature in the evil one")
  func second() throws {
    let xml = try wrappedResponse { original, signature, evil in
      evil.response(around: evil.assertion()).replacing(
        "<samlp:Status>", with: original.replacing(signature, with: "") + signature + "<samlp:Status>")
    }
    #expect(
      try SAMLResponseTests.refusal(xml)?.message
        == "Response signature invalid: its reference does not lead to the element that it is in.")
  }

  @Test("the signature of one assertion on another is refused, whatever ID the other takes")
  func movedSignature() throws {
    let parts = try Parts()
    let other = parts.response.response(around: parts.evil(with: parts.signature))
    #expect(
      try SAMLResponseTests.refusal(other)?.message
        == "Response signature invalid: its reference does not lead to the element that it is in.")
    let same = other.replacing("_evil", with: "_assertion")
    #expect(try SAMLResponseTests.refusal(same)?.message == "Response signature invalid")
  }

  @Test("an ID that two elements have is nobody's", arguments: ["ID", "Id", "id"])
  func sameID(_ spelling: String) throws {
    let parts = try Parts()
    let xml = parts.response.response(
      around: "<samlp:Extensions><x \(spelling)=\"_assertion\"/></samlp:Extensions>" + parts.signedAssertion)
    #expect(
      try SAMLResponseTests.refusal(xml)?.message
        == "Response signature invalid: the ID of the signed element is not its own.")
  }

  @Test("two signatures on one element are refused")
  func twoSignatures() throws {
    let parts = try Parts()
    let xml = parts.response.response(
      around: parts.signedAssertion.replacing(parts.signature, with: parts.signature + parts.signature))
    #expect(
      try SAMLResponseTests.refusal(xml)?.message
        == "Response signature invalid: there must be exactly one signature of the element.")
  }

  @Test(
    "a signature of another form is refused",
    arguments: [
      ("URI=\"#_assertion\"", "URI=\"\"", "its reference does not lead to the element that it is in."),
      (
        "URI=\"#_assertion\"", "URI=\"#xpointer(id('_assertion'))\"",
        "its reference does not lead to the element that it is in."
      ),
      (
        "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>",
        "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>", "its transforms are not allowed."
      ),
      ("<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>", "", "its transforms are not allowed."),
      ("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256", "its algorithm is not allowed."),
      (
        "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
        "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#WithComments\"/>",
        "its canonicalization is not allowed."
      ),
      ("</ds:Reference>", "</ds:Reference><ds:Reference URI=\"#_assertion\"/>", "it must have exactly one reference."),
    ])
  func form(_ old: String, _ new: String, _ fault: String) throws {
    let parts = try Parts()
    #expect(parts.signedAssertion.contains(old))
    let xml = parts.response.response(around: parts.signedAssertion.replacing(old, with: new))
    #expect(try SAMLResponseTests.refusal(xml)?.message == "Response signature invalid: \(fault)")
  }

  @Test("a key that the response brings along is not asked")
  func ownKey() throws {
    var response = try Parts().response
    response.signed = .assertion
    response.key = .second
    let info = """
      <ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(TestKey.second.certificate)</ds:X509Certificate></ds:X509Data>\
      </ds:KeyInfo></ds:Signature>
      """
    let xml = try response.xml().replacing("</ds:Signature>", with: info)
    #expect(try SAMLResponseTests.refusal(xml)?.message == "Response signature invalid")
    #expect(try SAMLResponseTests.refusal(xml, try SAMLResponseTests.rules(keys: [.second])) == nil)
  }
}

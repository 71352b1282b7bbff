import AWSCore
import SAML
import SAMLFixtures
import Testing

/// What an identity provider's response must be for its assertion to be believed.
@Suite("SAML responses") struct SAMLResponseTests {
  static let now = Timestamp(seconds: 1_800_000_000)
  static let providerID = "PROVIDER23456789ABCDEFGHIJ"

  let response = TestResponse(
    role: "arn:aws:iam::123456789012:role/r", provider: "arn:aws:iam::123456789012:saml-provider/p", at: now)

  static func rules(
    keys: [TestKey] = [.first], decrypting: [TestKey] = [], isEncryptionRequired: Bool = false,
    at now: Timestamp = now, own: [String] = []
  ) throws -> AssertionRules {
    AssertionRules(
      issuer: TestResponse.entityID, signingCertificates: keys.compactMap { Base64.decode($0.certificate) },
      decryptionKeys: try decrypting.map { try DecryptionKey(pem: Secret($0.pem)) },
      isEncryptionRequired: isEncryptionRequired, addresses: SignInAddresses(own: own, providerID: providerID), now: now
    )
  }

  static func verify(_ xml: String, _ rules: AssertionRules) throws -> VerifiedAssertion {
    try SAMLResponse.verify(Base64.encode(Array(xml.utf8)), by: rules)
  }

  /// The refusal of a response; nil where it is taken.
  static func refusal(_ xml: String, _ rules: AssertionRules? = nil) throws -> SAMLRefusal? {
    do {
      _ = try verify(xml, try rules ?? Self.rules())
      return nil
    } catch let refusal as SAMLRefusal {
      return refusal
    }
  }

  private func changed(_ change: (inout TestResponse) -> Void) throws -> String {
    var response = response
    change(&response)
    return try response.xml()
  }

  // MARK: What is taken

  @Test(
    "a signature of the assertion, of the response, or of both is enough",
    arguments: [TestResponse.Signed.assertion, .response, .both])
  func signedPart(_ part: TestResponse.Signed) throws {
    let assertion = try Self.verify(try changed { $0.signed = part }, try Self.rules())
    #expect(assertion.subject == "ann@example.com")
    #expect(assertion.subjectType == "persistent")
    #expect(assertion.issuer == TestResponse.entityID)
    #expect(assertion.recipient == TestResponse.endpoint)
    #expect(assertion.id == "_assertion")
    #expect(assertion.expires == Self.now.adding(seconds: 300))
    #expect(assertion.attributes["https://aws.amazon.com/SAML/Attributes/RoleSessionName"] == ["ann"])
  }

  @Test(
    "the algorithms of today are taken, with RSA and elliptic keys",
    arguments: [
      ("rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256", false),
      ("rsa-sha384", "http://www.w3.org/2001/04/xmldsig-more#sha384", false),
      ("rsa-sha512", "http://www.w3.org/2001/04/xmlenc#sha512", false),
      ("ecdsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256", true),
      ("ecdsa-sha512", "http://www.w3.org/2001/04/xmlenc#sha512", true),
    ])
  func algorithms(_ method: String, _ digest: String, _ isElliptic: Bool) throws {
    let key = isElliptic ? TestKey.elliptic : .first
    let xml = try changed {
      $0.method = "http://www.w3.org/2001/04/xmldsig-more#\(method)"
      $0.digest = digest
      $0.key = key
    }
    #expect(try Self.refusal(xml, try Self.rules(keys: [key])) == nil)
  }

  @Test("any key of the metadata will do, and no other")
  func keys() throws {
    let xml = try changed { $0.key = .second }
    #expect(try Self.refusal(xml, try Self.rules(keys: [.first, .second])) == nil)
    #expect(try Self.refusal(xml)?.message == "Response signature invalid")
    #expect(try Self.refusal(xml, try Self.rules(keys: [.elliptic]))?.message == "Response signature invalid")
  }

  @Test("a comment in the name changes nothing of it")
  func commentInName() throws {
    let xml = try response.xml().replacing("ann@example.com", with: "ann@example.com<!-- x -->.evil.example")
    // What was signed is another name: with the comment or without.
    #expect(try Self.refusal(xml)?.message == "Response signature invalid")
    let harmless = try response.xml().replacing("ann@example.com", with: "ann@<!-- x -->example.com")
    #expect(try Self.verify(harmless, try Self.rules()).subject == "ann@example.com")
    let signed = try changed { $0.nameID = "admin@example.com<!-- x -->.evil.example" }
    #expect(try Self.verify(signed, try Self.rules()).subject == "admin@example.com.evil.example")
  }

  @Test(
    "AWS's sign-in addresses and the installation's own are for us",
    arguments: [
      ("https://signin.aws.amazon.com/saml", true), ("https://eu-west-1.signin.aws.amazon.com/saml", true),
      ("https://us-gov-west-1.signin.aws.amazon.com/saml/acs/\(providerID)", true),
      ("https://signin.aws.amazon.com/saml/acs/\(providerID)", true), ("https://here.example/saml", true),
      ("https://signin.aws.amazon.com/saml/acs/OTHER", false), ("https://signin.aws.amazon.com/saml/", false),
      ("https://evil.example/.signin.aws.amazon.com/saml", false), ("http://signin.aws.amazon.com/saml", false),
      ("https://.signin.aws.amazon.com/saml", false), ("https://a@b.signin.aws.amazon.com/saml", false),
      ("https://SIGNIN.aws.amazon.com/saml", false), ("https://evilsignin.aws.amazon.com/saml", false),
      ("https://here.example/saml?x", false), ("urn:amazon:webservices", false), ("", false),
    ])
  func recipients(_ address: String, _ isOurs: Bool) throws {
    let rules = try Self.rules(own: ["https://here.example/saml"])
    let refusal = try Self.refusal(try changed { $0.recipient = address }, rules)
    #expect(refusal?.message == (isOurs ? nil : "The Recipient of the assertion is not this service."))
    let audience = try Self.refusal(try changed { $0.audiences = ["urn:other", address] }, rules)
    let isAudience = isOurs || address == "urn:amazon:webservices"
    #expect(audience?.message == (isAudience ? nil : "The audience of the assertion is not this service."))
  }

  // MARK: What is refused

  static let wrong: [(fault: String, kind: SAMLRefusal.Kind, change: @Sendable (inout TestResponse) -> Void)] = [
    (
      "Response signature invalid: there must be exactly one signature of the element.", .invalid,
      { $0.signed = .nothing }
    ),
    ("Issuer not present in specified provider", .invalid, { $0.issuer = "https://idp.example/" }),
    ("The audience of the assertion is not this service.", .invalid, { $0.audiences = [] }),
    ("The Recipient of the assertion is not this service.", .invalid, { $0.recipient = nil }),
    ("The SubjectConfirmationData has no NotOnOrAfter.", .invalid, { $0.confirmationEnd = nil }),
    ("The assertion must have a Subject with one NameID.", .anonymous, { $0.nameID = nil }),
    ("The assertion must have a Subject with one NameID.", .anonymous, { $0.nameID = " " }),
    ("The assertion must have a Subject with one NameID.", .anonymous, { $0.nameID = "<b>ann</b>" }),
    (
      "The identity provider reported that authentication failed.", .rejected,
      { $0.status = "urn:oasis:names:tc:SAML:2.0:status:Requester" }
    ),
    (
      "Response signature invalid: its algorithm is not allowed.", .invalid,
      { $0.method = "http://www.w3.org/2000/09/xmldsig#rsa-sha1" }
    ),
    (
      "Response signature invalid: its digest is not allowed.", .invalid,
      { $0.digest = "http://www.w3.org/2000/09/xmldsig#sha1" }
    ),
    ("Token must be redeemed within 5 minutes of issuance", .expired, { $0.issued = now.adding(seconds: -300) }),
    ("The assertion was issued in the future.", .invalid, { $0.issued = now.adding(seconds: 61) }),
    ("The Conditions of the assertion does not hold yet.", .invalid, { $0.notBefore = now.adding(seconds: 61) }),
    ("The Conditions of the assertion does not hold any longer.", .expired, { $0.conditionsEnd = now }),
    ("The SubjectConfirmationData of the assertion does not hold any longer.", .expired, { $0.confirmationEnd = now }),
    ("The session at the identity provider has ended.", .expired, { $0.sessionEnd = now }),
  ]

  @Test("each thing that is wrong is refused for itself", arguments: wrong.indices)
  func refused(_ index: Int) throws {
    let (fault, kind, change) = Self.wrong[index]
    let refusal = try Self.refusal(try changed(change))
    #expect(refusal?.message == fault)
    #expect(refusal?.kind == kind)
  }

  @Test("times hold to the second")
  func edges() throws {
    let xml = try changed {
      $0.conditionsEnd = Self.now.adding(seconds: 200)
      $0.notBefore = Self.now.adding(seconds: 60)
    }
    #expect(try Self.refusal(xml) == nil)
    #expect(try Self.refusal(xml, try Self.rules(at: Self.now.adding(seconds: 199))) == nil)
    #expect(try Self.refusal(xml, try Self.rules(at: Self.now.adding(seconds: 200)))?.kind == .expired)
    #expect(try Self.refusal(xml, try Self.rules(at: Self.now.adding(seconds: -1)))?.kind == .invalid)
    let plain = try response.xml()
    #expect(try Self.refusal(plain, try Self.rules(at: Self.now.adding(seconds: 299))) == nil)
    #expect(try Self.refusal(plain, try Self.rules(at: Self.now.adding(seconds: 300)))?.kind == .expired)
  }

  @Test(
    "every change of a signed byte is refused",
    arguments: [
      ("ann@example.com", "eve@example.com"), (":role/r", ":role/x"), ("ID=\"_assertion\"", "ID=\"_assertiom\""),
      ("<saml:AttributeValue>ann<", "<saml:AttributeValue>root<"), ("DigestValue>", "DigestValue>A"),
      ("SignatureValue>", "SignatureValue>A"),
    ])
  func tampered(_ old: String, _ new: String) throws {
    let xml = try response.xml()
    #expect(xml.contains(old))
    let refusal = try Self.refusal(xml.replacing(old, with: new, maxReplacements: 1))
    #expect(refusal?.message.hasPrefix("Response signature invalid") == true, "\(String(describing: refusal))")
  }

  @Test("what is cut off anywhere is refused")
  func truncated() throws {
    let xml = try response.xml()
    for count in stride(from: 0, to: xml.utf8.count - 20, by: 97) {
      #expect(try Self.refusal(String(xml.prefix(count))) != nil)
    }
  }

  @Test(
    "what is not a response in base 64 is refused",
    arguments: [
      ("%%%%", "Invalid base64 SAMLResponse"), ("AAAA", "The document is not well-formed XML in UTF-8."),
      ("PGEvPg==", "The SAMLAssertion must be a SAML 2.0 Response."),
    ])
  func notAResponse(_ text: String, _ fault: String) throws {
    #expect(throws: SAMLRefusal.self) { try SAMLResponse.verify(text, by: try Self.rules()) }
    do {
      _ = try SAMLResponse.verify(text, by: try Self.rules())
    } catch {
      #expect((error as? SAMLRefusal)?.message == fault)
    }
  }

  @Test(
    "a document type is refused, with entities or without",
    arguments: [
      "<!DOCTYPE x>", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">", "<!DOCTYPE x [<!ENTITY e \"ann\">]>",
      "<!DOCTYPE x [<!ENTITY % e SYSTEM \"http://127.0.0.1:1/\"> %e;]>",
    ])
  func documentType(_ declaration: String) throws {
    let xml = try response.xml()
    let body = xml.firstRange(of: "?>").map { String(xml[$0.upperBound...]) } ?? xml
    #expect(try Self.refusal(declaration + body)?.message == "A document type declaration is not allowed.")
  }
}

import AWSCore
import SAML
import SAMLFixtures
import Testing

@Suite("Encrypted assertions") struct EncryptedAssertionTests {
  private func response(_ part: TestResponse.Signed) -> TestResponse {
    var response = TestResponse(
      role: "arn:aws:iam::123456789012:role/r", provider: "arn:aws:iam::123456789012:saml-provider/p",
      at: SAMLResponseTests.now)
    response.signed = part
    return response
  }

  private static let cannot =
    "The encrypted assertion cannot be decrypted with the private keys of the provider, or is not signed."

  @Test(
    "an assertion for one of the provider's keys is read",
    arguments: [TestResponse.Signed.assertion, .response, .both])
  func read(_ part: TestResponse.Signed) throws {
    let xml = try response(part).encryptedXML(for: .encryption)
    #expect(!xml.contains("ann@example.com"))
    let rules = try SAMLResponseTests.rules(decrypting: [.second, .encryption], isEncryptionRequired: true)
    #expect(try SAMLResponseTests.verify(xml, rules).subject == "ann@example.com")
  }

  @Test("without the key it is not read", arguments: [[], [TestKey.second], [TestKey.first, .second]])
  func wrongKey(_ keys: [TestKey]) throws {
    let xml = try response(.assertion).encryptedXML(for: .encryption)
    let rules = try SAMLResponseTests.rules(decrypting: keys)
    #expect(try SAMLResponseTests.refusal(xml, rules)?.message == Self.cannot)
  }

  @Test("what is encrypted must be signed, too, by the provider; the answer does not tell what was wrong")
  func unsigned() throws {
    let rules = try SAMLResponseTests.rules(decrypting: [.encryption])
    var other = response(.assertion)
    other.key = .second
    for response in [response(.nothing), other] {
      let xml = try response.encryptedXML(for: .encryption)
      #expect(try SAMLResponseTests.refusal(xml, rules)?.message == Self.cannot)
    }
  }

  @Test("where encryption is required a plain assertion is refused")
  func required() throws {
    let rules = try SAMLResponseTests.rules(decrypting: [.encryption], isEncryptionRequired: true)
    #expect(
      try SAMLResponseTests.refusal(try response(.assertion).xml(), rules)?.message
        == "The provider requires that assertions are encrypted.")
  }

  @Test(
    "old algorithms and bytes that lie elsewhere are refused as a wrong key is",
    arguments: [
      ("xmlenc#rsa-oaep-mgf1p", "xmlenc#rsa-1_5"), ("xmlenc#aes256-cbc", "xmlenc#tripledes-cbc"),
      ("<xenc:CipherValue>", "<xenc:CipherReference URI=\"file:///etc/passwd\"/><xenc:CipherValue>"),
    ])
  func form(_ old: String, _ new: String) throws {
    let xml = try response(.assertion).encryptedXML(for: .encryption)
    #expect(xml.contains(old))
    let rules = try SAMLResponseTests.rules(decrypting: [.encryption])
    #expect(try SAMLResponseTests.refusal(xml.replacing(old, with: new), rules)?.message == Self.cannot)
  }

  @Test(
    "a key must be an RSA key in PEM without a password",
    arguments: [
      "", "x", TestKey.elliptic.pem, TestKey.first.certificate,
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n",
    ])
  func badKey(_ pem: String) {
    #expect(throws: SAMLRefusal.self) { try DecryptionKey(pem: Secret(pem)) }
  }
}

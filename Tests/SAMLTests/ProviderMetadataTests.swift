import AWSCore
import SAML
import SAMLFixtures
import Testing

@Suite("Provider metadata") struct ProviderMetadataTests {
  @Test("name, keys and end are read")
  func read() throws {
    let end = Timestamp(seconds: 1_900_000_000)
    let metadata = try ProviderMetadata(parsing: TestResponse.metadata([.first, .second, .first], validUntil: end))
    #expect(metadata.entityID == TestResponse.entityID)
    #expect(metadata.signingCertificates == [TestKey.first, .second].map { Base64.decode($0.certificate) })
    #expect(metadata.validUntil == end)
    #expect(try ProviderMetadata(parsing: TestResponse.metadata()).validUntil == nil)
  }

  @Test("a key for encryption verifies nothing")
  func use() throws {
    let text = TestResponse.metadata().replacing("use=\"signing\"", with: "use=\"encryption\"")
    #expect(throws: SAMLRefusal("Could not parse metadata: it has no certificate to verify signatures with.")) {
      try ProviderMetadata(parsing: text)
    }
    let both = try ProviderMetadata(parsing: TestResponse.metadata().replacing("use=\"signing\"", with: ""))
    #expect(both.signingCertificates.count == 1)
  }

  @Test(
    "what is not the metadata of an identity provider is refused",
    arguments: [
      ("<md:EntityDescriptor", "<md:EntityDescripto"), ("md:EntityDescriptor", "md:EntitiesDescriptor"),
      ("entityID=\"\(TestResponse.entityID)\"", ""), ("IDPSSODescriptor", "SPSSODescriptor"),
      ("SAML:2.0:metadata", "SAML:1.0:metadata"), ("<ds:X509Certificate>", "<ds:X509Certificate>AAAA"),
      ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!DOCTYPE md:EntityDescriptor [<!ENTITY a \"b\">]>"),
      ("entityID=", "validUntil=\"tomorrow\" entityID="),
    ])
  func refused(_ old: String, _ new: String) throws {
    let text = TestResponse.metadata()
    #expect(text.contains(old))
    #expect(throws: SAMLRefusal.self) { try ProviderMetadata(parsing: text.replacing(old, with: new)) }
  }

  @Test("a key of 512 bits is too short")
  func shortKey() {
    #expect(
      throws: SAMLRefusal("Could not parse metadata: the key of a certificate has less than 1024 bits.")
    ) { try ProviderMetadata(parsing: TestResponse.metadata(certificates: [TestKey.smallCertificate])) }
  }
}

import AWSCore
import CXMLSec

/// A response of an identity provider, and the way from its text to an assertion that may be believed.
///
/// Nothing is read of the response itself but where its one assertion is. What the assertion says is read from the
/// bytes that the provider's key has signed, parsed anew: whatever else stands in the document, and wherever the signed
/// element was moved to, does not exist for the reader.
public enum SAMLResponse {
  /// How many bytes a response may have; the model bounds the text in base 64.
  static let sizeMax = 100_000

  /// Takes the assertion out of a response, if it satisfies the rules.
  ///
  /// - Parameter text: the response in base 64.
  /// - Throws: a ``SAMLRefusal``; its kind says which error it becomes.
  public static func verify(_ text: String, by rules: AssertionRules) throws(SAMLRefusal) -> VerifiedAssertion {
    guard let bytes = Base64.decode(text.utf8.filter { !$0.isXMLSpace }) else {
      throw SAMLRefusal("Invalid base64 SAMLResponse")
    }
    let document = try XMLDocument(parsing: bytes, sizeMax: sizeMax)
    return try AssertionReader(rules: rules).read(try signedAssertion(in: document, rules))
  }

  /// The assertion as it was signed.
  private static func signedAssertion(
    in received: XMLDocument, _ rules: AssertionRules
  ) throws(SAMLRefusal) -> XMLElement {
    let keys = rules.signingCertificates.compactMap { VerificationKey(certificate: $0) }
    guard received.root.isNamed("Response", in: Namespace.protocolName) else {
      throw SAMLRefusal("The SAMLAssertion must be a SAML 2.0 Response.")
    }
    guard received.root.elements("Signature", in: Namespace.signature).isEmpty else {
      // The signature of the response covers the assertion, too.
      let bytes = try XMLSignature.signedBytes(of: received.root, in: received, by: keys)
      let signed = try XMLDocument(parsing: bytes, sizeMax: sizeMax)
      defer { withExtendedLifetime(signed) {} }
      try checkStatus(signed.root)
      return XMLElement(try plain(try onlyAssertion(in: signed), in: signed, rules))
    }
    try checkStatus(received.root)
    let place = try onlyAssertion(in: received)
    do throws(SAMLRefusal) {
      let assertion = try plain(place, in: received, rules)
      let bytes = try XMLSignature.signedBytes(of: assertion, in: received, by: keys)
      let signed = try XMLDocument(parsing: bytes, sizeMax: sizeMax)
      defer { withExtendedLifetime(signed) {} }
      return XMLElement(signed.root)
    } catch {
      // INVARIANT: of what was encrypted nothing is told before a signature is found right, not even whether it could
      // be decrypted: whoever changes the bytes and asks again must not learn from the answers what they hold.
      throw place.localName == "EncryptedAssertion" ? XMLDecryption.refusal : error
    }
  }

  private static func checkStatus(_ response: xmlNodePtr) throws(SAMLRefusal) {
    guard response.attribute("Version") == "2.0" else {
      throw SAMLRefusal("The SAMLAssertion must be a SAML 2.0 Response.")
    }
    let code = response.elements("Status", in: Namespace.protocolName).first?
      .elements("StatusCode", in: Namespace.protocolName).first?.attribute("Value")
    guard code == "urn:oasis:names:tc:SAML:2.0:status:Success" else {
      throw SAMLRefusal(.rejected, "The identity provider reported that authentication failed.")
    }
  }

  /// The one assertion of a document, plain or encrypted, directly below its root.
  private static func onlyAssertion(in document: XMLDocument) throws(SAMLRefusal) -> xmlNodePtr {
    var found: [xmlNodePtr] = []
    document.root.walk { node in
      let isPlain = node.isNamed("Assertion", in: Namespace.assertion)
      if isPlain || node.isNamed("EncryptedAssertion", in: Namespace.assertion) { found.append(node) }
    }
    guard found.count == 1, found[0].pointee.parent == document.root else {
      throw SAMLRefusal("The response must have exactly one assertion.")
    }
    return found[0]
  }

  /// The assertion itself, where it was encrypted after its decryption in place.
  private static func plain(
    _ place: xmlNodePtr, in document: XMLDocument, _ rules: AssertionRules
  ) throws(SAMLRefusal) -> xmlNodePtr {
    guard place.localName == "EncryptedAssertion" else {
      guard !rules.isEncryptionRequired else {
        throw SAMLRefusal("The provider requires that assertions are encrypted.")
      }
      return place
    }
    try XMLDecryption.open(place, with: rules.decryptionKeys)
    var found: [xmlNodePtr] = []
    document.root.walk { node in if node.isNamed("Assertion", in: Namespace.assertion) { found.append(node) } }
    guard found.count == 1, found[0].pointee.parent == place, document.pointer.pointee.intSubset == nil else {
      throw SAMLRefusal("The encrypted assertion must be exactly one assertion.")
    }
    return found[0]
  }
}

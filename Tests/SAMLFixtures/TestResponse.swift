public import AWSCore

/// An identity provider's response in the making: what is not said is right.
public struct TestResponse: Sendable {
  public enum Signed: Sendable { case assertion, response, both, nothing }

  public static let entityID = "https://idp.example/metadata"
  public static let endpoint = "https://signin.aws.amazon.com/saml"
  private static let attributePrefix = "https://aws.amazon.com/SAML/Attributes/"

  public var responseID = "_response"
  public var assertionID = "_assertion"
  public var issuer = entityID
  public var audiences = [endpoint]
  public var recipient: String? = endpoint
  /// What stands in the NameID, as XML; nil leaves the subject's name out.
  public var nameID: String? = "ann@example.com"
  public var format = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
  public var issued: Timestamp
  public var notBefore: Timestamp?
  public var conditionsEnd: Timestamp?
  public var confirmationEnd: Timestamp?
  public var sessionEnd: Timestamp?
  public var attributes: [(name: String, values: [String])]
  public var status = "urn:oasis:names:tc:SAML:2.0:status:Success"
  public var method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
  public var digest = "http://www.w3.org/2001/04/xmlenc#sha256"
  public var signed = Signed.assertion
  public var key = TestKey.first

  public init(role: String, provider: String, at now: Timestamp) {
    issued = now
    notBefore = now.adding(seconds: -30)
    conditionsEnd = now.adding(seconds: 3_600)
    confirmationEnd = now.adding(seconds: 3_600)
    attributes = [
      (Self.attributePrefix + "Role", ["\(role),\(provider)"]), (Self.attributePrefix + "RoleSessionName", ["ann"]),
    ]
  }

  /// Sets an attribute of AWS's own names; without values it is not there.
  public mutating func set(_ name: String, _ values: [String]) {
    set(attribute: Self.attributePrefix + name, values)
  }

  public mutating func set(attribute name: String, _ values: [String]) {
    attributes.removeAll { $0.name == name }
    if !values.isEmpty { attributes.append((name, values)) }
  }

  // MARK: XML

  private static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"

  /// The signature of an element before its values are filled in.
  func template(_ id: String) -> String {
    """
    <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>\
    <ds:CanonicalizationMethod Algorithm="\(Self.exclusive)"/><ds:SignatureMethod Algorithm="\(method)"/>\
    <ds:Reference URI="#\(id)"><ds:Transforms>\
    <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>\
    <ds:Transform Algorithm="\(Self.exclusive)"/></ds:Transforms>\
    <ds:DigestMethod Algorithm="\(digest)"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/>\
    </ds:Signature>
    """
  }

  private func time(_ name: String, _ instant: Timestamp?) -> String {
    instant.map { " \(name)=\"\($0)\"" } ?? ""
  }

  /// The assertion; where it is to be signed, with a signature to be filled in.
  public func assertion() -> String {
    let signature = signed == .assertion || signed == .both ? template(assertionID) : ""
    let name = nameID.map { "<saml:NameID Format=\"\(format)\">\($0)</saml:NameID>" } ?? ""
    let place = recipient.map { " Recipient=\"\($0)\"" } ?? ""
    let audiences = audiences.map { "<saml:Audience>\($0)</saml:Audience>" }.joined()
    let statements = attributes.map { attribute in
      "<saml:Attribute Name=\"\(attribute.name)\">"
        + attribute.values.map { "<saml:AttributeValue>\($0)</saml:AttributeValue>" }.joined() + "</saml:Attribute>"
    }.joined()
    return """
      <saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="\(assertionID)" Version="2.0" \
      IssueInstant="\(issued)"><saml:Issuer>\(issuer)</saml:Issuer>\(signature)<saml:Subject>\(name)\
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">\
      <saml:SubjectConfirmationData\(time("NotOnOrAfter", confirmationEnd))\(place)/></saml:SubjectConfirmation>\
      </saml:Subject><saml:Conditions\(time("NotBefore", notBefore))\(time("NotOnOrAfter", conditionsEnd))>\
      <saml:AudienceRestriction>\(audiences)</saml:AudienceRestriction></saml:Conditions>\
      <saml:AuthnStatement AuthnInstant="\(issued)"\(time("SessionNotOnOrAfter", sessionEnd))/>\
      <saml:AttributeStatement>\(statements)</saml:AttributeStatement></saml:Assertion>
      """
  }

  /// A response around something; where it is to be signed, with a signature to be filled in.
  public func response(around content: String) -> String {
    let signature = signed == .response || signed == .both ? template(responseID) : ""
    return """
      <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="\(responseID)" Version="2.0" \
      IssueInstant="\(issued)"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">\(issuer)\
      </saml:Issuer>\(signature)<samlp:Status><samlp:StatusCode Value="\(status)"/></samlp:Status>\(content)\
      </samlp:Response>
      """
  }

  /// The signed response as XML.
  public func xml() throws -> String {
    var text = response(around: assertion())
    if signed == .assertion || signed == .both { text = try XMLSigner.sign(text, id: assertionID, with: key) }
    if signed == .response || signed == .both { text = try XMLSigner.sign(text, id: responseID, with: key) }
    return text
  }

  /// The signed response with its assertion encrypted; the response is signed after that.
  public func encryptedXML(for recipient: TestKey) throws -> String {
    var text = response(
      around: "<e:EncryptedAssertion xmlns:e=\"urn:oasis:names:tc:SAML:2.0:assertion\">"
        + assertion() + "</e:EncryptedAssertion>")
    if signed == .assertion || signed == .both { text = try XMLSigner.sign(text, id: assertionID, with: key) }
    text = try XMLSigner.encrypt(text, for: recipient)
    if signed == .response || signed == .both { text = try XMLSigner.sign(text, id: responseID, with: key) }
    return text
  }

  /// The signed response as a browser carries it.
  public func base64() throws -> String { Base64.encode(Array(try xml().utf8)) }

  /// The identity provider's metadata.
  public static func metadata(
    _ keys: [TestKey] = [.first], entityID: String = entityID, validUntil: Timestamp? = nil
  ) -> String {
    metadata(certificates: keys.map(\.certificate), entityID: entityID, validUntil: validUntil)
  }

  public static func metadata(
    certificates: [String], entityID: String = entityID, validUntil: Timestamp? = nil
  ) -> String {
    let end = validUntil.map { " validUntil=\"\($0)\"" } ?? ""
    let keys = certificates.map { certificate in
      """
      <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>\
      <ds:X509Certificate>\(certificate)</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
      """
    }.joined()
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="\(entityID)"\(end)>\
      <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\(keys)\
      <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" \
      Location="https://idp.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>
      """
  }
}

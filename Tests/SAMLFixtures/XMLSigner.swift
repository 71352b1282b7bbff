import CXMLSec
import SAML

/// Does what an identity provider does: fills in signatures, encrypts assertions.
public enum XMLSigner {
  public struct Failed: Error {
    let what: String
  }

  /// Signs the element with the ID, whose signature is there as a template.
  public static func sign(_ text: String, id: String, with key: TestKey) throws -> String {
    try edit(text) { document, root in
      guard let element = find(root, where: { attribute("ID", of: $0) == id }),
        let property = xmlHasProp(element, "ID"), xmlAddID(nil, document, id, property) != nil,
        let signature = children(element).first(where: { name(of: $0) == "Signature" }),
        let context = xmlSecDSigCtxCreate(nil)
      else { throw Failed(what: "cannot find `\(id)`") }
      defer { xmlSecDSigCtxDestroy(context) }
      context.pointee.signKey = try load(key)
      guard xmlSecDSigCtxSign(context, signature) >= 0 else { throw Failed(what: "cannot sign") }
    }
  }

  /// Puts encrypted data in the place of the one assertion.
  static func encrypt(_ text: String, for key: TestKey) throws -> String {
    let template = """
      <xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" \
      Type="http://www.w3.org/2001/04/xmlenc#Element">\
      <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>\
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>\
      <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"/>\
      <xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>\
      <xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>
      """
    return try edit(text) { document, root in
      guard let assertion = find(root, where: { name(of: $0) == "Assertion" }), let keys = xmlSecKeysMngrCreate(),
        xmlSecOpenSSLAppDefaultKeysMngrInit(keys) >= 0,
        xmlSecOpenSSLAppDefaultKeysMngrAdoptKey(keys, try load(key)) >= 0,
        let context = xmlSecEncCtxCreate(keys), let parsed = read(template),
        let data = xmlDocCopyNode(xmlDocGetRootElement(parsed), document, 1)
      else { throw Failed(what: "cannot encrypt") }
      defer {
        xmlSecEncCtxDestroy(context)
        xmlSecKeysMngrDestroy(keys)
        xmlFreeDoc(parsed)
      }
      context.pointee.encKey = xmlSecKeyGenerate(
        xmlSecOpenSSLKeyDataAesGetKlass(), 256, xmlSecKeyDataType(xmlSecKeyDataTypeSession))
      guard xmlSecEncCtxXmlEncrypt(context, data, assertion) >= 0 else { throw Failed(what: "cannot encrypt") }
    }
  }

  // MARK: Trees

  private static func read(_ text: String) -> xmlDocPtr? {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBytes { buffer in
      xmlReadMemory(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, nil, 0)
    }
  }

  private static func edit(_ text: String, _ body: (xmlDocPtr, xmlNodePtr) throws -> Void) throws -> String {
    guard XMLLibraries.areReady, let document = read(text), let root = xmlDocGetRootElement(document) else {
      throw Failed(what: "cannot read")
    }
    defer { xmlFreeDoc(document) }
    try body(document, root)
    var output: UnsafeMutablePointer<xmlChar>?
    var size: Int32 = 0
    xmlDocDumpMemory(document, &output, &size)
    guard let output else { throw Failed(what: "cannot write") }
    defer { cxmlsec_free(output) }
    return String(decoding: UnsafeBufferPointer(start: output, count: Int(size)), as: UTF8.self)
  }

  private static func load(_ key: TestKey) throws -> xmlSecKeyPtr {
    let bytes = Array(key.pem.utf8)
    guard
      let loaded = xmlSecOpenSSLAppKeyLoadMemory(
        bytes, UInt32(bytes.count), xmlSecKeyDataFormatPem, "", nil, nil)
    else { throw Failed(what: "cannot load a key") }
    return loaded
  }

  private static func children(_ node: xmlNodePtr) -> [xmlNodePtr] {
    var found: [xmlNodePtr] = []
    var next = node.pointee.children
    while let child = next {
      if child.pointee.type == XML_ELEMENT_NODE { found.append(child) }
      next = child.pointee.next
    }
    return found
  }

  private static func find(_ node: xmlNodePtr, where matches: (xmlNodePtr) -> Bool) -> xmlNodePtr? {
    if matches(node) { return node }
    for child in children(node) {
      if let found = find(child, where: matches) { return found }
    }
    return nil
  }

  private static func name(of node: xmlNodePtr) -> String { node.pointee.name.map { String(cString: $0) } ?? "" }

  private static func attribute(_ name: String, of node: xmlNodePtr) -> String? {
    guard let value = xmlGetNoNsProp(node, name) else { return nil }
    defer { cxmlsec_free(value) }
    return String(cString: value)
  }
}

import CXMLSec

/// The key of a certificate in a provider's metadata.
final class VerificationKey {
  fileprivate let key: xmlSecKeyPtr

  /// - Parameter certificate: in DER.
  init?(certificate: [UInt8]) {
    guard XMLLibraries.areReady, !certificate.isEmpty,
      let key = xmlSecOpenSSLAppKeyLoadMemory(
        certificate, UInt32(certificate.count), xmlSecKeyDataFormatCertDer, nil, nil, nil)
    else { return nil }
    self.key = key
  }

  deinit { xmlSecKeyDestroy(key) }

  /// How long the key is; 256 for one on the curve P-256.
  var bits: Int { xmlSecKeyGetValue(key).map { Int(xmlSecKeyDataGetSize($0)) } ?? 0 }
  var isRSA: Bool { xmlSecKeyGetValue(key)?.pointee.id == xmlSecOpenSSLKeyDataRsaGetKlass() }
}

/// The signature of one element of a document.
enum XMLSignature {
  static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
  static let enveloped = Namespace.signature + "enveloped-signature"
  private static let more = "http://www.w3.org/2001/04/xmldsig-more#"

  // SHA-1 is not among them: whoever can make two documents with one digest can have one signed and show the other.
  static let methods: Set<String> = [
    more + "rsa-sha256", more + "rsa-sha384", more + "rsa-sha512",
    more + "ecdsa-sha256", more + "ecdsa-sha384", more + "ecdsa-sha512",
  ]
  static let digests: Set<String> = [
    Namespace.encryption + "sha256", more + "sha384", Namespace.encryption + "sha512",
  ]

  /// The bytes that one of the keys has signed: the element's, without its signature, in canonical form.
  ///
  /// What is read of the element is to be read from these bytes and nothing else.
  static func signedBytes(
    of element: xmlNodePtr, in document: XMLDocument, by keys: [VerificationKey]
  ) throws(SAMLRefusal) -> [UInt8] {
    let signatures = element.elements("Signature", in: Namespace.signature)
    guard let signature = signatures.first, signatures.count == 1 else {
      throw SAMLRefusal("Response signature invalid: there must be exactly one signature of the element.")
    }
    try check(signature, of: element)
    guard let id = element.attribute("ID"), isOnlyOne(id, in: document), register(id, of: element, in: document) else {
      throw SAMLRefusal("Response signature invalid: the ID of the signed element is not its own.")
    }
    // Keys come from the provider's metadata alone: what the document says about keys is not even there any more.
    for info in signature.elements("KeyInfo", in: Namespace.signature) {
      xmlUnlinkNode(info)
      xmlFreeNode(info)
    }
    for key in keys {
      if let bytes = verify(signature, with: key) { return bytes }
    }
    throw SAMLRefusal("Response signature invalid")
  }

  // MARK: The form

  /// Whether the signature speaks of the element, of all of it, and of nothing else.
  private static func check(_ signature: xmlNodePtr, of element: xmlNodePtr) throws(SAMLRefusal) {
    let parts = signature.elements
    guard parts.count == 2 || parts.count == 3, parts[0].isNamed("SignedInfo", in: Namespace.signature),
      parts[1].isNamed("SignatureValue", in: Namespace.signature),
      parts.count == 2 || parts[2].isNamed("KeyInfo", in: Namespace.signature)
    else { throw form("only SignedInfo, SignatureValue and KeyInfo may be in it") }
    let info = parts[0].elements
    guard info.count == 3, info[0].isNamed("CanonicalizationMethod", in: Namespace.signature),
      info[1].isNamed("SignatureMethod", in: Namespace.signature),
      info[2].isNamed("Reference", in: Namespace.signature)
    else { throw form("it must have exactly one reference") }
    guard info[0].attribute("Algorithm") == exclusive else { throw form("its canonicalization is not allowed") }
    guard let method = info[1].attribute("Algorithm"), methods.contains(method), info[1].elements.isEmpty else {
      throw form("its algorithm is not allowed")
    }
    try check(reference: info[2], to: element)
  }

  private static func check(reference: xmlNodePtr, to element: xmlNodePtr) throws(SAMLRefusal) {
    guard let id = element.attribute("ID"), !id.isEmpty, reference.attribute("URI") == "#" + id else {
      throw form("its reference does not lead to the element that it is in")
    }
    let parts = reference.elements
    guard parts.count == 3, parts[0].isNamed("Transforms", in: Namespace.signature),
      parts[1].isNamed("DigestMethod", in: Namespace.signature),
      parts[2].isNamed("DigestValue", in: Namespace.signature)
    else { throw form("its reference is not complete") }
    let transforms = parts[0].elements.map { $0.attribute("Algorithm") ?? "" }
    guard transforms == [enveloped, exclusive] else { throw form("its transforms are not allowed") }
    guard let digest = parts[1].attribute("Algorithm"), digests.contains(digest) else {
      throw form("its digest is not allowed")
    }
  }

  private static func form(_ fault: String) -> SAMLRefusal { SAMLRefusal("Response signature invalid: \(fault).") }

  /// Whether no other element carries the ID, however the attribute is spelled.
  private static func isOnlyOne(_ id: String, in document: XMLDocument) -> Bool {
    var count = 0
    document.root.walk { node in
      for name in ["ID", "Id", "id"] where node.attribute(name) == id { count += 1 }
    }
    return count == 1
  }

  /// Makes the element the one that the reference finds.
  private static func register(_ id: String, of element: xmlNodePtr, in document: XMLDocument) -> Bool {
    guard let attribute = xmlHasProp(element, "ID") else { return false }
    // It is known already where an earlier check has registered it.
    if let known = xmlGetID(document.pointer, id) { return known == attribute }
    return xmlAddID(nil, document.pointer, id, attribute) != nil
  }

  // MARK: The values

  private static func verify(_ signature: xmlNodePtr, with key: VerificationKey) -> [UInt8]? {
    guard let context = xmlSecDSigCtxCreate(nil) else { return nil }
    defer { xmlSecDSigCtxDestroy(context) }
    context.pointee.signKey = xmlSecKeyDuplicate(key.key)
    context.pointee.flags = UInt32(
      XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES | XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS)
    context.pointee.enabledReferenceUris = xmlSecTransformUriType(xmlSecTransformUriTypeSameDocument)
    guard context.pointee.signKey != nil, limit(context), xmlSecDSigCtxVerify(context, signature) >= 0,
      context.pointee.status == xmlSecDSigStatusSucceeded,
      xmlSecPtrListGetSize(&context.pointee.signedInfoReferences) == 1,
      let reference = xmlSecPtrListGetItem(&context.pointee.signedInfoReferences, 0)?
        .assumingMemoryBound(to: xmlSecDSigReferenceCtx.self),
      reference.pointee.status == xmlSecDSigStatusSucceeded,
      let buffer = xmlSecDSigReferenceCtxGetPreDigestBuffer(reference), let bytes = xmlSecBufferGetData(buffer)
    else { return nil }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(xmlSecBufferGetSize(buffer))))
  }

  /// Lets the library do what was checked above and nothing more.
  private static func limit(_ context: xmlSecDSigCtxPtr) -> Bool {
    let digests = [
      xmlSecOpenSSLTransformSha256GetKlass(), xmlSecOpenSSLTransformSha384GetKlass(),
      xmlSecOpenSSLTransformSha512GetKlass(),
    ]
    let references = [xmlSecTransformEnvelopedGetKlass(), xmlSecTransformExclC14NGetKlass()] + digests
    let signatures =
      [
        xmlSecTransformExclC14NGetKlass(),
        xmlSecOpenSSLTransformRsaSha256GetKlass(), xmlSecOpenSSLTransformRsaSha384GetKlass(),
        xmlSecOpenSSLTransformRsaSha512GetKlass(), xmlSecOpenSSLTransformEcdsaSha256GetKlass(),
        xmlSecOpenSSLTransformEcdsaSha384GetKlass(), xmlSecOpenSSLTransformEcdsaSha512GetKlass(),
      ]
    return references.allSatisfy { xmlSecDSigCtxEnableReferenceTransform(context, $0) >= 0 }
      && signatures.allSatisfy { xmlSecDSigCtxEnableSignatureTransform(context, $0) >= 0 }
  }
}

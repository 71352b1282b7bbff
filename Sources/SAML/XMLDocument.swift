import CXMLSec

/// A parsed document of libxml2: UTF-8, without a document type, without anything from the network.
///
/// Used by one thread at a time. Nodes live as long as it does: whoever walks them keeps it.
final class XMLDocument {
  let pointer: xmlDocPtr
  let root: xmlNodePtr

  /// - Parameter sizeMax: how many bytes are read at most.
  init(parsing bytes: [UInt8], sizeMax: Int) throws(SAMLRefusal) {
    guard XMLLibraries.areReady else { throw SAMLRefusal("The XML library cannot be used.") }
    guard bytes.count <= sizeMax else { throw SAMLRefusal("The document has more than \(sizeMax) bytes.") }
    // INVARIANT: no document type reaches the parser, so there are no entities but the five of XML itself. The encoding
    // is fixed, so that no other one can spell it differently.
    guard !Self.holds(bytes, "<!DOCTYPE"), !Self.holds(bytes, "<!ENTITY") else {
      throw SAMLRefusal("A document type declaration is not allowed.")
    }
    let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    let parsed = bytes.withUnsafeBytes { buffer in
      xmlReadMemory(
        buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, "UTF-8", Int32(options))
    }
    guard let parsed else { throw SAMLRefusal("The document is not well-formed XML in UTF-8.") }
    guard parsed.pointee.intSubset == nil, parsed.pointee.extSubset == nil,
      let root = xmlDocGetRootElement(parsed)
    else {
      xmlFreeDoc(parsed)
      throw SAMLRefusal("A document type declaration is not allowed.")
    }
    pointer = parsed
    self.root = root
  }

  deinit { xmlFreeDoc(pointer) }

  private static func holds(_ bytes: [UInt8], _ word: String) -> Bool {
    let word = Array(word.utf8)
    guard bytes.count >= word.count else { return false }
    for start in 0...(bytes.count - word.count) where bytes[start] == word[0] {
      if bytes[start..<start + word.count].elementsEqual(word) { return true }
    }
    return false
  }
}

/// The C libraries, set up once for the process.
package enum XMLLibraries {
  package static let areReady: Bool = {
    xmlInitParser()
    cxmlsec_silence()
    guard xmlSecInit() >= 0, xmlSecOpenSSLAppInit(nil) >= 0, xmlSecOpenSSLInit() >= 0 else { return false }
    // What went wrong is in the outcome; the text may hold what an attacker wrote, or what was decrypted.
    xmlSecErrorsDefaultCallbackEnableOutput(0)
    return true
  }()
}

// MARK: Nodes

extension xmlNodePtr {
  var isElement: Bool { pointee.type == XML_ELEMENT_NODE }
  var localName: String { pointee.name.map { String(cString: $0) } ?? "" }
  var namespace: String { pointee.ns?.pointee.href.map { String(cString: $0) } ?? "" }

  func isNamed(_ name: String, in namespace: String) -> Bool {
    isElement && localName == name && self.namespace == namespace
  }

  /// The elements directly below.
  var elements: [xmlNodePtr] {
    var found: [xmlNodePtr] = []
    var next = pointee.children
    while let node = next {
      if node.isElement { found.append(node) }
      next = node.pointee.next
    }
    return found
  }

  func elements(_ name: String, in namespace: String) -> [xmlNodePtr] {
    elements.filter { $0.isNamed(name, in: namespace) }
  }

  /// The value of an attribute that is in no namespace.
  func attribute(_ name: String) -> String? {
    guard let value = xmlGetNoNsProp(self, name) else { return nil }
    defer { cxmlsec_free(value) }
    return String(cString: value)
  }

  /// Visits the element and all below it.
  func walk(_ visit: (xmlNodePtr) -> Void) {
    visit(self)
    for element in elements { element.walk(visit) }
  }
}

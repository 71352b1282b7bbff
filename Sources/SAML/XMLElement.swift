import CXMLSec

/// An element with all that is in it, taken out of the parser's hands.
///
/// Comments and processing instructions are left out, and the text on both sides of one is one text.
struct XMLElement: Sendable {
  struct Attribute: Sendable {
    let name: String
    let namespace: String
    let value: String
  }

  let name: String
  let namespace: String
  let attributes: [Attribute]
  let children: [XMLElement]
  /// What stands directly in the element, without white space at both ends.
  let text: String

  init(_ node: xmlNodePtr) {
    name = node.localName
    namespace = node.namespace
    var attributes: [Attribute] = []
    var next = node.pointee.properties
    while let attribute = next {
      let space = attribute.pointee.ns?.pointee.href.map { String(cString: $0) } ?? ""
      let own = UnsafeMutableRawPointer(attribute).assumingMemoryBound(to: xmlNode.self)
      attributes.append(Attribute(name: own.localName, namespace: space, value: Self.content(of: own)))
      next = attribute.pointee.next
    }
    self.attributes = attributes
    children = node.elements.map { XMLElement($0) }
    var text = ""
    var child = node.pointee.children
    while let part = child {
      if part.pointee.type == XML_TEXT_NODE || part.pointee.type == XML_CDATA_SECTION_NODE {
        text += Self.content(of: part)
      }
      child = part.pointee.next
    }
    self.text = text.trimmingXMLSpace
  }

  private static func content(of node: xmlNodePtr) -> String {
    guard let content = xmlNodeGetContent(node) else { return "" }
    defer { cxmlsec_free(content) }
    return String(cString: content)
  }

  func isNamed(_ name: String, in namespace: String) -> Bool { self.name == name && self.namespace == namespace }

  func children(_ name: String, in namespace: String) -> [XMLElement] {
    children.filter { $0.isNamed(name, in: namespace) }
  }

  /// The value of an attribute that is in no namespace.
  subscript(name: String) -> String? { attributes.first { $0.namespace.isEmpty && $0.name == name }?.value }
}

extension String {
  var trimmingXMLSpace: String {
    let bytes = utf8
    guard let first = bytes.firstIndex(where: { !$0.isXMLSpace }), let last = bytes.lastIndex(where: { !$0.isXMLSpace })
    else { return "" }
    return String(self[first...last])
  }
}

extension UInt8 {
  var isXMLSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}

/// The namespaces of what is read.
enum Namespace {
  static let assertion = "urn:oasis:names:tc:SAML:2.0:assertion"
  static let protocolName = "urn:oasis:names:tc:SAML:2.0:protocol"
  static let metadata = "urn:oasis:names:tc:SAML:2.0:metadata"
  static let signature = "http://www.w3.org/2000/09/xmldsig#"
  static let encryption = "http://www.w3.org/2001/04/xmlenc#"
}

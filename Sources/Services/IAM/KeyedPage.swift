import AWSCore
import AWSWire
import ServiceKit

/// A page of a list whose elements are told apart by keys: it goes on behind the key that the last page ended with.
///
/// Unlike one that counts elements, such a list skips nothing where a client deletes what it has read before it asks
/// for the next page.
struct KeyedPage<Element: Sendable>: Sendable {
  let elements: [Element]
  /// Nil on the last page.
  let next: Marker?

  func map<T: Sendable>(_ transform: (Element) -> T) -> KeyedPage<T> {
    KeyedPage<T>(elements: elements.map(transform), next: next)
  }
}

extension KeyedPage where Element: WireEncodable {
  func encode(as name: String, to writer: inout WireWriter) {
    writer.put(name, elements)
    writer.put("IsTruncated", next != nil)
    writer.put("Marker", next)
  }
}

extension Pager {
  /// Cuts a list whose elements lie in the order of their keys, which differ.
  func page<Element>(
    of elements: [Element], by key: (Element) -> String, _ request: PageRequest
  ) throws(Failure) -> KeyedPage<Element> {
    let after = try position(request.marker)
    let rest = elements.drop { element in after.map { key(element) <= $0 } ?? false }
    let page = Array(rest.prefix(request.size))
    return KeyedPage(elements: page, next: rest.count > page.count ? page.last.map { marker(key($0)) } : nil)
  }
}

public import AWSCore
public import AWSWire
import Crypto
public import Directory

/// Where a list goes on: opaque to the client, and of use only in the call that it was made for.
public struct Marker: ConstrainedString, WireDecodable {
  public static let constraint = StringConstraint(
    1...320, pattern: #"[\u0020-\u00FF]+"#,
    matches: { bytes in
      !bytes.isEmpty
        && String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { (0x20...0xFF).contains($0.value) }
    })
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

/// One page of a list, as the client asked for it.
public struct PageRequest: Sendable {
  public static let sizeDefault = 100
  public let marker: Marker?
  public let size: Int

  public init(marker: Marker?, size: Int) {
    self.marker = marker
    self.size = size
  }

  /// Reads `Marker` and `MaxItems`, the members of all of IAM's lists.
  public init(from fields: inout Fields) {
    marker = fields.optional("Marker")
    size = fields.optional("MaxItems", in: 1...1000) ?? Self.sizeDefault
  }
}

/// A page of results and where the next one begins.
public struct Page<Element: Sendable>: Sendable {
  public let elements: [Element]
  /// Nil on the last page.
  public let next: Marker?

  public init(elements: [Element], next: Marker?) {
    self.elements = elements
    self.next = next
  }

  public func map<T: Sendable>(_ transform: (Element) -> T) -> Page<T> {
    Page<T>(elements: elements.map(transform), next: next)
  }
}

extension Page where Element: WireEncodable {
  /// Writes the list with `IsTruncated` and `Marker`, as all of IAM's lists do.
  public func encode(as name: String, to writer: inout WireWriter) {
    writer.put(name, elements)
    writer.put("IsTruncated", next != nil)
    writer.put("Marker", next)
  }
}

/// Cuts lists into pages by authenticated markers.
///
/// A marker holds the key of the last element and a MAC over it, the caller, the operation and the filters: it
/// cannot be forged, nor be used by somebody else or for another list.
public struct Pager: Sendable {
  private static let macSize = 32
  private let sealingKey: SealingKey
  private let bound: String

  /// - Parameter filters: what else selects the list; a marker holds for the same filters only.
  public init(_ grant: Grant, filters: [String?] = []) {
    let call = grant.call
    sealingKey = call.environment.directory.sealingKey
    let parts =
      [call.operation, call.caller.account.description, "\(call.caller.principal)"]
      + filters.map { $0.map { "+\($0)" } ?? "-" }
    bound = parts.map { "\($0.utf8.count):\($0)" }.joined()
  }

  /// Walks a table in the order of names.
  public func page<R>(
    of table: RecordTable<R>, _ request: PageRequest, where isIncluded: (R) -> Bool = { _ in true }
  ) throws(Failure) -> Page<R> {
    let after = try position(request.marker)
    var found: [R] = []
    var hasMore = false
    table.walk(after: after) { record in
      guard isIncluded(record) else { return true }
      guard found.count < request.size else {
        hasMore = true
        return false
      }
      found.append(record)
      return true
    }
    let next = hasMore ? found.last?.uniqueName.map(marker) : nil
    return Page(elements: found, next: next)
  }

  /// Cuts a list whose elements lie in the order of their keys, which differ; it goes on behind the last one's key, so
  /// that nothing is skipped where elements go between two pages.
  ///
  /// - Parameter key: a text; those of more than ``keySizeMax`` bytes are for ``key(of:)``.
  public func page<Element>(
    of elements: [Element], by key: (Element) -> String, _ request: PageRequest
  ) throws(Failure) -> Page<Element> {
    let after = try position(request.marker)
    let rest = elements.drop { element in after.map { key(element) <= $0 } ?? false }
    let page = Array(rest.prefix(request.size))
    return Page(elements: page, next: rest.count > page.count ? page.last.map { marker(key($0)) } : nil)
  }

  /// How long a key may be, in bytes, for its marker to keep within its length.
  public static let keySizeMax = 200

  /// A key of bounded length that stands for a text of any: the text itself, or its beginning and its digest.
  public static func key(of text: String) -> String {
    guard text.utf8.count > keySizeMax else { return text }
    let digest = Base64.encode(Array(SHA256.hash(data: Array(text.utf8))), .urlSafe)
    return String(decoding: text.utf8.prefix(keySizeMax / 2), as: UTF8.self) + digest
  }

  /// Cuts a list that is small by its quota; the marker counts elements.
  public func page<Element>(of elements: [Element], _ request: PageRequest) throws(Failure) -> Page<Element> {
    let start = try position(request.marker).map { Int($0) ?? 0 } ?? 0
    let rest = elements.dropFirst(start)
    let next = rest.count > request.size ? marker(String(start + request.size)) : nil
    return Page(elements: Array(rest.prefix(request.size)), next: next)
  }

  /// The marker that stands for a key.
  public func marker(_ key: String) -> Marker {
    let mac = sealingKey.mac(Array((bound + key).utf8), purpose: .paginationMarker)
    return Marker(unchecked: Base64.encode(mac + Array(key.utf8), .urlSafe))
  }

  /// The key that a marker stands for; nil without a marker.
  public func position(_ marker: Marker?) throws(Failure) -> String? {
    guard let marker else { return nil }
    guard let bytes = Base64.decode(marker.text, .urlSafe), bytes.count > Self.macSize,
      sealingKey.isValid(
        Array(bytes[..<Self.macSize]), for: Array(bound.utf8) + bytes[Self.macSize...], purpose: .paginationMarker)
    else { throw Self.invalid }
    return String(decoding: bytes[Self.macSize...], as: UTF8.self)
  }

  private static let invalid = Failure(.validationError, "Invalid Marker.")
}

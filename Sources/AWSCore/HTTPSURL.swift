/// A URL that begins with `https://`, taken apart without leniency: what is read here is what is connected to.
///
/// No user information, no fragment, no white space, no backslash, nothing beyond ASCII.
public struct HTTPSURL: Sendable, Hashable, Codable, CustomStringConvertible {
  public static let scheme = "https://"
  public static let lengthMax = 2_048

  /// As it was written.
  public let text: String
  /// A name, an IPv4 address, or an IPv6 address in brackets.
  public let host: String
  /// Only where the text names one.
  public let port: Int?
  /// From the first slash after the host; empty where there is none.
  public let path: String
  /// What follows the question mark; nil where there is none.
  public let query: String?

  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard text.hasPrefix(Self.scheme), bytes.count <= Self.lengthMax, bytes.allSatisfy(Self.allowed.contains) else {
      return nil
    }
    let rest = bytes[Self.scheme.utf8.count...]
    let end = rest.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.endIndex
    guard let (host, port) = Self.authority(rest[..<end]) else { return nil }
    let question = rest[end...].firstIndex(of: 0x3F)
    self.text = text
    self.host = host
    self.port = port
    path = String(decoding: rest[end..<(question ?? rest.endIndex)], as: UTF8.self)
    query = question.map { String(decoding: rest[($0 + 1)...], as: UTF8.self) }
  }

  /// What RFC 3986 allows in a path or query, and the brackets of an IPv6 address.
  private static let allowed = ByteClass.word(and: "-.~:/?[]!$&'()*+,;=%@")
  private static let nameBytes = ByteClass("-.", ranges: ByteClass.letters + ByteClass.digits)
  private static let addressBytes = ByteClass(":.", ranges: [0x30...0x39, 0x41...0x46, 0x61...0x66])

  private static func authority(_ bytes: ArraySlice<UInt8>) -> (host: String, port: Int?)? {
    var host = bytes
    var port: Int?
    let colon = bytes.lastIndex(of: 0x3A)
    if let colon, !bytes[colon...].contains(0x5D) {
      guard let number = Self.port(bytes[(colon + 1)...]) else { return nil }
      host = bytes[..<colon]
      port = number
    }
    guard isHost(host) else { return nil }
    return (String(decoding: host, as: UTF8.self), port)
  }

  private static func port(_ digits: ArraySlice<UInt8>) -> Int? {
    let text = String(decoding: digits, as: UTF8.self)
    guard let number = UInt16(text), number > 0, String(number) == text else { return nil }
    return Int(number)
  }

  private static func isHost(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard (1...253).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
    if first == 0x5B {
      return last == 0x5D && bytes.count > 4 && addressBytes.containsAll(bytes.dropFirst().dropLast())
    }
    return first != 0x2E && last != 0x2E && nameBytes.containsAll(bytes)
  }

  public var description: String { text }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let url = HTTPSURL(text) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not an https URL"))
    }
    self = url
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  public static func == (a: HTTPSURL, b: HTTPSURL) -> Bool { a.text == b.text }
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

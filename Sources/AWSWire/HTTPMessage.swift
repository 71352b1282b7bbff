/// One header field; its name is always in lower case, so that looking one up needs no folding.
public struct Header: Sendable, Hashable {
  public let name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    // ASCII only: Unicode lower-casing would turn a Kelvin sign into the letter k.
    self.name = name.hasOnly { $0 < 0x41 || $0 > 0x5A } ? name : name.asciiLowercased
    self.value = value
  }

  /// Whether its name begins with `x-amz-`.
  var isAmazon: Bool {
    let span = name.utf8.span
    return span.count >= 6 && span[0] == 0x78 && span[1] == 0x2D && span[2] == 0x61 && span[3] == 0x6D
      && span[4] == 0x7A && span[5] == 0x2D
  }
}

/// A request as it stood on the wire, with nothing decoded yet: what a signature covers is bytes, not meanings.
public struct HTTPRequestMessage: Sendable {
  public var method: String
  /// The path of the request line, still percent-encoded.
  public var path: String
  /// What followed the first `?` of the request line, still percent-encoded; empty where there was none.
  public var query: String
  /// In the order of arrival, repeated names included.
  public var headers: [Header]
  public var body: [UInt8]
  /// The address of the other end of the connection, never taken from a header.
  public var peerAddress: String
  /// Whether the connection was protected by TLS.
  public var isSecure: Bool

  public init(
    method: String, path: String, query: String = "", headers: [Header] = [], body: [UInt8] = [],
    peerAddress: String = "", isSecure: Bool = false
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.peerAddress = peerAddress
    self.isSecure = isSecure
  }

  /// Every value of a header in the order of arrival; `name` is in lower case.
  public func values(of name: String) -> [String] {
    headers.compactMap { $0.name == name ? $0.value : nil }
  }

  /// The first value of a header; `name` is in lower case.
  public func value(of name: String) -> String? {
    headers.first { $0.name == name }?.value
  }
}

/// An answer, ready to be written to the wire.
public struct HTTPResponseMessage: Sendable {
  public var status: Int
  public var headers: [Header]
  public var body: [UInt8]

  public init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

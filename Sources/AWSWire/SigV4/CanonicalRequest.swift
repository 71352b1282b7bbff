import Crypto

extension SigV4 {
  /// The one spelling of a request that client and server both sign.
  public struct CanonicalRequest: Sendable {
    public let bytes: [UInt8]

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Builds it from the request's raw parts.
    ///
    /// - Parameters:
    ///   - signedHeaders: lower-case names in the order to be used; a name that the request has no header for
    ///     gives no line, so an absent header is never taken for an empty one.
    ///   - omittingSignature: whether `X-Amz-Signature` is left out of the query, as in the query form.
    ///   - payloadHash: 64 hexadecimal digits or `UNSIGNED-PAYLOAD`.
    init(
      _ request: HTTPRequestMessage, signedHeaders: [String], path: PathRule, omittingSignature: Bool,
      payloadHash: [UInt8]
    ) throws(Refusal) {
      var output: [UInt8] = []
      output.reserveCapacity(512)
      output.append(request.method, then: 0x0A)
      try Self.appendPath(request.path, path, to: &output)
      output.append(0x0A)
      try Self.appendQuery(request.query, omittingSignature: omittingSignature, to: &output)
      output.append(0x0A)
      for name in signedHeaders { Self.appendHeader(name, of: request, to: &output) }
      output.append(0x0A)
      for (index, name) in signedHeaders.enumerated() {
        if index > 0 { output.append(0x3B) }
        output.append(name)
      }
      output.append(0x0A)
      output.append(contentsOf: payloadHash)
      bytes = output
    }
  }

  /// The path without dot segments and repeated slashes, as every service but S3 signs it.
  ///
  /// A router must route by this path too: `/a/../b` and `/b` have one signature.
  public static func normalizedPath(_ path: String) -> String {
    guard path != "/" else { return path }
    var segments: [Substring.UTF8View] = []
    for segment in Substring(path).utf8.split(separator: 0x2F) {
      if segment.elementsEqual([0x2E]) { continue }
      if segment.elementsEqual([0x2E, 0x2E]) {
        _ = segments.popLast()
      } else {
        segments.append(segment)
      }
    }
    // A target that is no absolute path (`*`) stays so, and never has the signature of one.
    let leading = path.isEmpty || path.utf8.first == 0x2F ? "/" : ""
    guard !segments.isEmpty else { return leading }
    let trailing = path.utf8.last == 0x2F ? "/" : ""
    return leading + segments.map { String(Substring($0)) }.joined(separator: "/") + trailing
  }
}

extension SigV4.CanonicalRequest {
  private static func appendPath(
    _ path: String, _ rule: SigV4.PathRule, to output: inout [UInt8]
  ) throws(SigV4.Refusal) {
    if path.isEmpty || path == "/" { return output.append(0x2F) }
    switch rule {
    case .normalized:
      for byte in SigV4.normalizedPath(path).utf8 { appendPathByte(byte, to: &output) }
    case .verbatim:
      for byte in try decodedPath(path) { appendPathByte(byte, to: &output) }
    }
  }

  private static func decodedPath(_ path: String) throws(SigV4.Refusal) -> [UInt8] {
    // A plus sign in a path is a plus sign; only queries and forms read it as a space.
    let bytes = path.utf8.flatMap { $0 == 0x2B ? [0x25, 0x32, 0x42] : [$0] }
    var decoded: [UInt8] = []
    do {
      try PercentCoding.decode(bytes.span, 0..<bytes.count, into: &decoded)
    } catch {
      throw .malformedQuery(error.message)
    }
    return decoded
  }

  private static func appendPathByte(_ byte: UInt8, to output: inout [UInt8]) {
    if byte == 0x2F { output.append(byte) } else { PercentCoding.encode(byte, into: &output) }
  }

  /// Every pair decoded, encoded again in the one way, and sorted by name and value as bytes.
  private static func appendQuery(
    _ query: String, omittingSignature: Bool, to output: inout [UInt8]
  ) throws(SigV4.Refusal) {
    guard !query.isEmpty else { return }
    let bytes = Array(query.utf8)
    var pairs: [(name: [UInt8], value: [UInt8])] = []
    do {
      for piece in QueryPieces.ranges(in: bytes.span) {
        let name = try recoded(bytes.span, piece.name)
        if omittingSignature, name.elementsEqual("X-Amz-Signature".utf8) { continue }
        pairs.append((name, try recoded(bytes.span, piece.value)))
      }
    } catch {
      throw .malformedQuery(error.message)
    }
    pairs.sort { a, b in
      a.name == b.name ? a.value.lexicographicallyPrecedes(b.value) : a.name.lexicographicallyPrecedes(b.name)
    }
    for (index, pair) in pairs.enumerated() {
      if index > 0 { output.append(0x26) }
      output.append(contentsOf: pair.name)
      output.append(0x3D)
      output.append(contentsOf: pair.value)
    }
  }

  private static func recoded(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>
  ) throws(PercentCoding.Fault) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(range.count)
    try PercentCoding.decode(bytes, range, into: &decoded)
    var encoded: [UInt8] = []
    encoded.reserveCapacity(range.count)
    for byte in decoded { PercentCoding.encode(byte, into: &encoded) }
    return encoded
  }

  /// `name:value\n`; repeated headers joined with commas in the order of arrival.
  private static func appendHeader(_ name: String, of request: HTTPRequestMessage, to output: inout [UInt8]) {
    var isFirst = true
    for header in request.headers where header.name == name {
      if isFirst {
        output.append(name, then: 0x3A)
      } else {
        output.append(0x2C)
      }
      isFirst = false
      appendCollapsed(header.value, to: &output)
    }
    if !isFirst { output.append(0x0A) }
  }

  /// Without blanks around it, and with one space for every run of blanks or line ends in it.
  private static func appendCollapsed(_ value: String, to output: inout [UInt8]) {
    if isCollapsed(value) { return output.append(value) }
    var hasText = false
    var owesSpace = false
    for byte in value.utf8 {
      if byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A {
        owesSpace = hasText
        continue
      }
      if owesSpace { output.append(0x20) }
      owesSpace = false
      hasText = true
      output.append(byte)
    }
  }

  private static func isCollapsed(_ value: String) -> Bool {
    let span = value.utf8.span
    var previous: UInt8 = 0x20
    for index in span.indices {
      let byte = span[index]
      if byte <= 0x20, byte != 0x20 || previous == 0x20 { return false }
      previous = byte
    }
    return previous != 0x20 || span.isEmpty
  }
}

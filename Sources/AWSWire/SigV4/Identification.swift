import AWSCore
import Crypto

extension SigV4 {
  /// What a request presents as authentication, checked for form only.
  ///
  /// A request with any parameter of a presigned URL is never anonymous: half a signature is a refusal.
  public static func identification(of request: HTTPRequestMessage) throws(Refusal) -> Identification {
    let query = try QueryAuthentication(request.query)
    let authorization = try single("authorization", in: request)
    switch (authorization, query) {
    case (nil, nil):
      return .anonymous
    case (.some, .some):
      throw .bothForms
    case (let header?, nil):
      return .presented(try presented(header, in: request))
    case (nil, let query?):
      return .presented(try presented(query, in: request))
    }
  }

  private static func presented(_ header: String, in request: HTTPRequestMessage) throws(Refusal) -> Presented {
    let parts = try AuthorizationHeader(header)
    // AWS: `x-amz-date` wins over `date` where a request has both.
    var date = try single("x-amz-date", in: request)
    if date == nil { date = try single("date", in: request) }
    let dateIsMissing = date?.isEmpty ?? true
    guard let credential = parts.credential, let signature = parts.signature, let names = parts.signedHeaders,
      let date, !dateIsMissing
    else {
      throw .incompleteHeader(
        missing: parts.missing, dateIsMissing: dateIsMissing, headerHash: AuthorizationHeader.hash(header))
    }
    return try presented(
      form: .header, credential: credential, signature: signature, signedHeaders: names, date: date,
      token: try single("x-amz-security-token", in: request), in: request)
  }

  private static func presented(
    _ query: QueryAuthentication, in request: HTTPRequestMessage
  ) throws(Refusal) -> Presented {
    guard let name = query.algorithm, let credential = query.credential, let signature = query.signature,
      let names = query.signedHeaders, let date = query.date
    else { throw .incompleteQuery(missing: query.missing) }
    guard name == algorithm else { throw .unsupportedAlgorithm(name) }
    guard request.value(of: "x-amz-security-token") == nil else { throw .misplacedToken }
    return try presented(
      form: .query(expires: try query.seconds()), credential: credential, signature: signature,
      signedHeaders: names, date: date, token: query.token, in: request)
  }

  private static func presented(
    form: Form, credential: String, signature: String, signedHeaders: String, date: String, token: String?,
    in request: HTTPRequestMessage
  ) throws(Refusal) -> Presented {
    // INVARIANT: what is signed is what is read. A canonical header loses blanks, so a token may have none.
    guard token?.hasOnly({ $0 > 0x20 && $0 < 0x7F }) ?? true else { throw .invalidToken }
    let names = try self.names(in: signedHeaders)
    try requireSigned(names, in: request)
    guard let timestamp = Timestamp(iso8601Basic: date) else { throw .malformedDate(date) }
    let elements = credential.pieces(separatedBy: 0x2F)
    guard elements.count == 5, !elements[0].isEmpty else { throw .malformedCredential(credential) }
    // INVARIANT: Swift takes canonically equal texts for equal, so an id with a Kelvin sign must not reach a look-up.
    guard elements[0].utf8.count <= accessKeyIDLengthMax, elements[0].hasOnly(isIDByte) else {
      throw .unknownKey
    }
    return Presented(
      form: form, accessKeyID: elements[0],
      scope: Scope(date: elements[1], region: elements[2], service: elements[3], terminator: elements[4]),
      signedHeaders: names, signature: signature, timestampText: date, timestamp: timestamp, sessionToken: token)
  }

  /// The value of a header that may come only once.
  private static func single(_ name: String, in request: HTTPRequestMessage) throws(Refusal) -> String? {
    var found: String?
    for header in request.headers where header.name == name {
      guard found == nil else { throw .repeatedHeader(name) }
      found = header.value
    }
    return found
  }

  private static func names(in list: String) throws(Refusal) -> [String] {
    let names = list.pieces(separatedBy: 0x3B)
    guard names.count <= signedHeaderLimit else { throw .malformedSignedHeaders(list) }
    for (index, name) in names.enumerated() {
      guard !name.isEmpty, name.hasOnly(isNameByte), !names[..<index].contains(name) else {
        throw .malformedSignedHeaders(list)
      }
    }
    return names
  }

  private static let accessKeyIDLengthMax = 128

  /// What AWS's model of an access key id admits: `\w`.
  private static func isIDByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
    default: false
    }
  }

  /// What RFC 9110 lets a field name consist of, in lower case.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7A, 0x30...0x39, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
    default: false
    }
  }

  /// Holds every request to a signed `host` and signed `x-amz-*` headers, none of them twice.
  private static func requireSigned(_ names: [String], in request: HTTPRequestMessage) throws(Refusal) {
    guard names.contains("host") else { throw .unsignedHost }
    var critical: [String] = []
    critical.reserveCapacity(8)
    for header in request.headers {
      let isAmazon = header.isAmazon
      guard isAmazon || header.name == "host" || header.name == "content-type" else { continue }
      // INVARIANT: headers that decide who calls or what is called have one value, so that no two readers differ.
      guard !critical.contains(header.name) else { throw .repeatedHeader(header.name) }
      critical.append(header.name)
      guard !isAmazon || names.contains(header.name) else { throw .unsignedHeader(header.name) }
    }
    guard critical.contains("host") else { throw .unsignedHost }
  }
}

// MARK: The Authorization header

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, delimited by commas, blanks or both.
struct AuthorizationHeader {
  var credential: String?
  var signature: String?
  var signedHeaders: String?

  /// Which parts are absent or empty, in the order in which AWS names them.
  var missing: [String] {
    [("Credential", credential), ("Signature", signature), ("SignedHeaders", signedHeaders)]
      .compactMap { $0.1 == nil ? $0.0 : nil }
  }

  init(_ header: String) throws(SigV4.Refusal) {
    let bytes = header.utf8.span
    var end = 0
    guard let scheme = Self.nextPart(of: bytes, from: &end).map({ String(bytes, $0) }), scheme.hasPrefix("AWS4-")
    else { throw .missingAuthentication }
    guard scheme == SigV4.algorithm else { throw .unsupportedAlgorithm(scheme) }
    var seen: [String] = []
    seen.reserveCapacity(4)
    while let part = Self.nextPart(of: bytes, from: &end) {
      guard let equals = part.first(where: { bytes[$0] == 0x3D }) else {
        throw .notKeyValue(headerHash: Self.hash(header))
      }
      let key = String(bytes, part.lowerBound..<equals)
      let folded = key.asciiLowercased
      guard !seen.contains(folded) else { throw .repeatedPart(key) }
      seen.append(folded)
      guard equals + 1 < part.upperBound else { continue }
      let value = equals + 1..<part.upperBound
      switch key {
      case "Credential": credential = String(bytes, value)
      case "Signature": signature = String(bytes, value)
      case "SignedHeaders": signedHeaders = String(bytes, value)
      default: break
      }
    }
  }

  /// Where the next run of bytes without a comma or a blank stands; moves `index` behind it.
  private static func nextPart(of bytes: borrowing Span<UInt8>, from index: inout Int) -> Range<Int>? {
    while index < bytes.count, isDelimiter(bytes[index]) { index += 1 }
    guard index < bytes.count else { return nil }
    let start = index
    while index < bytes.count, !isDelimiter(bytes[index]) { index += 1 }
    return start..<index
  }

  private static func isDelimiter(_ byte: UInt8) -> Bool { byte == 0x2C || byte == 0x20 || byte == 0x09 }

  static func hash(_ header: String) -> String {
    Base64.encode(Array(SHA256.hash(data: Array(header.utf8))))
  }
}

// MARK: The query form

/// The authentication parameters of a presigned URL.
struct QueryAuthentication {
  var algorithm: String?
  var credential: String?
  var date: String?
  var expires: String?
  var signedHeaders: String?
  var signature: String?
  var token: String?

  /// Which parameters are absent or empty, in the order in which AWS names them.
  var missing: [String] {
    [
      ("X-Amz-Algorithm", algorithm), ("X-Amz-Credential", credential), ("X-Amz-Signature", signature),
      ("X-Amz-SignedHeaders", signedHeaders), ("X-Amz-Date", date),
    ].compactMap { $0.1 == nil ? $0.0 : nil }
  }

  /// `nil` where the query has no authentication parameter at all, in any letter case.
  init?(_ query: String) throws(SigV4.Refusal) {
    guard !query.isEmpty else { return nil }
    var pairs: [(name: String, value: String)] = []
    do {
      let bytes = Array(query.utf8)
      var scratch: [UInt8] = []
      for piece in QueryPieces.ranges(in: bytes.span) {
        scratch.removeAll(keepingCapacity: true)
        try PercentCoding.decode(bytes.span, piece.name, into: &scratch)
        let name = String(decoding: scratch, as: UTF8.self)
        scratch.removeAll(keepingCapacity: true)
        try PercentCoding.decode(bytes.span, piece.value, into: &scratch)
        pairs.append((name, String(decoding: scratch, as: UTF8.self)))
      }
    } catch {
      throw .malformedQuery(error.message)
    }
    let names = pairs.map { $0.name.asciiLowercased }
    guard names.contains(where: Self.isAuthentication) else { return nil }
    guard Set(names).count == names.count else { throw .repeatedQueryParameter(Self.firstRepeated(names)) }
    for (name, value) in pairs { try take(name, value) }
  }

  private mutating func take(_ name: String, _ text: String) throws(SigV4.Refusal) {
    let value = text.isEmpty ? nil : text
    switch name {
    case "X-Amz-Algorithm": algorithm = value
    case "X-Amz-Credential": credential = value
    case "X-Amz-Date": date = value
    case "X-Amz-Expires": expires = text
    case "X-Amz-SignedHeaders": signedHeaders = value
    case "X-Amz-Signature": signature = value
    case "X-Amz-Security-Token": token = text
    default: if Self.isAuthentication(name.asciiLowercased) { throw .repeatedQueryParameter(name) }
    }
  }

  /// The life asked for, in seconds.
  func seconds() throws(SigV4.Refusal) -> Int? {
    guard let expires else { return nil }
    guard !expires.isEmpty, expires.utf8.count <= 9, expires.hasOnly({ $0 >= 0x30 && $0 <= 0x39 }),
      let seconds = Int(expires)
    else { throw .expiresNotNumber }
    guard seconds >= 1 else { throw .expiresNotPositive }
    guard seconds <= SigV4.presignedSecondsMax else { throw .expiresTooLong }
    return seconds
  }

  private static func isAuthentication(_ foldedName: String) -> Bool {
    switch foldedName {
    case "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders",
      "x-amz-signature", "x-amz-security-token":
      true
    default: false
    }
  }

  private static func firstRepeated(_ names: [String]) -> String {
    var seen = Set<String>()
    return names.first { !seen.insert($0).inserted } ?? ""
  }
}

import AWSCore
import Foundation
import Testing

@testable import AWSWire

/// One case of AWS's public test suite for Signature Version 4.
struct Vector: Sendable, CustomTestStringConvertible {
  let name: String
  let request: HTTPRequestMessage
  let canonicalRequest: String
  let stringToSign: String
  let authorization: String
  let token: String?

  var testDescription: String { name }

  /// The request with the `Authorization` of the suite.
  var signed: HTTPRequestMessage { request.with("authorization", authorization) }

  /// How many cases the pinned botocore carries; fewer means that some were lost on the way.
  static let expectedCount = 34

  static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["SALLYPORT_SIGV4_VECTORS"] {
      return URL(fileURLWithPath: path)
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(".build/vectors/aws4_testsuite")
  }()

  static let all: [Vector] = {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (files?.compactMap { $0 as? URL } ?? [])
      .filter { $0.pathExtension == "req" }
      .sorted { $0.path < $1.path }
      .compactMap { try? Vector($0) }
  }()

  init(_ file: URL) throws {
    let stem = file.deletingPathExtension()
    func text(_ kind: String) throws -> String {
      try String(contentsOf: stem.appendingPathExtension(kind), encoding: .utf8)
        .replacingOccurrences(of: "\r", with: "")
    }
    name = stem.lastPathComponent
    canonicalRequest = try text("creq")
    stringToSign = try text("sts")
    authorization = try text("authz")
    var request = Self.parse(try text("req"))
    // The suite gives some tokens to the signer and not in the request.
    token = canonicalRequest.split(separator: "\n").first { $0.hasPrefix("x-amz-security-token:") }
      .map { String($0.drop { $0 != ":" }.dropFirst()) }
    if let token { request = request.with("x-amz-security-token", token) }
    self.request = request
  }

  private static func parse(_ text: String) -> HTTPRequestMessage {
    let halves = text.components(separatedBy: "\n\n")
    let lines = halves[0].components(separatedBy: "\n").filter { !$0.isEmpty }
    // A target of the suite has a space in it, so the version is cut off from the end.
    let method = lines[0].prefix { $0 != " " }
    let target = lines[0].dropFirst(method.count + 1).replacingOccurrences(of: " HTTP/1.1", with: "")
    var headers: [Header] = []
    for line in lines.dropFirst() {
      if line.hasPrefix(" ") {
        headers[headers.count - 1].value += "\n" + line
      } else {
        headers.append(Header(String(line.prefix { $0 != ":" }), String(line.drop { $0 != ":" }.dropFirst())))
      }
    }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return HTTPRequestMessage(
      method: String(method), path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
      headers: headers, body: halves.count > 1 ? Array(halves[1].utf8) : [])
  }
}

@Suite("AWS's public vectors")
struct SigV4VectorsTests {
  static let rules = SigV4.Rules(services: ["service"])
  static let namesWithRemovedSegments = ["get-relative", "get-relative-relative"]

  @Test("all of them are there; Scripts/fetch-sigv4-vectors.sh brings them")
  func allAreThere() {
    #expect(Vector.all.count == Vector.expectedCount, "read from \(Vector.folder.path)")
  }

  @Test("canonical request, string to sign and signature are the suite's", arguments: Vector.all)
  func signs(vector: Vector) throws {
    var request = vector.request
    try SigV4.sign(
      &request, with: Fixture.credentials(token: vector.token), region: "us-east-1", service: "service",
      at: Fixture.now)
    #expect(request.value(of: "authorization") == vector.authorization)
    let presented = try #require(try Fixture.presented(vector.signed))
    let canonical = try SigV4.CanonicalRequest(
      vector.signed, signedHeaders: presented.signedHeaders, path: .normalized, omittingSignature: false,
      payloadHash: SigV4.payloadHash(of: vector.request.body))
    #expect(canonical.text == vector.canonicalRequest)
    let text = SigV4.stringToSign(canonical, timestamp: presented.timestampText, scope: presented.scope)
    #expect(String(decoding: text, as: UTF8.self) == vector.stringToSign)
  }

  @Test("each is accepted", arguments: Vector.all)
  func accepts(vector: Vector) throws {
    let verified = try Fixture.verify(vector.signed, rules: Self.rules)
    #expect(verified.accessKeyID == Fixture.accessKeyID)
    #expect(verified.sessionToken == vector.token)
  }

  @Test("each is refused with any one byte changed in any signed part", arguments: Vector.all)
  func refusesChanges(vector: Vector) throws {
    let good = vector.signed
    let presented = try #require(try Fixture.presented(good))
    var changed: [(part: String, request: HTTPRequestMessage)] = []
    func change(_ part: String, _ path: WritableKeyPath<HTTPRequestMessage, String>) {
      for text in Self.changes(of: good[keyPath: path]) {
        var request = good
        request[keyPath: path] = text
        changed.append((part, request))
      }
    }
    change("method", \.method)
    change("path", \.path)
    if Self.namesWithRemovedSegments.contains(vector.name) {
      // A byte of a segment that `..` removes is in no canonical request, so nothing can sign it.
      changed.removeAll { $0.part == "path" && SigV4.normalizedPath($0.request.path) == "/" }
    }
    change("query", \.query)
    for index in good.headers.indices where presented.signedHeaders.contains(good.headers[index].name) {
      change(good.headers[index].name, \.headers[index].value)
    }
    for text in Self.changes(of: String(decoding: good.body, as: UTF8.self)) {
      changed.append(("body", good.replacing(body: text)))
    }
    changed.append(("body", good.replacing(body: String(decoding: good.body, as: UTF8.self) + " ")))
    let scope = "\(Fixture.accessKeyID)/\(presented.scope)"
    for part in [scope, presented.signature, presented.signedHeaders.joined(separator: ";")] {
      for text in Self.changes(of: part) {
        changed.append((part, good.replacing(authorization: "=\(part)", with: "=\(text)")))
      }
    }
    for (part, request) in changed {
      #expect(Fixture.refusal(request, rules: Self.rules) != nil, "\(part) of \(request)")
    }
  }

  @Test("a token that was added after signing is refused: it is an unsigned x-amz header")
  func lateToken() throws {
    let vector = try #require(Vector.all.first { $0.name == "post-sts-header-after" })
    let request = vector.signed.adding("x-amz-security-token", "AQoDYXdzEPT")
    #expect(Fixture.refusal(request, rules: Self.rules) == .unsignedHeader("x-amz-security-token"))
  }

  /// Every text with one byte of it replaced; never by one that means the same in a path or a header.
  static func changes(of text: String) -> [String] {
    let bytes = Array(text.utf8)
    return bytes.indices.compactMap { index in
      var changed = bytes
      changed[index] = bytes[index] == 0x71 ? 0x7A : 0x71
      return String(validating: changed, as: UTF8.self)
    }
  }
}

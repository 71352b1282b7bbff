import AWSCore
import Foundation
import Testing

@testable import AWSWire

@Suite("Mutated requests")
struct SigV4FuzzTests {
  static let mutationCount = Int(ProcessInfo.processInfo.environment["SALLYPORT_FUZZ_CASES"] ?? "") ?? 20_000

  @Test("a mutation of a signed request is accepted only where it means the same")
  func mutations() throws {
    let seed = SplitMix.seed
    var random = SplitMix(seed: seed)
    var form = Fixture.form
    form.headers.append(Header("x-amz-target", "Service.Operation"))
    form.path = "/a/b%20c/"
    form.query = "x=1&y=%C3%A4&y=2"
    let originals = [
      try Fixture.signed(), try Fixture.signed(form, token: "IQoJb3JpZ2lu//8="), try Fixture.presigned(token: "t+/="),
    ]
    let meanings = try originals.map { try #require(Meaning($0, signed: $0)) }
    var accepted = 0
    for number in 0..<Self.mutationCount {
      let index = number % originals.count
      var request = originals[index]
      for _ in 0...Int.random(in: 0...2, using: &random) { Mutation.apply(to: &request, using: &random) }
      guard Fixture.refusal(request) == nil else { continue }
      accepted += 1
      let isSame = Meaning(request, signed: originals[index]) == meanings[index]
      try #require(isSame, "seed \(seed), number \(number): \(request)")
    }
    // Unsigned headers, blanks and the order of things change often enough that some must be accepted.
    #expect(accepted > Self.mutationCount / 1000, "seed \(seed)")
    #expect(accepted < Self.mutationCount / 2, "seed \(seed)")
  }
}

/// What a signed request says, found out in another way than by the code under test.
private struct Meaning: Equatable {
  var method: String
  var path: [String]
  var query: [String]
  var headers: [String: [[String]]]
  var body: [UInt8]
  var key: String
  var scope: SigV4.Scope
  var time: Timestamp
  var token: String?

  init?(_ request: HTTPRequestMessage, signed original: HTTPRequestMessage) {
    guard let presented = try? Fixture.presented(request), let old = try? Fixture.presented(original) else {
      return nil
    }
    method = request.method
    path = []
    for segment in request.path.components(separatedBy: "/") where !segment.isEmpty && segment != "." {
      if segment == ".." { _ = path.popLast() } else { path.append(segment) }
    }
    // An empty path is the root, as RFC 9110 has it, and so is one of dot segments alone.
    let isRoot = path.isEmpty && (request.path.isEmpty || request.path.hasPrefix("/"))
    if request.path.hasSuffix("/") || isRoot { path.append("") }
    query = request.query.components(separatedBy: "&").filter { !$0.isEmpty }.map { piece in
      let parts = piece.replacingOccurrences(of: "+", with: " ").components(separatedBy: "=")
      let value = parts.dropFirst().joined(separator: "=")
      return "\(parts[0].removingPercentEncoding ?? "?")\u{0}\(value.removingPercentEncoding ?? "?")"
    }.sorted()
    headers = [:]
    for name in old.signedHeaders {
      headers[name] = request.values(of: name).map { value in
        value.components(separatedBy: CharacterSet(charactersIn: " \t\r\n")).filter { !$0.isEmpty }
      }
    }
    body = request.body
    key = presented.accessKeyID
    scope = presented.scope
    time = presented.timestamp
    token = presented.sessionToken
  }
}

private enum Mutation {
  static func apply(to request: inout HTTPRequestMessage, using random: inout SplitMix) {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: request.method = edit(request.method, using: &random)
    case 1: request.path = edit(request.path, using: &random)
    case 2, 3: request.query = edit(request.query, using: &random)
    case 4:
      var bytes = request.body
      edit(&bytes, using: &random)
      request.body = bytes
    case 5: request.headers.shuffle(using: &random)
    case 6:
      let header = request.headers.randomElement(using: &random) ?? Header("a", "b")
      request.headers.append(Header(header.name, edit(header.value, using: &random)))
    case 7:
      if !request.headers.isEmpty {
        request.headers.remove(at: Int.random(in: 0..<request.headers.count, using: &random))
      }
    case 8:
      var pieces = request.query.components(separatedBy: "&")
      pieces.append(pieces.randomElement(using: &random) ?? "")
      pieces.shuffle(using: &random)
      request.query = pieces.dropLast(Int.random(in: 0...1, using: &random)).joined(separator: "&")
    case 9:
      guard let index = request.headers.indices.randomElement(using: &random) else { return }
      request.headers[index] = Header(
        edit(request.headers[index].name, using: &random), request.headers[index].value)
    default:
      guard let index = request.headers.indices.randomElement(using: &random) else { return }
      request.headers[index].value = edit(request.headers[index].value, using: &random)
    }
  }

  private static func edit(_ text: String, using random: inout SplitMix) -> String {
    var bytes = Array(text.utf8)
    edit(&bytes, using: &random)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let likely = Array("&=+%/. ,;:\t\u{0}AaZz09-_~\n\"'".utf8)

  private static func edit(_ bytes: inout [UInt8], using random: inout SplitMix) {
    let byte =
      Bool.random(using: &random)
      ? likely[Int.random(in: 0..<likely.count, using: &random)] : UInt8.random(in: 0...255, using: &random)
    let at = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes.insert(byte, at: at)
    case 1: if at < bytes.count { bytes[at] = byte }
    case 2: if at < bytes.count { bytes.remove(at: at) }
    case 3: if at < bytes.count { bytes[at] ^= 0x20 }
    default:
      let other = Int.random(in: 0...bytes.count, using: &random)
      bytes.insert(contentsOf: bytes[min(at, other)..<max(at, other)], at: at)
    }
  }
}

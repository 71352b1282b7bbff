import Testing

@testable import AWSWire

@Suite("Canonical requests")
struct CanonicalRequestTests {
  private func canonical(
    path: String = "/", query: String = "", headers: [Header] = [], signed: [String] = [],
    rule: SigV4.PathRule = .normalized, omittingSignature: Bool = false
  ) throws -> [String] {
    let request = HTTPRequestMessage(method: "GET", path: path, query: query, headers: headers)
    return try SigV4.CanonicalRequest(
      request, signedHeaders: signed, path: rule, omittingSignature: omittingSignature, payloadHash: []
    ).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test(
    "a path is normalized and encoded once more",
    arguments: [
      ("", "/"), ("/", "/"), ("/a%20b", "/a%2520b"), ("/a//b/./c/../d/", "/a/b/d/"), ("/..", "/"), ("/a/b/..", "/a"),
      ("/%2e%2e/a", "/%252e%252e/a"), ("/a+b", "/a%2Bb"), ("*", "%2A"), (".", ""),
    ])
  func normalizedPaths(path: String, expected: String) throws {
    #expect(try canonical(path: path)[1] == expected)
  }

  @Test(
    "for S3 a path is decoded and encoded once, with nothing removed",
    arguments: [
      ("/", "/"), ("/a%20b", "/a%20b"), ("/a//b/../c", "/a//b/../c"), ("/a+b", "/a%2Bb"), ("/%7e", "/~"),
    ])
  func verbatimPaths(path: String, expected: String) throws {
    #expect(try canonical(path: path, rule: .verbatim)[1] == expected)
  }

  @Test("a broken escape in a path is refused for S3")
  func brokenPath() {
    #expect(throws: SigV4.Refusal.malformedQuery("Incomplete trailing escape % sequence")) {
      try canonical(path: "/%4", rule: .verbatim)
    }
  }

  @Test(
    "a query is decoded, encoded in one way and sorted by name and value",
    arguments: [
      ("b=2&a=1", "a=1&b=2"), ("a=2&a=1", "a=1&a=2"), ("a", "a="), ("a=b+c%2b", "a=b%20c%2B"), ("a-=1&a=2", "a=2&a-=1"),
      ("%7ea=1", "~a=1"), ("a==", "a=%3D"), ("&a=1&", "a=1"), ("X-Amz-Signature=0&a=1", "X-Amz-Signature=0&a=1"),
    ])
  func queries(query: String, expected: String) throws {
    #expect(try canonical(query: query)[2] == expected)
  }

  @Test("the signature is left out of the query form, however it is spelled")
  func omitsSignature() throws {
    #expect(try canonical(query: "X%2DAmz-Signature=0&a=1", omittingSignature: true)[2] == "a=1")
  }

  @Test("headers are trimmed and collapsed; line ends never survive; an absent header gives no line")
  func headers() throws {
    let lines = try canonical(
      headers: [Header("a", " x \t y\r\n  z "), Header("b", ""), Header("a", "2"), Header("c", "no")],
      signed: ["a", "b", "missing"])
    #expect(lines == ["GET", "/", "", "a:x y z,2", "b:", "", "a;b;missing", ""])
  }
}

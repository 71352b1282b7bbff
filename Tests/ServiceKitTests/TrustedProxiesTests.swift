import AWSWire
import ServiceKit
import Testing

@Suite("Trusted proxies") struct TrustedProxiesTests {
  private static let balancer = "10.0.0.5"

  private func unwrapped(
    from peer: String, _ headers: [(String, String)], trusting: [String] = ["10.0.0.0/8", "2001:db8::/32"]
  ) throws -> HTTPRequestMessage {
    var request = HTTPRequestMessage(
      method: "POST", path: "/", headers: headers.map { Header($0.0, $0.1) }, peerAddress: peer)
    try #require(TrustedProxies(trusting)).unwrap(&request)
    return request
  }

  @Test(
    "the client is whoever called the outermost balancer",
    arguments: [
      ("192.0.2.1", "192.0.2.1"),
      // What a client wrote before is not believed.
      ("127.0.0.1, 192.0.2.1", "192.0.2.1"),
      ("8.8.8.8,192.0.2.1,10.1.2.3", "192.0.2.1"),
      ("192.0.2.1:55123", "192.0.2.1"),
      ("[2001:db9::7]:443", "2001:db9::7"),
      ("2001:db9::7", "2001:db9::7"),
      ("2001:db9::7, 2001:db8::1", "2001:db9::7"),
      ("10.9.9.9, 10.1.2.3", "10.9.9.9"),
      ("192.0.2.1, nonsense", Self.balancer),
      ("192.0.2.1, nonsense, 10.1.2.3", "10.1.2.3"),
      ("192.0.2.1, ", Self.balancer),
      ("", Self.balancer),
      ("0.0.0.0/0", Self.balancer),
    ])
  func client(_ header: String, _ expected: String) throws {
    #expect(try unwrapped(from: Self.balancer, [("X-Forwarded-For", header)]).peerAddress == expected)
  }

  @Test("several headers are one list")
  func severalHeaders() throws {
    let headers = [("x-forwarded-for", "8.8.8.8"), ("x-forwarded-for", "192.0.2.1")]
    #expect(try unwrapped(from: Self.balancer, headers).peerAddress == "192.0.2.1")
  }

  @Test("nobody else is believed", arguments: ["192.0.2.9", "11.0.0.1", "", "2001:db9::1"])
  func stranger(_ peer: String) throws {
    let request = try unwrapped(from: peer, [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")])
    #expect(request.peerAddress == peer)
    #expect(!request.isSecure)
    let alone = try unwrapped(from: Self.balancer, [("x-forwarded-for", "192.0.2.1")], trusting: [])
    #expect(alone.peerAddress == Self.balancer)
  }

  @Test(
    "what the nearest balancer says of the connection counts",
    arguments: [("https", true), ("HTTPS", true), ("http", false), ("https, http", false), ("http, https", true)])
  func secure(_ header: String, _ expected: Bool) throws {
    #expect(try unwrapped(from: Self.balancer, [("x-forwarded-proto", header)]).isSecure == expected)
  }

  @Test("what is no address is refused at the start", arguments: ["", "example.com", "10.0.0.0/33", "10.0.0.0/8 "])
  func malformed(_ text: String) { #expect(TrustedProxies([text]) == nil) }
}

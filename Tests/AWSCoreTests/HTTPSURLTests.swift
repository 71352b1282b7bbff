import AWSCore
import Testing

@Suite("HTTPS URLs") struct HTTPSURLTests {
  @Test("a URL is taken apart")
  func parts() throws {
    let url = try #require(HTTPSURL("https://id.example.com:8443/realms/a?x=1"))
    #expect(url.host == "id.example.com")
    #expect(url.port == 8443)
    #expect(url.path == "/realms/a")
    #expect(url.query == "x=1")
    let plain = try #require(HTTPSURL("https://id.example.com"))
    #expect(plain.port == nil)
    #expect(plain.path == "")
    #expect(plain.query == nil)
    #expect(HTTPSURL("https://[::1]:4430/a")?.host == "[::1]")
    #expect(HTTPSURL("https://[::1]:4430/a")?.port == 4430)
  }

  @Test(
    "what could be read in two ways is none",
    arguments: [
      "", "https://", "http://a.example", "HTTPS://a.example", "https:///a", "https://a.example#b",
      "https://u@a.example", "https://u:p@a.example", "https://a.example\\@b.example", "https://a.example:0",
      "https://a.example:65536", "https://a.example:080", "https://a.example:", "https://a b.example",
      "https://ä.example", "https://a.example/ä", "https://a.example/\u{7F}", "https://.a.example",
      "https://a.example./", "https://a.example:443:443", "https://[::1", "https://::1", "https://a%2eexample",
      "https://a.example/<b>", " https://a.example",
    ])
  func refused(_ text: String) { #expect(HTTPSURL(text) == nil) }
}

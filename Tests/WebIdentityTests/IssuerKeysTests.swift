import AWSCore
import Synchronization
import Testing
import WebIdentity

/// A web of a few documents that counts what is asked.
private final class StubDocuments: DocumentSource {
  let rules = AddressRules(allowsPrivate: false)
  private let state = Mutex<(documents: [String: [UInt8]], asked: [String])>(([:], []))

  func put(_ url: String, _ text: [UInt8]) { state.withLock { $0.documents[url] = text } }
  var asked: [String] { state.withLock { $0.asked } }

  func document(at url: HTTPSURL, thumbprints: [String]) async throws(KeyFailure) -> [UInt8] {
    let found = state.withLock { state in
      state.asked.append(url.text)
      return state.documents[url.text]
    }
    // What waits lets others come in between.
    await Task.yield()
    guard let found else { throw .unreachable("not there") }
    return found
  }

  func certificateHash(at url: HTTPSURL) async throws(KeyFailure) -> String { url.text }
}

@Suite("Keys of issuers") struct IssuerKeysTests {
  private static let metadataURL = "https://issuer.example/.well-known/openid-configuration"
  private static let now = TokenMaker.now

  private func issuer(_ text: String = "https://issuer.example", _ thumbprints: [String] = []) throws -> TrustedIssuer {
    TrustedIssuer(url: try #require(HTTPSURL(text)), thumbprints: thumbprints)
  }

  private func documents(issuer: String = "https://issuer.example", keys: String = "https://keys.example/set") throws
    -> StubDocuments
  {
    let documents = StubDocuments()
    documents.put(Self.metadataURL, Array("{\"issuer\":\"\(issuer)\",\"jwks_uri\":\"\(keys)\"}".utf8))
    documents.put(keys, try TokenMaker.keySet())
    return documents
  }

  @Test("keys are fetched once and kept for an hour")
  func kept() async throws {
    let documents = try documents()
    let keys = IssuerKeys(source: documents)
    for seconds in [0, 1, 3_599] {
      _ = try await keys.key("key", for: .rs256, of: try issuer(), now: Self.now.adding(seconds: Int64(seconds)))
    }
    #expect(documents.asked.count == 2)
    _ = try await keys.key("key", for: .rs256, of: try issuer(), now: Self.now.adding(seconds: 3_600))
    #expect(documents.asked.count == 4)
    _ = try await keys.key("key", for: .rs256, of: try issuer(), now: Self.now)
    #expect(documents.asked.count == 6, "a clock that went backwards makes nothing live longer")
  }

  @Test("an unknown key id asks anew, but not more often than twice a minute")
  func unknown() async throws {
    let documents = try documents()
    let keys = IssuerKeys(source: documents)
    let issuer = try issuer()
    for seconds in 0..<30 {
      await #expect(throws: KeyFailure.unusable("no key `new`")) {
        try await keys.key("new", for: .rs256, of: issuer, now: Self.now.adding(seconds: Int64(seconds)))
      }
    }
    #expect(documents.asked.count == 2)
    documents.put("https://keys.example/set", try TokenMaker.keySet(kid: "new"))
    _ = try await keys.key("new", for: .rs256, of: issuer, now: Self.now.adding(seconds: 30))
    #expect(documents.asked.count == 4)
  }

  @Test("who comes while the keys are on their way waits for them")
  func together() async throws {
    let documents = try documents()
    let keys = IssuerKeys(source: documents)
    let issuer = try issuer()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask { _ = try await keys.key("key", for: .rs256, of: issuer, now: Self.now) }
      }
      try await group.waitForAll()
    }
    #expect(documents.asked.count == 2)
  }

  @Test("a failure is kept for a moment")
  func failures() async throws {
    let documents = StubDocuments()
    let keys = IssuerKeys(source: documents)
    let issuer = try issuer()
    for seconds in 0..<5 {
      await #expect(throws: KeyFailure.unreachable("not there")) {
        try await keys.key("key", for: .rs256, of: issuer, now: Self.now.adding(seconds: Int64(seconds)))
      }
    }
    #expect(documents.asked.count == 1)
  }

  @Test("keys that one account's thumbprint vouched for are not another's")
  func thumbprints() async throws {
    let documents = try documents()
    let keys = IssuerKeys(source: documents)
    _ = try await keys.key("key", for: .rs256, of: try issuer("https://issuer.example", ["aa"]), now: Self.now)
    _ = try await keys.key("key", for: .rs256, of: try issuer("https://issuer.example", ["bb"]), now: Self.now)
    #expect(documents.asked.count == 4)
  }

  @Test(
    "metadata of another issuer, or without an https address of keys, is none",
    arguments: [
      ("https://other.example", "https://keys.example/set"), ("https://issuer.example/", "https://keys.example/set"),
      ("https://issuer.example", "http://keys.example/set"), ("https://issuer.example", "file:///etc/passwd"),
      ("https://issuer.example", "https://user@keys.example/set"),
    ])
  func badMetadata(_ name: String, _ address: String) async throws {
    let keys = IssuerKeys(source: try documents(issuer: name, keys: address))
    let issuer = try issuer()
    await #expect(throws: KeyFailure.self) { try await keys.key("key", for: .rs256, of: issuer, now: Self.now) }
  }

  @Test("a slash at the end of an issuer goes before the path of its metadata")
  func slash() async throws {
    let keys = IssuerKeys(source: StubDocuments())
    let url = try #require(HTTPSURL("https://issuer.example/realm/"))
    #expect(
      try await keys.certificateHash(of: url) == "https://issuer.example/realm/.well-known/openid-configuration")
  }
}

import AWSWire
import ScenarioKit
import ServiceKit
import Testing

@Suite("Outbound federation") struct OutboundFederationTests {
  @Test("it is off, on, off and on again with the same issuer")
  func switching() async throws {
    let account = try await TestServer.start().account()
    func code(_ action: String) async throws -> String? {
      try await account.server.call(action, [:], as: account.root).code
    }
    #expect(try await code("GetOutboundWebIdentityFederationInfo") == "FeatureDisabled")
    #expect(try await code("DisableOutboundWebIdentityFederation") == "FeatureDisabled")
    let issuer = try #require(try await account.root("EnableOutboundWebIdentityFederation")["IssuerIdentifier"])
    #expect(issuer.hasPrefix("https://sallyport.example/issuer/"))
    #expect(try await code("EnableOutboundWebIdentityFederation") == "FeatureEnabled")
    let info = try await account.root("GetOutboundWebIdentityFederationInfo")
    #expect(info["IssuerIdentifier"] == issuer)
    #expect(info["JwtVendingEnabled"] == "true")
    try await account.root("DisableOutboundWebIdentityFederation")
    #expect(try await code("GetOutboundWebIdentityFederationInfo") == "FeatureDisabled")
    #expect(try await account.root("EnableOutboundWebIdentityFederation")["IssuerIdentifier"] == issuer)
  }

  @Test("what is published has no secret, and stays when the feature is disabled")
  func published() async throws {
    let account = try await TestServer.start().account()
    let issuer = try #require(try await account.root("EnableOutboundWebIdentityFederation")["IssuerIdentifier"])
    let documents = IssuerDocuments(environment: account.server.environment)
    func read(_ path: String, method: String = "GET") async -> HTTPResponseMessage {
      let start = issuer.dropFirst("https://sallyport.example".count)
      return await documents.respond(to: HTTPRequestMessage(method: method, path: String(start) + path))
    }
    try await account.root("DisableOutboundWebIdentityFederation")
    let metadata = String(decoding: await read("/.well-known/openid-configuration").body, as: UTF8.self)
    #expect(metadata.contains("\"issuer\":\"\(issuer)\""))
    #expect(metadata.contains("\"jwks_uri\":\"\(issuer)/.well-known/jwks.json\""))
    let keys = String(decoding: await read("/.well-known/jwks.json").body, as: UTF8.self)
    #expect(keys.contains("\"kid\":\"RSA_0\""))
    #expect(keys.contains("\"kid\":\"EC384_0\""))
    for member in ["d", "p", "q", "dp", "dq", "qi"] { #expect(!keys.contains("\"\(member)\":")) }
    #expect(await read("/.well-known/jwks.json", method: "POST").status == 405)
    #expect(await read("/other").status == 404)
    let stranger = HTTPRequestMessage(method: "GET", path: "/issuer/none/.well-known/jwks.json")
    #expect(await documents.respond(to: stranger).status == 404)
  }
}

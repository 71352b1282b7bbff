import AWSCore
import Testing
import WebIdentity

@Suite("Verified tokens") struct VerifiedTokenTests {
  private func verify(
    _ text: String, _ keyID: String = "key", _ algorithm: SigningAlgorithm = .rs256, clientIDs: [String]? = ["client"],
    now: Timestamp = TokenMaker.now
  ) async throws -> VerifiedToken {
    let key = try #require(try await TokenMaker.key(keyID, algorithm))
    return try VerifiedToken(JSONWebToken(text), signedBy: key, clientIDs: clientIDs, now: now)
  }

  @Test("a good token counts", arguments: [SigningAlgorithm.rs256, .rs384, .rs512])
  func good(_ algorithm: SigningAlgorithm) async throws {
    let token = try await verify(try TokenMaker.token(algorithm: algorithm), "key", algorithm)
    #expect(token.subject == "somebody")
    #expect(token.audience == "client")
  }

  @Test("so does one of an elliptic curve")
  func ellipticCurve() async throws {
    let token = try await verify(try TokenMaker.token(algorithm: .es256, kid: "ec"), "ec", .es256)
    #expect(token.subject == "somebody")
  }

  @Test(
    "algorithms without a private key are none",
    arguments: ["none", "None", "HS256", "HS384", "HS512", "PS256", "EdDSA", "ES256K", "rs256", ""])
  func otherAlgorithms(_ name: String) throws {
    let text = try TokenMaker.token(header: "{\"alg\":\"\(name)\",\"kid\":\"key\"}")
    #expect(throws: TokenRefusal.unsupportedAlgorithm) { try JSONWebToken(text) }
  }

  @Test("a key counts for its own algorithm alone")
  func algorithmOfAnotherKey() async throws {
    let text = try TokenMaker.token(header: #"{"alg":"RS384","kid":"key"}"#)
    await #expect(throws: TokenRefusal.badSignature) { try await verify(text) }
  }

  @Test(
    "keys that the header brings along are not looked at",
    arguments: [
      #""jwk":{"kty":"oct","k":"YQ"}"#, #""jku":"https://evil.example/keys""#, #""x5u":"https://evil.example""#,
      #""x5c":["YQ=="]"#,
    ])
  func keysInTheHeader(_ member: String) async throws {
    let header = "{\"alg\":\"RS256\",\"kid\":\"key\",\(member)}"
    #expect(try await verify(try TokenMaker.token(header: header)).subject == "somebody")
    let forged = try TokenMaker.token(header: header).split(separator: ".").dropLast().joined(separator: ".") + ".YWJj"
    await #expect(throws: TokenRefusal.badSignature) { try await verify(forged) }
  }

  @Test("what is critical and unknown refuses")
  func critical() throws {
    let text = try TokenMaker.token(header: #"{"alg":"RS256","kid":"key","crit":["exp"]}"#)
    #expect(throws: TokenRefusal.malformed) { try JSONWebToken(text) }
  }

  @Test("no prefix, no suffix and no changed character of a token counts")
  func everyChange() async throws {
    let text = try TokenMaker.token()
    let key = try #require(try await TokenMaker.key())
    let bytes = Array(text.utf8)
    func isRefused(_ changed: [UInt8]) -> Bool {
      guard let token = try? JSONWebToken(String(decoding: changed, as: UTF8.self)) else { return true }
      return (try? VerifiedToken(token, signedBy: key, clientIDs: ["client"], now: TokenMaker.now)) == nil
    }
    #expect(!isRefused(bytes))
    for index in bytes.indices {
      #expect(isRefused(Array(bytes[..<index])), "a prefix of \(index) bytes")
      if index > 0 { #expect(isRefused(Array(bytes[index...])), "a suffix from \(index)") }
      for bit in 0..<7 {
        var changed = bytes
        changed[index] ^= 1 << bit
        #expect(isRefused(changed), "bit \(bit) of byte \(index)")
      }
    }
  }

  @Test(
    "each claim has to be there and of its type",
    arguments: [
      (#"{"sub":"s","iat":1,"exp":1767225900}"#, TokenRefusal.missingClaim("aud")),
      (#"{"sub":"s","aud":[],"iat":1,"exp":1767225900}"#, .badClaim("aud")),
      (#"{"sub":"s","aud":["client",1],"iat":1,"exp":1767225900}"#, .badClaim("aud")),
      (#"{"sub":"s","aud":"other","iat":1,"exp":1767225900}"#, .wrongAudience),
      (#"{"sub":"s","aud":"client","azp":"other","iat":1,"exp":1767225900}"#, .wrongAudience),
      (#"{"sub":"s","aud":"client","azp":7,"iat":1,"exp":1767225900}"#, .badClaim("azp")),
      (#"{"aud":"client","iat":1,"exp":1767225900}"#, .missingClaim("sub")),
      (#"{"sub":"","aud":"client","iat":1,"exp":1767225900}"#, .missingClaim("sub")),
      (#"{"sub":"s","aud":"client","iat":1}"#, .missingClaim("exp")),
      (#"{"sub":"s","aud":"client","iat":1,"exp":"1767225900"}"#, .badClaim("exp")),
      (#"{"sub":"s","aud":"client","iat":1,"exp":1767225900.5}"#, .badClaim("exp")),
      (#"{"sub":"s","aud":"client","iat":1,"exp":-1}"#, .badClaim("exp")),
      (#"{"sub":"s","aud":"client","exp":1767225900}"#, .missingClaim("iat")),
      (#"{"sub":"s","aud":"client","iat":1,"exp":1767225600}"#, .expired(now: 1_767_225_600, expires: 1_767_225_600)),
      (
        #"{"sub":"s","aud":"client","iat":1767225661,"exp":1767225900}"#,
        .notYetValid(now: 1_767_225_600, from: 1_767_225_661)
      ),
      (
        #"{"sub":"s","aud":"client","iat":1,"nbf":1767225661,"exp":1767225900}"#,
        .notYetValid(now: 1_767_225_600, from: 1_767_225_661)
      ),
    ])
  func claims(_ claims: String, _ refusal: TokenRefusal) async throws {
    let text = try TokenMaker.token(claims)
    await #expect(throws: refusal) { try await verify(text) }
  }

  @Test("the last second counts, and a clock that is a minute ahead")
  func edges() async throws {
    let last = try TokenMaker.token(#"{"sub":"s","aud":["other","client"],"iat":1767225660,"exp":1767225601}"#)
    #expect(try await verify(last).audiences == ["other", "client"])
    let party = try TokenMaker.token(#"{"sub":"s","aud":"other","azp":"client","iat":1,"exp":1767225900}"#)
    #expect(try await verify(party).audience == "client")
  }

  @Test("JSON that nests too deep is no token")
  func depth() throws {
    let claims = "{\"a\":" + String(repeating: "[", count: 1_000) + String(repeating: "]", count: 1_000) + "}"
    #expect(throws: TokenRefusal.malformed) { try JSONWebToken(TokenMaker.token(claims)) }
  }
}

@Suite("Key sets") struct KeySetTests {
  @Test("keys for other uses, other algorithms and of other kinds are left out")
  func otherKeys() async throws {
    for more in [#","use":"enc""#, #","key_ops":["sign"]"#, #","alg":"RS512""#, #","alg":"RSA-OAEP""#] {
      let set = try await KeySet(json: TokenMaker.keySet(rsa: more))
      #expect(set.key("key", for: .rs256) == nil, "\(more)")
    }
    let set = try await KeySet(json: TokenMaker.keySet())
    #expect(set.key("key", for: .rs384) != nil)
    #expect(set.key("key", for: .es256) == nil)
    #expect(set.key("ec", for: .rs256) == nil)
    #expect(set.key("shared", for: .rs256) == nil)
    #expect(set.key("none", for: .rs256) == nil)
  }

  @Test("an RSA key of less than 2,048 bits is none")
  func smallKeys() async throws {
    let n = Base64.encode([0xC5] + [UInt8](repeating: 0x5B, count: 127), .urlSafe)
    let text = "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"small\",\"n\":\"\(n)\",\"e\":\"AQAB\"}]}"
    let set = try await KeySet(json: Array(text.utf8))
    #expect(set.key("small", for: .rs256) == nil)
  }

  @Test("what is no key set is refused", arguments: ["", "[]", "{}", "{\"keys\":{}}", "<html>"])
  func noSet(_ text: String) async {
    await #expect(throws: TokenRefusal.unknownKey) { try await KeySet(json: Array(text.utf8)) }
  }
}

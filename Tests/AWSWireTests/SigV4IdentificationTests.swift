import AWSCore
import Foundation
import Testing

@testable import AWSWire

@Suite("What a request presents")
struct SigV4IdentificationTests {
  @Test("a signed request says key, scope, time, headers and token")
  func reads() throws {
    let request = try Fixture.signed(token: "token+/==")
    let presented = try #require(try Fixture.presented(request))
    #expect(presented.form == .header)
    #expect(presented.accessKeyID == "AKIDEXAMPLE")
    #expect(presented.scope == SigV4.Scope(date: "20150830", region: "us-east-1", service: "iam"))
    #expect(presented.signedHeaders == ["content-type", "host", "x-amz-date", "x-amz-security-token"])
    #expect(presented.timestamp == Fixture.now)
    #expect(presented.sessionToken == "token+/==")
    #expect(presented.signature.utf8.count == 64)
    #expect(try Fixture.verify(request).sessionToken == "token+/==")
  }

  @Test("a request without any authentication is anonymous")
  func anonymous() throws {
    guard case .anonymous = try SigV4.identification(of: Fixture.form) else {
      Issue.record("not anonymous")
      return
    }
  }

  @Test(
    "commas, blanks and tabs delimit the parts, in any order",
    arguments: [
      "AWS4-HMAC-SHA256 C,S,G", "AWS4-HMAC-SHA256 C, S, G", "AWS4-HMAC-SHA256  G ,\tC\t, S", "AWS4-HMAC-SHA256 S C G",
      " AWS4-HMAC-SHA256 C,, S, G, ",
    ])
  func delimiters(pattern: String) throws {
    let request = try Fixture.signed()
    let presented = try #require(try Fixture.presented(request))
    let parts = [
      "C": "Credential=\(presented.accessKeyID)/\(presented.scope)",
      "S": "SignedHeaders=\(presented.signedHeaders.joined(separator: ";"))", "G": "Signature=\(presented.signature)",
    ]
    // Only the letters after the algorithm stand for parts.
    let cut = pattern.range(of: "256")!.upperBound
    let rest = pattern[cut...].map { parts[String($0)] ?? String($0) }.joined()
    #expect(Fixture.refusal(request.with("authorization", pattern[..<cut] + rest)) == nil)
  }

  @Test(
    "header and query authentication together are refused (S1)",
    arguments: [
      "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Security-Token=t", "X-Amz-Expires=1",
      "X%2DAmz-Signature=0",
    ])
  func both(query: String) throws {
    #expect(Fixture.refusal(try Fixture.signed(Fixture.form.replacing(query: query))) == .bothForms)
    let folded = try Fixture.signed(Fixture.form.replacing(query: query.lowercased()))
    #expect(Fixture.refusal(folded)?.kind == .incompleteSignature)
  }

  @Test("x-amz-date comes before date, and date serves where it stands alone (S4)")
  func dates() throws {
    let both = try Fixture.signed(Fixture.form.adding("date", "20000101T000000Z"))
    #expect(try Fixture.verify(both).presented.timestamp == Fixture.now)
    let names = ["date", "host"]
    var request = HTTPRequestMessage(
      method: "GET", path: "/", headers: [Header("host", "h"), Header("date", Fixture.now.iso8601Basic)])
    let canonical = try SigV4.CanonicalRequest(
      request, signedHeaders: names, path: .normalized, omittingSignature: false,
      payloadHash: SigV4.payloadHash(of: []))
    let scope = SigV4.Scope(date: "20150830", region: "us-east-1", service: "iam")
    let signature = SigV4.SigningKey(secret: Fixture.secret, scope: scope)
      .signature(of: SigV4.stringToSign(canonical, timestamp: Fixture.now.iso8601Basic, scope: scope))
    request = request.adding(
      "authorization",
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\(scope), SignedHeaders=date;host, "
        + "Signature=\(String(decoding: signature, as: UTF8.self))")
    #expect(Fixture.refusal(request) == nil)
  }

  @Test(
    "a time that is not ISO basic in whole seconds of UTC is refused (S4)",
    arguments: [
      "20150830T123600.000Z", "2015-08-30T12:36:00Z", "Sun, 30 Aug 2015 12:36:00 GMT", "20150830T123600", "20150830",
      "20151330T123600Z", "20150830T123600z", " 20150830T123600Z",
    ])
  func malformedDates(text: String) throws {
    #expect(Fixture.refusal(try Fixture.signed().with("x-amz-date", text)) == .malformedDate(text))
  }

  @Test("host and every x-amz header must be signed (S3)")
  func signedHeaders() throws {
    let request = try Fixture.signed()
    #expect(
      Fixture.refusal(request.adding("x-amz-target", "Other.Operation")) == .unsignedHeader("x-amz-target"))
    #expect(
      Fixture.refusal(request.replacing(authorization: "content-type;host;", with: "content-type;"))
        == .unsignedHost)
    #expect(Fixture.refusal(request.with("host", nil)) == .unsignedHost, "signed in name only")
    #expect(
      Fixture.refusal(request.replacing(authorization: ";x-amz-date", with: "")) == .unsignedHeader("x-amz-date"))
    #expect(Fixture.refusal(request.adding("x-amzn-trace-id", "Root=1")) == nil, "added by proxies, not x-amz-")
  }

  @Test(
    "a header that decides who calls or what is called comes once",
    arguments: [
      "authorization", "x-amz-date", "x-amz-security-token", "x-amz-target", "host", "content-type",
    ])
  func duplicateHeaders(name: String) throws {
    let request = try Fixture.signed(Fixture.form.adding("x-amz-target", "A.B"), token: "t")
    #expect(Fixture.refusal(request) == nil)
    let value = try #require(request.value(of: name))
    #expect(Fixture.refusal(request.adding(name, value)) == .repeatedHeader(name))
    #expect(Fixture.refusal(request.adding(name.uppercased(), "other")) == .repeatedHeader(name))
  }

  @Test("a part of the Authorization header comes once, in any letter case")
  func duplicateParts() throws {
    let request = try Fixture.signed()
    for extra in ["Credential=B/20150830/us-east-1/iam/aws4_request", "credential=B", "SIGNATURE=0"] {
      let text = try #require(request.value(of: "authorization")) + ", " + extra
      let name = String(extra.prefix { $0 != "=" })
      #expect(Fixture.refusal(request.with("authorization", text)) == .repeatedPart(name))
    }
  }

  @Test(
    "signed header names are lower-case tokens, each once",
    arguments: [
      "host;;x-amz-date", "host;host;x-amz-date", "Host;x-amz-date", "host;x-amz-date;", "host;x-amz-date;a\u{212A}",
      "host;x-amz-date;a:b", ";host",
    ])
  func malformedNames(list: String) throws {
    let request = try Fixture.signed().replacing(authorization: "content-type;host;x-amz-date", with: list)
    #expect(Fixture.refusal(request) == .malformedSignedHeaders(list))
  }

  @Test("more signed headers than the limit are refused")
  func manyNames() throws {
    let list = (0...SigV4.signedHeaderLimit).map { "h\($0)" }.joined(separator: ";")
    let request = try Fixture.signed().replacing(authorization: "content-type;host;x-amz-date", with: list)
    #expect(Fixture.refusal(request) == .malformedSignedHeaders(list))
  }

  @Test(
    "a credential has five elements and a key id of word characters",
    arguments: [
      "AKIDEXAMPLE", "AKIDEXAMPLE/20150830/us-east-1/iam", "AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request/",
      "/20150830/us-east-1/iam/aws4_request", "a/b/20150830/us-east-1/iam/aws4_request",
    ])
  func malformedCredentials(text: String) throws {
    let request = try Fixture.signed().replacing(authorization: "AKIDEXAMPLE/\(Fixture.scopeText)", with: text)
    #expect(Fixture.refusal(request) == .malformedCredential(text))
  }

  @Test("a key id that only looks or compares like another is unknown")
  func kelvinSign() throws {
    #expect("A\u{212A}IDEXAMPLE" == "AKIDEXAMPLE", "Swift's equality is canonical equivalence")
    let request = try Fixture.signed()
    for id in ["A\u{212A}IDEXAMPLE", "akidexample", "AKIDEXAMPL", "AKIDEXAMPLE\u{301}"] {
      #expect(Fixture.refusal(request.replacing(authorization: "AKIDEXAMPLE", with: id)) == .unknownKey)
    }
  }

  @Test("every proper prefix of the session token is refused")
  func truncatedToken() throws {
    let token = "FwoGZXIvYXdzEBYaDExample"
    let request = try Fixture.signed(token: token)
    #expect(Fixture.refusal(request) == nil)
    for length in 0..<token.count {
      let refusal = Fixture.refusal(request.with("x-amz-security-token", String(token.prefix(length))))
      #expect(refusal?.kind == .signatureDoesNotMatch)
    }
    #expect(Fixture.refusal(request.with("x-amz-security-token", nil))?.kind == .signatureDoesNotMatch)
  }

  @Test("a session token with a blank, a control byte or no ASCII is refused: canonical headers would hide it")
  func blankToken() throws {
    for token in ["tok ", " tok", "to  k", "tok\r", "tok\u{0}", "to\u{212A}"] {
      #expect(Fixture.refusal(try Fixture.signed(token: token)) == .invalidToken)
      #expect(Fixture.refusal(try Fixture.presigned(token: token)) == .invalidToken)
    }
  }

  @Test("every proper prefix of the signature, and the same in upper case, is refused")
  func truncatedSignature() throws {
    let request = try Fixture.signed()
    let signature = try #require(try Fixture.presented(request)).signature
    for length in 1..<64 {
      let cut = request.replacing(authorization: signature, with: String(signature.prefix(length)))
      #expect(Fixture.refusal(cut)?.kind == .signatureDoesNotMatch)
    }
    #expect(
      Fixture.refusal(request.replacing(authorization: signature, with: signature.uppercased()))?.kind
        == .signatureDoesNotMatch)
    #expect(
      Fixture.refusal(request.replacing(authorization: signature, with: signature + "0"))?.kind
        == .signatureDoesNotMatch)
  }
}

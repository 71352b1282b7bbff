import AWSCore
import Crypto
import Testing

@testable import AWSWire

/// The words are spelled out here once more, so that a slip in the source is seen.
@Suite("Words of refusal")
struct SigV4RefusalTests {
  @Test("the date of the scope must be the date of the time (S2)")
  func scopeDate() throws {
    let request = try Fixture.signed().replacing(authorization: "/20150830/", with: "/20150829/")
    try expect(
      request, .signatureDoesNotMatch,
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        + "'20150829' != '20150830', from '20150830T123600Z'.")
  }

  @Test("region, service, terminator and date are told together (S2)")
  func scope() throws {
    let request = try Fixture.signed().replacing(authorization: Fixture.scopeText, with: "x/us-west-2/ec2/aws5")
    let rules = SigV4.Rules(services: ["iam"], region: "us-east-1")
    try expect(
      request, .signatureDoesNotMatch,
      "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'iam'. "
        + "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. "
        + "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        + "'x' != '20150830', from '20150830T123600Z'.", rules: rules)
  }

  @Test(
    "any well-formed region serves where the rules name none (S8), and a malformed one never",
    arguments: [
      ("eu-west-3", true), ("us-gov-west-1", true), ("", false), ("US-EAST-1", false), ("us_east", false),
      ("us-e\u{E4}st-1", false),
    ])
  func regions(region: String, isAccepted: Bool) throws {
    var request = Fixture.form
    try SigV4.sign(&request, with: Fixture.credentials, region: region, service: "iam", at: Fixture.now)
    #expect(Fixture.refusal(request) == (isAccepted ? nil : .wrongScope([.region])))
  }

  @Test("a signature is good from 15 minutes before to 15 minutes after its time (S2)")
  func window() throws {
    let request = try Fixture.signed()
    #expect(Fixture.refusal(request, now: Fixture.now.adding(seconds: 900)) == nil)
    #expect(Fixture.refusal(request, now: Fixture.now.adding(seconds: -900)) == nil)
    try expect(
      request, .signatureDoesNotMatch,
      "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)",
      now: Fixture.now.adding(seconds: 901))
    try expect(
      request, .signatureDoesNotMatch,
      "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 min.)",
      now: Fixture.now.adding(seconds: -901))
    #expect(Fixture.refusal(request, now: Timestamp(milliseconds: Fixture.now.milliseconds + 900_001)) != nil)
  }

  @Test("the window is the service's (S7)")
  func smallWindow() throws {
    let rules = SigV4.Rules(services: ["iam"], windowSeconds: 300)
    let request = try Fixture.signed()
    #expect(Fixture.refusal(request, rules: rules, now: Fixture.now.adding(seconds: 300)) == nil)
    try expect(
      request, .signatureDoesNotMatch,
      "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)",
      rules: rules, now: Fixture.now.adding(seconds: 301))
  }

  @Test("a wrong signature is answered with our canonical request and string to sign, never the key (S5)")
  func mismatch() throws {
    var request = HTTPRequestMessage(method: "GET", path: "/", headers: [Header("host", "h")])
    request = try Fixture.signed(request)
    let signature = try #require(try Fixture.presented(request)).signature
    request = request.replacing(authorization: signature, with: String(repeating: "0", count: 64))
    let canonical =
      "GET\n/\n\nhost:h\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n"
      + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    let hash = String(decoding: SigV4.payloadHash(of: Array(canonical.utf8)), as: UTF8.self)
    try expect(
      request, .signatureDoesNotMatch,
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
        + "Access Key and signing method. Consult the service documentation for details.\n\n"
        + "The Canonical String for this request should have been\n'\(canonical)'\n\n"
        + "The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20150830T123600Z\n\(Fixture.scopeText)\n\(hash)'\n")
    let refusal = try #require(Fixture.refusal(request))
    #expect(!refusal.message.contains(Fixture.secret.reveal()))
    #expect(!refusal.message.contains(signature))
  }

  @Test("an unknown key is refused even with a signature made by the key of no use (S6, S7)")
  func unknownKey() throws {
    var request = Fixture.form
    let other = SigV4.Credentials(accessKeyID: "AKIDOTHER", secretAccessKey: Fixture.secret)
    try SigV4.sign(&request, with: other, region: "us-east-1", service: "iam", at: Fixture.now)
    try expect(request, .invalidClientTokenID, "The security token included in the request is invalid.")
    let signed = try Fixture.signed()
    let presented = try #require(try Fixture.presented(signed))
    let canonical = try SigV4.CanonicalRequest(
      signed, signedHeaders: presented.signedHeaders, path: .normalized, omittingSignature: false,
      payloadHash: SigV4.payloadHash(of: signed.body))
    let text = SigV4.stringToSign(canonical, timestamp: presented.timestampText, scope: presented.scope)
    let key = SymmetricKey(data: [UInt8](repeating: 0, count: 32))
    let signature = HMAC<SHA256>.authenticationCode(for: text, using: key).withUnsafeBytes(Hexadecimal.encode)
    let forged = signed.replacing(
      authorization: presented.signature, with: String(decoding: signature, as: UTF8.self))
    let rules = SigV4.Rules(services: ["iam"])
    for request in [signed, forged] {
      let presented = try #require(try Fixture.presented(request))
      #expect(throws: SigV4.Refusal.unknownKey) {
        try SigV4.verify(request, presented, key: .unknown, rules: rules, now: Fixture.now)
      }
    }
  }

  @Test(
    "no Authorization, or one of another scheme, is a missing token (S6)",
    arguments: [
      nil, "", "Basic QUtJREVYQU1QTEU6eA==", "Bearer eyJ", "AWS AKIDEXAMPLE:sig", "Credential=a/b/c/d/e",
    ])
  func missing(value: String?) throws {
    try expect(
      Fixture.form.with("authorization", value), .missingAuthenticationToken,
      "Request is missing Authentication Token")
  }

  @Test("what an Authorization header lacks is told, with a hash of it")
  func incomplete() throws {
    try expect(
      Fixture.form.with("authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE"), .incompleteSignature,
      "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
        + "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        + "(Hashed with SHA-256 and encoded with Base64) Authorization=WQSl9aNeLgvb1VHRdLnWpD8Qy+5dfGBlDPYZYRUlDBE=")
    try expect(
      Fixture.form.with("authorization", "AWS4-HMAC-SHA256 Credential").with("x-amz-date", "20150830T123600Z"),
      .incompleteSignature,
      "Invalid key=value pair (missing equal-sign) in Authorization header "
        + "(hashed with SHA-256 and encoded with Base64): 'KfSoC26UaBDGXxo5AUFS45c1cmAbyLKDOxOTKcZYWt4='.")
  }

  @Test("a changed body is refused, and x-amz-content-sha256 must be its real hash")
  func payload() throws {
    let request = try Fixture.signed()
    #expect(Fixture.refusal(request.replacing(body: "Action=DeleteUser"))?.kind == .signatureDoesNotMatch)
    let hash = String(decoding: SigV4.payloadHash(of: Fixture.form.body), as: UTF8.self)
    let hashed = try Fixture.signed(Fixture.form.adding("x-amz-content-sha256", hash))
    #expect(Fixture.refusal(hashed) == nil)
    try expect(
      hashed.replacing(body: "Action=DeleteUser"), .signatureDoesNotMatch,
      "The provided 'x-amz-content-sha256' header does not match what was computed.")
    for claim in ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "", "unsigned-payload"] {
      let request = try Fixture.signed(Fixture.form.adding("x-amz-content-sha256", claim))
      #expect(Fixture.refusal(request) == .payloadHashMismatch)
    }
  }

  @Test("an unsigned payload serves only where the rules let it")
  func unsigned() throws {
    let request = try Fixture.signed(Fixture.form.adding("x-amz-content-sha256", "UNSIGNED-PAYLOAD"))
    try expect(
      request, .signatureDoesNotMatch,
      "The 'x-amz-content-sha256' header must be the SHA-256 of the payload for this service.")
    let rules = SigV4.Rules(services: ["iam"], allowsUnsignedPayload: true)
    #expect(Fixture.refusal(request.replacing(body: "other"), rules: rules) == nil)
    let plain = try Fixture.signed()
    #expect(Fixture.refusal(plain.replacing(body: "other"), rules: rules)?.kind == .signatureDoesNotMatch)
  }

  @Test(
    "every refusal has AWS's words",
    arguments: [
      (
        SigV4.Refusal.bothForms, SigV4.Refusal.Kind.signatureDoesNotMatch,
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
      ),
      (.unsupportedAlgorithm("AWS5"), .incompleteSignature, "Unsupported AWS 'algorithm': 'AWS5'."),
      (
        .incompleteQuery(missing: ["X-Amz-Signature", "X-Amz-Date"]), .incompleteSignature,
        "AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include "
          + "'X-Amz-Date'. Re-examine the query-string parameters."
      ),
      (
        .repeatedPart("Credential"), .incompleteSignature,
        "Authorization header has more than one 'Credential' parameter."
      ),
      (.repeatedHeader("host"), .incompleteSignature, "Request has more than one 'host' header."),
      (
        .repeatedQueryParameter("x-amz-date"), .incompleteSignature,
        "AWS query-string parameters must not repeat 'x-amz-date'. Re-examine the query-string parameters."
      ),
      (.malformedQuery("w"), .malformedQueryString, "w"),
      (
        .misplacedToken, .incompleteSignature,
        "Session token must be part of the same form of authentication as the signature."
      ),
      (
        .malformedDate("201"), .incompleteSignature,
        "Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601"
      ),
      (
        .malformedCredential("a/b"), .incompleteSignature,
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'"
      ),
      (
        .malformedSignedHeaders(";"), .incompleteSignature,
        "SignedHeaders must be lower-case header names, each once, delimited by semicolons, got ';'"
      ),
      (.expiresNotNumber, .incompleteSignature, "X-Amz-Expires should be a number"),
      (.expiresNotPositive, .incompleteSignature, "X-Amz-Expires must be at least 1 second"),
      (
        .expiresTooLong, .incompleteSignature,
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
          + "604800 seconds"
      ),
      (
        .unsignedHost, .signatureDoesNotMatch,
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
      ),
      (
        .unsignedHeader("x-amz-target"), .signatureDoesNotMatch,
        "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization."
      ),
      (.presignedExpired, .requestExpired, "Request has expired"),
      (.invalidToken, .invalidClientTokenID, "The security token included in the request is invalid."),
      (.expiredToken, .expiredToken, "The security token included in the request is expired"),
      (.optInRequired, .optInRequired, "The AWS Access Key Id needs a subscription for the service"),
    ])
  func words(refusal: SigV4.Refusal, kind: SigV4.Refusal.Kind, message: String) {
    #expect(refusal.kind == kind)
    #expect(refusal.message == message)
  }

  private func expect(
    _ request: HTTPRequestMessage, _ kind: SigV4.Refusal.Kind, _ message: String,
    rules: SigV4.Rules = SigV4.Rules(services: ["iam", "sts"]), now: Timestamp = Fixture.now,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let refusal = Fixture.refusal(request, rules: rules, now: now)
    #expect(refusal?.kind == kind, sourceLocation: sourceLocation)
    #expect(refusal?.message == message, sourceLocation: sourceLocation)
  }
}

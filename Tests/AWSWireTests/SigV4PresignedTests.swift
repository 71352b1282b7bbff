import AWSCore
import Foundation
import Testing

@testable import AWSWire

@Suite("Presigned requests")
struct SigV4PresignedTests {
  private static let names = [
    "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature",
    "X-Amz-Security-Token",
  ]

  @Test("a presigned request is accepted, with its token")
  func accepted() throws {
    let request = try Fixture.presigned(token: "a+b/c==")
    let verified = try Fixture.verify(request)
    #expect(verified.presented.form == .query(expires: 60))
    #expect(verified.sessionToken == "a+b/c==")
    #expect(Fixture.refusal(try Fixture.presigned()) == nil)
  }

  @Test("it agrees with botocore's signature of the same URL")
  func agreesWithBotocore() throws {
    // Made with botocore 1.44.5: SigV4QueryAuth(credentials, "sts", "us-east-1", expires=60).
    let signature = try #require(try Fixture.presented(try Fixture.presigned())).signature
    #expect(signature == "c5963fa7a933d55dc0b5dbb5b1c8e73df5773a651284edc7c58c380e357defb2")
  }

  @Test("the order of the parameters does not matter, for they are sorted")
  func order() throws {
    let request = try Fixture.presigned(token: "t")
    let query = request.query.components(separatedBy: "&").reversed().joined(separator: "&")
    #expect(Fixture.refusal(request.replacing(query: query)) == nil)
  }

  @Test("a missing parameter is named, and no half signature is anonymous", arguments: names)
  func missing(name: String) throws {
    let request = try Fixture.presigned(token: "t")
    let rest = request.query.components(separatedBy: "&").filter { !$0.hasPrefix(name + "=") }
    let refusal = Fixture.refusal(request.replacing(query: rest.joined(separator: "&")))
    if ["X-Amz-Expires", "X-Amz-Security-Token"].contains(name) {
      #expect(refusal?.kind == .signatureDoesNotMatch)
    } else {
      #expect(refusal == .incompleteQuery(missing: [name]))
    }
  }

  @Test("one authentication parameter alone is refused", arguments: names)
  func alone(name: String) throws {
    let request = Fixture.form.replacing(query: "\(name)=x")
    guard case .incompleteQuery = Fixture.refusal(request) else {
      Issue.record("\(String(describing: Fixture.refusal(request)))")
      return
    }
  }

  @Test("a parameter that comes twice is refused, in any letter case (R10)", arguments: names + ["Action", "Version"])
  func duplicates(name: String) throws {
    let request = try Fixture.presigned(token: "t")
    for other in [name, name.lowercased(), name.uppercased(), name.replacingOccurrences(of: "A", with: "%41")] {
      for query in ["\(other)=x&\(request.query)", "\(request.query)&\(other)=x"] {
        #expect(Fixture.refusal(request.replacing(query: query)) == .repeatedQueryParameter(name.lowercased()))
      }
    }
  }

  @Test("an authentication parameter in another letter case is refused", arguments: names)
  func otherCase(name: String) throws {
    let request = try Fixture.presigned(token: "t")
    let query = request.query.replacingOccurrences(of: name + "=", with: name.lowercased() + "=")
    #expect(Fixture.refusal(request.replacing(query: query)) == .repeatedQueryParameter(name.lowercased()))
  }

  @Test("a parameter, a body or a header more is refused")
  func additions() throws {
    let request = try Fixture.presigned()
    #expect(Fixture.refusal(request.replacing(query: request.query + "&Extra=1"))?.kind == .signatureDoesNotMatch)
    #expect(Fixture.refusal(request.replacing(body: "Action=DeleteUser"))?.kind == .signatureDoesNotMatch)
    #expect(Fixture.refusal(request.adding("x-amz-target", "A.B")) == .unsignedHeader("x-amz-target"))
    #expect(Fixture.refusal(request.adding("x-amz-security-token", "t")) == .misplacedToken)
  }

  @Test("one byte changed anywhere in the query is refused")
  func changedBytes() throws {
    let request = try Fixture.presigned(token: "a+b/c==")
    for query in SigV4VectorsTests.changes(of: request.query) {
      #expect(Fixture.refusal(request.replacing(query: query)) != nil, "\(query)")
    }
    #expect(Fixture.refusal(request.with("host", "127.0.0.1:4261"))?.kind == .signatureDoesNotMatch)
  }

  @Test("it lives for its X-Amz-Expires, to the second")
  func expiry() throws {
    let request = try Fixture.presigned(expiresSeconds: 60)
    #expect(Fixture.refusal(request, now: Fixture.now.adding(seconds: 60)) == nil)
    #expect(Fixture.refusal(request, now: Fixture.now.adding(seconds: 61)) == .presignedExpired)
    #expect(Fixture.refusal(request, now: Fixture.now.adding(seconds: -900)) == nil)
    guard case .notYetCurrent = Fixture.refusal(request, now: Fixture.now.adding(seconds: -901)) else {
      Issue.record("accepted before its time")
      return
    }
  }

  @Test("it lives for the window where the service says so, as STS does")
  func windowLife() throws {
    let rules = SigV4.Rules(services: ["sts"], presignedLifetime: .window)
    let short = try Fixture.presigned(expiresSeconds: 60)
    let long = try Fixture.presigned(expiresSeconds: SigV4.presignedSecondsMax)
    for request in [short, long] {
      #expect(Fixture.refusal(request, rules: rules, now: Fixture.now.adding(seconds: 900)) == nil)
      guard case .expired = Fixture.refusal(request, rules: rules, now: Fixture.now.adding(seconds: 901)) else {
        Issue.record("accepted after the window")
        return
      }
    }
  }

  @Test(
    "X-Amz-Expires is a number from 1 to 604800",
    arguments: [
      ("", SigV4.Refusal.expiresNotNumber), ("x", .expiresNotNumber), ("-1", .expiresNotNumber),
      ("1.5", .expiresNotNumber), ("99999999999999999999", .expiresNotNumber), ("0", .expiresNotPositive),
      ("604801", .expiresTooLong),
    ])
  func expiresValues(text: String, refusal: SigV4.Refusal) throws {
    let request = try Fixture.presigned()
    let query = request.query.replacingOccurrences(of: "X-Amz-Expires=60", with: "X-Amz-Expires=\(text)")
    #expect(Fixture.refusal(request.replacing(query: query)) == refusal)
  }

  @Test("seven days are the longest life")
  func longest() throws {
    let request = try Fixture.presigned(expiresSeconds: SigV4.presignedSecondsMax)
    #expect(Fixture.refusal(request, now: Fixture.now.adding(seconds: 604_800)) == nil)
    #expect(Fixture.refusal(request, now: Fixture.now.adding(seconds: 604_801)) == .presignedExpired)
  }

  @Test(
    "a query with a broken escape is refused",
    arguments: [
      ("X-Amz-Date=%4", "Incomplete trailing escape % sequence"),
      ("a=%zz", "Illegal hex character in escape % pattern: %zz"),
    ])
  func brokenEscapes(query: String, words: String) throws {
    #expect(Fixture.refusal(Fixture.form.replacing(query: query)) == .malformedQuery(words))
  }
}

import Testing

@testable import PolicyEngine

@Suite("Condition keys of a request") struct ContextKeyTests {
  /// Of a well-known key, and of one that differs from it in a byte or more.
  static let keys = [
    ("aws:SourceIp", "AWS:SOURCEIP"), ("aws:TokenIssueTime", "aws:tokenissuetime"), ("aws:SourceIpX", "aws:sourceipx"),
    ("aws:SourceI", "AWS:sourceI"), ("aws:PrincipalTag/Team", "aws:principaltag/TEAM"), ("x", "X"),
  ]

  @Test("a key is found in any letter case and no other is taken for it", arguments: keys)
  func find(key: String, spelling: String) {
    var context = RequestContext()
    for (other, _) in Self.keys where other != key { context.set(other, "other") }
    #expect(context[key] == nil)
    context.set(key, "first")
    context.set(spelling, "second")
    #expect(context[key] == ["second"])
    #expect(context[spelling] == ["second"])
    #expect(context.keys.count == Self.keys.count)
    context[spelling] = nil
    #expect(context[key] == nil)
    for (other, _) in Self.keys where other != key { #expect(context[other] == ["other"]) }
  }

  @Test("a key is found among more than have places", arguments: keys)
  func findAmongMany(key: String, spelling: String) {
    var context = RequestContext()
    context.set(key, "value")
    for number in 0..<100 { context.set("aws:RequestTag/", "\(number)", "other") }
    #expect(context[spelling] == ["value"])
    #expect(context["aws:RequestTag/99"] == ["other"])
    #expect(context["aws:UserAgent"] == nil)
  }

  @Test("a key that comes in two parts is the same as in one")
  func parts() {
    var context = RequestContext()
    context.set("aws:", "SourceIp", "192.0.2.1")
    #expect(context["aws:sourceip"] == ["192.0.2.1"])
  }

  @Test("a letter beyond ASCII is not taken for one of a well-known key")
  func kelvin() {
    var context = RequestContext()
    context.set("aws:To\u{212A}enIssueTime", "forged")
    #expect(context["aws:TokenIssueTime"] == nil)
    context.set("aws:TokenIssueTime", "issued")
    #expect(context["aws:To\u{212A}enIssueTime"] == ["forged"])
  }

  @Test("a well-known key has a number of its own, in any letter case")
  func numbers() {
    var pool: [UInt8] = []
    let known = ContextKey("aws:SourceIp", in: &pool).number
    #expect(known != nil)
    #expect(ContextKey("AWS:sourceIP", in: &pool).number == known)
    #expect(ContextKey("aws:SecureTransport", in: &pool).number != known)
    #expect(ContextKey("aws:SourceIp2", in: &pool).number == nil)
  }
}

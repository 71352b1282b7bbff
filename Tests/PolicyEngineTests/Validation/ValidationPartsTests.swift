import Testing

@testable import Differential
@testable import PolicyEngine

@Suite("Variables of a policy's text")
struct VariablesTests {
  @Test(
    "each reference is found with its fault",
    arguments: [
      ("a${b}c", [1..<5], [nil]), ("${a}${b", [0..<4, 4..<7], [nil, .missingBrace]), ("$a{b}", [], []),
      ("${a${b}", [0..<3, 3..<7], [.missingBrace, nil]), ("${a, 'x}y'}", [0..<11], [nil]),
      ("${a,'x' }", [0..<9], [nil]), ("${a, x}", [0..<7], [.missingQuote]), ("${a, '}", [0..<7], [.missingQuote]),
      ("${ a}", [0..<5], [.space]), ("${}", [0..<3], [.empty]), ("é${\t}", [1..<5], [.empty]),
      ("${", [0..<2], [.missingBrace]), ("$", [], []), ("${,'a'}", [0..<7], [nil]),
    ] as [(String, [Range<Int>], [Variables.Fault?])])
  func references(text: String, characters: [Range<Int>], faults: [Variables.Fault?]) {
    let references = Variables.references(in: text)
    #expect(references.map(\.characters) == characters)
    #expect(references.map(\.fault) == faults)
  }
}

@Suite("ARNFields")
struct ARNFieldsTests {
  @Test(
    "fields end at colons, save within variables",
    arguments: [
      ("arn:aws:s3:::b/x:y", ["arn", "aws", "s3", "", "", "b/x:y"]), ("arn:aws", ["arn", "aws"]), ("", [""]),
      ("arn:${a:b}:s3", ["arn", "${a:b}", "s3"]), ("arn:${a:b", ["arn", "${a:b"]),
      ("arn:aws:s3:::é${aws:username}é", ["arn", "aws", "s3", "", "", "é${aws:username}é"]),
    ])
  func fields(text: String, fields: [String]) {
    let arn = ARNFields(text)
    #expect(arn.fields.map(\.text) == fields)
    let scalars = Array(text.unicodeScalars)
    for field in arn.fields { #expect(scalars[field.characters].map { String($0) }.joined() == field.text) }
  }
}

@Suite("Patterns against patterns")
struct PatternsTests {
  private static let words: [String] = {
    var words = [""]
    for _ in 0..<4 { words = [""] + words.flatMap { word in ["a", "b"].map { word + $0 } } }
    return Array(Set(words)).sorted()
  }()

  private static func pattern(using random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 0...4, using: &random)).map { _ in ["a", "b", "*", "?"].randomElement(using: &random) ?? "" }
      .joined()
  }

  private static func tokens(_ pattern: String) -> [UInt16] { Glob.tokens(pattern.utf8, wildcards: true) }

  private static func matches(_ pattern: String) -> Set<String> {
    let tokens = tokens(pattern)
    return Set(words.filter { Glob.matches(tokens.span, $0.utf8.span) })
  }

  @Test("two patterns overlap exactly where some word matches both", arguments: 0..<4)
  func overlap(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<500 {
      let a = Self.pattern(using: &random)
      let b = Self.pattern(using: &random)
      // Patterns of up to four tokens that have a match in common have one of up to four characters, save where each
      // asks for more of them than the other leaves room for.
      let common = !Self.matches(a).isDisjoint(with: Self.matches(b))
      let overlap = PatternOverlap.exists(Self.tokens(a), Self.tokens(b))
      if common { #expect(overlap, "\(seed): \(a) \(b)") }
      if !overlap { #expect(!common, "\(seed): \(a) \(b)") }
      if a.utf8.count + b.utf8.count <= 4 { #expect(overlap == common, "\(seed): \(a) \(b)") }
    }
  }

  @Test("a pattern covers another only where it matches all that the other matches", arguments: 0..<4)
  func covers(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var count = 0
    for _ in 0..<500 {
      let a = Self.pattern(using: &random)
      let b = Self.pattern(using: &random)
      guard Glob.covers(Self.tokens(a), Array(b.utf8)) else { continue }
      count += 1
      #expect(Self.matches(a).isSuperset(of: Self.matches(b)), "\(seed): \(a) \(b)")
    }
    #expect(count > 20)
  }
}

@Suite("AddressRange")
struct AddressRangeTests {
  @Test(
    "bits behind the mask are told",
    arguments: [
      ("203.0.113.7/24", "203.0.113.0/24"), ("203.0.113.0/24", nil), ("203.0.113.7", nil), ("10.1.2.3/0", "0.0.0.0/0"),
      ("2001:DB8::1/32", "2001:db8::/32"), ("2001:db8:0:1:0:0:0:1/127", "2001:db8:0:1::/127"), ("::1/127", "::/127"),
      ("::ffff:203.0.113.7/120", "::ffff:cb00:7100/120"), ("1:0:0:2:0:0:0:3/127", "1:0:0:2::2/127"), ("::/0", nil),
    ] as [(String, String?)])
  func corrected(text: String, corrected: String?) throws {
    #expect(try #require(AddressRange(text)).corrected == corrected)
  }

  @Test(
    "private ranges are known",
    arguments: [
      ("10.0.0.0/8", true), ("10.0.0.0/7", false), ("172.31.255.255", true), ("172.32.0.0/16", false),
      ("192.168.0.0/16", true), ("192.0.0.0/8", false), ("fd00::/8", true), ("fc00::/7", true), ("fe00::/8", false),
      ("0.0.0.0/0", false),
    ])
  func isPrivate(text: String, isPrivate: Bool) throws {
    #expect(try #require(AddressRange(text)).isPrivate == isPrivate)
  }

  @Test("what is no range is none", arguments: ["", "10.0.0.*", "10.0.0.0/33", "x", "1:2"])
  func refused(text: String) { #expect(AddressRange(text) == nil) }
}

@Suite("AWSPrincipal")
struct AWSPrincipalTests {
  @Test(
    "what the key AWS takes",
    arguments: [
      ("111122223333", .account), ("arn:aws:iam::111122223333:root", .account),
      ("AROAEXAMPLEEXAMPLE12", .roleID), ("AIDAEXAMPLEEXAMPLE12", .userID),
      ("arn:aws:iam::111122223333:user/a/b", .user),
      ("arn:aws:iam::111122223333:role/a/b", .role(account: "111122223333", name: "b")),
      ("arn:aws:sts::111122223333:assumed-role/b/s", .roleSession(account: "111122223333", role: "b")),
      ("arn:aws:sts::111122223333:federated-user/f", .federatedUser), ("arn:aws:iam::111122223333:group/g", nil),
      ("arn:aws:iam::111122223333:user/", nil), ("arn:aws:iam:eu-west-1:111122223333:user/u", nil), ("root", nil),
    ] as [(String, AWSPrincipal?)])
  func kinds(text: String, principal: AWSPrincipal?) { #expect(AWSPrincipal(text) == principal) }
}

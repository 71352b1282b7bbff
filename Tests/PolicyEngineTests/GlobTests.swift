import Testing

@testable import Differential
@testable import PolicyEngine

@Suite("Glob")
struct GlobTests {
  private func matches(_ pattern: String, _ text: String) -> Bool {
    Glob.matches(Glob.tokens(pattern.utf8, wildcards: true).span, text.utf8.span)
  }

  @Test(
    "a star is any run and a question mark exactly one character",
    arguments: [
      ("", "", true), ("", "a", false), ("*", "", true), ("?", "", false), ("a*", "a", true), ("*a", "ba", true),
      ("*a", "ab", false), ("a*b*c", "a1b2c", true), ("a*b*c", "a1c2b", false), ("?b", "éb", true), ("??", "é", false),
      ("*?", "é", true), ("*?é", "éé", true), ("a**b", "ab", true), ("*ab*ab", "abab", true), ("*ab*ab", "aab", false),
    ])
  func examples(pattern: String, text: String, expected: Bool) {
    #expect(matches(pattern, text) == expected)
  }

  @Test("agrees with a table of all prefixes on random pairs")
  func agreement() {
    var random = SeededGenerator(seed: RandomRun.seed)
    var found = 0
    for _ in 0..<20_000 {
      let pattern = random.list(0...8) { $0.pick(["a", "b", "*", "?", "é"]) }.joined()
      let text = random.list(0...10) { $0.pick(["a", "b", "é"]) }.joined()
      let expected = ReferenceMatching.matches(ReferenceMatching.symbols(pattern), text)
      #expect(matches(pattern, text) == expected, "seed \(RandomRun.seed): `\(pattern)` and `\(text)`")
      if expected { found += 1 }
    }
    #expect(found > 1000)
  }

  @Test(
    "no pattern takes more steps than its length times the text's",
    arguments: ["****a", "*a*a*a*a*a*a*a*b", "a*a*a*a*a*a*c", "*?*?*?*?*b", "*aaaaaaaaaab"])
  func steps(pattern: String) {
    let tokens = Glob.tokens(pattern.utf8, wildcards: true)
    for length in [100, 1000, 10_000] {
      let text = String(repeating: "a", count: length)
      var steps = 0
      let isMatch = Glob.matches(tokens.span, text.utf8.span, steps: &steps)
      #expect(isMatch == pattern.hasSuffix("a"))
      #expect(steps <= (tokens.count + 1) * (length + 1))
    }
  }

  @Test("runs of stars are one")
  func runsOfStars() {
    #expect(Glob.tokens("****a".utf8, wildcards: true) == [Glob.anyRun, 0x61])
  }

  @Test(
    "a pattern of a table answers as the glob does",
    arguments: [
      "*", "abc", "ab*", "a*c", "?bc", "", "abcd", "b*", "*b*", "a*b*", "*b*d", "ab*bc", "ab*b*bc", "b*c*b", "a*bcb*cd",
      "*b*c*", "a*?c", "?*b*d", "*bcb?",
    ])
  func table(pattern: String) {
    var pool = PatternPool()
    _ = pool.add(Glob.tokens("first*".utf8, wildcards: true))
    let entry = pool.add(Glob.tokens(pattern.utf8, wildcards: true))
    for text in ["", "a", "ab", "abc", "abcd", "xbc", "first", "abbc", "abcbcd", "bcbcb"] {
      #expect(entry.matches(text.utf8.span, in: pool) == matches(pattern, text), "\(text)")
    }
  }
}

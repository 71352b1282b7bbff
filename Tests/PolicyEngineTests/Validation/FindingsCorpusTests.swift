import PolicyEngine
import Testing

@Suite("The corpus of findings")
struct FindingsCorpusTests {
  @Test("each policy has the findings that are expected, at their places", arguments: try FindingsCorpus.names())
  func cases(file: String) throws {
    let cases = try FindingsCorpus.read(file)
    try #require(!cases.isEmpty)
    for findingCase in cases {
      let findings = PolicyValidation.findings(in: findingCase.policy, as: try findingCase.policyType())
      let found = findings.map { finding in
        let start = finding.locations[0].span.start
        return FindingCase.Expected(code: finding.code.rawValue, line: start.line, column: start.column)
      }
      #expect(Self.sorted(found) == Self.sorted(findingCase.expect), "\(findingCase.id)")
    }
  }

  private static func sorted(_ found: [FindingCase.Expected]) -> [FindingCase.Expected] {
    found.sorted { ($0.line, $0.column, $0.code) < ($1.line, $1.column, $1.code) }
  }

  @Test("findings come in the order of their places and each message is complete")
  func order() throws {
    for findingCase in try FindingsCorpus.all() {
      let findings = PolicyValidation.findings(in: findingCase.policy, as: try findingCase.policyType())
      let starts = findings.map(\.locations[0].span.start.offset)
      #expect(starts == starts.sorted(), "\(findingCase.id)")
      for finding in findings { #expect(!finding.details.contains("%"), "\(findingCase.id): \(finding.details)") }
    }
  }

  @Test("there are at least 250 cases, each with an id of its own and a source")
  func sources() throws {
    let cases = try FindingsCorpus.all()
    #expect(cases.count >= 250)
    #expect(Set(cases.map(\.id)).count == cases.count)
    for findingCase in cases { #expect(!findingCase.source.isEmpty, "\(findingCase.id)") }
  }

  @Test("each code has a policy that brings it and one that nearly does")
  func coverage() throws {
    let cases = try FindingsCorpus.all()
    let brought = Set(cases.flatMap(\.expect).map(\.code))
    let near = Set(cases.compactMap(\.near))
    for code in IssueCode.allCases {
      #expect(brought.contains(code.rawValue), "nothing brings \(code)")
      #expect(near.contains(code.rawValue), "nothing nearly brings \(code)")
    }
  }

  @Test("a near miss does not bring the code that it is near")
  func nearMisses() throws {
    for findingCase in try FindingsCorpus.all() {
      #expect(!findingCase.expect.contains { $0.code == findingCase.near }, "\(findingCase.id)")
    }
  }
}

@Suite("IssueTable")
struct IssueTableTests {
  private struct Documented: Hashable {
    let code: String
    let kind: String
    let anchor: String
  }

  /// Codes that AWS documents and that no check brings; may only shrink.
  private static let exceptions: Set<String> = []

  private func documented() throws -> Set<Documented> {
    let rows = try FindingsCorpus.lines(of: "documented-codes.txt").filter { !$0.hasPrefix("#") }.map { line in
      let words = line.split(separator: " ").map(String.init)
      try #require(words.count == 3, "\(line)")
      return Documented(code: words[0], kind: words[1], anchor: words[2])
    }
    return Set(rows)
  }

  @Test("the codes, their types and links are those that AWS documents")
  func codes() throws {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
    let prefix = "\(page)#access-analyzer-reference-policy-checks-"
    let known = try IssueCode.allCases.map { code in
      try #require(code.learnMoreLink.hasPrefix(prefix), "\(code)")
      return Documented(
        code: code.rawValue, kind: code.kind.rawValue, anchor: String(code.learnMoreLink.dropFirst(prefix.count)))
    }
    let expected = try documented().filter { !Self.exceptions.contains($0.code) }
    #expect(expected.count + Self.exceptions.count == 153)
    #expect(Set(known) == expected)
  }
}

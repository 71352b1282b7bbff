import Foundation
import Testing

@testable import Differential
@testable import PolicyEngine

@Suite("Findings in any text")
struct FindingsPropertyTests {
  @Test("every document that IAM refuses has a finding of the kind that AWS gives it")
  func refused() throws {
    struct DocumentCase: Decodable {
      let name: String
      let kind: String
      let text: String
      let minimumVersion: String?
      let error: String?
    }
    // AWS: IAM refuses these too, and Access Analyzer thinks less of them.
    let lesser: Set<IssueCode> = [
      .emptyArrayAction, .emptyArrayResource, .emptyArrayPrincipal, .emptyObjectPrincipal, .typeMismatchDate,
      .wildcardInServiceName,
    ]
    let file = FindingsCorpus.folder.deletingLastPathComponent().appending(path: "Documents/documents.json")
    let cases = try JSONDecoder().decode([DocumentCase].self, from: Data(contentsOf: file))
    let types: [String: PolicyType] = [
      "identity": .identity, "session": .session, "trust": .trust, "resource": .resource(nil),
    ]
    let refused = cases.filter { $0.error != nil && $0.minimumVersion == nil }
    try #require(refused.count > 100)
    for documentCase in refused {
      let type = try #require(types[documentCase.kind])
      let findings = PolicyValidation.findings(in: documentCase.text, as: type)
      #expect(findings.contains { $0.kind == .error || lesser.contains($0.code) }, "\(documentCase.name)")
    }
  }

  @Test("a changed policy is read to its end, and all places lie within it", arguments: 0..<8)
  func changed(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let cases = try FindingsCorpus.all().filter { $0.policy.utf8.count < 2_000 }
    for _ in 0..<250 {
      let findingCase = try #require(cases.randomElement(using: &random))
      let text = Self.change(findingCase.policy, using: &random)
      let count = text.unicodeScalars.count
      for finding in PolicyValidation.findings(in: text, as: try findingCase.policyType()) {
        #expect(!finding.locations.isEmpty)
        for location in finding.locations {
          let span = location.span
          #expect(span.start.offset <= span.end.offset && span.end.offset <= count, "\(seed): \(text)")
        }
      }
    }
  }

  /// Some bytes taken out, doubled or replaced by what means something in a policy.
  private static func change(_ text: String, using random: inout SeededGenerator) -> String {
    var bytes = Array(text.utf8)
    let pieces = [
      "\"", "\\", "{", "}", "[", "]", ":", ",", "*", "?", "${", "}", "arn:", "\\u00e9", "é", "😀", "null", "1",
    ]
    for _ in 0...Int.random(in: 0..<3, using: &random) where !bytes.isEmpty {
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, start + Int.random(in: 0..<6, using: &random))
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.insert(contentsOf: bytes[start..<end], at: end)
      default: bytes.replaceSubrange(start..<end, with: (pieces.randomElement(using: &random) ?? "").utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    "a policy that names principals is taken for one of a resource, or of a role",
    arguments: [
      (#"{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#, PolicyType.identity),
      (#"{"Statement":{"Principal":"*","Action":"s3:GetObject","Resource":"*"}}"#, .resource(nil)),
      (#"{"Statement":{"NotPrincipal":{"AWS":"1"},"Action":"s3:GetObject","Resource":"*"}}"#, .resource(nil)),
      (#"{"Statement":[{"Principal":"*","Action":["sts:AssumeRole","sts:TagSession"]}]}"#, .trust),
      (#"{"Statement":[{"Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}"#, .resource(nil)),
      (
        #"{"Statement":[{"Principal":"*","Action":"sts:AssumeRole"},{"Principal":"*","Action":"s3:*"}]}"#,
        .resource(nil)
      ),
      (#"{"Statement":["#, .identity), ("[]", .identity), ("", .identity),
    ])
  func guess(text: String, type: PolicyType) { #expect(PolicyType(guessedFrom: text) == type) }

  @Test("a list of more patterns than are compared is read all the same")
  func longLists() {
    let actions = (0..<2_000).map { #""s3:Get*\#($0)""# }.joined(separator: ",")
    let text =
      #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[\#(actions)],"Resource":"*"}]}"#
    #expect(PolicyValidation.findings(in: text, as: .identity).contains { $0.code == .invalidAction })
  }
}

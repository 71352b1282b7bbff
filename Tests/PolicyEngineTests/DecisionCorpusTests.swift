import DecisionCases
import Foundation
import PolicyEngine
import Testing

/// The files of the corpus, one decision case a line.
enum DecisionCorpus {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/Decisions")

  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "jsonl" }.map { $0.deletingPathExtension().lastPathComponent }.sorted()
  }

  static func cases(_ name: String) throws -> [DecisionCase] {
    var splitter = LineSplitter()
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "\(name).jsonl")))
    return try (splitter.add(bytes) + splitter.finish()).map { line in
      let text = try #require(line.bytes, "\(name), line \(line.number)")
      return try DecisionCase(line: text)
    }
  }
}

@Suite("The corpus of decisions")
struct DecisionCorpusTests {
  @Test(
    "the engine and the reference decide each case as AWS's documentation does, and for the same layer",
    arguments: try DecisionCorpus.names())
  func decisions(file: String) throws {
    let decider = CaseDecider()
    let cases = try DecisionCorpus.cases(file)
    try #require(!cases.isEmpty)
    for decisionCase in cases {
      let expected = try #require(decisionCase.expectation, "\(decisionCase.id)")
      #expect((expected.layer == nil) == (expected.decision == .allowed), "layer: \(decisionCase.id)")
      let answer = decider.decide(decisionCase)
      #expect(answer.decision == expected.decision && answer.layer == expected.layer, "engine: \(decisionCase.id)")
      let reference = decisionCase.decideByReference()
      #expect(
        reference.decision == expected.decision && reference.layer == expected.layer, "reference: \(decisionCase.id)")
    }
  }

  @Test("each case has an id of its own and names its page, and there are at least 1,000 of them")
  func sources() throws {
    let cases = try DecisionCorpus.names().flatMap { try DecisionCorpus.cases($0) }
    #expect(cases.count >= 1000)
    #expect(Set(cases.map(\.id)).count == cases.count)
    for decisionCase in cases { #expect(decisionCase.source?.contains(".md") == true, "\(decisionCase.id)") }
  }
}

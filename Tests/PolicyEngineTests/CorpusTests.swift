import PolicyEngine
import Testing

@Suite("The corpus")
struct CorpusTests {
  @Test("the engine and the reference answer each case as AWS's documentation does", arguments: try Corpus.names())
  func cases(file: String) throws {
    let cases: [CorpusCase] = try Corpus.read(file)
    try #require(!cases.isEmpty)
    for corpusCase in cases {
      let layers = try corpusCase.layers()
      let request = try corpusCase.request()
      let verdict = Authorization.decide(request, under: RandomCase.compile(layers))
      let expected = ReferenceEvaluator(request: request).decide(layers)
      #expect(Self.name(verdict.decision, verdict.layer) == corpusCase.expect, "engine: \(corpusCase.name)")
      #expect(Self.name(expected.decision, expected.layer) == corpusCase.expect, "reference: \(corpusCase.name)")
    }
  }

  @Test("each case names a page and there are at least 500 of them")
  func sources() throws {
    let cases: [CorpusCase] = try Corpus.names().flatMap { file -> [CorpusCase] in try Corpus.read(file) }
    #expect(cases.count >= 500)
    for corpusCase in cases { #expect(corpusCase.source.contains(".md"), "\(corpusCase.name)") }
  }

  private static func name(_ decision: Verdict.Decision, _ layer: Verdict.Layer?) -> String {
    layer.map { "\(decision):\($0)" } ?? "\(decision)"
  }
}

@Suite("Policy documents")
struct PolicyDocumentTests {
  private struct DocumentCase: Decodable {
    let name: String
    let source: String
    let kind: String
    let text: String
    let minimumVersion: String?
    /// AWS's message; none for a document that is accepted.
    let error: String?
  }

  @Test("each document of the corpus is accepted or refused in AWS's words")
  func corpus() throws {
    let cases: [DocumentCase] = try Corpus.read("Documents/documents")
    #expect(cases.count >= 150)
    let kinds: [String: PolicyDocument.Kind] = [
      "identity": .identity, "trust": .trust, "resource": .resource, "session": .session,
    ]
    for documentCase in cases {
      let kind = try #require(kinds[documentCase.kind])
      let minimum = documentCase.minimumVersion.flatMap { PolicyDocument.Version(rawValue: $0) } ?? .v2008
      let result = Result { () throws(PolicyDocumentError) in
        try PolicyDocument.parse(documentCase.text, as: kind, minimumVersion: minimum)
      }
      switch result {
      case .success: #expect(documentCase.error == nil, "accepted: \(documentCase.name)")
      case .failure(let error): #expect(error.message == documentCase.error, "\(documentCase.name)")
      }
    }
  }
}

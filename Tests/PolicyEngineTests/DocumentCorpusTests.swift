import Foundation
import PolicyEngine
import Testing

@Suite("The corpus of documents")
struct DocumentCorpusTests {
  private struct DocumentCase: Decodable {
    let name: String
    /// The page of AWS's documentation that says so.
    let source: String
    let kind: String
    let text: String
    let minimumVersion: String?
    /// AWS's message; none for a document that is accepted.
    let error: String?
    /// Where the message is found; not every case says.
    let line: Int?
    let column: Int?
  }

  private static let kinds: [String: PolicyDocument.Kind] = [
    "identity": .identity, "trust": .trust, "resource": .resource, "session": .session,
  ]

  private static func cases() throws -> [DocumentCase] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/Documents")
    return try JSONDecoder().decode(
      [DocumentCase].self, from: Data(contentsOf: folder.appending(path: "documents.json")))
  }

  @Test("each document is accepted, or refused in AWS's words and at its place")
  func documents() throws {
    for documentCase in try Self.cases() {
      let kind = try #require(Self.kinds[documentCase.kind], "\(documentCase.name)")
      let minimum = try documentCase.minimumVersion.map { try #require(PolicyDocument.Version(rawValue: $0)) } ?? .v2008
      let result = Result { () throws(PolicyDocumentError) in
        try PolicyDocument.parse(documentCase.text, as: kind, minimumVersion: minimum)
      }
      switch result {
      case .success: #expect(documentCase.error == nil, "accepted: \(documentCase.name)")
      case .failure(let error):
        #expect(error.message == documentCase.error, "\(documentCase.name)")
        if let line = documentCase.line { #expect(error.line == line, "\(documentCase.name)") }
        if let column = documentCase.column { #expect(error.column == column, "\(documentCase.name)") }
      }
    }
  }

  @Test("each case has a name of its own and names its page, and there are at least 350 of them")
  func sources() throws {
    let cases = try Self.cases()
    #expect(cases.count >= 350)
    #expect(Set(cases.map(\.name)).count == cases.count)
    for documentCase in cases { #expect(documentCase.source.contains(".md"), "\(documentCase.name)") }
  }
}

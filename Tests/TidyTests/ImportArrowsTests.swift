import Foundation
import Testing

/// The sources keep the architecture: who may import whom, which words are not used, how long a file may be.
@Suite("Tidy") struct TidyTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  struct SourceFile: Sendable, CustomTestStringConvertible {
    let path: String
    let lines: [String]
    var testDescription: String { path }
  }

  static let sources = files(in: "Sources")
  static let tests = files(in: "Tests")

  private static func files(in folder: String) -> [SourceFile] {
    let base = root.appending(path: folder)
    let walk = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
    // What documentation shows is no part of a module.
    let sources = (walk?.allObjects as? [URL] ?? []).filter {
      $0.pathExtension == "swift" && !$0.path.contains(".docc/")
    }
    return sources.compactMap { url in
      guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
      let path = String(url.path.dropFirst(root.path.count + 1))
      return SourceFile(
        path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }.sorted { $0.path < $1.path }
  }

  /// Which modules of the project each module may import; the arrows of ARCHITECTURE.md.
  static let arrows: [String: Set<String>] = [
    "AWSCore": [],
    "PolicyEngine": ["AWSCore", "CServiceReference"],
    "DecisionCases": ["AWSCore", "PolicyEngine"],
    "AWSWire": ["AWSCore"],
    "Directory": ["AWSCore", "PolicyEngine", "CManagedPolicies", "CZlib"],
    "StorePostgreSQL": ["AWSCore", "Directory", "CPQ"],
    "StoreSQLite": ["AWSCore", "Directory", "CSQLite"],
    "SAML": ["AWSCore", "CXMLSec"],
    "WebIdentity": ["AWSCore", "CCurl", "Directory"],
    "ServiceKit": ["AWSCore", "AWSWire", "CArgon2", "Directory", "PolicyEngine", "WebIdentity"],
    "Services/IAM": [
      "AWSCore", "AWSWire", "CQREncode", "CZlib", "Directory", "PolicyEngine", "SAML", "ServiceKit", "WebIdentity",
    ],
    "Services/STS": ["AWSCore", "AWSWire", "Directory", "PolicyEngine", "SAML", "ServiceKit", "WebIdentity"],
    "sallyport": [
      "AWSCore", "AWSWire", "DecisionCases", "Directory", "IAM", "PolicyEngine", "STS", "ServiceKit",
      "StorePostgreSQL", "StoreSQLite", "WebIdentity",
    ],
  ]

  static let modules: Set<String> = [
    "AWSCore", "AWSWire", "CArgon2", "CCurl", "CManagedPolicies", "CPQ", "CQREncode", "CServiceReference", "CSQLite",
    "CXMLSec", "CZlib", "DecisionCases", "Directory", "IAM", "PolicyEngine", "SAML", "STS", "ServiceKit",
    "StorePostgreSQL", "StoreSQLite", "WebIdentity", "sallyport",
  ]

  @Test("the sources are found") func foundSources() { #expect(Self.sources.count > 60) }

  @Test("imports follow the arrows", arguments: sources)
  func arrows(_ file: SourceFile) throws {
    let parts = file.path.split(separator: "/").dropFirst().map(String.init)
    let module = parts[0] == "Services" ? "Services/\(parts[1])" : parts[0]
    let allowed = try #require(Self.arrows[module], "the module `\(module)` has no arrows")
    for line in file.lines {
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index <= 1, index + 1 < words.count else { continue }
      let imported = String(words[index + 1].split(separator: ".")[0])
      if Self.modules.contains(imported) { #expect(allowed.contains(imported), "\(module) imports \(imported)") }
    }
  }

  /// Modules on the way of a request that do without Foundation.
  @Test(
    "core, engine and wire do without Foundation",
    arguments: sources.filter { file in
      ["Sources/AWSCore/", "Sources/PolicyEngine/", "Sources/AWSWire/"].contains { file.path.hasPrefix($0) }
    })
  func noFoundation(_ file: SourceFile) {
    #expect(!file.lines.contains { $0.contains("import Foundation") })
  }

  static let banned: [(word: String, instead: String)] = [
    ("print(", "the logger, or Terminal for commands"), ("try!", "throws"), ("Date()", "the call's clock"),
    ("UUID()", "the call's entropy"), ("fatalError(", "an error, or precondition for our own mistakes"),
    ("XCTest", "Swift Testing"), ("nonisolated(unsafe)", "a Mutex"), ("DateFormatter", "Timestamp"),
    ("NSRegularExpression", "a matcher on bytes"), ("JSONSerialization", "a typed decoder"), ("TO" + "DO", "an issue"),
    ("FIX" + "ME", "an issue"),
  ]

  /// Wrappers of C libraries, the only places where the compiler's word is replaced by ours.
  static let unchecked: Set<String> = ["Sources/StoreSQLite/SQLiteConnection.swift"]

  @Test("words that have a replacement are not used", arguments: sources)
  func bannedWords(_ file: SourceFile) {
    for (number, line) in file.lines.enumerated() {
      for (word, instead) in Self.banned where line.contains(word) {
        Issue.record("\(file.path):\(number + 1): `\(word)`; use \(instead)")
      }
      if line.contains("@unchecked Sendable"), !Self.unchecked.contains(file.path) {
        Issue.record("\(file.path):\(number + 1): `@unchecked Sendable` outside the wrappers of C libraries")
      }
    }
  }

  @Test("files are short", arguments: sources + tests)
  func fileLength(_ file: SourceFile) { #expect(file.lines.count <= 500) }

  @Test("tests are not switched off", arguments: tests)
  func noDisabledTests(_ file: SourceFile) {
    for word in [".dis" + "abled(", "withKnown" + "Issue", "Task.sl" + "eep"] {
      #expect(!file.lines.contains { $0.contains(word) }, "\(file.path) has `\(word)`")
    }
  }
}

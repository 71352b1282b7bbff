import Foundation
import PolicyEngine
import Testing

/// A policy and all that is to be found in it.
struct FindingCase: Decodable, Sendable {
  struct Expected: Decodable, Sendable, Hashable, CustomStringConvertible {
    let code: String
    /// Counted from 1.
    let line: Int
    /// Counted from 0, as AWS's API counts.
    let column: Int

    var description: String { "\(code) at \(line):\(column)" }
  }

  let id: String
  /// The page of AWS's documentation that says so.
  let source: String
  let type: String
  let policy: String
  /// Where the first location of each finding begins.
  let expect: [Expected]
  /// The code that a small change of the policy would bring.
  let near: String?

  func policyType() throws -> PolicyType {
    let types: [String: PolicyType] = [
      "identity": .identity, "session": .session, "resource": .resource(nil), "trust": .trust, "scp": .serviceControl,
      "rcp": .resourceControl,
    ]
    if let known = types[type] { return known }
    let resource: PolicyType.ResourceType = try #require(.init(rawValue: type), "`\(type)` is no type")
    return .resource(resource)
  }
}

/// The files with findings, one case a line.
enum FindingsCorpus {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Corpus/Findings")

  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "jsonl" }.map { $0.deletingPathExtension().lastPathComponent }.sorted()
  }

  static func read(_ name: String) throws -> [FindingCase] {
    try lines(of: "\(name).jsonl").map { try JSONDecoder().decode(FindingCase.self, from: Data($0.utf8)) }
  }

  static func all() throws -> [FindingCase] { try names().flatMap { try read($0) } }

  static func lines(of file: String) throws -> [Substring] {
    try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n")
  }
}

import Foundation
import PolicyEngine

/// Changes made to a document's text.
enum JSONText {
  static func changingStatements(of text: String, _ change: ([JSONValue]) -> [JSONValue]) throws -> String {
    guard case .object(var members) = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)),
      case .array(let statements)? = members["Statement"]
    else { return text }
    members["Statement"] = .array(change(statements))
    return String(decoding: try JSONEncoder().encode(JSONValue.object(members)), as: UTF8.self)
  }
}

extension RandomWords {
  /// A document with one statement of that effect.
  static func single(_ random: inout SeededGenerator, effect: String) throws -> PolicyDocument {
    let text = document(&random, .identity)
    let changed = try JSONText.changingStatements(of: text) { statements in
      statements.prefix(1).map { statement in
        guard case .object(var members) = statement else { return statement }
        members["Effect"] = .string(effect)
        return .object(members)
      }
    }
    return try PolicyDocument.parse(changed, as: .identity)
  }
}

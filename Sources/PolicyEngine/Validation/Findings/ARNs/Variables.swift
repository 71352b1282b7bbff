/// The policy variables of a text, `${…}`, and what is wrong with them.
enum Variables {
  enum Fault { case missingBrace, empty, space, missingQuote }

  struct Reference {
    /// With its `${` and `}`, counted in characters.
    let characters: Range<Int>
    let text: String
    /// What stands before a comma.
    let name: String
    let fault: Fault?

    /// `${*}`, `${?}` or `${$}`, which stand for a character and not for a value.
    var isEscape: Bool { ["*", "?", "$"].contains(name) }
  }

  /// References of one text that are looked at; no policy of AWS's comes near.
  private static let countMax = 256

  static func references(in text: String) -> [Reference] {
    // Most texts have none.
    guard text.utf8.contains(UInt8(ascii: "$")) else { return [] }
    let characters = Array(text.unicodeScalars)
    var references: [Reference] = []
    var index = 0
    while index + 1 < characters.count, references.count < countMax {
      guard characters[index] == "$", characters[index + 1] == "{" else {
        index += 1
        continue
      }
      let reference = reference(in: characters, at: index)
      references.append(reference)
      index = reference.characters.upperBound
    }
    return references
  }

  private static func reference(in characters: [Unicode.Scalar], at start: Int) -> Reference {
    var index = start + 2
    var hasDefault = false
    while index < characters.count, characters[index] != "}" {
      if characters[index] == "$", index + 1 < characters.count, characters[index + 1] == "{" { break }
      if characters[index] == "," { hasDefault = true }
      // A default value in quotes may hold a brace.
      if hasDefault, characters[index] == "'", let end = characters[(index + 1)...].firstIndex(of: "'") { index = end }
      index += 1
    }
    let isClosed = index < characters.count && characters[index] == "}"
    let end = isClosed ? index + 1 : index
    let content = characters[start + 2..<index]
    let name = content.prefix { $0 != "," }
    let fault: Fault? =
      if !isClosed {
        .missingBrace
      } else if content.allSatisfy(\.isSpace) {
        .empty
      } else if name.contains(where: \.isSpace) {
        .space
      } else if hasDefault, !isQuoted(content.dropFirst(name.count + 1)) {
        .missingQuote
      } else {
        nil
      }
    return Reference(
      characters: start..<end, text: string(characters[start..<end]), name: string(name), fault: fault)
  }

  private static func isQuoted(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    let trimmed = text.drop(while: \.isSpace)
    guard let last = trimmed.lastIndex(where: { !$0.isSpace }) else { return false }
    return trimmed.first == "'" && trimmed[last] == "'" && last > trimmed.startIndex
  }

  private static func string(_ characters: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: characters)
    return String(text)
  }
}

extension Unicode.Scalar {
  fileprivate var isSpace: Bool { self == " " || self == "\t" || self == "\n" || self == "\r" }
}

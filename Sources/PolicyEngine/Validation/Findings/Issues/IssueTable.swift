/// What each issue code is: how much it weighs and what AWS says.
///
/// The words are those of access-analyzer-reference-policy-checks.md; `%1`, `%2`, … stand for what a finding fills in.
enum IssueTable {
  static let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"

  struct Row: Sendable {
    let kind: Finding.Kind
    let rank: Int
    private let messages: [String]

    init(kind: Finding.Kind, rank: Int, messages: [String]) {
      self.kind = kind
      self.rank = rank
      self.messages = messages
    }

    /// Messages the code can have.
    var variants: Int { messages.count }

    func message(_ arguments: [String], variant: Int) -> String {
      var text = ""
      var rest = messages[variant].utf8[...]
      while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
        let digit = rest.index(after: percent)
        text += String(Substring(rest[..<percent])) + arguments[Int(rest[digit]) - 0x31]
        rest = rest[rest.index(after: digit)...]
      }
      return text + String(Substring(rest))
    }
  }

  /// One code with the messages it can have; nearly all have one.
  typealias Entry = (code: IssueCode, messages: [String])

  static let rows: [IssueCode: Row] = {
    let kinds: [(Finding.Kind, [Entry])] = [
      (.error, documentErrors + arnErrors + conditionErrors + policyTypeErrors), (.securityWarning, securityWarnings),
      (.warning, warnings), (.suggestion, suggestions),
    ]
    var rows: [IssueCode: Row] = [:]
    for (kind, entries) in kinds {
      for entry in entries { rows[entry.code] = Row(kind: kind, rank: rows.count, messages: entry.messages) }
    }
    return rows
  }()

  static func row(of code: IssueCode) -> Row {
    guard let row = rows[code] else { preconditionFailure("each code has a row") }
    return row
  }
}

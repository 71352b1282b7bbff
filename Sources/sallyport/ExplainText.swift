import DecisionCases
import PolicyEngine

/// An explanation for people.
struct ExplanationText {
  /// Statements of one layer that are told.
  private static let decidingMax = 4

  private let explained: CaseExplanation
  private let explanation: Explanation
  private let words: ExplanationWords
  private let ink: Ink
  private var lines: [String] = []

  init(_ explained: CaseExplanation, _ names: PolicyNames, _ ink: Ink) {
    self.explained = explained
    self.ink = ink
    explanation = explained.explanation
    words = ExplanationWords(names)
    head()
    remarks()
    layers()
    nearMisses()
    missingKeys()
    notGiven()
    invalid()
  }

  var text: String { lines.joined(separator: "\n") + "\n" }

  /// Adds a line; what a case says never reaches a terminal as it is.
  private mutating func put(_ indent: Int, _ text: String, _ style: Ink.Style? = nil) {
    lines.append(String(repeating: " ", count: indent) + (style.map { ink($0, text.shown) } ?? text.shown))
  }

  private mutating func heading(_ text: String) {
    lines.append("")
    put(2, text, .heading)
  }

  // MARK: The decision

  private mutating func head() {
    let decision = ink(explanation.decision.isAllowed ? .good : .bad, words.decision(explanation.decision))
    lines.append("\(explained.id.shown): \(decision)\(words.deciders(explanation).shown)")
    let request = explained.request
    put(2, "principal  \(request.principal.name)")
    put(2, "action     \(request.action)")
    put(2, "resource   \(request.resource)")
  }

  private mutating func remarks() {
    guard !explanation.remarks.isEmpty else { return }
    heading("The request")
    for remark in explanation.remarks { put(4, words.remark(remark)) }
  }

  // MARK: Layers

  private mutating func layers() {
    let told = explanation.layers.filter { $0.say != .notGiven || $0.need == .required }
    heading("Layers")
    let titles = told.map { words.title(of: $0, among: explanation.layers) }
    let width = titles.map(\.count).max() ?? 0
    for (title, report) in zip(titles, told) {
      let padding = String(repeating: " ", count: width - title.count + 2)
      lines.append("    \(title)\(padding)\(ink(style(of: report), words.say(report).shown))")
      for statement in report.deciding.prefix(Self.decidingMax) {
        put(width + 6, words.named(statement.reference, in: report))
      }
      let more = report.deciding.count - Self.decidingMax
      if more > 0 { put(width + 6, "and \(more) more") }
    }
  }

  private func style(of report: Explanation.LayerReport) -> Ink.Style {
    switch report.say {
    case .denies: .bad
    case .allows: .good
    case .silent, .notGiven: report.need == .notNeeded ? .quiet : .bad
    case .exempt: .quiet
    }
  }

  // MARK: Near misses

  private mutating func nearMisses() {
    let reports = explanation.layers.filter { !$0.nearMisses.isEmpty }
    guard !reports.isEmpty else { return }
    heading("Near misses")
    for report in reports {
      for miss in report.nearMisses { add(miss, report) }
    }
  }

  private mutating func add(_ miss: NearMiss, _ report: Explanation.LayerReport) {
    put(4, "\(words.named(miss.statement, in: report)) would \(miss.effect == .allow ? "allow" : "deny"), but for")
    let text = report.policies[miss.statement.policy].document.text
    for mismatch in miss.mismatches {
      put(6, words.mismatch(mismatch))
      if let remark = mismatch.remark { put(8, words.remark(remark)) }
      let quote = SourceQuote(text, mismatch.range)
      lines.append("        \(ink(.quiet, quote.number)) \(quote.line.shown)")
      lines.append("        \(ink(.quiet, quote.margin)) \(quote.indent)\(ink(.mark, quote.mark))")
    }
    if !miss.changes.isEmpty { put(6, "it would match with \(words.changes(miss.changes))") }
  }

  // MARK: What is missing

  private mutating func missingKeys() {
    guard !explanation.missingKeys.isEmpty else { return }
    heading("Condition keys that the request lacks")
    for key in explanation.missingKeys {
      put(4, key.name)
      for use in key.uses { put(6, words.use(use)) }
    }
  }

  private mutating func notGiven() {
    let policies = explanation.assumptions.compactMap {
      if case .noPolicies(let layer) = $0 { words.plural(layer) } else { nil }
    }
    var sentences = explanation.assumptions.compactMap { words.assumption($0) }
    if !policies.isEmpty { sentences.insert("taken as none: \(policies.joined(separator: ", "))", at: 0) }
    guard !sentences.isEmpty else { return }
    heading("Not given")
    for sentence in sentences { put(4, sentence) }
  }

  private mutating func invalid() {
    guard !explained.invalid.isEmpty else { return }
    heading("Left out, since AWS refuses them")
    for policy in explained.invalid {
      put(4, "\(words.place(policy)):\(policy.error.line):\(policy.error.column): \(policy.error.message)")
    }
  }
}

/// A line of a policy with a part of it marked.
struct SourceQuote {
  /// Characters of a line that are shown.
  private static let widthMax = 96
  /// Characters that are shown before the marked part where the line is cut.
  private static let lead = 24

  let number: String
  let line: String
  let indent: String
  let mark: String

  var margin: String { String(repeating: " ", count: number.count - 1) + "|" }

  /// - Parameter text: of the whole policy.
  init(_ text: String, _ range: SourceRange) {
    let all = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    let scalars = all.indices.contains(range.start.line - 1) ? Array(all[range.start.line - 1]) : []
    let first = min(range.start.column - 1, scalars.count)
    let end = range.end.line == range.start.line ? min(range.end.column - 1, scalars.count) : scalars.count
    let start = scalars.count <= Self.widthMax ? 0 : max(0, min(first - Self.lead, scalars.count - Self.widthMax))
    let stop = min(scalars.count, start + Self.widthMax)
    var part = String.UnicodeScalarView()
    part.append(contentsOf: scalars[start..<stop])
    let isCut = (start > 0, stop < scalars.count)
    number = "\(range.start.line):\(range.start.column) |"
    line = (isCut.0 ? "…" : "") + String(part) + (isCut.1 ? "…" : "")
    indent = String(repeating: " ", count: first - start + (isCut.0 ? 1 : 0))
    mark = String(repeating: "^", count: max(1, min(end, stop) - first))
  }
}

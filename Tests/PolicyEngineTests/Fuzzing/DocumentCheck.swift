@testable import PolicyEngine

/// A text of a policy is refused with a place in it, or means the same when it is written anew; and validation gets
/// through it.
///
/// The first byte says what the policy is for, the others are its text.
enum DocumentCheck {
  private static let kinds: [PolicyDocument.Kind] = [.identity, .trust, .resource, .session]
  private static let types: [PolicyType] = [
    .identity, .trust, .resource(nil), .session, .serviceControl, .resourceControl, .resource(.bucket),
    .resource(.table),
  ]

  static func complaint(about bytes: [UInt8]) -> String? {
    var input = FuzzInput(bytes)
    let choice = input.byte()
    let kind = kinds[Int(choice & 3)]
    let minimum: PolicyDocument.Version = choice & 4 == 0 ? .v2008 : .v2012
    let text = FuzzInput.text(input.rest())
    if let complaint = complaint(aboutJSON: text) { return complaint }
    do throws(PolicyDocumentError) {
      let document = try PolicyDocument.parse(text, as: kind, minimumVersion: minimum)
      if let complaint = complaint(about: document, minimum) { return complaint }
    } catch {
      if !error.isPlace(in: text) { return "refused at a place that is not there: \(error)" }
    }
    // What validation does for itself takes longer than all of the rest, so that it has a part of the inputs.
    guard choice & 0xC0 == 0xC0 else { return nil }
    return complaint(aboutFindingsIn: text, as: types[Int(choice >> 3 & 7)])
  }

  private static func complaint(about document: PolicyDocument, _ minimum: PolicyDocument.Version) -> String? {
    let written = CanonicalPolicy.text(of: document)
    do throws(PolicyDocumentError) {
      let again = try PolicyDocument.parse(written, as: document.kind, minimumVersion: minimum)
      if !again.hasSameMeaning(as: document) { return "means something else when written as \(written)" }
      let twice = CanonicalPolicy.text(of: again)
      return twice.utf8.elementsEqual(written.utf8) ? nil : "\(written) is written as \(twice)"
    } catch {
      return "\(error) in \(written)"
    }
  }

  /// JSON by the rules for texts that hold policies.
  private static func complaint(aboutJSON text: String) -> String? {
    let bytes = Array(text.utf8)
    do throws(Refusal) {
      let root = try JSONParser.parse(bytes, by: .envelope(depthMax: JSONParser.depthMax))
      guard root.offset < root.end, root.end <= bytes.count else { return "a value ends at \(root.end)" }
      let written = CanonicalPolicy.text(of: root)
      let again = try JSONParser.parse(Array(written.utf8), by: .envelope(depthMax: JSONParser.depthMax))
      let twice = CanonicalPolicy.text(of: again)
      return twice.utf8.elementsEqual(written.utf8) ? nil : "the value \(written) is written as \(twice)"
    } catch {
      return error.offset <= bytes.count ? nil : "refused at offset \(error.offset)"
    }
  }

  private static func complaint(aboutFindingsIn text: String, as type: PolicyType) -> String? {
    let count = text.unicodeScalars.count
    for finding in PolicyValidation.findings(in: text, as: type) {
      for location in finding.locations {
        let span = location.span
        guard span.start.offset <= span.end.offset, span.end.offset <= count, span.start.line >= 1 else {
          return "\(finding.code) at \(location)"
        }
      }
    }
    return nil
  }
}

extension PolicyDocumentError {
  /// Whether the text has the line, and the line the column or its end.
  fileprivate func isPlace(in text: String) -> Bool {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard line >= 1, line <= lines.count, column >= 1, !message.isEmpty else { return false }
    return column <= lines[line - 1].count { $0 & 0xC0 != 0x80 } + 1
  }
}

extension PolicyDocument {
  fileprivate func hasSameMeaning(as other: PolicyDocument) -> Bool {
    version == other.version && id == other.id && statements.count == other.statements.count
      && zip(statements, other.statements).allSatisfy { $0.hasSameMeaning(as: $1) }
  }
}

extension Statement {
  fileprivate func hasSameMeaning(as other: Statement) -> Bool {
    index == other.index && sid == other.sid && effect == other.effect && actions == other.actions
      && resources == other.resources && principals == other.principals && isNotPrincipal == other.isNotPrincipal
      && conditions == other.conditions
  }
}

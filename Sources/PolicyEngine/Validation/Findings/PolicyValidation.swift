/// The checks that AWS IAM Access Analyzer documents for policies
/// (access-analyzer-reference-policy-checks.md), made here.
///
/// Unlike ``PolicyDocument/parse(_:as:minimumVersion:)``, which stops at the first error as IAM does, this reads on as far
/// as it can and tells all that it finds.
public enum PolicyValidation {
  /// All findings in a policy's text, in the order of their places.
  public static func findings(in text: String, as type: PolicyType) -> [Finding] {
    let bytes = Array(text.utf8)
    let issues: [Issue]
    do {
      let root = try JSONParser.parse(bytes, by: .envelope(depthMax: JSONParser.depthMax))
      var reader = OutlineReader(bytes)
      let policy = reader.read(root, as: type)
      issues = reader.issues + Checks.issues(in: policy)
    } catch {
      issues = [.syntaxError(at: error.offset, in: bytes)]
    }
    return placed(issues, in: bytes)
  }

  private static func placed(_ issues: [Issue], in bytes: [UInt8]) -> [Finding] {
    let positions = TextPositions(
      of: issues.flatMap(\.places).flatMap { [$0.range.lowerBound, $0.range.upperBound] }, in: bytes)
    let order = issues.enumerated().sorted { a, b in
      (a.element.start, a.element.code.rank, a.offset) < (b.element.start, b.element.code.rank, b.offset)
    }
    return order.map { _, issue in
      Finding(
        code: issue.code, details: issue.details,
        locations: issue.places.map { place in
          Finding.Location(
            path: place.path,
            span: Finding.Span(start: positions[place.range.lowerBound], end: positions[place.range.upperBound]))
        })
    }
  }
}

extension PolicyType {
  /// What a policy seems to be for: one that names principals belongs to a resource, and to a role where it is only
  /// about assuming it; all others are taken for policies of an identity.
  public init(guessedFrom text: String) {
    let bytes = Array(text.utf8)
    let rules = JSONParser.Rules.envelope(depthMax: JSONParser.depthMax)
    let outline: PolicyOutline
    do {
      let root = try JSONParser.parse(bytes, by: rules)
      var reader = OutlineReader(bytes)
      outline = reader.read(root, as: .resource(nil))
    } catch {
      self = .identity
      return
    }
    let named = outline.statements.filter { !$0.elements.isDisjoint(with: ["Principal", "NotPrincipal"]) }
    if named.isEmpty {
      self = .identity
    } else {
      self = outline.statements.allSatisfy(\.readsLikeTrust) ? .trust : .resource(nil)
    }
  }
}

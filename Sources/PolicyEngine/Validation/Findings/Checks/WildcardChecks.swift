/// Checks of wildcards, and of variables that work like them, in the values of conditions.
enum WildcardChecks {
  static func withoutLike(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard let comparison = clause.comparison, comparison.family == .string, !comparison.hasWildcards else { return [] }
    return clause.key.values.filter { literalText(of: $0.text).hasWildcard }
      .map { Issue(.wildcardWithoutLikeOperator, at: $0.place) }
  }

  /// What stands outside of variables.
  private static func literalText(of text: String) -> String {
    let references = Variables.references(in: text)
    guard !references.isEmpty else { return text }
    var rest = String.UnicodeScalarView()
    for (index, scalar) in text.unicodeScalars.enumerated()
    where !references.contains(where: { $0.characters.contains(index) }) {
      rest.append(scalar)
    }
    return String(rest)
  }

  // MARK: A wildcard alone

  /// What a clause means whose value is `*`.
  private enum Meaning { case isPresent, isMissing, always, never }

  static func alone(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard clause.key.values.count == 1, let value = clause.key.values.first, let written = clause.conditionOperator,
      matchesAll(value.text, written.comparison)
    else { return [] }
    let key = clause.key.name
    let name = clause.operatorName.text
    return switch meaning(of: written) {
    case .isPresent: [Issue(.equivalentToNullFalse, key.text, name, key.text, at: key.place)]
    case .isMissing: [Issue(.equivalentToNullTrue, key.text, name, key.text, at: key.place)]
    case .always: [Issue(.redundantKeyDueToWildcardInCondition, key.text, name, at: key.place)]
    case .never: [Issue(.redundantStatementDueToWildcardInCondition, key.text, name, at: key.place)]
    }
  }

  private static func matchesAll(_ text: String, _ comparison: ConditionOperator.Comparison) -> Bool {
    switch comparison {
    case .stringLike, .stringNotLike: text == "*"
    case .arnLike, .arnNotLike, .arnEquals, .arnNotEquals: text == "arn:*:*:*:*:*"
    default: false
    }
  }

  private static func meaning(of written: ConditionOperator) -> Meaning {
    let isNegated = written.comparison.isNegated
    switch written.qualifier {
    case .forAllValues?: return isNegated ? .isMissing : .always
    case .forAnyValue?: return isNegated ? .never : written.isIfExists ? .always : .isPresent
    case nil: return isNegated ? .isMissing : written.isIfExists ? .always : .isPresent
    }
  }

  // MARK: Sensitive keys

  /// Paths of an organization, whose id comes first.
  private static let organizationPathKeys: Set<String> = [
    "aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths",
  ]
  /// Characters before a wildcard that keep it from matching another organization.
  private static let leadingCharactersMin = 6

  /// The places in AWS's messages, by what is said of a key.
  private enum Variant {
    static let preceded = 0
    static let sensitive = 1
    static let userID = 2
  }

  static func sensitiveKeys(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard clause.hasWildcards else { return [] }
    return clause.key.values.compactMap { value in
      let text = literalText(of: value.text)
      guard text.hasWildcard, let variant = fault(clause.key, openAt: openings(of: value.text, wildcards: true)) else {
        return nil
      }
      return Issue(.wildcardUsageTooPermissive, clause.key.name.text, variant: variant, at: value.place)
    }
  }

  static func variablesInSensitiveKeys(
    _ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline
  ) -> [Issue] {
    guard policy.hasVariables, clause.comparison?.family == .string else { return [] }
    return clause.key.values.compactMap { value in
      let open = openings(of: value.text, wildcards: false)
      guard !open.characters.isEmpty, let variant = fault(clause.key, openAt: open) else { return nil }
      return Issue(.variableUsageTooPermissive, clause.key.name.text, variant: variant, at: value.place)
    }
  }

  /// Where a value is open, in characters, and where it has its first colon.
  private struct Openings {
    var characters: [Range<Int>] = []
    var firstColon: Int?
    /// The characters before the first opening.
    var leading = 0
    /// Whether the part before the colon is one opening and nothing else.
    var isWholeLeftSide = false
  }

  private static func openings(of text: String, wildcards: Bool) -> Openings {
    let references = Variables.references(in: text)
    let scalars = Array(text.unicodeScalars)
    var open = Openings()
    if wildcards {
      open.characters = scalars.indices.filter { index in
        (scalars[index] == "*" || scalars[index] == "?") && !references.contains { $0.characters.contains(index) }
      }.map { $0..<$0 + 1 }
    } else {
      open.characters = references.filter { $0.fault == nil && !$0.isEscape && !isTrusted($0.name) }.map(\.characters)
    }
    open.firstColon = scalars.indices.first { index in
      scalars[index] == ":" && !references.contains { $0.characters.contains(index) }
    }
    open.leading = open.characters.first?.lowerBound ?? scalars.count
    open.isWholeLeftSide = open.characters.first == 0..<(open.firstColon ?? scalars.count)
    return open
  }

  /// Variables that AWS fills in, and that name one account, organization or network, match one only.
  private static func isTrusted(_ name: String) -> Bool {
    name.folded == "aws:ec2instancesourcevpc" || ServiceReference.conditionKey(name)?.isSensitive == true
  }

  /// Which of AWS's messages fits, if any.
  private static func fault(_ key: KeyElement, openAt open: Openings) -> Int? {
    if key.folded == "aws:userid" {
      guard let colon = open.firstColon else { return Variant.userID }
      let isOpenOnTheLeft = open.characters.contains { $0.lowerBound < colon }
      return isOpenOnTheLeft && !open.isWholeLeftSide ? Variant.userID : nil
    }
    if organizationPathKeys.contains(key.folded) {
      return open.leading < leadingCharactersMin ? Variant.preceded : nil
    }
    return key.reference?.isSensitive == true ? Variant.sensitive : nil
  }

  // MARK: Prefixes of S3

  static func s3Prefixes(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard clause.key.folded == "s3:prefix", let comparison = clause.comparison, comparison.family == .string,
      let effect = statement.effect, comparison.isNegated == (effect == .allow)
    else { return [] }
    return [Issue(.s3PrefixInNegativeContext, at: clause.key.name.place)]
  }
}

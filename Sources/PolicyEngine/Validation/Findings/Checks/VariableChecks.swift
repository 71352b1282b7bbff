/// Checks of policy variables.
enum VariableChecks {
  /// Elements that take none.
  static func elements(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    let actions = [statement.actions, statement.notActions].compactMap { $0 }.flatMap(\.items)
    let principals = [statement.principal, statement.notPrincipal].compactMap { $0 }.flatMap(\.entries)
    return (actions + principals.flatMap(\.values)).flatMap { item in
      Variables.references(in: item.text).filter { $0.fault == nil }.map { reference in
        Issue(.variableUnsupportedInElement, reference.text, at: policy.part(reference.characters, of: item))
      }
    }
  }

  static func resources(_ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    [statement.resources, statement.notResources].compactMap { $0 }.flatMap(\.items)
      .flatMap { issues(in: $0, policy) }
  }

  static func conditions(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    clause.key.values.filter { $0.kind == .string }.flatMap { value -> [Issue] in
      guard policy.hasVariables, let family = clause.comparison?.family, family != .string, family != .arn else {
        return issues(in: value.placed, policy)
      }
      return Variables.references(in: value.text).map {
        Issue(.invalidVariableForOperator, at: policy.part($0.characters, of: value.placed))
      }
    }
  }

  private static func issues(in text: PlacedText, _ policy: PolicyOutline) -> [Issue] {
    Variables.references(in: text.text).compactMap { reference in
      let code: IssueCode? =
        switch reference.fault {
        case .missingBrace?: .missingBraceInVariable
        case .empty?: .emptyVariable
        case .space?: .unsupportedSpaceInVariable
        case .missingQuote?: .missingQuoteInVariable
        case nil: isUnderstood(policy) ? nil : .variableUnsupportedInVersion
        }
      return code.map { Issue($0, at: policy.part(reference.characters, of: text)) }
    }
  }

  /// True as well of a version that does not exist, which is a finding of its own.
  private static func isUnderstood(_ policy: PolicyOutline) -> Bool {
    guard policy.elements?.contains("Version") == true else { return false }
    return policy.version?.text != PolicyDocument.Version.v2008.rawValue
  }
}

/// A pattern with variables of a `Resource` or `NotResource` element, compared with the whole text of an ARN.
///
/// Letter case counts and a wildcard reaches over colons and slashes.
final class ResourceTemplate: Sendable {
  private let template: Template
  /// Variables that stand before the fifth colon.
  private let earlyVariables: [Template.Variable]

  init(_ template: Template) {
    self.template = template
    earlyVariables = Self.earlyVariables(of: template)
  }

  /// Whether a resource matches; nil where a variable cannot be resolved.
  // AWS: variables belong behind the fifth colon (reference_policies_variables.md). A value that holds a colon
  // could otherwise move the parts of the ARN, so before it such a value counts as unresolved.
  func matches(_ text: Span<UInt8>, _ context: RequestContext) -> Bool? {
    for variable in earlyVariables {
      if let value = context.value(of: variable), value.utf8.contains(UInt8(ascii: ":")) { return nil }
    }
    return template.matches(text, context)
  }

  private static func earlyVariables(of template: Template) -> [Template.Variable] {
    var colons = 0
    var early: [Template.Variable] = []
    for part in template.parts {
      switch part {
      case .literal(let bytes): colons += bytes.count { $0 == UInt8(ascii: ":") }
      case .pattern(let tokens): colons += tokens.count { $0 == UInt16(UInt8(ascii: ":")) }
      case .variable(let variable): if colons < 5 { early.append(variable) }
      }
    }
    return early
  }
}

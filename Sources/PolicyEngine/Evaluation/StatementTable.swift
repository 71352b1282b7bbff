/// The resources, principals and conditions of a policy's statements; their actions are in the index.
///
/// All of one kind lie in one array, and a statement is the ranges that are its own: asking a statement about a
/// request then counts no references until it comes to a condition.
struct StatementTable: Sendable {
  private struct Entry: Sendable {
    var effect: Statement.Effect
    var isNotResource = false
    var coversAllResources = false
    var resources: Range<Int> = 0..<0
    var conditions: Range<Int> = 0..<0
    /// In `principals`; nil for a statement that names none.
    var principals: Int?
  }

  private enum Resource: Sendable {
    case pattern(Pattern)
    /// In `templates`.
    case template(Int)
  }

  private var entries: [Entry] = []
  private var resources: [Resource] = []
  private var patterns = PatternTable()
  private var templates: [ResourceTemplate] = []
  private var principals: [CompiledPrincipals] = []
  private var conditions: [CompiledCondition] = []

  init(_ statements: [Statement], variables: Bool) {
    for statement in statements {
      var entry = Entry(effect: statement.effect)
      entry.isNotResource = statement.resources?.isNegated ?? false
      entry.coversAllResources = statement.resources == nil
      let firstResource = resources.count
      for text in statement.resources?.values ?? [] {
        let resource = addResource(text, variables: variables)
        if case .pattern(let pattern) = resource, pattern.kind == .anything, !entry.isNotResource {
          entry.coversAllResources = true
        }
      }
      entry.resources = firstResource..<resources.count
      if let named = CompiledPrincipals(statement) {
        entry.principals = principals.count
        principals.append(named)
      }
      let firstCondition = conditions.count
      conditions.append(contentsOf: statement.conditions.map { CompiledCondition($0, variables: variables) })
      entry.conditions = firstCondition..<conditions.count
      entries.append(entry)
    }
  }

  private mutating func addResource(_ text: String, variables: Bool) -> Resource {
    let template = Template(text, .init(variables: variables, wildcards: true))
    let resource: Resource
    if let tokens = template.fixedTokens {
      resource = .pattern(patterns.add(tokens))
    } else {
      resource = .template(templates.count)
      templates.append(ResourceTemplate(template))
    }
    resources.append(resource)
    return resource
  }

  /// Whether a statement speaks of the request, whose action is known to match.
  @inline(__always)
  func applies(_ index: Int, to request: borrowing AuthorizationRequest) -> Bool {
    let entry = entries[index]
    guard matchesResource(entry, request) else { return false }
    if let named = entry.principals, principals[named].reach(request.principal, effect: entry.effect) == .none {
      return false
    }
    return holds(entry, request)
  }

  /// How directly a statement, of a policy on a resource, speaks of the principal; not at all if it names none.
  func reach(_ index: Int, of request: borrowing AuthorizationRequest) -> Reach {
    let entry = entries[index]
    guard let named = entry.principals, matchesResource(entry, request) else { return .none }
    let reach = principals[named].reach(request.principal, effect: entry.effect)
    return reach != .none && holds(entry, request) ? reach : .none
  }

  @inline(__always)
  private func holds(_ entry: Entry, _ request: borrowing AuthorizationRequest) -> Bool {
    for index in entry.conditions where !conditions[index].holds(in: request.context, effect: entry.effect) {
      return false
    }
    return true
  }

  // AWS: "If AWS cannot resolve a variable, this might cause the entire statement to be invalid"
  // (reference_policies_variables.md). A `Resource` that cannot be resolved matches nothing. A `NotResource` that
  // cannot be resolved would mean everything, so it voids an Allow and leaves a Deny as wide as it is.
  @inline(__always)
  private func matchesResource(_ entry: Entry, _ request: borrowing AuthorizationRequest) -> Bool {
    if entry.coversAllResources { return true }
    let text = request.resource.utf8.span
    let tokens = patterns.tokens.span
    var isUnresolved = false
    for index in entry.resources {
      switch resources[index] {
      case .pattern(let pattern):
        if pattern.matches(text, in: tokens) { return !entry.isNotResource }
      case .template(let template):
        guard let isMatch = templates[template].matches(text, request.context) else {
          isUnresolved = true
          continue
        }
        if isMatch { return !entry.isNotResource }
      }
    }
    return entry.isNotResource && (!isUnresolved || entry.effect == .deny)
  }
}

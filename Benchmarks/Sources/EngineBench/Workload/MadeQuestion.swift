import PolicyEngine

/// A request before it is made: what a caller asks, with the condition keys that are not as usual.
struct MadeQuestion {
  typealias Values = [(key: String, values: [String])]

  let caller: Caller
  let action: String
  let resource: String
  /// Of all keys of the context.
  let values: Values
  private let principal: RequestPrincipal
  /// The resource with policy variables in it.
  private let template: String
  private let given: Values

  init(caller: Caller, action: String, template: String, given: Values) {
    self.caller = caller
    self.action = action
    self.template = template
    self.given = given
    principal = caller.principal
    resource = caller.filled(template)
    values = caller.values(given)
  }

  /// Draws a question to the statements: two in five fulfil one that allows, three in twenty one that denies, four in
  /// twenty barely miss one, and the others take any action and any resource.
  init(_ statements: [MadeStatement], _ vocabulary: Vocabulary, _ caller: Caller, _ random: inout SplitMix64) {
    let draw = random.below(20)
    let aimed = Self.statement(isDeny: 8..<11 ~= draw, statements, &random)
    guard draw < 15, let aimed else {
      let kind = vocabulary.kind(&random)
      let action = random.pickEarly(kind.actions)
      self.init(caller: caller, action: action, template: ResourceName(kind, &random).text, given: [])
      return
    }
    let missing = draw < 11 ? nil : random.below(3)
    let action = missing == 0 ? random.pick(aimed.kind.actions) : random.pick(aimed.actions).example
    let example = random.pick(aimed.resources).example
    self.init(
      caller: caller, action: action, template: missing == 1 ? ResourceName(aimed.kind, &random).text : example,
      given: missing == 2 ? [] : aimed.conditions.map { ($0.key, $0.satisfying) })
  }

  private static func statement(
    isDeny: Bool, _ statements: [MadeStatement], _ random: inout SplitMix64
  ) -> MadeStatement? {
    let candidates = statements.filter { $0.isDeny == isDeny }
    return candidates.isEmpty ? nil : random.pick(candidates)
  }

  /// The same of somebody else with the same policies and the same tags.
  func asked(by name: String) -> MadeQuestion {
    let other = Caller(isRole: caller.isRole, name: name, team: caller.team, account: caller.account)
    return MadeQuestion(caller: other, action: action, template: template, given: given)
  }

  /// The service before the colon.
  var service: String { String(action.prefix { $0 != ":" }) }

  var context: RequestContext {
    var context = RequestContext()
    for (key, values) in values {
      if values.count == 1 { context.set(key, values[0]) } else { context[key] = values }
    }
    return context
  }

  func request(_ context: RequestContext) -> AuthorizationRequest {
    AuthorizationRequest(
      principal: principal, action: action, resource: resource, resourceAccount: caller.account, context: context)
  }

  var request: AuthorizationRequest { request(context) }
}

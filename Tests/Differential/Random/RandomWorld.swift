import PolicyEngine

/// What the policies of one case and the requests to them speak of: few words, so that they often meet.
struct RandomWorld {
  let isTrust: Bool
  let actions: [String]
  let resources: [String]
  let callers: [ReferenceCaller]
  /// What stands between the slashes and colons of the resources, for the values of variables.
  let pieces: [String]

  init(_ random: inout SeededGenerator) { self.init(&random, isTrust: random.chance(6), breadth: 1) }

  /// - Parameter breadth: how many times as many words as usual.
  init(_ random: inout SeededGenerator, isTrust: Bool = false, breadth: Int) {
    self.isTrust = isTrust
    let actions = (0..<breadth).flatMap { _ in RandomActions.words(&random, isTrust: isTrust) }
    self.actions = actions
    resources = (0..<breadth).flatMap { _ in
      RandomResources.words(&random, actions: actions, isTrust: isTrust)
    }
    callers = random.list(2...4) { RandomCallers.caller(&$0) }
    let parts = resources.flatMap { (ReferenceTexts.parts($0).last ?? "").split { $0 == "/" || $0 == ":" } }
    pieces = parts.map(String.init) + ["*", "?", "a:b", "ann/*", "${k:w}"]
  }

  /// - Parameter before: the request before this one, whose context may stay as it was or nearly.
  func request(_ random: inout SeededGenerator, after before: ReferenceRequest? = nil) -> ReferenceRequest {
    let caller = random.chance(5) ? RandomCallers.caller(&random) : random.pick(callers)
    let other = random.pick(RandomCallers.accounts)
    let owner = random.pick([nil, nil, caller.account, caller.account, caller.account, other])
    var request = ReferenceRequest(
      caller: caller, action: RandomActions.asked(&random, among: actions),
      resource: RandomResources.asked(&random, among: resources), resourceAccount: owner)
    if let before, !random.chance(4) {
      request.context = before.context
      for _ in 0..<2 { RandomConditions.change(&request.context, &random, pieces: pieces) }
    } else {
      request.context = RandomConditions.context(&random, pieces: pieces)
    }
    return request
  }
}

/// Writes statements about a world.
struct RandomStatements {
  let world: RandomWorld
  let kind: PolicyDocument.Kind

  /// Everything, for everyone who could be meant.
  func broad(_ random: inout SeededGenerator, _ effect: Statement.Effect) -> RandomStatement {
    let services = Set(world.actions.map { RandomTexts.string($0.unicodeScalars.prefix { $0 != ":" }) + ":*" })
    let isASCII = services.allSatisfy { $0.unicodeScalars.allSatisfy(\.isASCII) }
    let isSpelled = kind != .trust && isASCII && random.chance(3)
    var statement = RandomStatement(
      effect: effect, actions: kind == .trust ? ["sts:*"] : isSpelled ? services.sorted() : ["*"],
      resources: kind == .trust ? nil : ["*"])
    if namesPrincipals { statement.principals = everyone(&random) }
    return statement
  }

  /// Something: patterns that match now and then, perhaps conditions.
  func narrow(_ random: inout SeededGenerator, _ effect: Statement.Effect) -> RandomStatement {
    let isTrust = kind == .trust
    var statement = RandomStatement(
      effect: effect,
      actions: random.list(1...3) { RandomActions.pattern(&$0, near: $0.pick(world.actions), isTrust: isTrust) })
    statement.isNotAction = !isTrust && random.chance(10)
    if !isTrust {
      let isEverything = random.chance(4)
      statement.resources = random.list(1...3) {
        isEverything ? "*" : RandomResources.pattern(&$0, near: $0.pick(world.resources))
      }
      statement.isNotResource = random.chance(8)
    }
    if namesPrincipals { namePrincipals(&random, &statement) }
    if random.chance(3) { statement.conditions = RandomConditions.clauses(&random) }
    return statement
  }

  private var namesPrincipals: Bool { kind == .trust || kind == .resource }

  private func everyone(_ random: inout SeededGenerator) -> [Principal] {
    random.chance(3) ? [.any] : RandomCallers.accounts.map { .aws($0) }
  }

  private func namePrincipals(_ random: inout SeededGenerator, _ statement: inout RandomStatement) {
    let caller = random.pick(world.callers)
    statement.isNotPrincipal = kind == .resource && random.chance(statement.effect == .deny ? 2 : 8)
    if statement.isNotPrincipal {
      statement.principals = RandomCallers.exceptions(&random, near: caller)
    } else if random.chance(3) {
      statement.principals = everyone(&random)
    } else {
      statement.principals = RandomCallers.names(&random, near: caller, isTrust: kind == .trust)
    }
  }
}

import Testing

@testable import Differential
@testable import PolicyEngine

@Suite("Properties that every policy set has")
struct PropertyTests {
  private static let policySets = max(100, RandomRun.cases / 2_000)
  private static let requestsPerPolicySet = 32

  /// Decides random requests under random policies before and after a change.
  ///
  /// - Parameter changedRequest: the request that is made after the change.
  private func compare(
    _ change: (inout SeededGenerator, inout RandomCase) throws -> Void,
    changedRequest: (inout SeededGenerator, ReferenceRequest) -> ReferenceRequest = { $1 },
    _ check: (RandomCase, _ before: ReferenceDecision, _ after: ReferenceDecision) -> Void
  ) throws {
    print("properties: SALLYPORT_SEED=\(RandomRun.seed)")
    var random = SeededGenerator(seed: RandomRun.seed)
    for _ in 0..<Self.policySets {
      var randomCase = RandomCase(&random)
      var changed = randomCase
      try change(&random, &changed)
      let before = EngineLayers(try randomCase.layers.parsed())
      let after = EngineLayers(try changed.layers.parsed())
      for _ in 0..<Self.requestsPerPolicySet {
        let request = changedRequest(&random, randomCase.request)
        check(randomCase, before.decide(randomCase.request), after.decide(request))
        randomCase.redraw(&random)
      }
    }
  }

  /// Expects that a change changes no decision.
  private func expectNoDifference(
    changedRequest: (inout SeededGenerator, ReferenceRequest) -> ReferenceRequest = { $1 },
    _ change: (inout SeededGenerator, inout RandomCase) throws -> Void
  ) throws {
    try compare(change, changedRequest: changedRequest) { randomCase, before, after in
      #expect(before == after, "seed \(RandomRun.seed): \(randomCase.description)")
    }
  }

  /// Expects that a change makes no request allowed, and some denied that were not.
  private func expectOnlyLosses(
    where counts: (ReferenceRequest) -> Bool = { _ in true },
    _ change: (inout SeededGenerator, inout RandomCase) throws -> Void
  ) throws {
    var losses = 0
    try compare(change) { randomCase, before, after in
      guard counts(randomCase.request) else { return }
      #expect(before == .allowed || after != .allowed, "seed \(RandomRun.seed): \(randomCase.description)")
      if before == .allowed, after != .allowed { losses += 1 }
    }
    #expect(losses > 0)
  }

  // MARK: More and less

  @Test("adding a Deny to whatever layer never allows what was not allowed")
  func addingDeny() throws {
    try expectOnlyLosses { random, randomCase in
      let world = randomCase.world
      randomCase.layers.change { policies in
        guard !policies.isEmpty else { return }
        let place = Int.random(in: 0..<policies.count, using: &random)
        let writer = RandomStatements(world: world, kind: policies[place].kind)
        policies[place].statements.append(writer.narrow(&random, .deny))
      }
    }
  }

  @Test("removing an Allow from whatever layer never allows what was not allowed")
  func removingAllow() throws {
    try expectOnlyLosses { random, randomCase in
      randomCase.layers.change { policies in
        guard !policies.isEmpty else { return }
        let place = Int.random(in: 0..<policies.count, using: &random)
        let allows = policies[place].statements.indices.filter { policies[place].statements[$0].effect == .allow }
        guard !allows.isEmpty else { return }
        policies[place].statements.remove(at: random.pick(allows))
        // A policy has a statement, a layer may have no policy.
        if policies[place].statements.isEmpty { policies.remove(at: place) }
      }
    }
  }

  @Test("a boundary, an endpoint's policy and one more level of an organization never allow what was not allowed")
  func limits() throws {
    try expectOnlyLosses { random, randomCase in
      let others = RandomCase(&random).layers
      if randomCase.layers.boundary == nil { randomCase.layers.boundary = others.boundary }
      if randomCase.layers.endpoint == nil { randomCase.layers.endpoint = others.endpoint }
      randomCase.layers.serviceControl += others.serviceControl
      randomCase.layers.resourceControl += others.resourceControl
    }
  }

  @Test("a session policy never allows what was not allowed, but to federated users, who can do nothing without one")
  func sessionPolicies() throws {
    func isFederated(_ request: ReferenceRequest) -> Bool {
      if case .federatedUser = request.caller { true } else { false }
    }
    try expectOnlyLosses(where: { !isFederated($0) }) { random, randomCase in
      if randomCase.layers.session == nil { randomCase.layers.session = RandomCase(&random).layers.session }
    }
  }

  /// All is denied but what needs no permission.
  private func isOpen(_ request: ReferenceRequest) -> Bool { ReferenceExemptions.needsNoPermission(request) }

  @Test("a Deny of everything wins in each layer that concerns the request", arguments: 0..<5)
  func denyEverything(layer: Int) throws {
    func policy(_ kind: PolicyDocument.Kind) -> RandomPolicy {
      var statement = RandomStatement(effect: .deny, actions: ["*"], resources: ["*"])
      if kind == .resource { statement.principals = [.any] }
      return RandomPolicy(
        version: .v2012, statements: [statement], kind: kind, source: PolicySource(kind: .managed, name: "deny"))
    }
    var denied = 0
    let add: (inout SeededGenerator, inout RandomCase) -> Void = { _, randomCase in
      switch layer {
      case 0: randomCase.layers.session = (randomCase.layers.session ?? []) + [policy(.session)]
      case 1: randomCase.layers.endpoint = (randomCase.layers.endpoint ?? []) + [policy(.resource)]
      case 2: randomCase.layers.resource = (randomCase.layers.resource ?? []) + [policy(.resource)]
      case 3: randomCase.layers.boundary = (randomCase.layers.boundary ?? []) + [policy(.identity)]
      default: randomCase.layers.identity.append(policy(.identity))
      }
    }
    try compare(add) { randomCase, before, after in
      let request = randomCase.request
      let isConcerned = layer < 3 || (request.caller.account != nil && !request.caller.isRoot)
      guard isConcerned, !isOpen(request) else { return }
      if case .explicitlyDenied = after { denied += 1 } else { Issue.record("\(after): \(randomCase.description)") }
    }
    #expect(denied > 0)
  }

  @Test("without an Allow nothing is allowed but what needs no permission, and what a root user does")
  func noAllow() throws {
    let removeAllows: (inout SeededGenerator, inout RandomCase) -> Void = { _, randomCase in
      randomCase.layers.change { policies in
        for place in policies.indices { policies[place].statements.removeAll { $0.effect == .allow } }
        policies.removeAll(where: \.statements.isEmpty)
      }
    }
    try compare(removeAllows) { randomCase, _, after in
      guard !randomCase.request.caller.isRoot else { return }
      #expect((after == .allowed) == isOpen(randomCase.request), "seed \(RandomRun.seed): \(randomCase.description)")
    }
  }

  // MARK: What makes no difference

  @Test("the order of policies, statements and their parts changes nothing")
  func order() throws {
    try expectNoDifference { random, randomCase in
      randomCase.layers.change { policies in
        policies.shuffle(using: &random)
        for place in policies.indices {
          policies[place].statements.shuffle(using: &random)
          policies[place].changeStatements { statement in
            statement.actions.shuffle(using: &random)
            statement.resources?.shuffle(using: &random)
            statement.principals.shuffle(using: &random)
            statement.conditions.shuffle(using: &random)
          }
        }
      }
      randomCase.layers.serviceControl.shuffle(using: &random)
      randomCase.layers.resourceControl.shuffle(using: &random)
    }
  }

  @Test("splitting a policy in two changes nothing")
  func splitting() throws {
    try expectNoDifference { random, randomCase in
      randomCase.layers.change { policies in
        policies = policies.flatMap { policy in
          guard policy.statements.count > 1 else { return [policy] }
          var (first, second) = (policy, policy)
          let place = Int.random(in: 1..<policy.statements.count, using: &random)
          first.statements = Array(policy.statements[..<place])
          second.statements = Array(policy.statements[place...])
          return [first, second]
        }
      }
    }
  }

  @Test("putting policies of one version together changes nothing")
  func joining() throws {
    try expectNoDifference { _, randomCase in
      randomCase.layers.change { policies in
        var joined: [RandomPolicy] = []
        for policy in policies {
          if let place = joined.firstIndex(where: { $0.version == policy.version }) {
            joined[place].statements += policy.statements
          } else {
            joined.append(policy)
          }
        }
        policies = joined
      }
    }
  }

  @Test("saying anything twice changes nothing")
  func duplicates() throws {
    try expectNoDifference { random, randomCase in
      randomCase.layers.change { policies in
        for place in policies.indices {
          policies[place].changeStatements { statement in
            statement.actions += statement.actions
            statement.resources = statement.resources.map { $0 + $0 }
            for place in statement.conditions.indices {
              statement.conditions[place].values += statement.conditions[place].values
            }
          }
          policies[place].statements.append(random.pick(policies[place].statements))
        }
        policies += policies
      }
      randomCase.layers.serviceControl += randomCase.layers.serviceControl
      randomCase.layers.resourceControl += randomCase.layers.resourceControl
    }
  }

  @Test("the letter case of actions, of keys and of keys in variables changes nothing, in policies and requests")
  func letterCase() throws {
    func changed(_ random: inout SeededGenerator, _ request: ReferenceRequest) -> ReferenceRequest {
      var request = request
      request.action = RandomTexts.oddCase(request.action, &random)
      for (key, _, values) in request.context.entries { request.context[RandomTexts.oddCase(key, &random)] = values }
      return request
    }
    try expectNoDifference(changedRequest: changed) { random, randomCase in
      randomCase.layers.change { policies in
        for place in policies.indices {
          let version = policies[place].version ?? .v2008
          policies[place].changeStatements { statement in
            statement.actions = statement.actions.map { RandomTexts.oddCase($0, &random) }
            statement.resources = statement.resources?.map { Self.oddVariables($0, version, &random) }
            for place in statement.conditions.indices {
              let condition = statement.conditions[place]
              statement.conditions[place].key = RandomTexts.oddCase(condition.key, &random)
              statement.conditions[place].values = condition.values.map { Self.oddVariables($0, version, &random) }
            }
          }
        }
      }
    }
  }

  /// With the keys of variables in other letter case, and all else as it was.
  private static func oddVariables(
    _ text: String, _ version: PolicyDocument.Version, _ random: inout SeededGenerator
  ) -> String {
    ReferencePiece.pieces(of: text, version).map { piece in
      switch piece {
      case .written(let scalar): String(scalar)
      case .escaped(let scalar): "${\(scalar)}"
      case .variable(let key, nil): "${\(RandomTexts.oddCase(key, &random))}"
      case .variable(let key, let fallback?): "${\(RandomTexts.oddCase(key, &random)), '\(fallback)'}"
      }
    }.joined()
  }
}

extension RandomPolicy {
  fileprivate mutating func changeStatements(_ change: (inout RandomStatement) -> Void) {
    for place in statements.indices { change(&statements[place]) }
  }
}

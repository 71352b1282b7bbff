import PolicyEngine

/// Random policies and a random request to them.
struct RandomCase {
  var layers: RandomLayers
  var request: ReferenceRequest
  let world: RandomWorld

  init(_ random: inout SeededGenerator) {
    world = RandomWorld(&random)
    layers = LayerWriter(world: world, &random).layers(&random)
    request = world.request(&random)
  }

  /// Another request to the same policies.
  mutating func redraw(_ random: inout SeededGenerator) { request = world.request(&random, after: request) }

  func decideByEngine() throws -> ReferenceDecision { EngineLayers(try layers.parsed()).decide(request) }

  func decideByReference() throws -> ReferenceDecision {
    ReferenceEvaluator(request: request).decide(try layers.parsed())
  }

  /// What a person needs to see the case.
  var description: String {
    let context = request.context.entries.map { "\($0.key)=\($0.values)" }
    let texts = layers.lists.map { list in "\(list.name): \(list.policies.map(\.text).joined(separator: "\n    "))" }
    return """
      \(request.caller)
      \(request.action) on \(request.resource) of \(request.resourceAccount ?? "nobody said")
      \(context.joined(separator: " "))
      mustGrant: \(layers.mustGrant)
      \(texts.joined(separator: "\n"))
      """
  }
}

/// Writes the policies of a case: one layer is weak and says this and that, the others mostly allow, and a Deny stands
/// in some of them, so that each layer decides now and then.
private struct LayerWriter {
  private let world: RandomWorld
  private let weak: ReferenceLayer
  private let denying: [ReferenceLayer]
  /// Whether the weak layer has so many statements that nobody would look at them one by one.
  private let isBig: Bool

  init(world: RandomWorld, _ random: inout SeededGenerator) {
    self.world = world
    let layers = ReferenceLayer.allCases.filter { $0 != (world.isTrust ? .resource : .trust) }
    weak = random.pick(layers + [.identity])
    denying = random.chance(2) ? [] : [random.pick(layers)]
    isBig = random.chance(10)
  }

  func layers(_ random: inout SeededGenerator) -> RandomLayers {
    var layers = RandomLayers(mustGrant: world.isTrust || random.chance(4))
    layers.identity = policies(&random, .identity, 0...3)
    if isPresent(&random, .boundary) { layers.boundary = policies(&random, .boundary, 0...2) }
    if isPresent(&random, .session) { layers.session = policies(&random, .session, 0...2) }
    let resource: ReferenceLayer = world.isTrust ? .trust : .resource
    if isPresent(&random, resource) || random.chance(2) { layers.resource = policies(&random, resource, 1...1) }
    if isPresent(&random, .endpoint) { layers.endpoint = policies(&random, .endpoint, 0...2) }
    if isPresent(&random, .serviceControl) {
      layers.serviceControl = random.list(1...3) { policies(&$0, .serviceControl, 0...2) }
    }
    if isPresent(&random, .resourceControl) {
      layers.resourceControl = random.list(1...3) { policies(&$0, .resourceControl, 0...2) }
    }
    return layers
  }

  private func isPresent(_ random: inout SeededGenerator, _ layer: ReferenceLayer) -> Bool {
    weak == layer || denying.contains(layer) || random.chance(5)
  }

  /// - Parameter counts: of policies with narrow statements, besides one that allows broadly.
  private func policies(
    _ random: inout SeededGenerator, _ layer: ReferenceLayer, _ counts: ClosedRange<Int>
  ) -> [RandomPolicy] {
    let writer = RandomStatements(world: world, kind: layer.documentKind)
    let isWeak = weak == layer
    let isBroad = isWeak ? random.chance(4) : !random.chance(20)
    var lists = random.list(isWeak ? 1...max(1, counts.upperBound) : counts) { random in
      random.list(isWeak ? 2...6 : 1...2) { writer.narrow(&$0, $0.chance(20) ? .deny : .allow) }
    }
    if isWeak, isBig { lists[0] += random.list(30...60) { writer.narrow(&$0, $0.chance(60) ? .deny : .allow) } }
    if isBroad, lists.isEmpty || counts.upperBound > 1 {
      lists.append([writer.broad(&random, .allow)])
    } else if isBroad {
      lists[0].append(writer.broad(&random, .allow))
    }
    if denying.contains(layer), !lists.isEmpty {
      let list = Int.random(in: 0..<lists.count, using: &random)
      lists[list] += random.list(1...2) { writer.narrow(&$0, .deny) }
      lists[list].shuffle(using: &random)
    }
    lists.shuffle(using: &random)
    return lists.enumerated().map { policy(&random, layer, $0.element, number: $0.offset) }
  }

  private func policy(
    _ random: inout SeededGenerator, _ layer: ReferenceLayer, _ statements: [RandomStatement], number: Int
  ) -> RandomPolicy {
    RandomPolicy(
      version: random.chance(6) ? random.pick([.v2008, nil]) : .v2012, statements: statements,
      kind: layer.documentKind, source: PolicySource(kind: layer.sourceKind, name: "\(layer.rawValue)\(number)"))
  }
}

extension ReferenceLayer {
  var documentKind: PolicyDocument.Kind {
    switch self {
    case .identity, .boundary, .serviceControl: .identity
    case .session: .session
    case .resource, .endpoint, .resourceControl: .resource
    case .trust: .trust
    }
  }

  var sourceKind: PolicySource.Kind {
    switch self {
    case .identity: .managed
    case .boundary: .boundary
    case .session: .session
    case .resource: .resource
    case .trust: .trust
    case .endpoint: .endpoint
    case .serviceControl: .serviceControl
    case .resourceControl: .resourceControl
    }
  }
}

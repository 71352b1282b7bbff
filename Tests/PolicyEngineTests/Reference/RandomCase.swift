import AWSCore
import PolicyEngine
import Testing

/// Random policies and a random request to them, drawn from so few words that they often meet.
struct RandomCase {
  var layers: ReferenceEvaluator.Layers
  var request: AuthorizationRequest
  private let isTrust: Bool

  static let accounts = ["111111111111", "222222222222"].map { AccountID($0)! }

  init(_ random: inout SeededGenerator) throws {
    isTrust = random.chance(6)
    layers = try Self.layers(&random, isTrust: isTrust)
    request = Self.request(&random, isTrust: isTrust)
  }

  /// Another request to the same policies.
  mutating func redraw(_ random: inout SeededGenerator) { request = Self.request(&random, isTrust: isTrust) }

  private static func request(_ random: inout SeededGenerator, isTrust: Bool) -> AuthorizationRequest {
    let principal = principal(&random)
    return AuthorizationRequest(
      principal: principal,
      action: isTrust ? "sts:AssumeRole" : random.pick(["s:A", "s:A", "s:AB", "S:b", "t:A", "st:BA"]),
      resource: random.pick(RandomWords.resources),
      resourceAccount: random.pick([principal.account, principal.account, accounts[0], accounts[1], nil]),
      context: RandomWords.context(&random))
  }

  private static func layers(
    _ random: inout SeededGenerator, isTrust: Bool
  ) throws -> ReferenceEvaluator.Layers {
    var layers = ReferenceEvaluator.Layers()
    layers.identity = try policies(&random, 0...4, .identity, .managed)
    if random.chance(4) { layers.boundary = try policies(&random, 1...2, .identity, .boundary) }
    if random.chance(4) { layers.session = try policies(&random, 0...2, .session, .session) }
    layers.mustGrant = random.chance(3)
    if isTrust || random.chance(2) {
      layers.resource = try policies(&random, 1...1, isTrust ? .trust : .resource, isTrust ? .trust : .resource)[0]
    }
    if random.chance(10) { layers.endpoint = try policies(&random, 0...1, .resource, .endpoint) }
    if random.chance(10) {
      for _ in 0..<random.pick([1, 2]) {
        layers.serviceControl.append(try policies(&random, 1...2, .identity, .serviceControl))
      }
    }
    if random.chance(10) { layers.resourceControl = [try policies(&random, 1...2, .resource, .resourceControl)] }
    return layers
  }

  /// The same policies as the engine wants them.
  var compiled: PolicyLayers { Self.compile(layers) }

  static func compile(_ layers: ReferenceEvaluator.Layers) -> PolicyLayers {
    func compile(_ policies: [ReferenceEvaluator.Policy]) -> [CompiledPolicy] {
      policies.map { CompiledPolicy($0.document, source: $0.source) }
    }
    return PolicyLayers(
      identity: compile(layers.identity), boundary: layers.boundary.map(compile),
      session: layers.session.map(compile), resource: layers.resource.map { compile([$0])[0] },
      resourceRule: layers.mustGrant ? .mustGrant : .union, endpoint: layers.endpoint.map(compile),
      serviceControl: layers.serviceControl.map(compile), resourceControl: layers.resourceControl.map(compile))
  }

  /// What a person needs to see the case.
  var description: String {
    let all: [ReferenceEvaluator.Policy?] =
      layers.identity + (layers.boundary ?? []) + (layers.session ?? []) + [layers.resource]
      + (layers.endpoint ?? []) + layers.serviceControl.flatMap { $0 } + layers.resourceControl.flatMap { $0 }
    let texts = all.compactMap { $0 }.map { "\($0.source.kind): \($0.document.text)" }
    let context = request.context.keys.map { "\($0)=\(request.context[$0] ?? [])" }
    return """
      \(request.principal) \(request.action) on \(request.resource) of \(String(describing: request.resourceAccount))
      \(context.joined(separator: " "))
      mustGrant: \(layers.mustGrant) boundary: \(layers.boundary != nil) session: \(layers.session != nil)
      \(texts.joined(separator: "\n"))
      """
  }

  private static func principal(_ random: inout SeededGenerator) -> RequestPrincipal {
    let account = random.pick(accounts)
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return .root(account)
    case 1...4:
      return .user(
        arn: "arn:aws:iam::\(account):user/u", account: account,
        uniqueID: random.chance(2) ? "AIDAAAAAAAAAAAAAAAAA1" : nil)
    case 5...7:
      let session = random.pick(["s", "s2"])
      return .roleSession(
        sessionARN: "arn:aws:sts::\(account):assumed-role/r/\(session)", roleARN: "arn:aws:iam::\(account):role/p/r",
        account: account, uniqueID: random.chance(2) ? "AROAAAAAAAAAAAAAAAAA1" : nil)
    case 8, 9:
      return .federatedUser(
        arn: "arn:aws:sts::\(account):federated-user/f",
        issuerARN: "arn:aws:iam::\(account):\(random.pick(["user/u", "root"]))", account: account)
    case 10: return .federated(provider: "accounts.google.com", account: account)
    default: return random.pick([.service("ec2.amazonaws.com"), .anonymous])
    }
  }

  private static func policies(
    _ random: inout SeededGenerator, _ counts: ClosedRange<Int>, _ kind: PolicyDocument.Kind,
    _ source: PolicySource.Kind
  ) throws -> [ReferenceEvaluator.Policy] {
    var policies: [ReferenceEvaluator.Policy] = []
    for number in 0..<Int.random(in: counts, using: &random) {
      let text = RandomWords.document(&random, kind)
      let document = try PolicyDocument.parse(text, as: kind)
      policies.append(.init(document: document, source: PolicySource(kind: source, name: "\(source)\(number)")))
    }
    return policies
  }
}

import AWSCore
import PolicyEngine

/// AWS's policy evaluation logic, statement by statement over the parsed documents.
struct ReferenceEvaluator {
  struct Policy {
    let document: PolicyDocument
    let source: PolicySource
  }

  struct Layers {
    var identity: [Policy] = []
    var boundary: [Policy]?
    var session: [Policy]?
    var resource: Policy?
    var mustGrant = false
    var endpoint: [Policy]?
    var serviceControl: [[Policy]] = []
    var resourceControl: [[Policy]] = []
  }

  let request: AuthorizationRequest

  func decide(_ layers: Layers) -> (decision: Verdict.Decision, layer: Verdict.Layer?) {
    let resourceLayer: Verdict.Layer = layers.resource?.source.kind == .trust ? .trust : .resource
    let isRoot =
      switch request.principal {
      case .root: true
      case .federatedUser(_, let issuer, _): issuer.hasSuffix(":root")
      default: false
      }
    var all: [(Verdict.Layer, [Policy])] = []
    all += layers.serviceControl.map { (.serviceControl, $0) }
    all += layers.resourceControl.map { (.resourceControl, $0) }
    all.append((.endpoint, layers.endpoint ?? []))
    all.append((resourceLayer, layers.resource.map { [$0] } ?? []))
    if !isRoot { all += [(.identity, layers.identity), (.boundary, layers.boundary ?? [])] }
    all.append((.session, layers.session ?? []))
    for (layer, policies) in all where policies.contains(where: { has(.deny, $0) }) {
      return (.explicitlyDenied, layer)
    }
    guard let missing = missing(layers, resourceLayer: resourceLayer, isRoot: isRoot) else { return (.allowed, nil) }
    return (.implicitlyDenied, missing)
  }

  private func missing(_ layers: Layers, resourceLayer: Verdict.Layer, isRoot: Bool) -> Verdict.Layer? {
    if !layers.serviceControl.allSatisfy(allows) { return .serviceControl }
    if !layers.resourceControl.allSatisfy(allows) { return .resourceControl }
    if let endpoint = layers.endpoint, !allows(endpoint) { return .endpoint }

    let namings = layers.resource.map(grants) ?? []
    let identity = isRoot || allows(layers.identity) ? nil : Verdict.Layer.identity
    let boundary = isRoot || layers.boundary.map(allows) ?? true ? nil : Verdict.Layer.boundary
    let session = layers.session.map(allows) ?? true ? nil : Verdict.Layer.session

    guard let account = request.principal.account else { return namings.isEmpty ? resourceLayer : nil }
    if let owner = request.resourceAccount, owner != account {
      return identity ?? boundary ?? session ?? (namings.isEmpty ? resourceLayer : nil)
    }
    if layers.mustGrant, namings.isEmpty { return resourceLayer }
    if namings.contains(.session) { return nil }
    if namings.contains(.user) { return session }
    if namings.contains(.origin) { return boundary ?? session }
    return identity ?? boundary ?? session
  }

  private func allows(_ policies: [Policy]) -> Bool { policies.contains { has(.allow, $0) } }

  private func has(_ effect: Statement.Effect, _ policy: Policy) -> Bool {
    policy.document.statements.contains { statement in
      statement.effect == effect && applies(statement, policy)
        && (statement.principals.isEmpty || ReferencePrincipals.naming(statement, of: request.principal) != .nobody)
    }
  }

  private func grants(_ policy: Policy) -> [ReferenceNaming] {
    policy.document.statements.compactMap { statement in
      guard statement.effect == .allow, !statement.principals.isEmpty, applies(statement, policy) else { return nil }
      let naming = ReferencePrincipals.naming(statement, of: request.principal)
      return naming == .nobody ? nil : naming
    }
  }

  private func applies(_ statement: Statement, _ policy: Policy) -> Bool {
    coversAction(statement) && coversResource(statement, policy.document.version)
      && ReferenceConditions(version: policy.document.version, effect: statement.effect, context: request.context)
        .hold(statement.conditions)
  }

  private func coversAction(_ statement: Statement) -> Bool {
    let isListed = statement.actions.values.contains {
      ReferenceMatching.matches(ReferenceMatching.symbols($0.lowercased()), request.action.lowercased())
    }
    return isListed != statement.actions.isNegated
  }

  private func coversResource(_ statement: Statement, _ version: PolicyDocument.Version) -> Bool {
    guard let resources = statement.resources else { return true }
    var isListed = false
    var isUnresolved = false
    for pattern in resources.values {
      let filled = ReferenceText(pattern, version: version, wildcards: true, context: request.context)
      guard let symbols = filled.symbols, !filled.hasEarlyColon else {
        isUnresolved = true
        continue
      }
      if ReferenceMatching.matches(symbols, request.resource) { isListed = true }
    }
    if !resources.isNegated { return isListed }
    return !isListed && (!isUnresolved || statement.effect == .deny)
  }
}

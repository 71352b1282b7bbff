import AWSCore
import PolicyEngine

// All that the tests of the reference know of how the engine wants its policies and requests.

/// The policies of a case made ready by the engine.
struct EngineLayers {
  let layers: PolicyLayers

  init(_ layers: ReferenceEvaluator.Layers) {
    func set(_ policies: [ReferenceEvaluator.Policy]) -> PolicySet {
      PolicySet(policies.map { Policy($0.document, source: $0.source) })
    }
    self.layers = PolicyLayers(
      identity: set(layers.identity), boundary: layers.boundary.map(set), session: layers.session.map(set),
      resource: layers.resource.map(set), resourceRule: layers.mustGrant ? .mustGrant : .union,
      endpoint: layers.endpoint.map(set), serviceControl: PolicyLevels(layers.serviceControl.map(set)),
      resourceControl: PolicyLevels(layers.resourceControl.map(set)))
  }

  func decide(_ request: ReferenceRequest) -> ReferenceDecision {
    let decision = Authorization.decide(AuthorizationRequest(request), under: layers)
    switch (decision.outcome, decision.layer.map { ReferenceLayer($0) }) {
    case (.allowed, nil): return .allowed
    case (.explicitlyDenied, let layer?): return .explicitlyDenied(layer)
    case (.implicitlyDenied, let layer?): return .implicitlyDenied(layer)
    case (.allowed, _?), (.explicitlyDenied, nil), (.implicitlyDenied, nil):
      preconditionFailure("a decision has a layer if and only if it denies")
    }
  }
}

extension ReferenceLayer {
  fileprivate init(_ layer: Layer) {
    self =
      switch layer {
      case .identity: .identity
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

// MARK: Requests

extension AuthorizationRequest {
  init(_ request: ReferenceRequest) {
    var context = RequestContext()
    for (key, _, values) in request.context.entries {
      if values.count == 1 { context.set(key, values[0]) } else { context[key] = values }
    }
    self.init(
      principal: RequestPrincipal(request.caller), action: request.action, resource: request.resource,
      resourceAccount: request.resourceAccount.map(AccountID.init(digits:)), context: context)
  }
}

extension RequestPrincipal {
  fileprivate init(_ caller: ReferenceCaller) {
    self =
      switch caller {
      case .root(let account): .root(AccountID(digits: account))
      case .user(let arn, let account, let id): .user(arn: arn, account: AccountID(digits: account), uniqueID: id)
      case .roleSession(let session, let role, let account, let id):
        .roleSession(sessionARN: session, roleARN: role, account: AccountID(digits: account), uniqueID: id)
      case .federatedUser(let arn, let issuer, let account):
        .federatedUser(arn: arn, issuerARN: issuer, account: AccountID(digits: account))
      case .federated(let provider, let account):
        .federated(provider: provider, account: account.map(AccountID.init(digits:)))
      case .service(let name): .service(name)
      case .anonymous: .anonymous
      }
  }
}

extension AccountID {
  fileprivate init(digits: String) {
    guard let account = AccountID(digits) else { preconditionFailure("an account of a test has twelve digits") }
    self = account
  }
}

// MARK: Requests of others

extension ReferenceRequest {
  init(_ request: borrowing AuthorizationRequest) {
    var context = ReferenceContext()
    for key in request.context.keys { context[key] = request.context[key] }
    self.init(
      caller: ReferenceCaller(request.principal), action: request.action, resource: request.resource,
      resourceAccount: request.resourceAccount?.description, context: context)
  }
}

extension ReferenceCaller {
  fileprivate init(_ principal: RequestPrincipal) {
    self =
      switch principal {
      case .root(let account): .root(account: account.description)
      case .user(let arn, let account, let id): .user(arn: arn, account: account.description, uniqueID: id)
      case .roleSession(let session, let role, let account, let id):
        .roleSession(sessionARN: session, roleARN: role, account: account.description, uniqueID: id)
      case .federatedUser(let arn, let issuer, let account):
        .federatedUser(arn: arn, issuerARN: issuer, account: account.description)
      case .federated(let provider, let account): .federated(provider: provider, account: account?.description)
      case .service(let name): .service(name)
      case .anonymous: .anonymous
      }
  }
}

extension Authorization {
  /// Decides as `decide` does, and says why.
  ///
  /// It asks every statement of every layer, and costs accordingly: some microseconds for each.
  ///
  /// - Parameters:
  ///   - request: the question.
  ///   - layers: the policies, as for `decide`.
  ///   - leftOut: layers that were not put among `layers` because they have no part in the request.
  public static func explain(
    _ request: AuthorizationRequest, under layers: PolicyLayers, leftOut: [Layer: Explanation.Exemption] = [:]
  ) -> Explanation {
    let verdict = verdict(on: request, under: layers)
    let inquiry = Inquiry(request, layers, leftOut)
    return Explanation(
      verdict: verdict, layers: inquiry.layers.map { $0.report(in: inquiry, under: verdict.decision) },
      missingKeys: MissingKeys(request, inquiry.layers).found, assumptions: inquiry.assumptions,
      remarks: ResourceFit.remarks(on: request))
  }
}

/// A request and its policies while they are looked into.
struct Inquiry {
  let request: AuthorizationRequest
  private let given: PolicyLayers
  /// The answers of all layers, in the order in which they are asked.
  let layers: [LayerAnswer]
  /// How directly the resource's policy grants.
  private let granted: Reach

  init(_ request: AuthorizationRequest, _ layers: PolicyLayers, _ leftOut: [Layer: Explanation.Exemption]) {
    self.request = request
    given = layers
    let questions = Questions(request: request, given: layers)
    let resource = questions.resource
    granted = resource.reach
    let answers = questions.organization + [questions.endpoint, resource] + questions.own
    let isOpen = Authorization.isOpen(to: request.principalText, request.traits)
    self.layers = answers.map { answer in
      let exemption = isOpen ? .openAction : answer.isMissing ? leftOut[answer.layer] : nil
      return exemption.map { LayerAnswer(answer.layer, answer.level, exemption: $0) } ?? answer
    }
  }

  // MARK: What must allow

  /// - Parameter isGiven: whether the request came with such policies; the organization and an endpoint limit only then.
  func need(of layer: Layer, isGiven: Bool) -> Explanation.Need {
    let account = request.principalText.account
    let isCrossAccount = account != nil && request.resourceAccount != nil && account != request.resourceAccount
    let reach = isCrossAccount ? .account : granted
    let isEither = account != nil && !isCrossAccount && given.resourceRule == .union
    func required(_ isNeeded: Bool) -> Explanation.Need { isNeeded ? .required : .notNeeded }
    switch layer {
    case .resourceControl, .serviceControl, .endpoint: return required(isGiven)
    case .resource, .trust:
      guard isEither else { return .required }
      return request.principalText.isRoot ? .notNeeded : .eitherSide
    case .identity:
      guard account != nil, Authorization.needsIdentity(request, reach) else { return .notNeeded }
      return isEither ? .eitherSide : .required
    case .boundary: return required(account != nil && Authorization.needsBoundary(request, given, reach))
    case .session: return required(account != nil && Authorization.needsSession(request, given, reach))
    }
  }

  // MARK: What was not given

  var assumptions: [Explanation.Assumption] {
    var found: [Explanation.Assumption] = []
    for answer in layers where answer.isMissing { found.append(.noPolicies(answer.layer)) }
    if request.isOwnerAssumed, request.resource.hasPrefix("arn:"), let account = request.resourceAccount {
      found.append(.resourceAccount(account))
    }
    guard layers.contains(where: \.namesPrincipals) else { return found }
    switch request.principal {
    case .roleSession(let session, _, _, let uniqueID):
      if session.hasSuffix("/") { found.append(.sessionName) }
      if uniqueID == nil, layers.contains(where: \.namesUniqueIDs) { found.append(.uniqueID) }
    case .user(_, _, nil): if layers.contains(where: \.namesUniqueIDs) { found.append(.uniqueID) }
    case .federatedUser(_, let issuer, _): if issuer.hasSuffix(":user/") { found.append(.sessionIssuer) }
    default: break
    }
    return found
  }
}

/// Asks each layer in the way in which the decision asks it.
private struct Questions {
  let request: AuthorizationRequest
  let given: PolicyLayers

  var organization: [LayerAnswer] {
    let principal = request.principalText
    var answers: [LayerAnswer] = []
    if Authorization.isUnderResourceControl(request) {
      answers += levels(given.resourceControl.levels, .resourceControl)
    } else {
      answers.append(
        LayerAnswer(
          .resourceControl, 0, exemption: principal.isServiceLinked ? .serviceLinkedRole : .beyondResourceControl))
    }
    if Authorization.isUnderServiceControl(principal) {
      answers += levels(given.serviceControl.levels, .serviceControl)
    } else {
      answers.append(
        LayerAnswer(.serviceControl, 0, exemption: principal.account == nil ? .noAccount : .serviceLinkedRole))
    }
    return answers
  }

  private func levels(_ sets: [PolicySet], _ layer: Layer) -> [LayerAnswer] {
    guard !sets.isEmpty else { return [LayerAnswer(layer)] }
    return sets.enumerated().map { level, set in LayerAnswer(layer, level, set, request, Asking()) }
  }

  private var isBounded: Bool { given.boundary != nil && Authorization.hasOwnPolicies(request.principalText) }

  var endpoint: LayerAnswer {
    given.endpoint.map { LayerAnswer(.endpoint, 0, $0, request, Asking(isBounded: isBounded)) }
      ?? LayerAnswer(.endpoint)
  }

  var resource: LayerAnswer {
    let asking = Asking(isGrantOnly: true, isBounded: isBounded)
    return given.resource.map { LayerAnswer(given.resourceLayer, 0, $0, request, asking) }
      ?? LayerAnswer(given.resourceLayer)
  }

  var own: [LayerAnswer] {
    func answer(_ set: PolicySet?, _ layer: Layer) -> LayerAnswer {
      set.map { LayerAnswer(layer, 0, $0, request, Asking()) } ?? LayerAnswer(layer)
    }
    let session = answer(given.session, .session)
    guard Authorization.hasOwnPolicies(request.principalText) else {
      let exemption: Explanation.Exemption = request.principalText.account == nil ? .noAccount : .rootUser
      return [.identity, .boundary].map { LayerAnswer($0, 0, exemption: exemption) } + [session]
    }
    return [answer(given.identity, .identity), answer(given.boundary, .boundary), session]
  }
}

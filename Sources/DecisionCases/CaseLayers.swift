public import PolicyEngine

// Everything that depends on how the engine wants its layers, and how it names what decided, is in this file.

extension CaseDecider {
  /// The policies of a case as the engine wants them.
  ///
  /// A policy that is refused is left out and told in `invalid`. A layer all of whose policies were refused is still
  /// there, and allows nothing.
  func layers(of decisionCase: DecisionCase, _ invalid: inout [InvalidPolicy]) -> PolicyLayers {
    let texts = decisionCase.policies
    let rules = decisionCase.rules
    func set(_ texts: [String], _ layer: Layer, level: Int? = nil) -> PolicySet {
      let compiled = cache.policies(texts, as: layer)
      for (index, error) in compiled.refused {
        let number = layer.hasOnePolicy ? nil : index
        invalid.append(InvalidPolicy(layer: CaseLayer(layer), level: level, index: number, error: error))
      }
      return compiled.set
    }
    func levels(_ texts: [[String]], _ layer: Layer) -> PolicyLevels {
      PolicyLevels(texts.enumerated().map { level, texts in set(texts, layer, level: level) })
    }
    var layers = PolicyLayers(identity: set(texts.identity, .identity), resourceRule: rules.resourceRule)
    layers.boundary = texts.boundary.map { set($0, .boundary) }
    layers.session = texts.session.map { set($0, .session) }
    layers.resource = texts.resource.map { set([$0], rules.isTrustPolicy ? .trust : .resource) }
    layers.endpoint = texts.endpoint.map { set($0, .endpoint) }
    let serviceControl = levels(texts.serviceControl, .serviceControl)
    let resourceControl = levels(texts.resourceControl, .resourceControl)
    if !rules.ignoresServiceControl { layers.serviceControl = serviceControl }
    if !rules.ignoresResourceControl { layers.resourceControl = resourceControl }
    return layers
  }
}

/// The policies of a layer, or of a level of it, that are valid, compiled together; and why the others are not.
struct CompiledTexts: Sendable {
  let set: PolicySet
  let refused: [(index: Int, error: PolicyDocumentError)]

  init(_ texts: [String], as layer: Layer) {
    var policies: [Policy] = []
    var refused: [(index: Int, error: PolicyDocumentError)] = []
    for (index, text) in texts.enumerated() {
      do throws(PolicyDocumentError) {
        let document = try PolicyDocument.parse(text, as: layer.documentKind)
        // The name is the index in the case: in the set it is another where a policy before it was refused.
        policies.append(Policy(document, source: PolicySource(kind: layer.sourceKind, name: String(index))))
      } catch {
        refused.append((index, error))
      }
    }
    set = PolicySet(policies)
    self.refused = refused
  }
}

extension Layer {
  fileprivate var hasOnePolicy: Bool { self == .resource || self == .trust }

  var hasLevels: Bool { self == .serviceControl || self == .resourceControl }

  fileprivate var documentKind: PolicyDocument.Kind {
    switch self {
    case .identity, .boundary, .serviceControl: .identity
    case .session: .session
    case .trust: .trust
    case .resource, .endpoint, .resourceControl: .resource
    }
  }

  fileprivate var sourceKind: PolicySource.Kind {
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

extension CaseLayer {
  public init(_ layer: Layer) {
    self =
      switch layer {
      case .identity: .identity
      case .boundary: .boundary
      case .session: .session
      case .resource, .trust: .resource
      case .endpoint: .endpoint
      case .serviceControl: .scp
      case .resourceControl: .rcp
      }
  }
}

extension DecisionAnswer {
  init(_ verdict: Verdict, id: String, invalid: [InvalidPolicy]) {
    let decision: CaseDecision =
      switch verdict.outcome {
      case .allowed: .allowed
      case .explicitlyDenied: .explicitlyDenied
      case .implicitlyDenied: .implicitlyDenied
      }
    let layer = verdict.layer.map { CaseLayer($0) }
    var reasons = verdict.deciders.map { Reason($0) }
    if reasons.isEmpty, let layer { reasons.append(Reason(layer: layer)) }
    self.init(id: id, decision: decision, layer: layer, reasons: reasons, invalid: invalid)
  }
}

extension DecisionAnswer.Reason {
  fileprivate init(_ decider: Verdict.Decider) { self.init(decider.statement, decider.layer, decider.level) }

  /// A statement by its place in the case.
  init(_ found: StatementReference, _ layer: Layer, _ level: Int) {
    self.init(
      layer: CaseLayer(layer), level: layer.hasLevels ? level : nil,
      policy: layer.hasOnePolicy ? nil : Int(found.source.name),
      statement: .init(index: found.index, sid: found.sid, line: found.position.line, column: found.position.column))
  }
}

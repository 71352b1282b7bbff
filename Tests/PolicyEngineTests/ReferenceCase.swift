import DecisionCases
import PolicyEngine

@testable import Differential

extension DecisionCase {
  /// The decision of the reference evaluator, which reads the policies on its own.
  func decideByReference() -> (decision: CaseDecision, layer: CaseLayer?) {
    switch ReferenceEvaluator(request: ReferenceRequest(request)).decide(referenceLayers) {
    case .allowed: (.allowed, nil)
    case .explicitlyDenied(let layer): (.explicitlyDenied, CaseLayer(layer))
    case .implicitlyDenied(let layer): (.implicitlyDenied, CaseLayer(layer))
    }
  }

  private var referenceLayers: ReferenceEvaluator.Layers {
    var layers = ReferenceEvaluator.Layers()
    layers.identity = Self.policies(policies.identity, .identity, .managed)
    layers.boundary = policies.boundary.map { Self.policies($0, .identity, .boundary) }
    layers.session = policies.session.map { Self.policies($0, .session, .session) }
    layers.resource = policies.resource.map {
      rules.isTrustPolicy ? Self.policies([$0], .trust, .trust) : Self.policies([$0], .resource, .resource)
    }
    layers.mustGrant = rules.resourceRule == .mustGrant
    layers.endpoint = policies.endpoint.map { Self.policies($0, .resource, .endpoint) }
    if !rules.ignoresServiceControl {
      layers.serviceControl = policies.serviceControl.map { Self.policies($0, .identity, .serviceControl) }
    }
    if !rules.ignoresResourceControl {
      layers.resourceControl = policies.resourceControl.map { Self.policies($0, .resource, .resourceControl) }
    }
    return layers
  }

  /// The policies that are valid; the others are left out.
  private static func policies(
    _ texts: [String], _ kind: PolicyDocument.Kind, _ source: PolicySource.Kind
  ) -> [ReferenceEvaluator.Policy] {
    texts.enumerated().compactMap { index, text in
      guard case .success(let document) = Result(catching: { try PolicyDocument.parse(text, as: kind) }) else {
        return nil
      }
      return ReferenceEvaluator.Policy(document: document, source: PolicySource(kind: source, name: "\(index)"))
    }
  }
}

extension CaseLayer {
  /// A role's trust policy is its resource policy.
  fileprivate init(_ layer: ReferenceLayer) {
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

import PolicyEngine

@testable import Differential

/// A request and the policies that it meets.
struct FuzzedCase: CustomStringConvertible {
  let request: ReferenceRequest
  let layers: ReferenceEvaluator.Layers

  var description: String {
    let texts = layers.sets.joined().map { "\($0.source.kind): \($0.document.text)" }
    return "\(request)\n\(texts.joined(separator: "\n"))"
  }
}

extension ReferenceEvaluator.Layers {
  fileprivate var sets: [[ReferenceEvaluator.Policy]] {
    [identity] + [boundary, session, resource, endpoint].compactMap(\.self) + serviceControl + resourceControl
  }

  /// The same with the policies of each set, and the levels, from the last to the first.
  var reversed: ReferenceEvaluator.Layers {
    ReferenceEvaluator.Layers(
      identity: identity.reversed(), boundary: boundary?.reversed(), session: session?.reversed(),
      resource: resource?.reversed(), mustGrant: mustGrant, endpoint: endpoint?.reversed(),
      serviceControl: serviceControl.reversed().map { $0.reversed() },
      resourceControl: resourceControl.reversed().map { $0.reversed() })
  }
}

import PolicyEngine

/// The policies of a case by the part that they play, as the generator writes them.
struct RandomLayers {
  var identity: [RandomPolicy] = []
  var boundary: [RandomPolicy]?
  var session: [RandomPolicy]?
  var resource: [RandomPolicy]?
  var mustGrant = false
  var endpoint: [RandomPolicy]?
  var serviceControl: [[RandomPolicy]] = []
  var resourceControl: [[RandomPolicy]] = []

  func parsed() throws -> ReferenceEvaluator.Layers {
    func list(_ policies: [RandomPolicy]) throws -> [ReferenceEvaluator.Policy] { try policies.map { try $0.parsed() } }
    return ReferenceEvaluator.Layers(
      identity: try list(identity), boundary: try boundary.map(list), session: try session.map(list),
      resource: try resource.map(list), mustGrant: mustGrant, endpoint: try endpoint.map(list),
      serviceControl: try serviceControl.map(list), resourceControl: try resourceControl.map(list))
  }

  /// Changes each list of policies.
  mutating func change(_ change: (inout [RandomPolicy]) throws -> Void) rethrows {
    try change(&identity)
    if boundary != nil { try change(&boundary!) }
    if session != nil { try change(&session!) }
    if resource != nil { try change(&resource!) }
    if endpoint != nil { try change(&endpoint!) }
    for level in serviceControl.indices { try change(&serviceControl[level]) }
    for level in resourceControl.indices { try change(&resourceControl[level]) }
  }

  /// The lists that are there, each with its name.
  var lists: [(name: String, policies: [RandomPolicy])] {
    var lists = [("identity", identity)]
    if let boundary { lists.append(("boundary", boundary)) }
    if let session { lists.append(("session", session)) }
    if let resource { lists.append(("resource", resource)) }
    if let endpoint { lists.append(("endpoint", endpoint)) }
    lists += serviceControl.map { ("serviceControl", $0) }
    lists += resourceControl.map { ("resourceControl", $0) }
    return lists
  }
}

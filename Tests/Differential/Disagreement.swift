/// A case on which engine and reference do not agree, made as small as it gets by leaving things out.
struct Disagreement: CustomStringConvertible {
  private static let roundsMax = 20

  private var smallest: RandomCase

  init(_ randomCase: RandomCase) throws {
    smallest = randomCase
    for _ in 0..<Self.roundsMax {
      let size = smallest.description.utf8.count
      try leaveOutPolicies()
      try leaveOutStatements()
      try leaveOutParts()
      try leaveOutKeys()
      if smallest.description.utf8.count == size { break }
    }
  }

  var description: String {
    func answer(_ decide: () throws -> ReferenceDecision) -> String {
      switch Result(catching: decide) {
      case .success(let decision): "\(decision)"
      case .failure(let error): "\(error)"
      }
    }
    return """
      engine \(answer(smallest.decideByEngine)), reference \(answer(smallest.decideByReference))
      \(smallest.description)
      """
  }

  /// Keeps a change if the two still disagree.
  private mutating func attempt(_ change: (inout RandomCase) -> Void) throws {
    var changed = smallest
    change(&changed)
    if try changed.decideByEngine() != changed.decideByReference() { smallest = changed }
  }

  private mutating func leaveOutPolicies() throws {
    try attempt { $0.layers.boundary = nil }
    try attempt { $0.layers.session = nil }
    try attempt { $0.layers.resource = nil }
    try attempt { $0.layers.endpoint = nil }
    try attempt { $0.layers.serviceControl = [] }
    try attempt { $0.layers.resourceControl = [] }
    try attempt { $0.layers.mustGrant = false }
    try forEachPlace { list, policy, _ in
      { $0.remove(list, policy) }
    }
  }

  private mutating func leaveOutStatements() throws {
    try forEachPlace { list, policy, statement in
      { $0.change(list, policy) { if $0.statements.count > 1 { $0.statements.remove(at: statement) } } }
    }
  }

  private mutating func leaveOutParts() throws {
    try forEachPlace { list, policy, statement in
      { $0.change(list, policy) { $0.statements[statement].conditions = [] } }
    }
    try forEachPlace { list, policy, statement in
      { $0.change(list, policy) { $0.statements[statement].actions.removeLastOfSeveral() } }
    }
    try forEachPlace { list, policy, statement in
      { $0.change(list, policy) { $0.statements[statement].resources?.removeLastOfSeveral() } }
    }
  }

  private mutating func leaveOutKeys() throws {
    for key in smallest.request.context.entries.map(\.key) { try attempt { $0.request.context[key] = nil } }
  }

  /// Attempts a change for each statement, the last ones first, so that the places of those before stay what they are.
  private mutating func forEachPlace(_ change: (Int, Int, Int) -> (inout RandomLayers) -> Void) throws {
    for (list, found) in smallest.layers.lists.enumerated().reversed() {
      for (policy, content) in found.policies.enumerated().reversed() {
        for statement in content.statements.indices.reversed() {
          let change = change(list, policy, statement)
          try attempt { change(&$0.layers) }
        }
      }
    }
  }
}

extension Array {
  fileprivate mutating func removeLastOfSeveral() {
    if count > 1 { removeLast() }
  }
}

extension RandomLayers {
  /// The list with that number, in the order of `lists`.
  private mutating func changeList(_ number: Int, _ change: (inout [RandomPolicy]) -> Void) {
    var current = 0
    self.change { list in
      if current == number { change(&list) }
      current += 1
    }
  }

  fileprivate mutating func remove(_ list: Int, _ policy: Int) {
    changeList(list) { if policy < $0.count { $0.remove(at: policy) } }
  }

  fileprivate mutating func change(_ list: Int, _ policy: Int, _ change: (inout RandomPolicy) -> Void) {
    changeList(list) { if policy < $0.count { change(&$0[policy]) } }
  }
}

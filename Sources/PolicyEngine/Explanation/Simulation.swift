/// A decision with every statement that made it, as AWS's policy simulator tells it.
public struct Simulation: Sendable {
  /// As `Authorization.decide` makes it.
  public let decision: Decision
  /// All that deny, or else all that allow, in the order in which the layers are asked; none where nothing spoke for a
  /// request that is denied.
  public let statements: [Verdict.Decider]
  private let answers: [LayerAnswer]

  /// What a layer says by itself; nil where it was not given or has no part.
  ///
  /// An organization allows if each of its levels does.
  public subscript(layer: Layer) -> Decision.Outcome? {
    let says = answers.filter { $0.layer == layer && $0.policySet != nil }.map(\.say)
    guard !says.isEmpty else { return nil }
    if says.contains(.denies) { return .explicitlyDenied }
    return says.contains(.silent) ? .implicitlyDenied : .allowed
  }

  init(_ request: AuthorizationRequest, _ layers: PolicyLayers) {
    let decision = Authorization.decide(request, under: layers)
    let answers = Inquiry(request, layers, [:]).layers
    let effect: Statement.Effect = decision.isAllowed ? .allow : .deny
    statements =
      decision.outcome == .implicitlyDenied
      ? []
      : answers.flatMap { answer in
        answer.matching(effect).map {
          Verdict.Decider(layer: answer.layer, level: answer.level, statement: answer.reference(to: $0))
        }
      }
    self.decision = decision
    self.answers = answers
  }
}

extension Authorization {
  /// Decides as `decide` does, and tells every statement that had a part in it.
  ///
  /// It asks every statement of every layer, and costs accordingly.
  public static func simulate(_ request: AuthorizationRequest, under layers: PolicyLayers) -> Simulation {
    Simulation(request, layers)
  }
}

extension PolicyDocument {
  /// Where each statement stands, as AWS's policy simulator counts.
  // AWS: the simulator notes where its parser is: the first statement begins behind the bracket of the list, or behind
  // its own brace where there is no list, and every other one where the one before it ends.
  public var simulatorRanges: [SourceRange] { DocumentPlaces(self).simulatorRanges }

  /// The condition keys that its conditions ask for, and those that its variables stand for, as written and each once,
  /// in the order in which they come.
  public var contextKeys: [String] {
    let reading = Template.Reading(variables: version >= .v2012, wildcards: true)
    var keys: [String] = []
    for statement in statements {
      keys += (statement.resources?.values ?? []).flatMap { Template($0, reading).variableNames }
      for condition in statement.conditions {
        keys.append(condition.key)
        keys += condition.values.flatMap { Template($0, reading).variableNames }
      }
    }
    return keys.unique
  }
}

/// Finds the condition keys that a request lacks and with which a layer could have said something else.
struct MissingKeys {
  private let request: AuthorizationRequest
  private(set) var found: [Explanation.MissingKey] = []

  init(_ request: AuthorizationRequest, _ layers: [LayerAnswer]) {
    self.request = request
    for layer in layers { add(layer) }
  }

  /// A key with the changes that were tried.
  private struct Lack {
    let key: String
    let changes: [RequestChange]
  }

  private mutating func add(_ layer: LayerAnswer) {
    guard let set = layer.policySet else { return }
    let denying = layer.matching(.deny)
    let allowing = layer.matching(.allow)
    // Statements that agree with each other do not depend on the key that only one of them lacks.
    for agreeing in [denying, denying.isEmpty ? allowing : []] {
      let lacks = agreeing.map { differing($0, layer, set) }
      guard lacks.allSatisfy({ !$0.isEmpty }) else { continue }
      for (examination, lacks) in zip(agreeing, lacks) { add(lacks, examination, layer, couldMatch: false) }
    }
    guard denying.isEmpty else { return }
    for examination in layer.examinations where !examination.matches {
      if examination.effect == .allow, !allowing.isEmpty { continue }
      add(repairing(examination, layer, set), examination, layer, couldMatch: true)
    }
  }

  /// The keys that a statement lacks to speak of the request, if it lacks nothing else.
  private func repairing(_ examination: Examination, _ layer: LayerAnswer, _ set: PolicySet) -> [Lack] {
    guard examination.matchesAction, examination.matchesPrincipal else { return [] }
    let statement = set.written(examination.statement)
    let lacking = examination.failedConditions.allSatisfy { number in
      request.context[statement.conditions[number].key] == nil
        || !absentVariables(statement.conditions[number].values, set, examination).isEmpty
    }
    guard lacking else { return [] }
    if !examination.matchesResource, absentVariables(statement.resources?.values ?? [], set, examination).isEmpty {
      return []
    }
    let changes = ChangeSearch(set, examination.statement, layer.asking).changesToMatch(request, examination)
    let keys = changes.compactMap { if case .key(let key, _) = $0, request.context[key] == nil { key } else { nil } }
    return keys.count == changes.count ? keys.map { Lack(key: $0, changes: changes) } : []
  }

  /// The keys that a statement lacks and with which it could cease to speak of the request.
  private func differing(_ examination: Examination, _ layer: LayerAnswer, _ set: PolicySet) -> [Lack] {
    let statement = set.written(examination.statement)
    let texts = (statement.resources?.values ?? []) + statement.conditions.flatMap(\.values)
    let absent = statement.conditions.map(\.key).filter { request.context[$0] == nil }
    let keys = (absent + absentVariables(texts, set, examination)).unique
    let search = ChangeSearch(set, examination.statement, layer.asking)
    return keys.compactMap { key in search.valueToDiffer(of: key, request).map { Lack(key: key, changes: [$0]) } }
  }

  private func absentVariables(_ texts: [String], _ set: PolicySet, _ examination: Examination) -> [String] {
    let reading = Template.Reading(variables: set.hasVariables(examination.statement), wildcards: true)
    return texts.flatMap { Template($0, reading).variableNames }.filter { request.context[$0] == nil }.unique
  }

  private mutating func add(_ lacks: [Lack], _ examination: Examination, _ layer: LayerAnswer, couldMatch: Bool) {
    for lack in lacks {
      let use = Explanation.MissingKey.Use(
        layer: layer.layer, level: layer.level, statement: layer.reference(to: examination),
        effect: examination.effect, couldMatch: couldMatch, changes: lack.changes)
      if let known = found.firstIndex(where: { $0.name.isSameKey(as: lack.key) }) {
        found[known] = .init(name: found[known].name, uses: found[known].uses + [use])
      } else {
        found.append(.init(name: lack.key, uses: [use]))
      }
    }
  }
}

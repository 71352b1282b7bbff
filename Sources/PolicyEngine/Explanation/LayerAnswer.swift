/// What a layer's statements say of a request, one by one.
struct LayerAnswer {
  let layer: Layer
  let level: Int
  let asking: Asking
  /// Nil where the layer was not given or has no part.
  let policySet: PolicySet?
  let examinations: [Examination]
  private let exemption: Explanation.Exemption?

  init(_ layer: Layer, _ level: Int, _ set: PolicySet, _ request: AuthorizationRequest, _ asking: Asking) {
    self.layer = layer
    self.level = level
    self.asking = asking
    policySet = set
    exemption = nil
    examinations = set.examineAll(request, asking)
  }

  init(_ layer: Layer, _ level: Int = 0, exemption: Explanation.Exemption? = nil) {
    self.layer = layer
    self.level = level
    self.exemption = exemption
    asking = Asking()
    policySet = nil
    examinations = []
  }

  var isMissing: Bool { policySet == nil && exemption == nil }

  func matching(_ effect: Statement.Effect) -> [Examination] {
    examinations.filter { $0.effect == effect && $0.matches }
  }

  /// How directly the statements that allow name the principal.
  var reach: Reach { matching(.allow).map(\.reach).max() ?? .none }

  var say: Explanation.Say {
    guard policySet != nil else { return exemption.map { .exempt($0) } ?? .notGiven }
    if !matching(.deny).isEmpty { return .denies }
    guard !matching(.allow).isEmpty else { return .silent }
    return .allows(to: layer == .resource || layer == .trust ? Explanation.Grantee(reach) : nil)
  }

  var namesPrincipals: Bool {
    policySet?.policies.contains { $0.document.statements.contains { !$0.principals.isEmpty } } ?? false
  }

  var namesUniqueIDs: Bool {
    policySet?.policies.contains { policy in
      policy.document.statements.contains { statement in
        statement.principals.contains { $0.text.hasPrefix("A") && !$0.text.contains(":") }
      }
    } ?? false
  }
}

extension Explanation.Grantee {
  init?(_ reach: Reach) {
    switch reach {
    case .none: return nil
    case .account: self = .account
    case .origin: self = .origin
    case .user: self = .user
    case .session: self = .principal
    }
  }
}

// MARK: The report

extension LayerAnswer {
  /// Statements that are told of one layer though they do not match.
  private static let nearMissesMax = 3

  func report(in inquiry: Inquiry, under decision: Decision) -> Explanation.LayerReport {
    var places: [Int: DocumentPlaces] = [:]
    let denying = matching(.deny)
    let deciding = denying.isEmpty ? matching(.allow) : denying
    let need = inquiry.need(of: layer, isGiven: policySet != nil)
    return Explanation.LayerReport(
      layer: layer, level: level, say: say, need: exemption == nil ? need : .notNeeded,
      deciding: deciding.map { report(of: $0, &places) },
      nearMisses: nearest(inquiry.request, decision).map { nearMiss($0, inquiry.request, &places) },
      policies: policySet?.policies ?? [], statementsOnAction: examinations.count { $0.matchesAction })
  }

  private func report(
    of examination: Examination, _ places: inout [Int: DocumentPlaces]
  ) -> Explanation.StatementReport {
    let reference = reference(to: examination)
    let range = Self.places(of: reference, in: policySet, &places).statement(reference.index)
    return .init(reference: reference, effect: examination.effect, end: range.end)
  }

  func reference(to examination: Examination) -> StatementReference {
    guard let policySet else { preconditionFailure("what was examined is in a set") }
    return policySet.reference(to: Int32(examination.statement))
  }

  /// Each document is read again at most once.
  private static func places(
    of reference: StatementReference, in set: PolicySet?, _ places: inout [Int: DocumentPlaces]
  ) -> DocumentPlaces {
    if let known = places[reference.policy] { return known }
    guard let set else { preconditionFailure("what was examined is in a set") }
    let found = DocumentPlaces(set.policies[reference.policy].document)
    places[reference.policy] = found
    return found
  }

  /// Of a layer that does not allow the statements that would have, and of one that allows, where the request is
  /// allowed after all, those that would have denied the action but for one element.
  private func nearest(_ request: AuthorizationRequest, _ decision: Decision) -> [Examination] {
    guard let policySet else { return [] }
    let wanted: Statement.Effect = matching(.allow).isEmpty ? .allow : .deny
    if wanted == .deny, !decision.isAllowed { return [] }
    let ranked = examinations.filter { $0.effect == wanted && !$0.matches }.map { examination in
      (examination, rank: Rank(examination, of: policySet.written(examination.statement), request))
    }
    let near = ranked.filter { examination, rank in
      rank.isNear && (wanted == .allow || (examination.matchesAction && examination.mismatchCount == 1))
    }
    let sorted = near.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
    return sorted.prefix(Self.nearMissesMax).filter { !$0.element.rank.isFar(from: sorted[0].element.rank) }
      .map(\.element.0)
  }

  private func nearMiss(
    _ examination: Examination, _ request: AuthorizationRequest, _ places: inout [Int: DocumentPlaces]
  ) -> NearMiss {
    guard let policySet else { preconditionFailure("what was examined is in a set") }
    let reference = reference(to: examination)
    let places = Self.places(of: reference, in: policySet, &places)
    return NearMiss(
      statement: reference, effect: examination.effect,
      mismatches: MismatchReader(policySet, examination.statement, request, places).mismatches(examination),
      changes: ChangeSearch(policySet, examination.statement, asking).changesToMatch(request, examination))
  }
}

/// How near a statement comes to speaking of a request.
private struct Rank: Comparable {
  /// What another action of the service counts for, in elements: who wants it wrote another statement.
  private static let otherAction = 3
  /// Farther from the nearest than this is told only alone.
  private static let spread = 1

  private let distance: Int
  private let prefix: Int
  /// A statement about another service is no near miss, whatever else of it fits.
  let isNear: Bool

  init(_ examination: Examination, of statement: Statement, _ request: AuthorizationRequest) {
    let action = examination.matchesAction ? .slip : ActionNearness(of: statement.actions, to: request)
    isNear = action < .otherService
    distance = examination.mismatchCount + (action == .slip ? 0 : Self.otherAction - 1)
    prefix =
      examination.matchesResource
      ? .max : statement.resources?.values.map { commonPrefix($0, request.resource) }.max() ?? 0
  }

  func isFar(from nearest: Rank) -> Bool { distance > nearest.distance + Self.spread }

  static func < (a: Rank, b: Rank) -> Bool { (a.distance, -a.prefix) < (b.distance, -b.prefix) }
}

public import PolicyEngine

/// The sentences of an explanation, in plain text: names and values stand in them as they were given.
public struct ExplanationWords: Sendable {
  /// Values of one list that are told.
  private static let valuesMax = 4

  private let names: PolicyNames

  public init(_ names: PolicyNames) { self.names = names }

  // MARK: The decision

  public func decision(_ decision: Decision) -> String {
    switch decision.outcome {
    case .allowed: "Allowed"
    case .explicitlyDenied: "Denied explicitly"
    case .implicitlyDenied: "Denied implicitly"
    }
  }

  /// By what the request is allowed or denied.
  public func deciders(_ explanation: Explanation) -> String {
    switch explanation.decision.outcome {
    case .allowed:
      let allowing = explanation.layers.filter { $0.need != .notNeeded && !$0.deciding.isEmpty }
      // Of an organization's levels the first alone: all of them allow.
      let layers = allowing.filter { $0.level == 0 }.map { plural($0.layer) }
      if !layers.isEmpty { return ", by \(joined(layers))" }
      if explanation.layers.contains(where: { $0.say == .exempt(.openAction) }) {
        return ": the action needs no permission"
      }
      return ": nothing limits the root user"
    case .explicitlyDenied:
      guard let decider = explanation.verdict.deciders.first else { return "" }
      return ", by \(name(of: decider.statement, decider.layer, decider.level))"
    case .implicitlyDenied:
      guard let layer = explanation.decision.layer else { return "" }
      let isEither = explanation.layers.contains { $0.layer == layer && $0.need == .eitherSide }
      return isEither ? ": no policy of the principal or the resource allows it" : ": no \(layer.name) allows it"
    }
  }

  // MARK: Layers

  public func title(of report: Explanation.LayerReport, among all: [Explanation.LayerReport]) -> String {
    let hasLevels = all.count { $0.layer == report.layer } > 1
    return plural(report.layer) + (hasLevels ? ", level \(report.level)" : "")
  }

  public func plural(_ layer: Layer) -> String {
    switch layer {
    case .identity: "identity policies"
    case .boundary: "permissions boundary"
    case .session: "session policies"
    case .resource: "policy of the resource"
    case .trust: "trust policy"
    case .endpoint: "VPC endpoint policy"
    case .serviceControl: "service control policies"
    case .resourceControl: "resource control policies"
    }
  }

  public func say(_ report: Explanation.LayerReport) -> String {
    switch report.say {
    case .denies: return "deny"
    case .allows(to: .account?):
      return report.need == .required ? "allow the principal's account" : "allow the account, which must allow, too"
    case .allows(to: .origin?): return "allow what the session comes from"
    case .allows(to: .user?): return "allow the user"
    case .allows: return "allow"
    case .silent:
      return "silent: \(silence(report))\(consequence(report.need))"
    case .notGiven: return "not given\(consequence(report.need))"
    case .exempt(let exemption): return "no part: \(reason(exemption))"
    }
  }

  private func silence(_ report: Explanation.LayerReport) -> String {
    switch (report.statementCount, report.statementsOnAction) {
    case (0, _): "no statement"
    case (1, 0): "its one statement is not about the action"
    case (let count, 0): "none of its \(count) statements is about the action"
    case (1, _): "its one statement does not apply"
    case (let count, 1): "none of its \(count) statements applies; 1 is about the action"
    case (let count, let speaking): "none of its \(count) statements applies; \(speaking) are about the action"
    }
  }

  private func consequence(_ need: Explanation.Need) -> String {
    switch need {
    case .required: "; it must allow"
    case .eitherSide: "; either the principal's policies or the resource's must allow"
    case .notNeeded: "; it need not allow"
    }
  }

  private func reason(_ exemption: Explanation.Exemption) -> String {
    switch exemption {
    case .openAction: "the action needs no permission"
    case .noAccount: "the principal belongs to no account"
    case .rootUser: "they cannot be attached to the root user"
    case .serviceLinkedRole: "the principal is a service-linked role"
    case .managementAccount: "the account manages the organization"
    case .beyondResourceControl: "they do not affect this action or service"
    }
  }

  // MARK: Places

  /// The statement's place, and its name where it has one.
  public func named(_ reference: StatementReference, in report: Explanation.LayerReport) -> String {
    name(of: reference, report.layer, report.level)
  }

  /// As compilers write it: the policy, the line, the column.
  private func name(of reference: StatementReference, _ layer: Layer, _ level: Int) -> String {
    let index = Int(reference.source.name) ?? reference.policy
    let name = names.name(CaseLayer(layer), level: level, index: index)
    let sid = reference.sid.map { " `\($0)`" } ?? ""
    return "\(name):\(reference.position.line):\(reference.position.column)\(sid)"
  }

  public func place(_ policy: InvalidPolicy) -> String {
    names.name(policy.layer, level: policy.level ?? 0, index: policy.index ?? 0)
  }

  // MARK: Mismatches

  public func mismatch(_ mismatch: Mismatch) -> String { title(mismatch.element) + ": " + reason(mismatch) }

  private func reason(_ mismatch: Mismatch) -> String {
    let given = mismatch.given == [] ? "no value" : list((mismatch.given ?? []).map(quoted))
    var wanted = list(mismatch.wanted.map(quoted), "or")
    if !mismatch.variables.isEmpty {
      wanted += ", where " + list(mismatch.variables.map { "\(variable($0.name)) is \(quoted($0.value))" })
    }
    var isNegated = false
    if case .condition(let name, _) = mismatch.element {
      if name.comparison == .null {
        return mismatch.given == nil ? "the request lacks the key" : "the request has it: \(given)"
      }
      isNegated = name.comparison.isNegated
    }
    switch mismatch.reason {
    case .keyAbsent: return "the request lacks the key; wanted: \(isNegated ? "not " : "")\(wanted)"
    case .noValue: return "the key has no value; wanted: \(isNegated ? "not " : "")\(wanted)"
    case .unresolvedVariables(let names): return "the request has no single value for \(list(names.map(variable)))"
    case .colonInVariables(let names): return "the value of \(list(names.map(variable))) holds a colon"
    case .unreadableValues(let values):
      return "the request's \(list(values.map(quoted))) cannot be compared with \(wanted)"
    case .unreadableOperands(let values): return "nothing can be compared with the policy's \(list(values.map(quoted)))"
    case .differs: return "\(given) \(verb(mismatch.element)) \(wanted)"
    }
  }

  /// A request with which a statement would match.
  public func changes(_ changes: [RequestChange]) -> String {
    joined(
      changes.map { change in
        switch change {
        case .action(let name): "action \(quoted(name))"
        case .resource(let name): "resource \(quoted(name))"
        case .key(let key, []): "an empty \(quoted(key))"
        case .key(let key, let values): "\(quoted(key)) = \(list(values.map(quoted)))"
        case .noKey(let key): "no \(quoted(key))"
        }
      })
  }

  private func title(_ element: Mismatch.Element) -> String {
    if case .condition(let name, let key) = element { "Condition \(name) \(key)" } else { element.name }
  }

  private func verb(_ element: Mismatch.Element) -> String {
    switch element {
    case .action, .resource, .principal: "is not"
    case .notAction, .notResource, .notPrincipal: "is left out by"
    case .condition(let name, _): name.comparison.isNegated ? "is, but should not be," : "does not satisfy"
    }
  }

  private func quoted(_ text: String) -> String { "`\(text)`" }

  private func variable(_ name: String) -> String { "`${\(name)}`" }

  private func list(_ items: [String], _ conjunction: String = "and") -> String {
    guard items.count > Self.valuesMax else { return joined(items, conjunction) }
    let more = items.count - Self.valuesMax + 1
    return joined(items.prefix(Self.valuesMax - 1) + ["\(more) more"], conjunction)
  }

  private func joined(_ items: [String], _ conjunction: String = "and") -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "nothing" }
    return items.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
  }

  // MARK: What is missing

  public func use(_ use: Explanation.MissingKey.Use) -> String {
    let verb =
      switch (use.effect, use.couldMatch) {
      case (.allow, true): "could allow with it"
      case (.deny, true): "could deny with it"
      case (.allow, false): "allows, and might not with it"
      case (.deny, false): "denies, and might not with it"
      }
    return "\(name(of: use.statement, use.layer, use.level)) \(verb)"
  }

  /// Nil for policies, which are told together.
  public func assumption(_ assumption: Explanation.Assumption) -> String? {
    switch assumption {
    case .noPolicies: nil
    case .resourceAccount(let account): "the account of the resource: taken as the principal's own, \(account)"
    case .sessionName: "the name of the role's session: taken as one that no policy names"
    case .sessionIssuer: "who made the federated user's session: taken as a user whom no policy names"
    case .uniqueID: "the unique id of the principal: taken as one that no policy names"
    }
  }

  // MARK: The service reference

  public func remark(_ remark: Explanation.Remark) -> String {
    switch remark {
    case .unknownAction(let name, let nearest):
      let hint = nearest.isEmpty ? "" : "; is \(list(nearest.map(quoted), "or")) meant?"
      return "AWS's service reference has no action \(quoted(name))\(hint)"
    case .actionWithoutResource(let action):
      return "\(quoted(action)) has no resource: it is allowed on `*` only"
    case .otherResource(let action, let text, let types, let expected):
      let forms = list(expected.map { "\(quoted($0.type)) (\($0.pattern))" }, "or")
      let kind = types.isEmpty ? "is none" : "is the ARN of \(list(types.map(quoted), "or"))"
      return "\(quoted(action)) is on \(forms); \(quoted(text)) \(kind)"
    }
  }
}

extension RequestPrincipal {
  /// For people: a session without a name is called by its role.
  package var name: String {
    switch self {
    case .roleSession(let session, let role, _, _) where session.hasSuffix("/"): role
    case .anonymous: "anonymous"
    default: text
    }
  }
}

extension Mismatch.Element {
  /// As a statement names it.
  var name: String {
    switch self {
    case .action: "Action"
    case .notAction: "NotAction"
    case .resource: "Resource"
    case .notResource: "NotResource"
    case .principal: "Principal"
    case .notPrincipal: "NotPrincipal"
    case .condition: "Condition"
    }
  }
}

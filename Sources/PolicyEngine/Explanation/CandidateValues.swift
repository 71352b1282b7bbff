/// Values, actions and resources that a statement may want, made of what it says.
enum CandidateValues {
  /// Values that hardly any policy names.
  static let usual: [[String]?] = [
    ["x"], ["true"], ["false"], ["0"], ["-1000000000"], ["1000000000"], ["1970-01-01T00:00:00Z"],
    ["2999-12-31T23:59:59Z"], ["192.0.2.1"], ["2001:db8::1"], ["AA=="], ["arn:aws:x:::x"], [""], [],
  ]

  /// For a condition's key; nil stands for its absence.
  static func of(_ clause: ConditionClause, _ request: AuthorizationRequest, variables: Bool) -> [[String]?] {
    let comparison = clause.conditionOperator.comparison
    return clause.values.flatMap { text -> [[String]?] in
      switch comparison {
      case .null: return text.folded == "true" ? [nil, [], [""]] : [["x"]]
      case .numericEquals, .numericNotEquals, .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
        .numericGreaterThanEquals:
        return [[text]] + neighbours(text)
      case .ipAddress, .notIPAddress: return [[String(text.prefix { $0 != "/" })]]
      case .stringEquals, .stringNotEquals, .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase:
        return [[Template(text, .init(variables: variables, wildcards: false)).example(in: request.context)]]
      case .stringLike, .stringNotLike, .arnEquals, .arnNotEquals, .arnLike, .arnNotLike:
        let template = Template(text, .init(variables: variables, wildcards: true))
        return [[template.example(in: request.context)], [template.example(in: request.context, wild: "")]]
      default: return [[text]]
      }
    }
  }

  /// The whole numbers before and behind one.
  private static func neighbours(_ text: String) -> [[String]?] {
    guard let number = Int(text) else { return [] }
    let steps = [number.subtractingReportingOverflow(1), number.addingReportingOverflow(1)]
    return steps.filter { !$0.overflow }.map { [String($0.partialValue)] }
  }

  // MARK: Actions

  /// Made one by one as they are asked for: to find one may be to look through all actions that AWS has.
  static func actions(for list: Statement.PatternList, _ request: AuthorizationRequest) -> AnySequence<String> {
    let service = String(request.action.prefix { $0 != ":" })
    guard !list.isNegated else {
      let known = ServiceReference.service(service)?.actions.map(\.description) ?? []
      return AnySequence(known.prefix(32) + ["\(service):X", "x:X"])
    }
    let nearest = placesByNearness(list.values, to: request).map { list.values[$0] }
    return AnySequence(nearest.lazy.flatMap(actions(for:)))
  }

  private static func actions(for pattern: String) -> [String] {
    let tokens = Glob.tokens(pattern.utf8.lazy.map(\.asciiLowercased), wildcards: true)
    guard tokens.contains(where: { $0 > 0xFF }) else { return [pattern] }
    let known = ServiceReference.actions(matching: tokens.span).first.map { ServiceReference.Action($0.lowerBound) }
    return [known?.description, String(pattern.map { $0 == "*" || $0 == "?" ? "X" : $0 })].compactMap { $0 }
  }

  // MARK: Resources

  static func resources(
    for list: Statement.PatternList, _ request: AuthorizationRequest, variables: Bool
  ) -> [String] {
    guard !list.isNegated else { return [request.resource + "x", "arn:aws:x:::x", "*"] }
    return list.values.flatMap { text in
      let template = Template(text, .init(variables: variables, wildcards: true))
      return [template.example(in: request.context), template.example(in: request.context, wild: "")]
    }
  }
}

extension Template {
  /// A text that the pattern matches, as far as its variables have values.
  func example(in context: RequestContext, wild: String = "x") -> String {
    parts.reduce(into: "") { text, part in
      switch part {
      case .text(let tokens): text += Self.example(of: tokens, wild: wild)
      case .variable(let key, let fallback): text += Self.value(of: key, fallback, context) ?? ""
      }
    }
  }

  /// The variables that stand for nothing in a request.
  func unresolved(in context: RequestContext) -> [String] {
    parts.compactMap { part in
      guard case .variable(let key, let fallback) = part else { return nil }
      return Self.value(of: key, fallback, context) == nil ? key : nil
    }
  }

  /// What the first variable without a value would have to be so that the request's resource matches: what stands in
  /// its place there.
  func values(ofFirstUnresolvedIn request: AuthorizationRequest) -> [String] {
    var rest = request.resource[...]
    for part in parts {
      switch part {
      case .text(let tokens):
        let text = Self.example(of: tokens, wild: "")
        guard rest.hasPrefix(text) else { return [] }
        rest = rest.dropFirst(text.count)
      case .variable(let key, let fallback):
        guard let value = Self.value(of: key, fallback, request.context) else {
          let ends = rest.indices.filter { "/:".contains(rest[$0]) }
          return (ends.map { String(rest[..<$0]) } + [String(rest)]).filter { !$0.isEmpty }
        }
        guard rest.hasPrefix(value) else { return [] }
        rest = rest.dropFirst(value.count)
      }
    }
    return []
  }

  private static func value(of key: String, _ fallback: String?, _ context: RequestContext) -> String? {
    guard let values = context[key], !values.isEmpty else { return fallback }
    return values.count == 1 ? values[0] : nil
  }

  private static func example(of tokens: [UInt16], wild: String) -> String {
    var bytes: [UInt8] = []
    for token in tokens {
      if token <= 0xFF {
        bytes.append(UInt8(truncatingIfNeeded: token))
      } else {
        bytes += Array((token == Glob.anyOne ? "x" : wild).utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

internal import AWSCore

/// The statements of some policies, taken apart and laid out flat: what the engine reads when it decides.
///
/// All of one kind lie in one array and say by numbers where their parts are, so that asking a statement about a
/// request follows no pointers and counts no references. Built once by `PolicyTableBuilder`, never changed.
struct PolicyTable: ~Copyable, Sendable {
  /// One statement.
  struct Entry: Sendable, BitwiseCopyable {
    let effect: Statement.Effect
    var isNotAction = false
    var isNotResource = false
    var isNotPrincipal = false
    /// Names no resource at all or all of them.
    var coversAllResources = false
    /// Has `Principal` or `NotPrincipal`.
    var namesPrincipals = false
    /// `Principal` is everyone.
    var namesEveryone = false
    /// Whose places are in `actions`, `resources`, `principals` and `conditionNumbers`.
    var actions = Slice.empty
    var resources = Slice.empty
    var principals = Slice.empty
    var conditions = Slice.empty
    /// Where `actionRanges` has what the actions match; empty where the index knows it.
    var actionRanges = Slice.empty
    /// Which level the policy is of.
    let level: UInt8
    /// Which policy of the set, and which of its statements.
    let policy: UInt32
    let index: UInt32
  }

  enum Resource: Sendable, BitwiseCopyable {
    case pattern(Pattern)
    /// Parts of a text with variables, and how many of them begin before the fifth colon.
    case template(Slice, early: UInt32)
  }

  /// A piece of a text with variables.
  enum Part: Sendable, BitwiseCopyable {
    case literal(Slice)
    /// Tokens from the first wildcard on.
    case wild(Slice)
    case variable(UInt32)
  }

  struct Variable: Sendable, BitwiseCopyable {
    let key: ContextKey
    /// The default, where it has one.
    let fallback: Slice?
  }

  /// One operator with one key; all of a statement's must hold. Statements that have the same one share it.
  struct Condition: Sendable, BitwiseCopyable {
    let comparison: ConditionOperator.Comparison
    let qualifier: ConditionOperator.Qualifier?
    let isIfExists: Bool
    let isNegated: Bool
    /// Whether it holds for a key that is missing.
    let holdsIfMissing: Bool
    /// Whether it holds where a comparison cannot be made and no match would mean true.
    let holdsIfUncertain: Bool
    let form: Form
    let key: ContextKey
    let operands: Slice
    /// The operands again where all are texts without variables.
    let texts: Slice

    enum Form: Sendable {
      /// A single value is compared with the texts and nothing else is to be seen to.
      case texts
      /// A single value is compared with the operands and nothing else is to be seen to.
      case operands
      /// There is more to be seen to.
      case other
    }
  }

  /// A value of a condition, read as its operator wants it.
  enum Operand: Sendable, BitwiseCopyable {
    /// Compared as it stands.
    case text(Pattern)
    /// In lower case; compared without letter case.
    case folded(Pattern)
    case template(Slice)
    case foldedTemplate(Slice)
    case number(DecimalNumber)
    case date(Instant)
    case bool(Bool)
    case binary(Slice)
    case network(IPNetwork)
    /// The literal bytes that the pattern begins with and those that it ends with, and the first of its six segments.
    case arn(head: Slice, tail: Slice, segments: UInt32)
    /// Not of the operator's type: it can be compared with nothing.
    case unreadable
  }

  /// One of the six parts of an ARN pattern.
  enum Segment: Sendable, BitwiseCopyable {
    case pattern(Pattern)
    case template(Slice)
  }

  /// Whom a statement names.
  enum PrincipalName: Sendable, BitwiseCopyable {
    case any
    case account(AccountID)
    /// An ARN of a user, role or session, or a unique id; compared as a whole and with letter case.
    case exactly(Slice)
    case service(Slice)
    case federated(Slice)
  }

  let pool: PatternPool
  let entries: [Entry]
  let actions: [Pattern]
  /// Known actions that the patterns of one statement match, ascending.
  let actionRanges: [Range<ActionID>]
  let resources: [Resource]
  let principals: [PrincipalName]
  let conditions: [Condition]
  /// For each statement its conditions, by their places in `conditions`.
  let conditionNumbers: [UInt32]
  let operands: [Operand]
  let texts: [Pattern]
  let segments: [Segment]
  let parts: [Part]
  let variables: [Variable]

  init(_ builder: consuming PolicyTableBuilder) {
    pool = builder.pool
    entries = builder.entries
    actions = builder.actions
    actionRanges = builder.actionRanges
    resources = builder.resources
    principals = builder.principals
    conditions = builder.conditions
    conditionNumbers = builder.conditionNumbers
    operands = builder.operands
    texts = builder.texts
    segments = builder.segments
    parts = builder.parts
    variables = builder.variables
  }
}

// MARK: Actions

extension PolicyTable {
  /// Whether a statement speaks of the request's action.
  func matchesAction(_ entry: Entry, _ request: borrowing AuthorizationRequest) -> Bool {
    if entry.actionRanges.count > 0, let id = request.actionID {
      let ranges = actionRanges.span
      for index in entry.actionRanges.range {
        if id < ranges[index].lowerBound { break }
        if id < ranges[index].upperBound { return !entry.isNotAction }
      }
      return entry.isNotAction
    }
    let text = request.text.span
    let action = text.extracting(request.actionText.range)
    for index in entry.actions.range where actions[index].matches(action, in: pool) { return !entry.isNotAction }
    return entry.isNotAction
  }
}

// MARK: Resources

extension PolicyTable {
  /// Whether a statement speaks of the request's resource.
  // AWS: "If AWS cannot resolve a variable, this might cause the entire statement to be invalid"
  // (reference_policies_variables.md). A `Resource` that cannot be resolved matches nothing. A `NotResource` that
  // cannot be resolved would mean everything, so it voids an Allow and leaves a Deny as wide as it is.
  func matchesResource(_ entry: Entry, _ request: borrowing AuthorizationRequest) -> Bool {
    if entry.coversAllResources { return true }
    var isUnresolved = false
    for index in entry.resources.range {
      switch matches(resource: index, request) {
      case true?: return !entry.isNotResource
      case false?: continue
      case nil: isUnresolved = true
      }
    }
    return entry.isNotResource && (!isUnresolved || entry.effect == .deny)
  }

  /// Whether one pattern matches the request's resource; nil where a variable cannot be resolved.
  @inline(__always)
  func matches(resource index: Int, _ request: borrowing AuthorizationRequest) -> Bool? {
    let text = request.text.span
    let resource = text.extracting(request.resourceText.range)
    switch resources[index] {
    case .pattern(let pattern): return pattern.matches(resource, in: pool)
    case .template(let slice, let early):
      // AWS: variables belong behind the fifth colon (reference_policies_variables.md). A value that holds a colon
      // could otherwise move the parts of the ARN, so before it such a value counts as unresolved.
      var seen = 0
      for place in slice.range where seen < Int(early) {
        guard case .variable(let variable) = parts[place] else { continue }
        seen += 1
        if isColonIn(value: variable, request.context) { return nil }
      }
      return matches(template: slice, resource, request.context, isFolding: false)
    }
  }

  private func isColonIn(value variable: UInt32, _ context: borrowing RequestContext) -> Bool {
    guard case .value(let slice) = value(of: variable, context) else { return false }
    let bytes = context.bytes.span
    for index in slice.range where bytes[index] == UInt8(ascii: ":") { return true }
    return false
  }
}

// MARK: Texts with variables

extension PolicyTable {
  /// What a policy variable stands for in a request.
  enum VariableValue {
    case unresolved
    /// In the table's own texts.
    case fallback(Slice)
    /// In the context's texts.
    case value(Slice)
  }

  // AWS: a key with several values cannot be used as a variable; it resolves to nothing, not even to the default.
  @inline(__always)
  func value(of variable: UInt32, _ context: borrowing RequestContext) -> VariableValue {
    let variable = variables[Int(variable)]
    let pool = pool.bytes.span
    if let values = context.values(of: variable.key, in: pool), values.count > 0 {
      return values.count == 1 ? .value(context.slices[Int(values.first)]) : .unresolved
    }
    return variable.fallback.map { .fallback($0) } ?? .unresolved
  }

  /// Whether the text matches; nil where a variable has neither exactly one value nor a default.
  ///
  /// Up to the first wildcard text and values are compared as they stand; only what follows is put together.
  func matches(
    template: Slice, _ text: Span<UInt8>, _ context: borrowing RequestContext, isFolding: Bool
  ) -> Bool? {
    let own = pool.bytes.span
    let foreign = context.bytes.span
    var offset = 0
    for index in template.range {
      let isMatch: Bool
      switch parts[index] {
      case .literal(let slice): isMatch = Self.take(own.extracting(slice.range), from: text, at: &offset, isFolding)
      case .variable(let variable):
        switch value(of: variable, context) {
        case .unresolved: return nil
        case .fallback(let slice): isMatch = Self.take(own.extracting(slice.range), from: text, at: &offset, isFolding)
        case .value(let slice): isMatch = Self.take(foreign.extracting(slice.range), from: text, at: &offset, isFolding)
        }
      case .wild:
        return matchesRest(of: index..<template.range.upperBound, text.extracting(offset..<text.count), context)
      }
      // It is no match, yet an unresolved variable further on must still be reported as such.
      if !isMatch { return isResolvable(index + 1..<template.range.upperBound, context) ? false : nil }
    }
    return offset == text.count
  }

  @inline(__always)
  private static func take(
    _ bytes: Span<UInt8>, from text: Span<UInt8>, at offset: inout Int, _ isFolding: Bool
  ) -> Bool {
    guard text.count - offset >= bytes.count else { return false }
    let part = text.extracting(offset..<offset + bytes.count)
    guard isFolding ? isSame(foldingASCII: part, bytes) : PolicyEngine.isSame(part, bytes) else { return false }
    offset += bytes.count
    return true
  }

  private static func isSame(foldingASCII a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    for index in a.indices where a[index].asciiLowercased != b[index].asciiLowercased { return false }
    return true
  }

  private func isResolvable(_ range: Range<Int>, _ context: borrowing RequestContext) -> Bool {
    for index in range {
      if case .variable(let variable) = parts[index], case .unresolved = value(of: variable, context) { return false }
    }
    return true
  }

  /// Puts together what follows a wildcard and matches it; texts that are folded have no wildcards.
  private func matchesRest(
    of range: Range<Int>, _ text: Span<UInt8>, _ context: borrowing RequestContext
  ) -> Bool? {
    guard isResolvable(range, context) else { return nil }
    if range.count == 1, case .wild(let slice) = parts[range.lowerBound] {
      let tokens = pool.tokens.span
      return Glob.matches(tokens.extracting(slice.range), text)
    }
    let count = range.reduce(0) { $0 + length(of: $1, context) }
    return withUnsafeTemporaryAllocation(of: UInt16.self, capacity: count) { buffer in
      var end = 0
      for index in range { append(index, to: buffer, &end, context) }
      return Glob.matches(UnsafeBufferPointer(buffer).span, text)
    }
  }

  private func length(of part: Int, _ context: borrowing RequestContext) -> Int {
    switch parts[part] {
    case .literal(let slice), .wild(let slice): return Int(slice.count)
    case .variable(let variable):
      switch value(of: variable, context) {
      case .unresolved: return 0
      case .fallback(let slice), .value(let slice): return Int(slice.count)
      }
    }
  }

  private func append(
    _ part: Int, to buffer: UnsafeMutableBufferPointer<UInt16>, _ end: inout Int, _ context: borrowing RequestContext
  ) {
    func append(_ bytes: Span<UInt8>) {
      for index in bytes.indices {
        buffer.initializeElement(at: end, to: UInt16(bytes[index]))
        end += 1
      }
    }
    let own = pool.bytes.span
    let foreign = context.bytes.span
    switch parts[part] {
    case .literal(let slice): append(own.extracting(slice.range))
    case .wild(let slice):
      for index in slice.range {
        buffer.initializeElement(at: end, to: pool.tokens[index])
        end += 1
      }
    case .variable(let variable):
      switch value(of: variable, context) {
      case .unresolved: break
      case .fallback(let slice): append(own.extracting(slice.range))
      case .value(let slice): append(foreign.extracting(slice.range))
      }
    }
  }
}

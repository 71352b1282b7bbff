/// The statements of one effect in a policy, found by the service of an action.
///
/// It is built once and answers which statements speak of an action; resources, principals and conditions are asked
/// afterwards. A policy set could be indexed in the same way by adding the statements of several policies.
struct StatementIndex: Sendable {
  private struct Entry: Sendable {
    let pattern: Pattern
    let statement: Int
  }

  private struct Group: Sendable {
    /// The hash of a service, or a statement that has `NotAction`.
    let key: UInt64
    let entries: Range<Int>
  }

  private var patterns = PatternTable()
  private var entries: [Entry] = []
  /// By the hash of the service, in ascending order.
  private var services: [Group] = []
  /// Patterns that have a wildcard in the service, as `*` has.
  private var everyService: Range<Int> = 0..<0
  /// One for each statement that has `NotAction`.
  private var negated: [Group] = []

  init(_ statements: [Statement], effect: Statement.Effect) {
    var byService: [UInt64: [Entry]] = [:]
    var everyService: [Entry] = []
    for statement in statements where statement.effect == effect {
      var own: [Entry] = []
      for text in statement.actions.values.map({ $0.utf8.map(\.asciiLowercased) }) {
        let pattern = patterns.add(Glob.tokens(text, wildcards: true))
        let entry = Entry(pattern: pattern, statement: statement.index)
        if statement.actions.isNegated {
          own.append(entry)
        } else if let hash = Self.serviceHash(text) {
          byService[hash, default: []].append(entry)
        } else {
          everyService.append(entry)
        }
      }
      if statement.actions.isNegated { negated.append(Group(key: UInt64(statement.index), entries: add(own))) }
    }
    for (hash, entries) in byService.sorted(by: { $0.key < $1.key }) {
      services.append(Group(key: hash, entries: add(entries)))
    }
    self.everyService = add(everyService)
  }

  private mutating func add(_ group: [Entry]) -> Range<Int> {
    entries.append(contentsOf: group)
    return entries.count - group.count..<entries.count
  }

  /// Nil where the service is not spelled out.
  private static func serviceHash(_ action: [UInt8]) -> UInt64? {
    guard let colon = action.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let service = action[..<colon]
    if service.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }) { return nil }
    return fnv1a(service)
  }

  /// Visits each statement that speaks of the request's action, at least once, until the visit answers true.
  @inline(__always)
  func search(_ request: borrowing AuthorizationRequest, _ visit: (Int) -> Bool) {
    if entries.isEmpty { return }
    let action = request.foldedAction.span
    let tokens = patterns.tokens.span
    if let range = range(of: request.serviceHash), search(range, action, tokens, visit) { return }
    if search(everyService, action, tokens, visit) { return }
    for group in negated.indices {
      let isListed = negated[group].entries.contains { entries[$0].pattern.matches(action, in: tokens) }
      if !isListed, visit(Int(negated[group].key)) { return }
    }
  }

  /// A statement whose one pattern matched is not visited again for the patterns that follow.
  @inline(__always)
  private func search(
    _ range: Range<Int>, _ action: Span<UInt8>, _ tokens: Span<UInt16>, _ visit: (Int) -> Bool
  ) -> Bool {
    var visited = -1
    for index in range {
      let entry = entries[index]
      guard entry.statement != visited, entry.pattern.matches(action, in: tokens) else { continue }
      visited = entry.statement
      if visit(visited) { return true }
    }
    return false
  }

  private func range(of hash: UInt64) -> Range<Int>? {
    var low = 0
    var high = services.count
    while low < high {
      let middle = (low + high) / 2
      if services[middle].key < hash { low = middle + 1 } else { high = middle }
    }
    return low < services.count && services[low].key == hash ? services[low].entries : nil
  }
}

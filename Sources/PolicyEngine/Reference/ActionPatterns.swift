/// Which actions a pattern means; for the compiling of policies.
extension ServiceReference {
  /// The ids of all actions that a pattern matches, as ascending ranges that neither overlap nor touch.
  ///
  /// The pattern is the whole `service:action` as tokens of ``Glob``, in lower case. An exact name costs a look-up and
  /// a pattern whose one wildcard is a `*` at its end two binary searches; for any other the `candidates` are compared.
  static func actions(matching pattern: Span<UInt16>) -> [Range<ActionID>] {
    let head = literalHead(of: pattern)
    let candidates = candidates(head)
    let isPrefix = head.count + 1 == pattern.count && pattern[head.count] == Glob.anyRun
    if isPrefix { return candidates.isEmpty ? [] : [candidates] }
    if head.count == pattern.count {
      guard let id = actionID(ofFolded: head.span) else { return [] }
      return [id..<id.advanced(by: 1)]
    }
    return scan(candidates, pattern)
  }

  /// The actions that begin as the pattern does up to its first wildcard: how many names a match would look at.
  static func candidates(for pattern: Span<UInt16>) -> Range<ActionID> { candidates(literalHead(of: pattern)) }

  /// Hands on `service:action` of an action in lower case.
  static func withFoldedName<Value>(of id: ActionID, _ body: (Span<UInt8>) -> Value) -> Value {
    var folded: [UInt8] = []
    ReferenceBytes.appendFolded(ReferenceFile.actionName(id.index), to: &folded)
    return body(folded.span)
  }

  private static var all: Range<ActionID> { ActionID(0)..<ActionID(UInt32(actionCount)) }

  private static func literalHead(of pattern: Span<UInt16>) -> [UInt8] {
    var head: [UInt8] = []
    for index in pattern.indices {
      guard pattern[index] <= 0xFF else { break }
      head.append(UInt8(truncatingIfNeeded: pattern[index]))
    }
    return head
  }

  private static func candidates(_ head: [UInt8]) -> Range<ActionID> {
    let first = all.firstIndex(whereSorted: { order(ofStart: $0, to: head) != .before })
    let end = (first..<all.upperBound).firstIndex(whereSorted: { order(ofStart: $0, to: head) == .after })
    return first..<end
  }

  /// How the beginning of a name, as long as the head, stands to the head.
  private static func order(ofStart id: ActionID, to head: [UInt8]) -> FoldedOrder {
    ReferenceBytes.withBytes(ReferenceFile.actionName(id.index)) { name in
      FoldedOrder(name.extracting(first: head.count), to: head.span)
    }
  }

  private static func scan(_ candidates: Range<ActionID>, _ pattern: Span<UInt16>) -> [Range<ActionID>] {
    var ranges: [Range<ActionID>] = []
    var name: [UInt8] = []
    for id in candidates {
      name.removeAll(keepingCapacity: true)
      ReferenceBytes.appendFolded(ReferenceFile.actionName(id.index), to: &name)
      guard Glob.matches(pattern, name.span) else { continue }
      let next = id.advanced(by: 1)
      if let last = ranges.last, last.upperBound == id {
        ranges[ranges.count - 1] = last.lowerBound..<next
      } else {
        ranges.append(id..<next)
      }
    }
    return ranges
  }
}

// All that explanations know of how statements are compiled is in this file: they ask the code that decides, one
// element at a time, and read the rest from the documents.

/// How a layer's policies are asked.
struct Asking {
  /// Whether only statements that name principals count.
  var isGrantOnly = false
  /// Whether the principal has a permissions boundary.
  var isBounded = false
}

/// Which elements of one statement speak of a request, each asked on its own.
struct Examination {
  /// In the set.
  let statement: Int
  let effect: Statement.Effect
  let matchesAction: Bool
  let matchesResource: Bool
  let matchesPrincipal: Bool
  let reach: Reach
  /// The conditions that do not hold, by their places in the statement.
  let failedConditions: [Int]

  var matches: Bool { mismatchCount == 0 }

  var mismatchCount: Int {
    (matchesAction ? 0 : 1) + (matchesResource ? 0 : 1) + (matchesPrincipal ? 0 : 1) + failedConditions.count
  }
}

/// How the values of a condition and of a request compare, by their places in their lists.
struct Comparisons {
  /// Values of the policy that the operator cannot read.
  var unreadableOperands: [Int] = []
  /// Values of the request that match none of the policy's and cannot be compared with all of them.
  var unreadableValues: [Int] = []
  /// Whether any value of the request matches one of the policy's.
  var isAnyMatch = false
}

extension PolicySet {
  /// Every statement, in the order of the policies.
  func examineAll(_ request: borrowing AuthorizationRequest, _ asking: Asking) -> [Examination] {
    var examinations: [Examination] = []
    examinations.reserveCapacity(table.entries.count)
    for statement in table.entries.indices { examinations.append(examine(statement, request, asking)) }
    return examinations
  }

  func examine(_ statement: Int, _ request: borrowing AuthorizationRequest, _ asking: Asking) -> Examination {
    let entry = table.entries[statement]
    let reach = table.reach(entry, request, isBounded: asking.isBounded)
    var failed: [Int] = []
    for place in 0..<Int(entry.conditions.count) where !holds(condition: place, of: statement, request) {
      failed.append(place)
    }
    return Examination(
      statement: statement, effect: entry.effect, matchesAction: table.matchesAction(entry, request),
      matchesResource: table.matchesResource(entry, request),
      matchesPrincipal: reach != .none && (entry.namesPrincipals || !asking.isGrantOnly), reach: reach,
      failedConditions: failed)
  }

  // MARK: One element

  func matchesAction(_ statement: Int, _ request: borrowing AuthorizationRequest) -> Bool {
    table.matchesAction(table.entries[statement], request)
  }

  func matchesResource(_ statement: Int, _ request: borrowing AuthorizationRequest) -> Bool {
    table.matchesResource(table.entries[statement], request)
  }

  /// Whether one of the values of `Resource` or `NotResource` matches; nil where a variable cannot be resolved.
  ///
  /// - Parameter value: its place in the list.
  func matches(resource value: Int, of statement: Int, _ request: borrowing AuthorizationRequest) -> Bool? {
    table.matches(resource: table.entries[statement].resources.range.lowerBound + value, request)
  }

  /// - Parameter place: of the condition in the statement.
  func holds(condition place: Int, of statement: Int, _ request: borrowing AuthorizationRequest) -> Bool {
    table.holds(condition(place, of: table.entries[statement]), in: request.context)
  }

  func comparisons(
    condition place: Int, of statement: Int, _ request: borrowing AuthorizationRequest
  ) -> Comparisons {
    let condition = table.conditions[condition(place, of: table.entries[statement])]
    var comparisons = Comparisons()
    var readable: [PolicyTable.Operand] = []
    for (place, index) in condition.operands.range.enumerated() {
      if case .unreadable = table.operands[index] {
        comparisons.unreadableOperands.append(place)
      } else {
        readable.append(table.operands[index])
      }
    }
    guard let values = table.values(of: condition, request.context) else { return comparisons }
    for place in 0..<Int(values.count) {
      let value = request.context.slices[Int(values.first) + place]
      let results = readable.map { table.matches($0, value, by: condition.comparison, request.context) }
      if results.contains(true) {
        comparisons.isAnyMatch = true
      } else if results.contains(nil) {
        comparisons.unreadableValues.append(place)
      }
    }
    return comparisons
  }

  /// Where the table has a condition of a statement.
  private func condition(_ place: Int, of entry: PolicyTable.Entry) -> Int {
    Int(table.conditionNumbers[entry.conditions.range.lowerBound + place])
  }

  // MARK: As written

  /// A statement of the set as it was written.
  func written(_ statement: Int) -> Statement {
    let entry = table.entries[statement]
    return policies[Int(entry.policy)].document.statements[Int(entry.index)]
  }

  /// Whether `${…}` in a statement of the set means a variable.
  func hasVariables(_ statement: Int) -> Bool {
    policies[Int(table.entries[statement].policy)].document.version >= .v2012
  }
}

extension PolicyTable {
  fileprivate func values(of condition: Condition, _ context: borrowing RequestContext) -> RequestContext.Values? {
    let own = pool.bytes.span
    return context.values(of: condition.key, in: own)
  }
}

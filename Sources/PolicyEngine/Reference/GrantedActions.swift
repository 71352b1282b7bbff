/// The actions of AWS's service reference that policies of an identity could allow on some resource, whatever the
/// conditions: what the policies give at the most.
///
/// An Allow counts where its actions have a type of resource that its resources can name, with or without conditions;
/// a Deny takes away only what it denies on all resources without a condition. Very many wildcards are not followed to
/// the end: what is left counts as allowed.
public struct GrantedActions: Sendable {
  /// By the number of the action.
  private var isGranted: [Bool]
  /// Comparisons that are left.
  private var budget = Self.budgetMax

  private static let budgetMax = 100_000
  /// What a look through the actions of all services costs.
  private static let scanCost = 1_000

  /// The actions that the policies together could allow.
  public init(_ policies: [Policy]) {
    isGranted = Array(repeating: false, count: ServiceReference.actionCount)
    let statements = policies.flatMap(\.document.statements)
    for statement in statements where statement.effect == .allow { grant(statement) }
    for statement in statements where statement.effect == .deny && statement.deniesAlways { deny(statement) }
  }

  /// The services of which some action is among them, in the order of their prefixes.
  public var services: [ServiceReference.Service] { ServiceReference.services.filter(isAny) }

  /// Whether some action of the service is among them.
  public func isAny(of service: ServiceReference.Service) -> Bool {
    service.actionIDs.contains { isGranted[$0.index] }
  }

  /// Those of a service, in the order of their names.
  public func actions(of service: ServiceReference.Service) -> [ServiceReference.Action] {
    service.actionIDs.filter { isGranted[$0.index] }.map(ServiceReference.Action.init)
  }

  private mutating func grant(_ statement: Statement) {
    guard var reach = ResourceReach(statement) else { return }
    for id in named(by: statement, unless: true) where !isGranted[id.index] {
      isGranted[id.index] = reach.admits(ServiceReference.Action(id), &budget)
    }
  }

  private mutating func deny(_ statement: Statement) {
    for id in named(by: statement, unless: false) { isGranted[id.index] = false }
  }

  /// - Parameter whole: whether a pattern that costs too much stands for all actions, or for none.
  private mutating func named(by statement: Statement, unless whole: Bool) -> [ActionID] {
    var isNamed = Array(repeating: false, count: isGranted.count)
    for text in statement.actions.values {
      let pattern = Glob.tokens(text.utf8.lazy.map(\.asciiLowercased), wildcards: true)
      // A wildcard in the name of the service, unless there is nothing behind it.
      if pattern.count > 1, !pattern.prefix(while: { $0 <= 0xFF }).contains(UInt16(UInt8(ascii: ":"))) {
        budget -= Self.scanCost
      }
      guard budget > 0 else {
        return whole ? isNamed.indices.map { ActionID(UInt32($0)) } : []
      }
      for range in ServiceReference.actions(matching: pattern.span) {
        for id in range { isNamed[id.index] = true }
      }
    }
    return isNamed.indices.filter { isNamed[$0] != statement.actions.isNegated }.map { ActionID(UInt32($0)) }
  }

  /// Which types of resource a statement's resources can name.
  private struct ResourceReach {
    /// Nil where they can name every resource.
    private let patterns: [Pattern]?
    private var known: [ServiceReference.ResourceType: Bool] = [:]

    /// Nil where they name nothing.
    init?(_ statement: Statement) {
      guard let resources = statement.resources else {
        patterns = nil
        return
      }
      let isEverything = resources.values.contains("*")
      if resources.isNegated {
        if isEverything { return nil }
        patterns = nil
      } else {
        patterns = isEverything ? nil : resources.values.map(Pattern.init)
      }
    }

    mutating func admits(_ action: ServiceReference.Action, _ budget: inout Int) -> Bool {
      guard let patterns else { return true }
      for resource in action.resourceTypes {
        let admits = known[resource.type] ?? Self.overlap(resource.type, patterns, &budget)
        known[resource.type] = admits
        if admits { return true }
      }
      return false
    }

    private static func overlap(
      _ type: ServiceReference.ResourceType, _ patterns: [Pattern], _ budget: inout Int
    ) -> Bool {
      for form in type.arnPatterns {
        guard let shape = ARNCatalog.shape(of: form, type.service.prefix, type.name) else { continue }
        for pattern in patterns {
          budget -= pattern.cost
          if budget <= 0 || pattern.overlaps(shape) { return true }
        }
      }
      return false
    }
  }

  /// A resource of a policy, which names ARNs field by field.
  private struct Pattern {
    /// Nil where it can name every resource.
    private let arn: ARNFields?
    /// What a comparison with it costs.
    let cost: Int

    init(_ text: String) {
      cost = 1 + text.utf8.count / 64
      let fields = ARNFields(text)
      if fields.isComplete {
        arn = fields
      } else if text.hasSuffix("*") {
        arn = ARNFields(text + String(repeating: ":*", count: ARNFields.count - fields.fields.count))
      } else {
        arn = nil
      }
    }

    func overlaps(_ shape: ARNCatalog.Shape) -> Bool {
      guard let arn else { return true }
      return shape.service.admits(arn.service) && shape.admits(arn)
    }
  }
}

extension Statement {
  /// Whether it denies its actions on every resource in every request.
  fileprivate var deniesAlways: Bool {
    guard conditions.isEmpty else { return false }
    return resources.map { !$0.isNegated && $0.values.contains("*") } ?? true
  }
}

public import PolicyEngine
import Synchronization

/// Policies compiled together, once for each set of policy versions and shared by all who have that set.
///
/// What was asked for longest ago goes first: there are two generations, and when the younger one is full, the older
/// one is dropped.
public final class PolicySets: Sendable {
  public static let shared = PolicySets()

  /// Statements in the sets of one generation, each set with `setWeight` more; about 800 bytes each.
  static let weightMax = 150_000
  private static let setWeight = 10

  /// Policies by what they are, not by what they say. It keeps them, so that no other can take their place.
  private struct Key: Hashable {
    let policies: [Policy]

    static func == (a: Key, b: Key) -> Bool { a.policies.elementsEqual(b.policies, by: ===) }

    func hash(into hasher: inout Hasher) {
      for policy in policies { hasher.combine(ObjectIdentifier(policy)) }
    }
  }

  private struct Generations {
    var young: [Key: PolicySet] = [:]
    var old: [Key: PolicySet] = [:]
    var weight = 0
  }

  private let weightMax: Int
  private let generations = Mutex(Generations())

  init(weightMax: Int = PolicySets.weightMax) { self.weightMax = weightMax }

  /// The policies' set; the order in which they are given makes another set, but no other decision.
  public func set(of policies: [Policy]) -> PolicySet {
    if policies.isEmpty { return .empty }
    let key = Key(policies: policies)
    if let known = generations.withLock({ $0.young[key] }) { return known }
    let found = generations.withLock { $0.old[key] } ?? PolicySet(policies)
    return generations.withLock { generations in
      if let first = generations.young[key] { return first }
      generations.young[key] = found
      generations.weight += policies.reduce(Self.setWeight) { $0 + $1.document.statements.count }
      if generations.weight > weightMax {
        generations.old = generations.young
        generations.young = [:]
        generations.weight = 0
      }
      return found
    }
  }
}

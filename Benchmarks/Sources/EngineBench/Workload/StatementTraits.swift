/// What kind of statement is drawn.
///
/// The kinds are dealt rather than drawn one by one, so that small workloads have the same shares as large ones.
struct StatementTraits {
  enum Resources { case all, prefix, exact }

  var isDeny = false
  var hasWildcardAction = false
  var resources = Resources.exact
  var isConditioned = false
  /// In a resource; a few conditions have one too.
  var hasVariable = false

  /// A tenth deny, a third have an action with a wildcard, half have prefixes of resources and a sixth all of them, a
  /// third have conditions, and a sixteenth a variable.
  static func deal(_ count: Int, _ random: inout SplitMix64) -> [StatementTraits] {
    var dealt = [StatementTraits](repeating: StatementTraits(), count: count)
    for index in chosen(count / 10, of: count, &random) { dealt[index].isDeny = true }
    for index in chosen(count / 3, of: count, &random) { dealt[index].hasWildcardAction = true }
    let resources = chosen(count / 6 + count / 2, of: count, &random)
    for (place, index) in resources.enumerated() { dealt[index].resources = place < count / 6 ? .all : .prefix }
    // Nobody denies everything always.
    var conditioned = dealt.indices.filter { dealt[$0].isDeny && dealt[$0].resources == .all }
    conditioned += chosen(count, of: count, &random).filter { !conditioned.contains($0) }
    for index in conditioned.prefix(count / 3) { dealt[index].isConditioned = true }
    let named = chosen(count, of: count, &random).filter { dealt[$0].resources != .all }
    for index in named.prefix(count / 16) { dealt[index].hasVariable = true }
    return dealt
  }

  private static func chosen(_ share: Int, of count: Int, _ random: inout SplitMix64) -> [Int] {
    var indices = Array(0..<count)
    random.shuffle(&indices)
    return Array(indices.prefix(share))
  }
}

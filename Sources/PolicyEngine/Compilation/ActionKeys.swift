/// The action patterns of a set, each of them once, and which of them match an action.
///
/// A known action has a class: the list of the patterns that match it, found by its number in the service reference.
/// An action that the reference does not know is compared with the patterns themselves.
struct ActionKeys: ~Copyable, Sendable {
  /// The key of every action: `*`, `NotAction`, and patterns with a wildcard in the service.
  static let every = 0

  private struct Service: Sendable, BitwiseCopyable {
    let first: UInt32
    let end: UInt32
    /// Where the classes of its actions stand.
    let classes: UInt32
  }

  /// By their key; the one of `every` matches anything.
  private var patterns: [Pattern] = []
  private var pool = PatternPool()
  private var services: [Service] = []
  /// For each action of the services the number of its class.
  private var classes: [UInt16] = []
  /// For each class the patterns that match its actions, without `every`, by their places in `keys`.
  private(set) var lists: [Slice] = []
  private(set) var keys: [UInt16] = []

  init() { patterns.append(Pattern(kind: .anything, head: .empty)) }

  var count: Int { patterns.count }

  /// The class of actions that no pattern but `every` matches.
  static let unmatched = 0

  /// The class of a request's action; nil where the reference does not know it, so that each pattern is to be asked.
  @inline(__always)
  func actionClass(of request: borrowing AuthorizationRequest) -> Int? {
    guard let id = request.actionID else { return nil }
    let services = services.span
    for index in services.indices where id.rawValue >= services[index].first && id.rawValue < services[index].end {
      return Int(classes[Int(services[index].classes) &+ Int(id.rawValue &- services[index].first)])
    }
    return Self.unmatched
  }

  /// Whether a pattern matches an action that the reference does not know.
  func matches(_ key: Int, _ request: borrowing AuthorizationRequest) -> Bool {
    let text = request.text.span
    return patterns[key].matches(text.extracting(request.actionText.range), in: pool)
  }
}

/// A set of action keys of which it may say that a key is in it that is not, save for `every`.
struct KeyMask: Sendable, BitwiseCopyable {
  private var bits: UInt64

  static let none = KeyMask(bits: 0)

  private init(bits: UInt64) { self.bits = bits }

  @inline(__always)
  init(key: Int) { bits = key == ActionKeys.every ? 1 : 2 << UInt64(truncatingIfNeeded: key % 63) }

  init(keys: [Int]) {
    bits = 0
    for key in keys { insert(key) }
  }

  @inline(__always)
  var hasEvery: Bool { bits & 1 == 1 }

  @inline(__always)
  func mayHave(_ key: Int) -> Bool { bits & KeyMask(key: key).bits != 0 }

  /// Whether a key of a class may be in it; of an unknown action any key may be.
  @inline(__always)
  func mayMeet(_ actionClass: PolicyIndex.ActionClass?) -> Bool {
    guard let actionClass else { return true }
    return bits & actionClass.mask.bits != 0
  }

  mutating func insert(_ key: Int) { bits |= KeyMask(key: key).bits }
}

extension ActionKeys {
  /// Gathers patterns and numbers them.
  struct Builder: ~Copyable {
    private var keys = ActionKeys()
    private var known: [[UInt16]: Int] = [:]
    /// With each pattern the actions that it matches, all of one service.
    private var matched: [(key: Int, ranges: [Range<ActionID>])] = []

    /// The key of a folded pattern; nil for one that stands for more than one service, or is compared by itself.
    mutating func key(of pattern: [UInt16]) -> Int? {
      if let key = known[pattern] { return key }
      guard let colon = pattern.firstIndex(of: UInt16(UInt8(ascii: ":"))),
        pattern[..<colon].allSatisfy({ $0 <= 0xFF }), keys.patterns.count < ActionKeys.patternsMax
      else { return nil }
      let key = keys.patterns.count
      known[pattern] = key
      keys.patterns.append(keys.pool.add(pattern))
      let ranges = ServiceReference.actions(matching: pattern.span)
      if !ranges.isEmpty { matched.append((key, ranges)) }
      return key
    }

    /// Makes the classes.
    consuming func finish() -> ActionKeys {
      keys.lists = [.empty]
      matched.sort { $0.ranges[0].lowerBound < $1.ranges[0].lowerBound }
      var index = 0
      while index < matched.count {
        let service = ServiceReference.Action(matched[index].ranges[0].lowerBound).service.actionIDs
        var end = index
        while end < matched.count, matched[end].ranges[0].lowerBound < service.upperBound { end += 1 }
        addClasses(of: service, matched[index..<end])
        index = end
      }
      return keys
    }

    private mutating func addClasses(
      of service: Range<ActionID>, _ matched: ArraySlice<(key: Int, ranges: [Range<ActionID>])>
    ) {
      let first = service.lowerBound.index
      var starts = [UInt32](repeating: 0, count: service.count + 1)
      for (_, ranges) in matched {
        for range in ranges { for id in range { starts[id.index - first + 1] += 1 } }
      }
      for index in 1..<starts.count { starts[index] += starts[index - 1] }
      var lists = [UInt16](repeating: 0, count: Int(starts[service.count]))
      var ends = starts
      for (key, ranges) in matched {
        for range in ranges {
          for id in range {
            lists[Int(ends[id.index - first])] = UInt16(key)
            ends[id.index - first] += 1
          }
        }
      }
      keys.services.append(
        .init(
          first: service.lowerBound.rawValue, end: service.upperBound.rawValue, classes: UInt32(keys.classes.count)))
      var numbers: [ArraySlice<UInt16>: UInt16] = [:]
      for action in 0..<service.count {
        let list = lists[Int(starts[action])..<Int(starts[action + 1])]
        keys.classes.append(list.isEmpty ? UInt16(ActionKeys.unmatched) : number(of: list, &numbers))
      }
    }

    private mutating func number(of list: ArraySlice<UInt16>, _ numbers: inout [ArraySlice<UInt16>: UInt16]) -> UInt16 {
      if let known = numbers[list] { return known }
      let number = UInt16(keys.lists.count)
      keys.lists.append(Slice(keys.keys.count..<keys.keys.count + list.count))
      keys.keys.append(contentsOf: list)
      numbers[list] = number
      return number
    }
  }

  /// Patterns of one set that are numbered; further ones are compared one by one.
  // INVARIANT: classes are fewer than the actions that there are, which 16 bits can number.
  private static let patternsMax = 4_000
}

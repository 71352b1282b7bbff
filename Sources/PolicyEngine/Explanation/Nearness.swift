/// How near a pattern for actions comes to an action.
enum ActionNearness: Int, Comparable {
  /// A slip of the pen makes the one the other.
  case slip
  case sameService
  case otherService

  static func < (a: ActionNearness, b: ActionNearness) -> Bool { a.rawValue < b.rawValue }

  init(of pattern: String, to request: AuthorizationRequest) {
    let service = String(pattern.prefix { $0 != ":" })
    guard isMatch(service, String(request.action.prefix { $0 != ":" })) else {
      self = .otherService
      return
    }
    var measure = EditDistance(from: request.action)
    self = measure.distance(to: pattern) == nil ? .sameService : .slip
  }

  /// Of the nearest pattern of a statement.
  init(of list: Statement.PatternList, to request: AuthorizationRequest) {
    // What `NotAction` leaves out is the very action.
    let nearest = list.values.map { ActionNearness(of: $0, to: request) }.min() ?? .otherService
    self = list.isNegated ? .sameService : nearest
  }
}

/// The places of patterns for actions, the one that comes nearest to a request's action first.
func placesByNearness(_ patterns: [String], to request: AuthorizationRequest) -> [Int] {
  var measure = EditDistance(from: request.action)
  let distances = patterns.map { pattern in
    (ActionNearness(of: pattern, to: request).rawValue, measure.distance(to: pattern) ?? .max)
  }
  return patterns.indices.sorted { a, b in (distances[a].0, distances[a].1, a) < (distances[b].0, distances[b].1, b) }
}

/// Whether an action matches a pattern, letter case aside.
func isMatch(_ pattern: String, _ action: String) -> Bool {
  let tokens = Glob.tokens(pattern.utf8.lazy.map(\.asciiLowercased), wildcards: true)
  let text = action.utf8.map(\.asciiLowercased)
  return Glob.matches(tokens.span, text.span)
}

/// How many bytes of a pattern, up to its first wildcard, begin the text.
func commonPrefix(_ pattern: String, _ text: String) -> Int {
  var count = 0
  for (a, b) in zip(pattern.utf8, text.utf8) {
    guard a == b, a != UInt8(ascii: "*"), a != UInt8(ascii: "?") else { break }
    count += 1
  }
  return count
}

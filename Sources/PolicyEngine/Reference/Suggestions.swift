/// What somebody may have meant who wrote a name that the reference does not know.
extension ServiceReference {
  /// The nearest actions, the best first: in the service if there is one, else in services of a similar prefix, else
  /// those of that very name in other services.
  static func suggestions(forAction name: String, limit: Int = 1) -> [Action] {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return [] }
    let action = String(parts[1])
    var found: [(Action, distance: Int)] = []
    let services: [(Service, distance: Int)] =
      service(String(parts[0])).map { [($0, 0)] } ?? similarServices(String(parts[0]))
    for (service, distance) in services {
      found += nearest(service.actions, to: action, by: \.name).map { ($0.0, $0.distance + distance) }
    }
    if found.isEmpty {
      found = Self.services.compactMap { service in service.action(action).map { ($0, 0) } }
    }
    return best(found, limit)
  }

  /// The services whose prefixes are nearest, the best first.
  static func suggestions(forService prefix: String, limit: Int = 1) -> [Service] {
    best(similarServices(prefix), limit)
  }

  /// The condition keys whose names are nearest, the best first.
  static func suggestions(forConditionKey name: String, limit: Int = 1) -> [ConditionKey] {
    let all = (0..<ReferenceFile.count(of: .conditionKeys)).map(ConditionKey.init)
    return best(nearest(all, to: name, by: \.name), limit)
  }

  private static func similarServices(_ prefix: String) -> [(Service, distance: Int)] {
    nearest(services, to: prefix, by: \.prefix)
  }

  private static func nearest<Element>(
    _ all: [Element], to name: String, by text: (Element) -> String
  ) -> [(Element, distance: Int)] {
    var measure = EditDistance(from: name)
    return all.compactMap { element in measure.distance(to: text(element)).map { (element, $0) } }
  }

  private static func best<Element>(_ found: [(Element, distance: Int)], _ limit: Int) -> [Element] {
    let ranked = found.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
    return ranked.prefix(limit).map(\.element.0)
  }
}

/// How many letters must be added, left out, changed or swapped with their neighbour to get from one name to another,
/// letter case aside.
struct EditDistance {
  /// What is farther away is no slip: a third of the name, but at most this.
  private static let distanceMax = 3
  /// Longer texts are not looked at: no name that AWS has is half as long.
  private static let bytesMax = 256

  private let own: [UInt8]
  private let limit: Int
  private var rows: [[Int]]

  init(from name: String) {
    own = name.utf8.prefix(Self.bytesMax).map(\.asciiLowercased)
    limit = name.utf8.count > Self.bytesMax ? -1 : min(Self.distanceMax, max(1, own.count / 3))
    rows = []
  }

  /// Nil where the other name is too far away.
  mutating func distance(to name: String) -> Int? {
    let other = name.utf8.map(\.asciiLowercased)
    guard abs(own.count - other.count) <= limit else { return nil }
    rows = Array(repeating: Array(0...other.count), count: 3)
    for place in own.indices {
      rows.swapAt(0, 1)
      rows.swapAt(1, 2)
      rows[2][0] = place + 1
      var least = place + 1
      for index in other.indices {
        let change = rows[1][index] + (own[place] == other[index] ? 0 : 1)
        var cost = min(change, rows[1][index + 1] + 1, rows[2][index] + 1)
        if place > 0, index > 0, own[place] == other[index - 1], own[place - 1] == other[index] {
          cost = min(cost, rows[0][index - 1] + 1)
        }
        rows[2][index + 1] = cost
        least = min(least, cost)
      }
      if least > limit { return nil }
    }
    let distance = rows[2][other.count]
    return distance <= limit ? distance : nil
  }
}

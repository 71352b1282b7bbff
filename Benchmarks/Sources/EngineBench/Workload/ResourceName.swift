/// The name of a resource that does not exist, with the places where a pattern may cut it.
///
/// It may hold `${aws:username}` or `${aws:PrincipalTag/team}`: a policy has them as they are, and for a request the
/// caller's values are filled in.
struct ResourceName {
  /// An ARN, or `*`.
  let text: String
  /// The same for every region; nil where it has none.
  let inEveryRegion: String?
  /// Bytes to take off the end so that what is left ends before a word of the name.
  let cuts: [Int]

  init(_ kind: Vocabulary.Kind, variable: String? = nil, _ random: inout SplitMix64) {
    var text = ""
    var starts: [Int] = []
    var region: Range<Int>?
    for piece in kind.pattern.split(separator: "${", omittingEmptySubsequences: false) {
      guard let end = piece.firstIndex(of: "}") else {
        text += piece
        continue
      }
      let start = text.utf8.count
      switch piece[..<end] {
      case "Partition": text += "aws"
      case "Region":
        text += random.pick(Words.regions)
        region = start..<text.utf8.count
      case "Account": text += Words.account
      default:
        if starts.isEmpty { text += Self.first(variable, &random) } else { text += Self.further(&random) }
        starts.append(start)
      }
      text += piece[piece.index(after: end)...]
    }
    self.text = text
    cuts = Self.cuts(of: Array(text.utf8), from: starts.first ?? text.utf8.count)
    inEveryRegion = region.map { range in
      let bytes = Array(text.utf8)
      return String(decoding: bytes[..<range.lowerBound] + Array("*".utf8) + bytes[range.upperBound...], as: UTF8.self)
    }
  }

  /// A pattern that ends with `*` and covers the name, and where it is close not much more.
  func prefixPattern(isClose: Bool, _ random: inout SplitMix64) -> String {
    // AWS's own examples write the region as `*` often enough.
    let whole = random.hits(1, of: 8) ? inEveryRegion ?? text : text
    guard let last = cuts.last else { return whole + "*" }
    return String(decoding: whole.utf8.dropLast(isClose ? last : random.pickEarly(cuts)), as: UTF8.self) + "*"
  }

  private static func first(_ variable: String?, _ random: inout SplitMix64) -> String {
    switch variable {
    case Variable.username?: Variable.username
    case Variable.team?: Words.name(&random, team: Variable.team)
    default: Words.name(&random)
    }
  }

  private static func further(_ random: inout SplitMix64) -> String {
    "\(random.pick(Words.nouns))/2026/\(random.pick(Words.nouns))"
  }

  /// Where a word of the name begins, the earliest first; never in or before a variable.
  private static func cuts(of text: [UInt8], from start: Int) -> [Int] {
    let first = text.lastIndex(of: UInt8(ascii: "}")).map { $0 + 1 } ?? start
    let separators = Array("-/".utf8)
    return (start..<text.count).filter { place in
      place == start && first == start || place > first && separators.contains(text[place - 1])
    }.map { text.count - $0 }
  }
}

/// The policy variables of the workload.
enum Variable {
  static let username = "${aws:username}"
  static let team = "${aws:PrincipalTag/team}"
}

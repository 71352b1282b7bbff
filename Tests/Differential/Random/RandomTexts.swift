/// Small changes to texts, by which words come near to each other.
enum RandomTexts {
  private static let letters = Array("abAB019-/:*?$é_".unicodeScalars)

  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// In some other letter case, letter by letter.
  static func oddCase(_ text: String, _ random: inout SeededGenerator) -> String {
    string(
      text.unicodeScalars.flatMap { scalar in
        let properties = scalar.properties
        let change = scalar.isASCII && random.chance(2)
        return Array(
          (change
            ? (properties.isLowercase ? properties.uppercaseMapping : properties.lowercaseMapping) : String(scalar))
            .unicodeScalars)
      })
  }

  /// With one character changed, left out or put in, at or behind the start.
  static func nearMiss(_ text: String, from start: Int, _ random: inout SeededGenerator) -> String {
    var scalars = Array(text.unicodeScalars)
    guard start < scalars.count else { return text + "a" }
    let place = Int.random(in: start..<scalars.count, using: &random)
    switch random.pick([0, 0, 1, 2, 3]) {
    case 0: scalars[place] = random.pick(letters)
    case 1: scalars.remove(at: place)
    case 2: scalars.insert(random.pick(letters), at: place)
    default: scalars.append(random.pick(letters))
    }
    return string(scalars)
  }

  /// A pattern that matches the text from the start on, or nearly does.
  static func pattern(near text: String, from start: Int, _ random: inout SeededGenerator) -> String {
    var scalars = Array(text.unicodeScalars)
    let start = min(start, scalars.count)
    let first = Int.random(in: start...scalars.count, using: &random)
    let second = Int.random(in: first...scalars.count, using: &random)
    func wildcard(_ shape: String) -> String { string(scalars[..<first]) + shape + string(scalars[second...]) }
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1: return string(scalars[..<first]) + "*"
    case 2: return wildcard("*")
    case 3: return string(scalars[..<start]) + "*" + string(scalars[second...])
    case 4: return string(scalars[..<start]) + "*" + string(scalars[first..<second]) + "*"
    case 5: return wildcard(random.pick(["?*", "*?", "**", "*?*"]))
    case 6, 7:
      guard first < scalars.count else { return text + "?" }
      scalars[first] = "?"
      if second < scalars.count, random.chance(2) { scalars[second] = "?" }
      return string(scalars)
    case 8: return nearMiss(text, from: start, &random)
    case 9: return nearMiss(string(scalars[..<second]), from: start, &random) + "*"
    case 10: return text + random.pick(["*", "?", "/*", ":*"])
    default: return text
    }
  }
}

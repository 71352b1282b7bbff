import AWSCore
import AWSWire
import ServiceKit

/// A value at the border of what a member may be, or one step beyond it.
struct BorderProbe: Sendable {
  /// The parameters that differ from the sample's.
  let parameters: [String: String]
  /// The parameter that the probe replaces, with all that is inside it.
  let replaced: String
  /// The member as AWS's messages name it.
  let member: String
  /// What must hold, in AWS's words, where the value is beyond the border; nil where it is at the border.
  let broken: String?
}

/// The probes of all members of an input, made from its shape.
struct Borders {
  private(set) var probes: [BorderProbe] = []
  /// Members for which no value at the border is known: their patterns want more than a length.
  private(set) var unknown: Set<String> = []

  /// Longer texts than this are left out: the request would be larger than what a server takes at once.
  static let textLengthMax = 150_000

  init(of shape: Shape) { add(shape, at: "", named: "", beside: [:]) }

  /// - Parameter beside: what must be in the request for the member to be looked at.
  private mutating func add(_ shape: Shape, at path: String, named name: String, beside: [String: String]) {
    switch shape {
    case .structure(let members):
      for member in members {
        let inner = path.isEmpty ? member.name : "\(path).\(member.name)"
        let shown = member.name.prefix(1).lowercased() + member.name.dropFirst()
        add(
          member.shape, at: inner, named: name.isEmpty ? shown : "\(name).\(shown)",
          beside: beside.merging(SampleInput.parameters(of: member.shape, at: inner)) { $1 })
      }
    case .list(let element, let length):
      add(element, at: "\(path).member.1", named: "\(name).1.member", beside: beside)
      addLengths(of: element, length, at: path, named: name, beside: beside)
    case .integer(let range): addIntegers(range, at: path, named: name, beside: beside)
    case .string(let constraint, let enumeration):
      if enumeration.isEmpty {
        addTexts(constraint, at: path, named: name, beside: beside)
      } else {
        addCases(enumeration, at: path, named: name, beside: beside)
      }
    case .map, .boolean, .timestamp, .blob: break
    }
  }

  private mutating func addLengths(
    of element: Shape, _ length: ClosedRange<Int>, at path: String, named name: String, beside: [String: String]
  ) {
    guard length.upperBound < .max else { return }
    let words = "Member must have length less than or equal to \(length.upperBound)"
    for (count, broken) in [(length.upperBound, nil), (length.upperBound + 1, words)] {
      let elements = (1...count).map {
        SampleInput.parameters(of: element, at: "\(path).member.\($0)", isComplete: true)
      }
      add(elements.reduce(beside) { $0.merging($1) { $1 } }, path, name, broken)
    }
  }

  private mutating func addIntegers(
    _ range: ClosedRange<Int>, at path: String, named name: String, beside: [String: String]
  ) {
    if range.lowerBound > .min {
      let words = "Member must have value greater than or equal to \(range.lowerBound)"
      add(beside.merging([path: String(range.lowerBound)]) { $1 }, path, name, nil)
      add(beside.merging([path: String(range.lowerBound - 1)]) { $1 }, path, name, words)
    }
    if range.upperBound < .max {
      let words = "Member must have value less than or equal to \(range.upperBound)"
      add(beside.merging([path: String(range.upperBound)]) { $1 }, path, name, nil)
      add(beside.merging([path: String(range.upperBound + 1)]) { $1 }, path, name, words)
    }
  }

  private mutating func addCases(
    _ cases: [String], at path: String, named name: String, beside: [String: String]
  ) {
    for each in cases { add(beside.merging([path: each]) { $1 }, path, name, nil) }
    let words = "Member must satisfy enum value set: [\(cases.joined(separator: ", "))]"
    add(beside.merging([path: "NoSuchCase"]) { $1 }, path, name, words)
  }

  private mutating func addTexts(
    _ constraint: StringConstraint, at path: String, named name: String, beside: [String: String]
  ) {
    let length = constraint.length
    func put(_ text: String, _ broken: String?) { add(beside.merging([path: text]) { $1 }, path, name, broken) }
    for count in Set([length.lowerBound, length.upperBound]) where count <= Self.textLengthMax {
      if let text = BorderText.fitting(constraint, count) { put(text, nil) } else { unknown.insert(name) }
    }
    if length.lowerBound > 0 {
      let words = "Member must have length greater than or equal to \(length.lowerBound)"
      put(BorderText.any(constraint, length.lowerBound - 1), words)
    }
    if length.upperBound < Self.textLengthMax {
      let words = "Member must have length less than or equal to \(length.upperBound)"
      put(BorderText.any(constraint, length.upperBound + 1), words)
    }
  }

  private mutating func add(_ parameters: [String: String], _ replaced: String, _ name: String, _ broken: String?) {
    probes.append(BorderProbe(parameters: parameters, replaced: replaced, member: name, broken: broken))
  }
}

/// Texts of a length, some of which a pattern admits.
private enum BorderText {
  /// A text of the length that the constraint admits.
  static func fitting(_ constraint: StringConstraint, _ length: Int) -> String? {
    candidates(length).first { constraint.violations(of: $0).isEmpty }
  }

  /// A text of the length, one that keeps the pattern if there is one.
  static func any(_ constraint: StringConstraint, _ length: Int) -> String {
    let keeping = candidates(length).first { text in
      !constraint.violations(of: text).contains { violation in
        if case .pattern = violation { true } else { false }
      }
    }
    return keeping ?? filled("", length)
  }

  private static func candidates(_ length: Int) -> [String] {
    let starts = [
      "a", "A", "1", "/", "v1", "AKIA", "arn:aws:iam::123456789012:policy/", "arn:aws:iam::123456789012:user/",
      "arn:aws:iam::123456789012:role/", "https://", "http://example.com/",
    ]
    let open = starts.filter { $0.count <= length }.flatMap { start in
      ["a", "A", "1", "2"].map { filled(start, length, with: $0) }
    }
    let closed = length > 2 ? ["/" + String(repeating: "a", count: length - 2) + "/"] : []
    return (length == 0 ? [""] : []) + open + closed
  }

  private static func filled(_ start: String, _ length: Int, with filler: String = "a") -> String {
    start + String(repeating: filler, count: max(0, length - start.count))
  }
}

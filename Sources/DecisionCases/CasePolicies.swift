internal import PolicyEngine

/// The texts of a case's policies, none of them looked at yet.
public struct CasePolicies: Sendable {
  public var identity: [String] = []
  /// Nil for none, as in `session` and `endpoint`; an empty list allows nothing.
  public var boundary: [String]?
  public var session: [String]?
  public var resource: String?
  public var endpoint: [String]?
  /// Level by level; none for an account without an organization.
  public var serviceControl: [[String]] = []
  public var resourceControl: [[String]] = []
}

// MARK: Reading

extension CasePolicies {
  private static let members = CaseLayer.allCases.map(\.rawValue)

  init(_ value: CaseValue, in line: [UInt8], emptyMeansNothing: Bool) throws(MalformedCase) {
    let members = try value.object(admitting: Self.members)
    var reader = PolicyReader(line: line)
    func limits(_ name: String) throws(MalformedCase) -> [String]? {
      guard let list = members.optional(name) else { return nil }
      let texts = try reader.texts(list)
      return texts.isEmpty && !emptyMeansNothing ? nil : texts
    }
    if let list = members.optional("identity") { identity = try reader.texts(list) }
    boundary = try limits("boundary")
    session = try limits("session")
    if let policy = members.optional("resource") { resource = try reader.text(policy) }
    endpoint = try limits("endpoint")
    if let levels = members.optional("scp") { serviceControl = try reader.levels(levels) }
    if let levels = members.optional("rcp") { resourceControl = try reader.levels(levels) }
  }
}

/// Takes the texts of policies out of a line.
private struct PolicyReader {
  private let line: [UInt8]
  private var policies = 0

  init(line: [UInt8]) { self.line = line }

  mutating func levels(_ value: CaseValue) throws(MalformedCase) -> [[String]] {
    var levels: [[String]] = []
    for level in try value.items() {
      try count(level)
      levels.append(try texts(level))
    }
    return levels
  }

  mutating func texts(_ value: CaseValue) throws(MalformedCase) -> [String] {
    var texts: [String] = []
    for item in try value.items() { texts.append(try text(item)) }
    return texts
  }

  private mutating func count(_ value: CaseValue) throws(MalformedCase) {
    policies += 1
    guard policies <= CaseLimits.policiesMax else {
      throw value.malformed("more than \(CaseLimits.policiesMax) policies and levels")
    }
  }

  /// An object as it stands in the line, or the text that a string holds.
  mutating func text(_ value: CaseValue) throws(MalformedCase) -> String {
    try count(value)
    let text: String
    switch value.node.value {
    case .string(let given): text = given
    case .object: text = String(decoding: line[value.node.offset..<value.node.end], as: UTF8.self)
    default: throw value.malformed("must be a policy, or a string with the text of one")
    }
    guard text.utf8.count <= CaseLimits.policyBytesMax else {
      throw value.malformed("longer than \(CaseLimits.policyBytesMax) bytes")
    }
    return text
  }
}

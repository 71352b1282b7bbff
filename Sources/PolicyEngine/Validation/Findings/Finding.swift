/// Something in a policy that is wrong, dangerous or better written otherwise, in the form of AWS IAM Access Analyzer's
/// `ValidatePolicy`.
public struct Finding: Sendable, Hashable {
  /// How much a finding weighs, in AWS's four classes.
  public enum Kind: String, Sendable, CaseIterable {
    /// A part of the policy does not work.
    case error = "ERROR"
    /// The policy allows what AWS considers too much.
    case securityWarning = "SECURITY_WARNING"
    /// The policy is not written as AWS recommends; access is not in danger.
    case warning = "WARNING"
    /// The policy could be tidier; access does not change.
    case suggestion = "SUGGESTION"
  }

  /// What the finding is about.
  public let code: IssueCode
  /// What is the matter, in AWS's words.
  public let details: String
  /// Where, the place to change first.
  public let locations: [Location]

  /// How much it weighs.
  public var kind: Kind { code.kind }
  /// AWS's page about this code.
  public var learnMoreLink: String { code.learnMoreLink }
}

extension Finding {
  /// A place in a policy: the way through the JSON and the characters it takes.
  public struct Location: Sendable, Hashable {
    /// The way through the JSON, from the root.
    public let path: [PathElement]
    /// The characters of the text.
    public let span: Span
  }

  /// One step on the way through a policy's JSON.
  public enum PathElement: Sendable, Hashable {
    /// Into an array, counted from 0.
    case index(Int)
    /// To the value of that key.
    case value(String)
    /// To the key itself.
    case key(String)
    /// To a part of a string, counted from 0 in characters of what the string says.
    case substring(start: Int, length: Int)
  }

  /// A run of characters.
  public struct Span: Sendable, Hashable {
    /// Belongs to the span.
    public let start: Position
    /// Does not belong to the span.
    public let end: Position
  }

  /// A place in the text. A character is a Unicode scalar.
  public struct Position: Sendable, Hashable {
    /// Counted from 1.
    public let line: Int
    /// Counted from 0.
    public let column: Int
    /// Characters before it in the whole text.
    public let offset: Int
  }
}

// MARK: As the API writes it

extension Finding: Encodable {
  private enum Key: String, CodingKey { case findingDetails, findingType, issueCode, learnMoreLink, locations }

  /// As the API writes it.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(details, forKey: .findingDetails)
    try values.encode(kind.rawValue, forKey: .findingType)
    try values.encode(code.rawValue, forKey: .issueCode)
    try values.encode(learnMoreLink, forKey: .learnMoreLink)
    try values.encode(locations, forKey: .locations)
  }
}

extension Finding.Location: Encodable {}
extension Finding.Span: Encodable {}
extension Finding.Position: Encodable {}

extension Finding.PathElement: Encodable {
  private enum Key: String, CodingKey { case index, value, key, substring, start, length }

  /// As the API writes it.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch self {
    case .index(let index): try values.encode(index, forKey: .index)
    case .value(let key): try values.encode(key, forKey: .value)
    case .key(let key): try values.encode(key, forKey: .key)
    case .substring(let start, let length):
      var part = values.nestedContainer(keyedBy: Key.self, forKey: .substring)
      try part.encode(start, forKey: .start)
      try part.encode(length, forKey: .length)
    }
  }
}

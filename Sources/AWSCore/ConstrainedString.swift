/// What a string must satisfy, as the API models of AWS state it.
public struct StringConstraint: Sendable {
  /// The fewest and the most characters, counted as Unicode scalars.
  public let length: ClosedRange<Int>
  /// The regular expression as the API model writes it; for messages and for the comparison with the model.
  public let pattern: String?
  /// Decides what `pattern` says without a regular expression engine; sees UTF-8.
  public let matches: (@Sendable ([UInt8]) -> Bool)?
  /// Replaces the message about the pattern where AWS has words of its own; `name` is the member's name.
  public let patternMessage: (@Sendable (_ name: String) -> String)?

  public init(
    _ length: ClosedRange<Int>, pattern: String? = nil, matches: (@Sendable ([UInt8]) -> Bool)? = nil,
    patternMessage: (@Sendable (_ name: String) -> String)? = nil
  ) {
    self.length = length
    self.pattern = pattern
    self.matches = matches
    self.patternMessage = patternMessage
  }

  /// Every character must be of the class.
  public init(
    _ length: ClosedRange<Int>, pattern: String, of allowed: ByteClass,
    patternMessage: (@Sendable (_ name: String) -> String)? = nil
  ) {
    self.init(length, pattern: pattern, matches: { allowed.containsAll($0) }, patternMessage: patternMessage)
  }

  /// One way in which a value breaks the constraint.
  public enum Violation: Sendable, Equatable {
    case tooShort(Int)
    case tooLong(Int)
    case pattern(String)
    case enumeration([String])
  }

  public func violations(of text: String) -> [Violation] {
    var found: [Violation] = []
    let utf8Count = text.utf8.count
    if utf8Count > length.upperBound, text.unicodeScalars.count > length.upperBound {
      found.append(.tooLong(length.upperBound))
    }
    if utf8Count < length.lowerBound || (length.lowerBound > 1 && text.unicodeScalars.count < length.lowerBound) {
      found.append(.tooShort(length.lowerBound))
    }
    if let pattern, let matches, !matches(Array(text.utf8)) { found.append(.pattern(pattern)) }
    return found
  }
}

/// A set of ASCII characters, with or without everything beyond ASCII.
public struct ByteClass: Sendable {
  private let low: UInt64
  private let high: UInt64
  private let beyondASCII: Bool

  public init(_ characters: String, ranges: [ClosedRange<UInt8>] = [], beyondASCII: Bool = false) {
    var low: UInt64 = 0
    var high: UInt64 = 0
    func add(_ byte: UInt8) {
      if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
    }
    characters.utf8.forEach(add)
    for range in ranges { range.forEach(add) }
    self.low = low
    self.high = high
    self.beyondASCII = beyondASCII
  }

  public static let letters: [ClosedRange<UInt8>] = [0x41...0x5A, 0x61...0x7A]
  public static let digits: [ClosedRange<UInt8>] = [0x30...0x39]
  /// `\w` and what the text adds.
  public static func word(and more: String = "") -> ByteClass {
    ByteClass("_" + more, ranges: letters + digits)
  }

  public func contains(_ byte: UInt8) -> Bool {
    if byte < 64 { return low & (1 << UInt64(byte)) != 0 }
    if byte < 128 { return high & (1 << UInt64(byte - 64)) != 0 }
    return beyondASCII
  }

  public func containsAll(_ bytes: some Sequence<UInt8>) -> Bool {
    for byte in bytes where !contains(byte) { return false }
    return true
  }
}

/// A string that has been checked: whoever holds one need not check again.
///
/// The rim of the program makes them from requests, recording every violation; `init(checking:)` is for everybody else.
public protocol ConstrainedString: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  static var constraint: StringConstraint { get }
  /// Whether no message may repeat a value; not so unless said.
  static var isSensitive: Bool { get }
  var text: String { get }
  /// Skips the check: for the decoder that has recorded the violations, and for what the program itself wrote.
  init(unchecked text: String)
}

extension ConstrainedString {
  public static var isSensitive: Bool { false }

  public init?(checking text: String) {
    guard Self.constraint.violations(of: text).isEmpty else { return nil }
    self.init(unchecked: text)
  }

  public var description: String { text }
  public static func < (a: Self, b: Self) -> Bool { a.text < b.text }

  public init(from decoder: any Decoder) throws {
    self.init(unchecked: try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// The parameters of an `application/x-www-form-urlencoded` text, in the order written, each name once.
///
/// A name that comes twice, also in another letter case, is refused and not resolved: two readers that choose
/// differently between duplicates disagree about what was asked (CVE-2022-2385 of aws-iam-authenticator).
public struct FormParameters: Sendable, Equatable {
  public struct Pair: Sendable, Equatable {
    public let name: String
    public let value: String
  }

  /// The most pairs that a text may hold.
  public static let pairLimit = 4096

  public let pairs: [Pair]

  /// Parses strictly: valid escapes, valid UTF-8, names of visible ASCII, no name twice in any letter case.
  public init(parsing bytes: [UInt8], pairLimit: Int = Self.pairLimit) throws(FormError) {
    var parser = FormParser(limit: pairLimit)
    try parser.parse(bytes.span)
    pairs = parser.pairs
  }

  /// Parses the query part of a request line.
  public init(parsing text: String, pairLimit: Int = Self.pairLimit) throws(FormError) {
    try self.init(parsing: Array(text.utf8), pairLimit: pairLimit)
  }

  /// The value of a parameter, by its exact name.
  public func value(of name: String) -> String? {
    for pair in pairs where pair.name == name { return pair.value }
    return nil
  }
}

/// Why a form was refused as a whole.
public enum FormError: Error, Sendable, Equatable {
  /// A `%` is not followed by two hexadecimal digits; holds AWS's words.
  case malformedEscape(String)
  case invalidUTF8(parameter: Int)
  /// A name is empty or holds something else than visible ASCII.
  case invalidName(parameter: Int)
  /// The name as it came the second time.
  case duplicateName(String)
  case tooManyPairs(limit: Int)

  /// What the client may read. `MalformedQueryString` with status 400 is AWS's code for it.
  public var message: String {
    switch self {
    case .malformedEscape(let words): words
    case .invalidUTF8(let parameter): "Parameter \(parameter) is not valid UTF-8"
    case .invalidName(let parameter): "The name of parameter \(parameter) is empty or not ASCII"
    case .duplicateName(let name): "Duplicate parameter: \(name)"
    case .tooManyPairs(let limit): "More than \(limit) parameters"
    }
  }
}

private struct FormParser {
  let limit: Int
  var pairs: [FormParameters.Pair] = []
  private var scratch: [UInt8] = []
  private var names = Set<String>()

  /// Up to this many pairs, comparing each name with all is quicker than hashing them.
  private static let pairwiseLimit = 12

  init(limit: Int) {
    self.limit = limit
    // Most calls have fewer.
    pairs.reserveCapacity(8)
  }

  mutating func parse(_ bytes: borrowing Span<UInt8>) throws(FormError) {
    var start = 0
    var equals = -1
    var isPlain = true
    let count = bytes.count
    var index = 0
    while index <= count {
      let byte = index < count ? bytes[index] : 0x26
      switch byte {
      case 0x26:
        if index > start {
          let nameEnd = equals < 0 ? index : equals
          try add(bytes, name: start..<nameEnd, value: min(nameEnd + 1, index)..<index, isPlain)
        }
        start = index + 1
        equals = -1
        isPlain = true
      case 0x3D:
        if equals < 0 { equals = index }
      case 0x25, 0x2B, 0x80...0xFF:
        isPlain = false
      default: break
      }
      index += 1
    }
  }

  private mutating func add(
    _ bytes: borrowing Span<UInt8>, name: Range<Int>, value: Range<Int>, _ isPlain: Bool
  ) throws(FormError) {
    guard pairs.count < limit else { throw .tooManyPairs(limit: limit) }
    let nameText = try text(bytes, name, isPlain)
    guard !nameText.isEmpty, nameText.hasOnly({ $0 > 0x20 && $0 < 0x7F }) else {
      throw .invalidName(parameter: pairs.count + 1)
    }
    try refuseDuplicate(nameText)
    pairs.append(.init(name: nameText, value: try text(bytes, value, isPlain)))
  }

  private mutating func text(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ isPlain: Bool
  ) throws(FormError) -> String {
    if isPlain {
      return String(bytes, range)
    }
    scratch.removeAll(keepingCapacity: true)
    do {
      try PercentCoding.decode(bytes, range, into: &scratch)
    } catch {
      throw .malformedEscape(error.message)
    }
    guard let text = String(validating: scratch, as: UTF8.self) else {
      throw .invalidUTF8(parameter: pairs.count + 1)
    }
    return text
  }

  private mutating func refuseDuplicate(_ name: String) throws(FormError) {
    if pairs.count < Self.pairwiseLimit {
      for pair in pairs where Self.equalIgnoringCase(pair.name, name) { throw .duplicateName(name) }
      return
    }
    if names.isEmpty {
      for pair in pairs { names.insert(pair.name.asciiLowercased) }
    }
    guard names.insert(name.asciiLowercased).inserted else { throw .duplicateName(name) }
  }

  private static func equalIgnoringCase(_ a: String, _ b: String) -> Bool {
    let a = a.utf8
    let b = b.utf8
    guard a.count == b.count else { return false }
    for (left, right) in zip(a, b) where left != right {
      guard left ^ right == 0x20, (left | 0x20) >= 0x61, (left | 0x20) <= 0x7A else { return false }
    }
    return true
  }
}

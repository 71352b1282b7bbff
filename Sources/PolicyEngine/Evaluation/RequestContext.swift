/// The name of a condition key with the hash of its folded form.
///
/// No letter beyond ASCII is ever folded into ASCII: the Kelvin sign in a tag's key must not pass for `k`.
struct ContextKey: Sendable {
  /// As written where it is ASCII, else folded.
  private let name: String
  private let hash: UInt64

  init(_ name: String) {
    var hash = FNV1a()
    var isASCII = true
    let bytes = name.utf8.span
    for index in bytes.indices {
      isASCII = isASCII && bytes[index] < 0x80
      hash.add(bytes[index].asciiLowercased)
    }
    self.name = isASCII ? name : Self.fold(name)
    self.hash = isASCII ? hash.value : fnv1a(self.name.utf8)
  }

  var folded: String { Self.fold(name) }

  private static func fold(_ name: String) -> String {
    var folded = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      let lower = scalar.properties.lowercaseMapping.unicodeScalars
      if scalar.isASCII || lower.allSatisfy({ !$0.isASCII }) {
        folded.append(contentsOf: lower)
      } else {
        folded.append(scalar)
      }
    }
    return String(folded)
  }

  @inline(__always)
  func isSame(as other: ContextKey) -> Bool {
    guard hash == other.hash else { return false }
    let own = name.utf8.span
    let others = other.name.utf8.span
    guard own.count == others.count else { return false }
    for index in own.indices where own[index].asciiLowercased != others[index].asciiLowercased { return false }
    return true
  }
}

/// What is known about a request besides who, what and on which resource: the values of its condition keys.
///
/// Keys are compared without letter case, the tag key in `aws:PrincipalTag/…` too. A key is absent (`nil`), present
/// without a value (`[]`) or has one or more values.
// AWS: "Key names are case-insensitive" (reference_policies_variables.md).
public struct RequestContext: Sendable {
  enum Values: Sendable {
    case one(String)
    case many([String])
  }

  private struct Entry: Sendable {
    let key: ContextKey
    var values: Values
  }

  private var entries: [Entry] = []

  public init() { entries.reserveCapacity(32) }

  public subscript(key: String) -> [String]? {
    get {
      switch values(of: ContextKey(key)) {
      case nil: nil
      case .one(let value)?: [value]
      case .many(let values)?: values
      }
    }
    set {
      guard let newValue else {
        let key = ContextKey(key)
        entries.removeAll { $0.key.isSame(as: key) }
        return
      }
      store(newValue.count == 1 ? .one(newValue[0]) : .many(newValue), for: ContextKey(key))
    }
  }

  /// Gives the key exactly this value.
  public mutating func set(_ key: String, _ value: String) { store(.one(value), for: ContextKey(key)) }

  /// The folded names of all keys that are present.
  public var keys: [String] { entries.map(\.key.folded) }

  private mutating func store(_ values: Values, for key: ContextKey) {
    if let index = index(of: key) {
      entries[index].values = values
    } else {
      entries.append(Entry(key: key, values: values))
    }
  }

  private func index(of key: ContextKey) -> Int? {
    for index in entries.indices where entries[index].key.isSame(as: key) { return index }
    return nil
  }

  func values(of key: ContextKey) -> Values? { index(of: key).map { entries[$0].values } }

  /// What a policy variable stands for in this request.
  // AWS: a key with several values cannot be used as a variable; it resolves to nothing, not even to the default.
  func value(of variable: Template.Variable) -> String? {
    switch values(of: variable.key) {
    case nil: variable.fallback
    case .one(let value)?: value
    case .many(let values)?: values.isEmpty ? variable.fallback : nil
    }
  }
}

extension RequestContext.Values {
  var count: Int {
    switch self {
    case .one: 1
    case .many(let values): values.count
    }
  }

  subscript(index: Int) -> String {
    switch self {
    case .one(let value): value
    case .many(let values): values[index]
    }
  }

  /// No value, or none but empty texts.
  // AWS: "if the context key value resolves to a null dataset, such as an empty string"
  // (reference_policies_condition-single-vs-multi-valued-context-keys.md).
  var isNullSet: Bool {
    switch self {
    case .one(let value): value.isEmpty
    case .many(let values): values.allSatisfy(\.isEmpty)
    }
  }
}

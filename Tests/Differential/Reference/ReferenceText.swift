import PolicyEngine

/// What a policy's text is made of before anything is filled in.
enum ReferencePiece {
  /// A character that stands there.
  case written(Unicode.Scalar)
  /// `${*}`, `${?}` or `${$}`: the character and no wildcard.
  case escaped(Unicode.Scalar)
  /// `${key}` or `${key, 'default'}`.
  case variable(key: String, fallback: String?)

  /// Variables exist in Version 2012-10-17 only; in the other `${` is text (reference_policies_elements_version.md).
  static func pieces(of text: String, _ version: PolicyDocument.Version) -> [ReferencePiece] {
    var rest = Array(text.unicodeScalars)[...]
    var pieces: [ReferencePiece] = []
    while let first = rest.first {
      if version == .v2012, first == "$", let (piece, length) = reference(at: rest) {
        pieces.append(piece)
        rest = rest.dropFirst(length)
      } else {
        pieces.append(.written(first))
        rest = rest.dropFirst()
      }
    }
    return pieces
  }

  /// What begins here with `${` and is well written, and how long it is; anything else stays text, which is our choice
  /// (reference_policies_variables.md, "Specifying default values", "Special characters").
  private static func reference(at text: ArraySlice<Unicode.Scalar>) -> (ReferencePiece, Int)? {
    guard text.starts(with: "${".unicodeScalars) else { return nil }
    let key = text.dropFirst(2).prefix { $0 != "}" && $0 != "," }
    guard !key.isEmpty else { return nil }
    let name = string(key)
    var rest = text[key.endIndex...]
    guard let end = rest.popFirst() else { return nil }
    if end == "}" {
      let piece: ReferencePiece =
        ["*", "?", "$"].contains(name) ? .escaped(key[key.startIndex]) : .variable(key: name, fallback: nil)
      return (piece, rest.startIndex - text.startIndex)
    }
    rest = rest.drop { $0 == " " }
    guard rest.popFirst() == "'" else { return nil }
    let fallback = rest.prefix { $0 != "'" }
    rest = rest[fallback.endIndex...]
    guard rest.starts(with: "'}".unicodeScalars) else { return nil }
    return (.variable(key: name, fallback: string(fallback)), rest.startIndex + 2 - text.startIndex)
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}

/// A policy's text with its variables filled in. A value is text, whatever it holds: no wildcard, no further variable.
struct ReferenceText {
  /// Nil where a variable has no value.
  private(set) var symbols: [ReferenceSymbol]? = []
  /// The same by the colons of the policy's text, at most six parts, for the ARN operators.
  private(set) var segments: [[ReferenceSymbol]] = [[]]
  /// One variable and nothing else.
  let isOneVariable: Bool
  /// A value with a colon was filled in before the fifth colon.
  private(set) var hasEarlyColon = false

  init(_ text: String, version: PolicyDocument.Version, wildcards: Bool, context: ReferenceContext) {
    let pieces = ReferencePiece.pieces(of: text, version)
    if pieces.count == 1, case .variable = pieces[0] { isOneVariable = true } else { isOneVariable = false }
    for piece in pieces {
      switch piece {
      case .written(let scalar): addWritten(wildcards ? ReferenceMatching.symbol(scalar) : .literal(scalar))
      case .escaped(let scalar): add(.literal(scalar))
      case .variable(let key, let fallback): addValue(Self.value(of: key, fallback, context))
      }
    }
  }

  private mutating func addWritten(_ symbol: ReferenceSymbol) {
    guard symbol == .literal(":"), segments.count < 6 else { return add(symbol) }
    symbols?.append(symbol)
    segments.append([])
  }

  private mutating func add(_ symbol: ReferenceSymbol) {
    symbols?.append(symbol)
    segments[segments.count - 1].append(symbol)
  }

  private mutating func addValue(_ value: String?) {
    guard let value else {
      symbols = nil
      return
    }
    if segments.count < 6, value.unicodeScalars.contains(":") { hasEarlyColon = true }
    for scalar in value.unicodeScalars { add(.literal(scalar)) }
  }

  /// The key's one value; the default where the key is absent or has none (reference_policies_variables.md). A key with
  /// several values cannot be used, and then not even the default is: our choice.
  private static func value(of key: String, _ fallback: String?, _ context: ReferenceContext) -> String? {
    let values = context[key] ?? []
    if values.isEmpty { return fallback }
    return values.count == 1 ? values[0] : nil
  }
}

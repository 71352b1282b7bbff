public import AWSCore

// How each kind of value is decoded: structures, checked strings, enumerations, plain scalars.

extension WireStruct {
  public static var shape: Shape { .of(Self.self) }

  public static var placeholder: Self {
    var fields = Fields(describing: ())
    return Self(from: &fields)
  }

  public static func decode(_ value: WireValue, at path: FieldPath, recording violations: inout [FieldViolation])
    -> Self?
  {
    guard case .structure = value else {
      violations.append(.init(path: path.text, value: nil, constraint: "Member must be a structure"))
      return nil
    }
    var fields = Fields(value, prefix: path.text + ".")
    let decoded = Self(from: &fields)
    violations += fields.violations
    return decoded
  }
}

extension WireDecodable where Self: ConstrainedString {
  public static var shape: Shape { .string(constraint, enumeration: []) }
  public static var placeholder: Self { Self(unchecked: "") }

  public static func decode(_ value: WireValue, at path: FieldPath, recording violations: inout [FieldViolation])
    -> Self?
  {
    guard case .text(let text) = value else {
      violations.append(.notText(path))
      return nil
    }
    for violation in constraint.violations(of: text) {
      // AWS: what is sensitive is shown as `***`.
      violations.append(.init(violation, of: isSensitive ? "***" : text, at: path, constraint: constraint))
    }
    return Self(unchecked: text)
  }
}

/// A checked string that is a secret: what is wrong with it is told without it.
extension Secret: WireDecodable where Value: ConstrainedString & WireDecodable {
  public static var shape: Shape { Value.shape }
  public static var placeholder: Secret { Secret(Value.placeholder) }

  public static func decode(_ value: WireValue, at path: FieldPath, recording violations: inout [FieldViolation])
    -> Secret?
  {
    var found: [FieldViolation] = []
    let decoded = Value.decode(value, at: path, recording: &found)
    for var violation in found {
      violation.isSensitive = violation.value != nil
      violations.append(violation)
    }
    return decoded.map { Secret($0) }
  }
}

/// An enumeration whose cases are spelled on the wire as their raw values.
public protocol WireEnum: WireDecodable, WireEncodable, CaseIterable, RawRepresentable<String>, Codable {}

extension WireEnum {
  public static var shape: Shape { .string(StringConstraint(0...Int.max), enumeration: allCases.map(\.rawValue)) }

  public static var placeholder: Self {
    guard let first = allCases.first else { preconditionFailure("an enumeration on the wire has cases") }
    return first
  }

  public static func decode(_ value: WireValue, at path: FieldPath, recording violations: inout [FieldViolation])
    -> Self?
  {
    guard case .text(let text) = value else {
      violations.append(.notText(path))
      return nil
    }
    if let known = Self(rawValue: text) { return known }
    let set = allCases.map(\.rawValue).joined(separator: ", ")
    violations.append(
      .init(path: path.text, value: value.shown, constraint: "Member must satisfy enum value set: [\(set)]"))
    return nil
  }

  public func encode(as name: String, to writer: inout WireWriter) { rawValue.encode(as: name, to: &writer) }
}

extension String: WireDecodable {
  public static var shape: Shape { .string(StringConstraint(0...Int.max), enumeration: []) }
  public static var placeholder: String { "" }

  public static func decode(_ value: WireValue, at path: FieldPath, recording violations: inout [FieldViolation])
    -> String?
  {
    guard case .text(let text) = value else {
      violations.append(.notText(path))
      return nil
    }
    return text
  }
}

extension Bool: WireDecodable {
  public static var shape: Shape { .boolean }
  public static var placeholder: Bool { false }

  public static func decode(_ value: WireValue, at path: FieldPath, recording violations: inout [FieldViolation])
    -> Bool?
  {
    switch value {
    case .boolean(let flag): return flag
    case .text("true"): return true
    case .text("false"): return false
    default:
      violations.append(.init(path: path.text, value: value.shown, constraint: "Member must be a boolean"))
      return nil
    }
  }
}

extension Int: WireDecodable {
  public static var shape: Shape { .integer(Int.min...Int.max) }
  public static var placeholder: Int { 0 }

  public static func decode(_ value: WireValue, at path: FieldPath, recording violations: inout [FieldViolation])
    -> Int?
  {
    switch value {
    case .number(let number):
      if let whole = Int(exactly: number) { return whole }
    case .text(let text):
      if let whole = Int(text) { return whole }
    default: break
    }
    violations.append(.init(path: path.text, value: value.shown, constraint: "Member must be an integer"))
    return nil
  }
}

extension WireValue {
  /// What a message may repeat of the value.
  var shown: String? {
    switch self {
    case .text(let text): String(text.prefix(256))
    case .number(let number): number.description
    case .boolean(let flag): flag.description
    case .null, .list, .structure: nil
    }
  }
}

extension FieldViolation {
  static func notText(_ path: FieldPath) -> FieldViolation {
    FieldViolation(path: path.text, value: nil, constraint: "Member must be a string")
  }

  init(
    _ violation: StringConstraint.Violation, of text: String, at path: FieldPath, constraint: StringConstraint
  ) {
    let words: String
    var isWhole = false
    switch violation {
    case .tooShort(let least): words = "Member must have length greater than or equal to \(least)"
    case .tooLong(let most): words = "Member must have length less than or equal to \(most)"
    case .pattern(let pattern):
      if let message = constraint.patternMessage {
        words = message(path.name)
        isWhole = true
      } else {
        words = "Member must satisfy regular expression pattern: \(pattern)"
      }
    case .enumeration(let set): words = "Member must satisfy enum value set: [\(set.joined(separator: ", "))]"
    }
    self.init(path: path.text, value: String(text.prefix(256)), constraint: words, isWholeMessage: isWhole)
  }
}

public import AWSCore

/// A structure that a request's input can be decoded into.
///
/// The initialiser lists the members, each on a line: this one list decodes requests, records every violation, and
/// describes the shape for the comparison with AWS's API model.
/// ```swift
/// struct Input: WireStruct {
///   let userName: UserName
///   let path: Path?
///   init(from fields: inout Fields) {
///     userName = fields.required("UserName")
///     path = fields.optional("Path")
///   }
/// }
/// ```
public protocol WireStruct: WireDecodable {
  init(from fields: inout Fields)
}

/// A value that a member can have.
public protocol WireDecodable: Sendable {
  static var shape: Shape { get }
  /// Stands in for a value that was missing or wrong while the remaining members are read. It never leaves the
  /// decoder: a violation has been recorded by then, and `Fields.decode` throws.
  static var placeholder: Self { get }
  static func decode(_ value: WireValue, at path: FieldPath, recording violations: inout [FieldViolation]) -> Self?
}

/// Where a member stands in the input; spelled only where there is a violation to report.
public struct FieldPath: Sendable {
  /// What stands before the member, up to and with the dot.
  private let prefix: String
  private let wireName: String

  init(_ wireName: String, after prefix: String = "") {
    self.prefix = prefix
    self.wireName = wireName
  }

  // AWS: the messages write members in lower camel case whatever the wire's spelling is.
  var name: String {
    guard let first = wireName.first, first.isUppercase else { return wireName }
    return first.lowercased() + wireName.dropFirst()
  }

  /// The member as AWS writes it: `tags.1.member.key`.
  var text: String { prefix + name }
}

/// One way in which a request's input breaks its declaration.
public struct FieldViolation: Sendable, Equatable {
  /// The member as AWS writes it: `tags.1.member.key`.
  public let path: String
  /// The offending value; nil for one that is missing.
  public let value: String?
  /// What must hold, in AWS's words; a sentence of its own where `isWholeMessage`.
  public let constraint: String
  public var isWholeMessage = false
  /// Whether the value is a secret, which no message repeats.
  var isSensitive = false
}

/// Reads the members of one structure, recording violations instead of stopping at the first.
public struct Fields {
  private let node: WireValue?
  private let prefix: String
  private(set) var violations: [FieldViolation] = []
  private(set) var described: [Shape.Member] = []

  init(describing: Void) {
    node = nil
    prefix = ""
  }

  init(_ node: WireValue, prefix: String) {
    self.node = node
    self.prefix = prefix
  }

  private var isDescribing: Bool { node == nil }

  /// Decodes a whole input: the only way in.
  public static func decode<T: WireStruct>(_ type: T.Type, from value: WireValue) throws(Failure) -> T {
    var fields = Fields(value, prefix: "")
    let decoded = T(from: &fields)
    guard fields.violations.isEmpty else { throw .validation(fields.violations) }
    return decoded
  }

  public mutating func required<T: WireDecodable>(_ name: String) -> T {
    if isDescribing {
      described.append(.init(name: name, isRequired: true, shape: T.shape))
      return T.placeholder
    }
    return present(name) ?? missing(name)
  }

  public mutating func optional<T: WireDecodable>(_ name: String) -> T? {
    if isDescribing {
      described.append(.init(name: name, isRequired: false, shape: T.shape))
      return nil
    }
    return present(name)
  }

  /// A member that must be an integer of the range.
  public mutating func optional(_ name: String, in range: ClosedRange<Int>) -> Int? {
    if isDescribing {
      described.append(.init(name: name, isRequired: false, shape: .integer(range)))
      return nil
    }
    guard let value: Int = present(name) else { return nil }
    check(value, of: name, in: range)
    return value
  }

  public mutating func required(_ name: String, in range: ClosedRange<Int>) -> Int {
    if isDescribing {
      described.append(.init(name: name, isRequired: true, shape: .integer(range)))
      return range.lowerBound
    }
    let value: Int = required(name)
    if node?[name] != nil { check(value, of: name, in: range) }
    return value
  }

  /// A list of `min` to `max` elements; where it is required, an absent one is a violation.
  public mutating func list<T: WireDecodable>(
    _ name: String, min: Int = 0, max: Int = .max, isRequired: Bool = false
  ) -> [T]? {
    if isDescribing {
      described.append(.init(name: name, isRequired: isRequired, shape: .list(T.shape, length: min...max)))
      return nil
    }
    guard let value = node?[name], !value.isNull else {
      if isRequired { violations.append(.missing(path(name))) }
      return nil
    }
    guard let elements = value.elements(wrapper: "member") else {
      violations.append(.init(path: path(name).text, value: nil, constraint: "Member must be a list"))
      return nil
    }
    if elements.count > max || elements.count < min {
      let border = elements.count > max ? "less than or equal to \(max)" : "greater than or equal to \(min)"
      violations.append(
        .init(path: path(name).text, value: "", constraint: "Member must have length \(border)"))
      return nil
    }
    var decoded: [T] = []
    decoded.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      let path = FieldPath("member", after: "\(path(name).text).\(index + 1).")
      if let value = T.decode(element, at: path, recording: &violations) { decoded.append(value) }
    }
    return decoded
  }

  public mutating func requiredList<T: WireDecodable>(_ name: String, min: Int = 0, max: Int = .max) -> [T] {
    list(name, min: min, max: max, isRequired: true) ?? []
  }

  /// A map of at most `max` entries, in the order of the request; where it is required, an absent one is a violation.
  public mutating func map<Key: WireDecodable, Value: WireDecodable>(
    _ name: String, max: Int = .max, isRequired: Bool = false
  ) -> [(key: Key, value: Value)]? {
    if isDescribing {
      described.append(.init(name: name, isRequired: isRequired, shape: .map(key: Key.shape, value: Value.shape)))
      return nil
    }
    guard let value = node?[name], !value.isNull else {
      if isRequired { violations.append(.missing(path(name))) }
      return nil
    }
    guard let entries = value.entries else {
      violations.append(.init(path: path(name).text, value: nil, constraint: "Member must be a map"))
      return nil
    }
    if entries.count > max {
      violations.append(
        .init(path: path(name).text, value: "", constraint: "Member must have length less than or equal to \(max)"))
      return nil
    }
    return entries.enumerated().compactMap { index, entry in
      let prefix = "\(path(name).text).\(index + 1)."
      guard let key = Key.decode(entry.key, at: FieldPath("key", after: prefix), recording: &violations),
        let value = Value.decode(entry.value, at: FieldPath("value", after: prefix), recording: &violations)
      else { return nil }
      return (key, value)
    }
  }

  private mutating func present<T: WireDecodable>(_ name: String) -> T? {
    guard let value = node?[name], !value.isNull else { return nil }
    let before = violations.count
    if let decoded = T.decode(value, at: path(name), recording: &violations) { return decoded }
    if violations.count == before { violations.append(.missing(path(name))) }
    return T.placeholder
  }

  private mutating func missing<T: WireDecodable>(_ name: String) -> T {
    violations.append(.missing(path(name)))
    return T.placeholder
  }

  private mutating func check(_ value: Int, of name: String, in range: ClosedRange<Int>) {
    if value < range.lowerBound {
      violations.append(
        .init(
          path: path(name).text, value: String(value),
          constraint: "Member must have value greater than or equal to \(range.lowerBound)"))
    } else if value > range.upperBound {
      violations.append(
        .init(
          path: path(name).text, value: String(value),
          constraint: "Member must have value less than or equal to \(range.upperBound)"))
    }
  }

  private func path(_ name: String) -> FieldPath { FieldPath(name, after: prefix) }
}

extension FieldViolation {
  static func missing(_ path: FieldPath) -> FieldViolation {
    FieldViolation(path: path.text, value: nil, constraint: "Member must not be null")
  }
}

extension Failure {
  /// All violations in one message, as AWS words them.
  static func validation(_ violations: [FieldViolation]) -> Failure {
    if violations.count == 1, violations[0].isWholeMessage {
      return Failure(.validationError, violations[0].constraint)
    }
    let parts = violations.map { violation in
      let shown = violation.value.map { "Value '\($0)'" } ?? "Value null"
      // AWS: of a sensitive member the value is left out.
      let value = violation.isSensitive ? "Value" : shown
      return "\(value) at '\(violation.path)' failed to satisfy constraint: \(violation.constraint)"
    }
    let noun = violations.count == 1 ? "error" : "errors"
    return Failure(
      .validationError, "\(violations.count) validation \(noun) detected: " + parts.joined(separator: "; "))
  }
}

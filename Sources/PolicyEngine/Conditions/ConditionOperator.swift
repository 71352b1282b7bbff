/// A condition operator as written in a policy: a comparison, perhaps with a set qualifier in front of it and
/// `IfExists` behind it.
public struct ConditionOperator: Sendable, Hashable, CustomStringConvertible {
  /// How a value of the policy is compared with one of the request; the raw value is AWS's name.
  public enum Comparison: String, Sendable, CaseIterable, BitwiseCopyable {
    case stringEquals = "StringEquals"
    case stringNotEquals = "StringNotEquals"
    case stringEqualsIgnoreCase = "StringEqualsIgnoreCase"
    case stringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase"
    case stringLike = "StringLike"
    case stringNotLike = "StringNotLike"
    case numericEquals = "NumericEquals"
    case numericNotEquals = "NumericNotEquals"
    case numericLessThan = "NumericLessThan"
    case numericLessThanEquals = "NumericLessThanEquals"
    case numericGreaterThan = "NumericGreaterThan"
    case numericGreaterThanEquals = "NumericGreaterThanEquals"
    case dateEquals = "DateEquals"
    case dateNotEquals = "DateNotEquals"
    case dateLessThan = "DateLessThan"
    case dateLessThanEquals = "DateLessThanEquals"
    case dateGreaterThan = "DateGreaterThan"
    case dateGreaterThanEquals = "DateGreaterThanEquals"
    case bool = "Bool"
    case binaryEquals = "BinaryEquals"
    case ipAddress = "IpAddress"
    case notIPAddress = "NotIpAddress"
    case arnEquals = "ArnEquals"
    case arnNotEquals = "ArnNotEquals"
    case arnLike = "ArnLike"
    case arnNotLike = "ArnNotLike"
    case null = "Null"

    /// True of the operators that ask that nothing matches; a missing key satisfies them.
    public var isNegated: Bool {
      switch self {
      case .stringNotEquals, .stringNotEqualsIgnoreCase, .stringNotLike, .numericNotEquals, .dateNotEquals,
        .notIPAddress, .arnNotEquals, .arnNotLike:
        true
      default: false
      }
    }

    var isDate: Bool {
      switch self {
      case .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals, .dateGreaterThan, .dateGreaterThanEquals:
        true
      default: false
      }
    }
  }

  /// What several values of a request must do; the raw value is AWS's prefix.
  public enum Qualifier: String, Sendable, BitwiseCopyable {
    case forAllValues = "ForAllValues:"
    case forAnyValue = "ForAnyValue:"
  }

  /// What the operator compares, and how.
  public let comparison: Comparison
  /// The set qualifier in front; nil for none.
  public let qualifier: Qualifier?
  /// Whether a missing key satisfies it.
  public let isIfExists: Bool

  /// Refuses a name that AWS does not have, also in other letter case. `Null` takes no `IfExists`.
  public init?(_ name: String) {
    var rest = name[...]
    var qualifier: Qualifier?
    for candidate in [Qualifier.forAllValues, .forAnyValue] where rest.hasPrefix(candidate.rawValue) {
      qualifier = candidate
      rest = rest.dropFirst(candidate.rawValue.count)
      break
    }
    let suffix = "IfExists"
    isIfExists = rest.hasSuffix(suffix)
    if isIfExists { rest = rest.dropLast(suffix.count) }
    guard let comparison = Comparison(rawValue: String(rest)), comparison != .null || !isIfExists else { return nil }
    self.comparison = comparison
    self.qualifier = qualifier
  }

  /// As a policy writes it.
  public var description: String {
    (qualifier?.rawValue ?? "") + comparison.rawValue + (isIfExists ? "IfExists" : "")
  }
}

internal import AWSCore

/// What the values of a condition key are said to be when a request is only thought of.
public enum ContextValueType: String, Sendable, CaseIterable {
  case string, numeric, boolean, ip, binary, date

  /// Whether conditions can read a text as a value of the type.
  // AWS: the policy simulator takes any text for a truth value.
  public func canRead(_ text: String) -> Bool {
    switch self {
    case .string, .boolean: true
    case .numeric: DecimalNumber(text) != nil
    case .ip: IPNetwork(address: text) != nil
    case .binary: Base64.decode(text) != nil
    case .date: Instant(text) != nil
    }
  }
}

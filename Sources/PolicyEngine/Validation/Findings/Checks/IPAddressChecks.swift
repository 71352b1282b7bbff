/// Checks of addresses and ranges of them.
enum IPAddressChecks {
  static func ranges(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard clause.comparison?.family == .ipAddress else { return [] }
    return clause.key.values.compactMap { value in
      AddressRange(value.text)?.corrected.map { Issue(.improveIPRange, $0, at: value.place) }
    }
  }

  /// Private addresses for a key that never holds one.
  static func privateAddresses(_ clause: Clause, _ statement: StatementOutline, _ policy: PolicyOutline) -> [Issue] {
    guard clause.key.folded == "aws:sourceip", let comparison = clause.comparison, comparison.family == .ipAddress
    else { return [] }
    let ranges = clause.key.values.compactMap { value in AddressRange(value.text).map { (value, $0) } }
    let hidden = ranges.filter { $0.1.isPrivate }.map(\.0.place)
    guard !hidden.isEmpty else { return [] }
    let isNegated = comparison.isNegated
    if hidden.count == clause.key.values.count {
      return [Issue(isNegated ? .privateNotIPAddress : .privateIPAddress, at: hidden)]
    }
    return [Issue(isNegated ? .privateNotIPAddressSubset : .privateIPAddressSubset, at: hidden)]
  }
}

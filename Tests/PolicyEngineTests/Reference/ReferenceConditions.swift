import Foundation
import PolicyEngine

/// Three answers: two values that cannot be compared (a variable without a value, a text that is no number) neither
/// match nor differ.
enum ReferenceAnswer { case match, difference, incomparable }

struct ReferenceConditions {
  let version: PolicyDocument.Version
  let effect: Statement.Effect
  let context: RequestContext

  func hold(_ clauses: [ConditionClause]) -> Bool { clauses.allSatisfy(holds) }

  private func holds(_ clause: ConditionClause) -> Bool {
    let name = clause.conditionOperator.comparison.rawValue
    let isNegated = name.contains("Not")
    let present = context[clause.key]
    let isNull = present == nil || present!.allSatisfy { $0 == "" }
    if name == "Null" { return clause.values.contains { $0.lowercased() == (isNull ? "true" : "false") } }
    guard let values = present else {
      if clause.conditionOperator.isIfExists { return true }
      switch clause.conditionOperator.qualifier {
      case .forAllValues?: return true
      case .forAnyValue?: return false
      case nil: return isNegated
      }
    }
    switch clause.conditionOperator.qualifier {
    case .forAllValues?: return isNull || values.allSatisfy { satisfies($0, clause, isNegated) }
    case .forAnyValue?: return !isNull && values.contains { satisfies($0, clause, isNegated) }
    case nil:
      return isNegated
        ? values.allSatisfy { satisfies($0, clause, true) } : values.contains { satisfies($0, clause, false) }
    }
  }

  private func satisfies(_ value: String, _ clause: ConditionClause, _ isNegated: Bool) -> Bool {
    let answers = clause.values.map { answer(value, $0, clause.conditionOperator.comparison) }
    if !isNegated { return answers.contains(.match) }
    if answers.contains(.match) { return false }
    return answers.contains(.incomparable) ? effect == .deny : true
  }

  private func answer(
    _ value: String, _ operand: String, _ comparison: ConditionOperator.Comparison
  ) -> ReferenceAnswer {
    switch comparison {
    case .stringEquals, .stringNotEquals:
      return text(value, operand, wildcards: false)
    case .stringLike, .stringNotLike:
      return text(value, operand, wildcards: true)
    case .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase:
      let filled = ReferenceText(operand, version: version, wildcards: false, context: context)
      guard let symbols = filled.symbols else { return .incomparable }
      var written = String.UnicodeScalarView()
      for case .literal(let scalar) in symbols { written.append(scalar) }
      return Self.answer(String(written).lowercased() == value.lowercased())
    case .arnEquals, .arnLike, .arnNotEquals, .arnNotLike: return arn(value, operand)
    case .bool:
      let truths = ["true", "false"]
      guard truths.contains(value.lowercased()), truths.contains(operand.lowercased()) else { return .incomparable }
      return Self.answer(value.lowercased() == operand.lowercased())
    case .binaryEquals:
      guard let left = Data(base64Encoded: value), let right = Data(base64Encoded: operand) else {
        return .incomparable
      }
      return Self.answer(left == right)
    case .ipAddress, .notIPAddress: return ReferenceAddress.answer(value, operand)
    case .null: return .incomparable
    default:
      return comparison.rawValue.hasPrefix("Date")
        ? order(ReferenceDate.read(value), ReferenceDate.read(operand), comparison)
        : order(Self.number(value), Self.number(operand), comparison)
    }
  }

  private static func answer(_ isMatch: Bool) -> ReferenceAnswer { isMatch ? .match : .difference }

  private func text(_ value: String, _ operand: String, wildcards: Bool) -> ReferenceAnswer {
    let filled = ReferenceText(operand, version: version, wildcards: wildcards, context: context)
    guard let symbols = filled.symbols else { return .incomparable }
    return Self.answer(ReferenceMatching.matches(symbols, value))
  }

  private func arn(_ value: String, _ operand: String) -> ReferenceAnswer {
    let filled = ReferenceText(operand, version: version, wildcards: true, context: context)
    guard let symbols = filled.symbols else { return .incomparable }
    if filled.isOneVariable { return Self.answer(ReferenceMatching.matches(symbols, value)) }
    guard filled.segments.count == 6 else { return .incomparable }
    let parts = value.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6 else { return .difference }
    return Self.answer(zip(filled.segments, parts).allSatisfy { ReferenceMatching.matches($0, $1) })
  }

  private static func number(_ text: String) -> Decimal? {
    guard text.wholeMatch(of: /[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/) != nil else { return nil }
    return Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))
  }

  private func order<Value: Comparable>(
    _ left: Value?, _ right: Value?, _ comparison: ConditionOperator.Comparison
  ) -> ReferenceAnswer {
    guard let left, let right else { return .incomparable }
    let name = comparison.rawValue.drop { $0 != "e" && $0 != "c" }
    if name.hasSuffix("LessThan") { return Self.answer(left < right) }
    if name.hasSuffix("LessThanEquals") { return Self.answer(left <= right) }
    if name.hasSuffix("GreaterThan") { return Self.answer(left > right) }
    if name.hasSuffix("GreaterThanEquals") { return Self.answer(left >= right) }
    return Self.answer(left == right)
  }
}

/// Dates as seconds since 1970.
enum ReferenceDate {
  static func read(_ text: String) -> Decimal? {
    let pattern =
      /(-?\d+)(?:-(\d+)(?:-(\d+))?)?(?:[Tt](?:(\d+)(?::(\d+)(?::(\d+)(\.\d+)?)?)?)?([Zz]|[-+]\d\d(?::\d\d)?)?)?/
    if text.utf8.count != 4, text.wholeMatch(of: /-?\d+/) != nil, !text.hasPrefix("-") {
      return Int64(text).map { Decimal($0) }
    }
    guard let match = text.wholeMatch(of: pattern) else { return nil }
    func part(_ text: Substring?, _ fallback: Int) -> Int { text.flatMap { Int($0) } ?? fallback }
    var components = DateComponents()
    components.year = part(match.1, 0)
    guard (1...9999).contains(components.year!) else { return nil }
    components.month = part(match.2, 1)
    components.day = part(match.3, 1)
    components.hour = part(match.4, 0)
    components.minute = part(match.5, 0)
    components.second = part(match.6, 0)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0)!
    guard components.isValidDate(in: calendar), let date = calendar.date(from: components) else { return nil }
    var seconds = Decimal(Int64(date.timeIntervalSince1970))
    if let fraction = match.7 { seconds += Decimal(string: "0" + fraction)! }
    if let zone = match.8, zone.count > 1 {
      let digits = zone.dropFirst().filter { $0 != ":" }
      let minutes = Int(digits.prefix(2))! * 60 + (Int(digits.dropFirst(2)) ?? 0)
      seconds -= Decimal(zone.hasPrefix("-") ? -minutes * 60 : minutes * 60)
    }
    return seconds
  }
}

/// Addresses as the system's own parser reads them.
enum ReferenceAddress {
  static func answer(_ value: String, _ network: String) -> ReferenceAnswer {
    let parts = network.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let address = bits(value), let base = bits(parts[0]) else { return .incomparable }
    var prefix = base.count
    if parts.count == 2 {
      guard let written = Int(parts[1]), written <= (parts[0].contains(":") ? 128 : 32), written >= 0 else {
        return .incomparable
      }
      prefix = written - (parts[0].contains(":") && base.count == 32 ? 96 : 0)
    }
    guard address.count == base.count else { return .difference }
    return address.prefix(prefix) == base.prefix(prefix) ? .match : .difference
  }

  private static func bits(_ text: String) -> [Bool]? {
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: v4) { bits(Array($0)) } }
    guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: v6) { Array($0) }
    let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    return bits(isMapped ? Array(bytes[12...]) : bytes)
  }

  private static func bits(_ bytes: [UInt8]) -> [Bool] {
    bytes.flatMap { byte in (0..<8).map { byte & (0x80 >> $0) != 0 } }
  }
}

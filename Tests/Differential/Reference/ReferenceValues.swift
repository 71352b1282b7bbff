import Foundation

/// Base64 with padding, each byte string in its one spelling; anything else is none.
enum ReferenceBinary {
  static func read(_ text: String) -> Data? {
    guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
    return data
  }
}

/// An integer or decimal number (reference_policies_elements_condition_operators.md, "Numeric condition operators"),
/// exactly: 0.1 is 0.1. A sign and an exponent are admitted, and at most 38 digits that count: our choices.
struct ReferenceNumber: Comparable {
  private static let digitsMax = 38
  private static let lengthMax = 512
  private static let exponents = -100_000...100_000

  private let isNegative: Bool
  /// Neither the first nor the last is zero; empty for zero.
  private let digits: [Int]
  /// Where the point stands: the number is 0.d₁d₂d₃… × 10^magnitude.
  private let magnitude: Int

  init?(_ text: String) {
    guard text.utf8.count <= Self.lengthMax else { return nil }
    let halves = text.unicodeScalars.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    var decimal = halves[0]
    let sign = decimal.first
    if sign == "-" || sign == "+" { decimal.removeFirst() }
    let parts = decimal.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let written = Array(parts.joined())
    guard !written.isEmpty, written.allSatisfy(ReferenceTexts.isDigit) else { return nil }
    var exponent = 0
    if halves.count == 2 {
      guard let value = Int(String(halves[1])), Self.exponents.contains(value) else { return nil }
      exponent = value
    }
    var digits = written.map { Int($0.value) - 0x30 }
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    while digits.last == 0 { digits.removeLast() }
    guard digits.count <= Self.digitsMax else { return nil }
    self.digits = digits
    isNegative = sign == "-" && !digits.isEmpty
    magnitude = digits.isEmpty ? 0 : parts[0].count - zeros + exponent
  }

  static func < (a: ReferenceNumber, b: ReferenceNumber) -> Bool {
    if a.isNegative != b.isNegative { return a.isNegative }
    return a.isNegative ? b.isNearerToZero(than: a) : a.isNearerToZero(than: b)
  }

  private func isNearerToZero(than other: ReferenceNumber) -> Bool {
    if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
    if magnitude != other.magnitude { return magnitude < other.magnitude }
    return digits.lexicographicallyPrecedes(other.digits)
  }
}

/// A date in one of W3C's forms or in whole seconds since 1970
/// (reference_policies_elements_condition_operators.md, "Date condition operators"). Four digits are a year, a time
/// without a zone is UTC, years reach from 1 to 9999, and seconds have nine decimals at the most: our choices.
struct ReferenceDate: Comparable {
  private let seconds: Int
  private let nanoseconds: Int

  static func < (a: ReferenceDate, b: ReferenceDate) -> Bool {
    a.seconds == b.seconds ? a.nanoseconds < b.nanoseconds : a.seconds < b.seconds
  }

  static func read(_ text: String) -> ReferenceDate? {
    let isNumber = text.unicodeScalars.allSatisfy(ReferenceTexts.isDigit)
    if isNumber, text.utf8.count != 4 { return Int(text).map { ReferenceDate(seconds: $0, nanoseconds: 0) } }
    let halves = text.unicodeScalars.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == "t" }
    guard let day = day(String(halves[0])) else { return nil }
    guard halves.count == 2, !halves[1].isEmpty else { return ReferenceDate(seconds: day * 86_400, nanoseconds: 0) }
    guard let time = time(String(halves[1])) else { return nil }
    return ReferenceDate(seconds: day * 86_400 + time.seconds, nanoseconds: time.nanoseconds)
  }

  /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` as days since 1970.
  private static func day(_ text: String) -> Int? {
    guard let numbers = numbers(text, separator: "-"), numbers.count <= 3 else { return nil }
    let (year, month, day) = (numbers[0], numbers.count > 1 ? numbers[1] : 1, numbers.count > 2 ? numbers[2] : 1)
    guard (1...9999).contains(year), (1...12).contains(month), (1...days(in: month, of: year)).contains(day) else {
      return nil
    }
    return daysSince1970(year, month, day)
  }

  /// `hh`, `hh:mm`, `hh:mm:ss` or `hh:mm:ss.s`, perhaps with a zone, as time since midnight in UTC.
  private static func time(_ text: String) -> (seconds: Int, nanoseconds: Int)? {
    var clock = text.unicodeScalars[...]
    var ahead = 0
    if clock.last == "Z" || clock.last == "z" {
      clock.removeLast()
    } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      guard let minutes = zone(String(clock[clock.index(after: sign)...])) else { return nil }
      ahead = clock[sign] == "-" ? -minutes : minutes
      clock = clock[..<sign]
    }
    let halves = clock.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let numbers = numbers(String(halves[0]), separator: ":"), numbers.count <= 3 else { return nil }
    let (hour, minute, second) = (numbers[0], numbers.count > 1 ? numbers[1] : 0, numbers.count > 2 ? numbers[2] : 0)
    guard hour <= 23, minute <= 59, second <= 59 else { return nil }
    let seconds = ((hour * 60) + minute - ahead) * 60 + second
    guard halves.count == 2 else { return (seconds, 0) }
    guard numbers.count == 3, let fraction = number(String(halves[1])) else { return nil }
    return (seconds, (halves[1].count..<9).reduce(fraction) { nanoseconds, _ in nanoseconds * 10 })
  }

  /// `hh` or `hh:mm`, in minutes.
  private static func zone(_ text: String) -> Int? {
    let parts = text.unicodeScalars.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ $0.count == 2 }), let numbers = numbers(text, separator: ":") else {
      return nil
    }
    let minutes = numbers.count == 2 ? numbers[1] : 0
    return numbers[0] <= 23 && minutes <= 59 ? numbers[0] * 60 + minutes : nil
  }

  /// Numbers of one to nine digits.
  private static func numbers(_ text: String, separator: Unicode.Scalar) -> [Int]? {
    let texts = text.unicodeScalars.split(separator: separator, omittingEmptySubsequences: false)
    let numbers = texts.compactMap { number(String($0)) }
    return numbers.count == texts.count ? numbers : nil
  }

  private static func number(_ text: String) -> Int? {
    (1...9).contains(text.utf8.count) && text.unicodeScalars.allSatisfy(ReferenceTexts.isDigit) ? Int(text) : nil
  }

  private static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }

  private static func days(in month: Int, of year: Int) -> Int {
    if month == 2 { return isLeap(year) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    func daysBefore(_ year: Int) -> Int { 365 * (year - 1) + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 }
    let inYear = (1..<month).reduce(0) { $0 + days(in: $1, of: year) }
    return daysBefore(year) - daysBefore(1970) + inYear + day - 1
  }
}

/// Addresses as the system's own parser reads them, held against an address or a CIDR block
/// (reference_policies_elements_condition_operators.md, "IP address condition operators").
enum ReferenceAddress {
  /// A block without a prefix is one address. IPv4 within IPv6 (`::ffff:192.0.2.1`) counts as IPv4: our choice.
  static func answer(_ value: String, _ network: String) -> ReferenceAnswer {
    let parts = network.unicodeScalars.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = bits(value), let base = bits(String(parts[0])) else { return .incomparable }
    guard parts.count == 2 else { return plain(address) == plain(base) ? .match : .difference }
    guard let length = prefix(String(parts[1])), length <= base.count else { return .incomparable }
    // A mapped block reaches beyond IPv4 where its prefix is shorter than what maps.
    let isMapped = base.count == 128 && plain(base).count == 32 && length >= 96
    let (network, counted) = isMapped ? (plain(base), length - 96) : (base, length)
    guard plain(address).count == network.count else { return .difference }
    return plain(address).prefix(counted) == network.prefix(counted) ? .match : .difference
  }

  /// One to three digits.
  private static func prefix(_ text: String) -> Int? {
    let isNumber = text.unicodeScalars.allSatisfy(ReferenceTexts.isDigit)
    return isNumber && (1...3).contains(text.utf8.count) ? Int(text) : nil
  }

  private static let mapping = [Bool](repeating: false, count: 80) + [Bool](repeating: true, count: 16)

  /// The 32 bits of an IPv4 address that comes as IPv6; any other as it is.
  private static func plain(_ bits: [Bool]) -> [Bool] {
    bits.count == 128 && Array(bits.prefix(96)) == mapping ? Array(bits.dropFirst(96)) : bits
  }

  private static func bits(_ text: String) -> [Bool]? {
    var v4 = in_addr()
    var v6 = in6_addr()
    guard !text.utf8.contains(0) else { return nil }
    if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: v4) { bits(Array($0)) } }
    guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
    return withUnsafeBytes(of: v6) { bits(Array($0)) }
  }

  private static func bits(_ bytes: [UInt8]) -> [Bool] {
    bytes.flatMap { byte in (0..<8).map { byte & (0x80 >> $0) != 0 } }
  }
}

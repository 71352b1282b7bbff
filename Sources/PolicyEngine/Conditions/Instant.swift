internal import AWSCore

/// A point in time of a date condition, down to the nanosecond.
struct Instant: Sendable, Equatable, Comparable, BitwiseCopyable {
  let seconds: Int64
  let nanoseconds: Int32

  static func < (a: Instant, b: Instant) -> Bool { (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds) }

  init?(_ text: String) { self.init(text.utf8.span) }

  /// Reads one of W3C's ISO 8601 forms (`2026`, `2026-11`, `2026-11-22`, `2026-11-22T13:58Z`,
  /// `2026-11-22T13:58:00.5+01:00`) or whole seconds since 1970. Without a zone it is UTC.
  init?(_ text: Span<UInt8>) {
    guard Self.isDateForm(text) else {
      guard let seconds = Self.seconds(text) else { return nil }
      self.seconds = seconds
      nanoseconds = 0
      return
    }
    guard let written = WrittenDate(text), Self.yearRange.contains(written.year) else { return nil }
    var parts = Timestamp(seconds: 0).parts
    parts.year = written.year
    parts.month = written.month
    parts.day = written.day
    parts.hour = written.hour
    parts.minute = written.minute
    parts.second = written.second
    guard let timestamp = Timestamp(parts) else { return nil }
    seconds = timestamp.seconds - Int64(written.offsetSeconds)
    nanoseconds = written.nanoseconds
  }

  /// Years that are compared; AWS accepts others in a policy, and they compare with nothing.
  private static let yearRange = 1...9999

  /// Whether a policy may write its date so; it may still name a day that the calendar does not have.
  static func isWellWritten(_ text: String) -> Bool {
    let text = text.utf8.span
    return isDateForm(text) ? WrittenDate(text) != nil : seconds(text) != nil
  }

  /// A date rather than seconds since 1970: it has a dash or a `T`, or is a year of four digits.
  private static func isDateForm(_ text: Span<UInt8>) -> Bool {
    if text.count == 4 { return true }
    for index in text.indices where text[index] == UInt8(ascii: "-") || text[index] | 0x20 == UInt8(ascii: "t") {
      return true
    }
    return false
  }

  private static func seconds(_ text: Span<UInt8>) -> Int64? {
    guard !text.isEmpty else { return nil }
    var value: Int64 = 0
    for index in text.indices {
      guard text[index].isASCIIDigit else { return nil }
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isLarger) = tens.addingReportingOverflow(Int64(text[index] - 0x30))
      guard !isTooLarge, !isLarger else { return nil }
      value = sum
    }
    return value
  }
}

/// The numbers of a written date, each within its own range; whether the calendar has the day is asked elsewhere.
struct WrittenDate {
  var year = 1970
  var month = 1
  var day = 1
  var hour = 0
  var minute = 0
  var second = 0
  var nanoseconds: Int32 = 0
  /// How far the writer's zone is ahead of UTC.
  var offsetSeconds = 0

  private static let yearRange = -292_275_054...292_278_993

  init?(_ text: Span<UInt8>) {
    var offset = 0
    let isNegative = Self.take("-", of: text, at: &offset)
    guard let year = Self.number(of: text, at: &offset), Self.yearRange.contains(isNegative ? -year : year) else {
      return nil
    }
    self.year = isNegative ? -year : year
    if Self.take("-", of: text, at: &offset) {
      guard let month = Self.number(of: text, at: &offset), (1...12).contains(month) else { return nil }
      self.month = month
      if Self.take("-", of: text, at: &offset) {
        guard let day = Self.number(of: text, at: &offset), (1...31).contains(day) else { return nil }
        self.day = day
      }
    }
    if Self.take("T", of: text, at: &offset) || Self.take("t", of: text, at: &offset), offset < text.count {
      guard readTime(text, &offset) else { return nil }
    }
    guard offset == text.count else { return nil }
  }

  private mutating func readTime(_ text: Span<UInt8>, _ offset: inout Int) -> Bool {
    guard let hour = Self.number(of: text, at: &offset), hour <= 23 else { return false }
    self.hour = hour
    if Self.take(":", of: text, at: &offset) {
      guard let minute = Self.number(of: text, at: &offset), minute <= 59 else { return false }
      self.minute = minute
      if Self.take(":", of: text, at: &offset) {
        guard let second = Self.number(of: text, at: &offset), second <= 59 else { return false }
        self.second = second
        if Self.take(".", of: text, at: &offset) {
          guard let fraction = Self.fraction(of: text, at: &offset) else { return false }
          nanoseconds = fraction
        }
      }
    }
    return readZone(text, &offset)
  }

  private mutating func readZone(_ text: Span<UInt8>, _ offset: inout Int) -> Bool {
    if Self.take("Z", of: text, at: &offset) || Self.take("z", of: text, at: &offset) { return true }
    let isAhead = Self.take("+", of: text, at: &offset)
    guard isAhead || Self.take("-", of: text, at: &offset) else { return true }
    guard let hours = Self.number(of: text, at: &offset, width: 2), hours <= 23 else { return false }
    var minutes = 0
    if Self.take(":", of: text, at: &offset) {
      guard let written = Self.number(of: text, at: &offset, width: 2), written <= 59 else { return false }
      minutes = written
    }
    offsetSeconds = (hours * 60 + minutes) * (isAhead ? 60 : -60)
    return true
  }

  // MARK: Reading

  private static func take(_ character: Unicode.Scalar, of text: Span<UInt8>, at offset: inout Int) -> Bool {
    guard offset < text.count, text[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  /// Up to nine digits, or exactly `width` of them.
  private static func number(of text: Span<UInt8>, at offset: inout Int, width: Int? = nil) -> Int? {
    let start = offset
    var value = 0
    while offset < text.count, text[offset].isASCIIDigit, offset - start < 10 {
      value = value * 10 + Int(text[offset] - 0x30)
      offset += 1
    }
    let count = offset - start
    guard count > 0, count <= 9, width == nil || count == width else { return nil }
    return value
  }

  /// One to nine digits behind the point, in billionths.
  private static func fraction(of text: Span<UInt8>, at offset: inout Int) -> Int32? {
    let start = offset
    guard var value = number(of: text, at: &offset) else { return nil }
    for _ in (offset - start)..<9 { value *= 10 }
    return Int32(value)
  }
}

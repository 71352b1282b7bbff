internal import AWSCore

/// A point in time of a date condition, down to the nanosecond.
struct Instant: Sendable, Equatable, Comparable {
  let seconds: Int64
  let nanoseconds: Int32

  static func < (a: Instant, b: Instant) -> Bool { (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds) }

  /// Reads one of W3C's ISO 8601 forms (`2026`, `2026-11`, `2026-11-22`, `2026-11-22T13:58Z`,
  /// `2026-11-22T13:58:00.5+01:00`) or whole seconds since 1970. Without a zone it is UTC.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard Self.isDateForm(bytes) else {
      guard let seconds = Int64(text), bytes.first != UInt8(ascii: "+") else { return nil }
      self.seconds = seconds
      nanoseconds = 0
      return
    }
    guard let written = WrittenDate(bytes), Self.yearRange.contains(written.year) else { return nil }
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
    let bytes = Array(text.utf8)
    return isDateForm(bytes) ? WrittenDate(bytes) != nil : Int64(text) != nil && bytes.first != UInt8(ascii: "+")
  }

  /// A date rather than seconds since 1970: it has a dash or a `T`, or is a year of four digits.
  private static func isDateForm(_ bytes: [UInt8]) -> Bool {
    bytes.count == 4 || bytes.contains { $0 == UInt8(ascii: "-") || $0 | 0x20 == UInt8(ascii: "t") }
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

  init?(_ bytes: [UInt8]) {
    var reader = Reader(bytes: bytes[...])
    let isNegative = reader.take(UInt8(ascii: "-"))
    guard let year = reader.number(), Self.yearRange.contains(isNegative ? -year : year) else { return nil }
    self.year = isNegative ? -year : year
    if reader.take(UInt8(ascii: "-")) {
      guard let month = reader.number(), (1...12).contains(month) else { return nil }
      self.month = month
      if reader.take(UInt8(ascii: "-")) {
        guard let day = reader.number(), (1...31).contains(day) else { return nil }
        self.day = day
      }
    }
    if reader.take(UInt8(ascii: "T")) || reader.take(UInt8(ascii: "t")), !reader.bytes.isEmpty {
      guard readTime(&reader) else { return nil }
    }
    guard reader.bytes.isEmpty else { return nil }
  }

  private mutating func readTime(_ reader: inout Reader) -> Bool {
    guard let hour = reader.number(), hour <= 23 else { return false }
    self.hour = hour
    if reader.take(UInt8(ascii: ":")) {
      guard let minute = reader.number(), minute <= 59 else { return false }
      self.minute = minute
      if reader.take(UInt8(ascii: ":")) {
        guard let second = reader.number(), second <= 59 else { return false }
        self.second = second
        if reader.take(UInt8(ascii: ".")) {
          guard let fraction = reader.fraction() else { return false }
          nanoseconds = fraction
        }
      }
    }
    return readZone(&reader)
  }

  private mutating func readZone(_ reader: inout Reader) -> Bool {
    if reader.take(UInt8(ascii: "Z")) || reader.take(UInt8(ascii: "z")) { return true }
    let isAhead = reader.take(UInt8(ascii: "+"))
    guard isAhead || reader.take(UInt8(ascii: "-")) else { return true }
    guard let hours = reader.number(width: 2), hours <= 23 else { return false }
    var minutes = 0
    if reader.take(UInt8(ascii: ":")) {
      guard let written = reader.number(width: 2), written <= 59 else { return false }
      minutes = written
    }
    offsetSeconds = (hours * 60 + minutes) * (isAhead ? 60 : -60)
    return true
  }

  private struct Reader {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ byte: UInt8) -> Bool {
      guard bytes.first == byte else { return false }
      bytes.removeFirst()
      return true
    }

    /// Up to nine digits, or exactly `width` of them.
    mutating func number(width: Int? = nil) -> Int? {
      let digits = bytes.prefix { $0.isASCIIDigit }
      guard !digits.isEmpty, digits.count <= 9, width == nil || digits.count == width else { return nil }
      bytes = bytes.dropFirst(digits.count)
      return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// One to nine digits behind the point, in billionths.
    mutating func fraction() -> Int32? {
      let count = bytes.prefix { $0.isASCIIDigit }.count
      guard var value = number() else { return nil }
      for _ in count..<9 { value *= 10 }
      return Int32(value)
    }
  }
}

/// An instant: whole milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Timestamp: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  public init(seconds: Int64) { self.milliseconds = seconds * 1000 }

  /// Whole seconds since 1970, rounded towards the past.
  public var seconds: Int64 {
    milliseconds >= 0 ? milliseconds / 1000 : -((999 - milliseconds) / 1000)
  }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }
  public func adding(seconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + seconds * 1000) }
  /// Whole seconds from `earlier` to this instant; negative where `earlier` is later.
  public func seconds(since earlier: Timestamp) -> Int64 { (milliseconds - earlier.milliseconds) / 1000 }

  public init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }

  /// `2026-11-22T13:58:00Z`
  public var description: String { iso8601 }
}

// MARK: Calendar

extension Timestamp {
  /// The proleptic Gregorian date and the time of day in UTC.
  public struct Parts: Sendable, Equatable {
    public var year: Int
    public var month: Int
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
  }

  public var parts: Parts {
    let day = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
    let rest = Int(seconds - day * 86_400)
    // Days to civil date by eras of 400 years that begin on the first of March.
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    return Parts(
      year: Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month: month,
      day: Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1),
      hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60)
  }

  /// Refuses a date that the calendar does not have. A leap second counts as the second after it.
  public init?(_ parts: Parts) {
    guard (1...12).contains(parts.month), (0...23).contains(parts.hour), (0...59).contains(parts.minute),
      (0...60).contains(parts.second), (-9999...9999).contains(parts.year),
      parts.day >= 1, parts.day <= Self.days(inMonth: parts.month, of: parts.year)
    else { return nil }
    let year = Int64(parts.month <= 2 ? parts.year - 1 : parts.year)
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = Int64((153 * (parts.month > 2 ? parts.month - 3 : parts.month + 9) + 2) / 5 + parts.day - 1)
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    self.init(seconds: days * 86_400 + Int64(parts.hour * 3600 + parts.minute * 60 + parts.second))
  }

  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }
}

// MARK: Spellings

extension Timestamp {
  /// `2026-11-22T13:58:00Z`, the spelling of the query protocol's answers.
  public var iso8601: String { spelled(dateSeparator: 0x2D, timeSeparator: 0x3A) }

  /// `20261122T135800Z`, the spelling of Signature Version 4.
  public var iso8601Basic: String { spelled(dateSeparator: nil, timeSeparator: nil) }

  private func spelled(dateSeparator: UInt8?, timeSeparator: UInt8?) -> String {
    let parts = parts
    return String(unsafeUninitializedCapacity: 24) { buffer in
      var count = 0
      func byte(_ value: UInt8) {
        buffer[count] = value
        count += 1
      }
      func digits(_ value: Int, _ width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
          byte(0x30 + UInt8(value / divisor % 10))
          divisor /= 10
        }
      }
      digits(min(max(parts.year, 0), 9999), 4)
      if let dateSeparator { byte(dateSeparator) }
      digits(parts.month, 2)
      if let dateSeparator { byte(dateSeparator) }
      digits(parts.day, 2)
      byte(0x54)
      digits(parts.hour, 2)
      if let timeSeparator { byte(timeSeparator) }
      digits(parts.minute, 2)
      if let timeSeparator { byte(timeSeparator) }
      digits(parts.second, 2)
      byte(0x5A)
      return count
    }
  }

  /// Reads `20261122T135800Z` and nothing else.
  public init?(iso8601Basic text: String) {
    let bytes = text.utf8.span
    guard bytes.count == 16, bytes[8] == 0x54, bytes[15] == 0x5A,
      let year = Self.number(bytes, 0..<4), let month = Self.number(bytes, 4..<6), let day = Self.number(bytes, 6..<8),
      let hour = Self.number(bytes, 9..<11), let minute = Self.number(bytes, 11..<13),
      let second = Self.number(bytes, 13..<15)
    else { return nil }
    self.init(Parts(year: year, month: month, day: day, hour: hour, minute: minute, second: second))
  }

  private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var value = 0
    for index in range {
      let byte = bytes[index]
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }
}

import AWSCore
import Foundation
import Testing

@Suite("Timestamps") struct TimestampTests {
  struct Known: Sendable {
    let seconds: Int64
    let text: String
  }

  static let known = [
    Known(seconds: 0, text: "1970-01-01T00:00:00Z"), Known(seconds: -1, text: "1969-12-31T23:59:59Z"),
    Known(seconds: -86_400, text: "1969-12-31T00:00:00Z"), Known(seconds: -86_401, text: "1969-12-30T23:59:59Z"),
    Known(seconds: 951_782_400, text: "2000-02-29T00:00:00Z"),
    Known(seconds: 951_868_800, text: "2000-03-01T00:00:00Z"),
    Known(seconds: -2_203_891_201, text: "1900-02-28T23:59:59Z"),
    Known(seconds: -2_203_891_200, text: "1900-03-01T00:00:00Z"),
    Known(seconds: 2_147_483_647, text: "2038-01-19T03:14:07Z"),
    Known(seconds: 2_147_483_648, text: "2038-01-19T03:14:08Z"),
    Known(seconds: 4_107_542_399, text: "2100-02-28T23:59:59Z"),
    Known(seconds: 4_107_542_400, text: "2100-03-01T00:00:00Z"),
    Known(seconds: 1_440_938_160, text: "2015-08-30T12:36:00Z"),
    Known(seconds: 1_709_251_199, text: "2024-02-29T23:59:59Z"),
    Known(seconds: -11_644_473_600, text: "1601-01-01T00:00:00Z"),
    Known(seconds: 253_402_300_799, text: "9999-12-31T23:59:59Z"),
    Known(seconds: -62_135_596_800, text: "0001-01-01T00:00:00Z"),
    Known(seconds: -62_167_219_200, text: "0000-01-01T00:00:00Z"),
  ]

  @Test("known instants have their dates", arguments: known)
  func knownDates(_ known: Known) throws {
    let instant = Timestamp(seconds: known.seconds)
    #expect(instant.iso8601 == known.text)
    #expect(instant.description == known.text)
    let basic = known.text.filter { $0 != "-" && $0 != ":" }
    #expect(instant.iso8601Basic == basic)
    #expect(Timestamp(iso8601Basic: basic) == instant)
    #expect(Timestamp(instant.parts) == instant)
  }

  @Test("every day of 800 years is the day after the one before")
  func everyDay() throws {
    let start = try #require(Timestamp(iso8601Basic: "16000101T000000Z"))
    var previous = start.adding(seconds: -86_400).parts
    for day in 0..<Int64(2 * 146_097) {
      let instant = start.adding(seconds: day * 86_400)
      let parts = instant.parts
      let isNext = parts.year == previous.year && parts.month == previous.month && parts.day == previous.day + 1
      let isNewMonth = parts.day == 1 && parts.month == previous.month % 12 + 1
      guard isNext || isNewMonth, Timestamp(parts) == instant else {
        Issue.record("\(parts) follows \(previous)")
        return
      }
      previous = parts
    }
    #expect(Timestamp(previous)?.iso8601Basic == "23991231T000000Z")
  }

  @Test("the calendar agrees with another implementation of it")
  func againstFoundation() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for step in Int64(-400)..<400 {
      let seconds = step * 7_777_777
      let theirs = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(seconds)))
      let ours = Timestamp(seconds: seconds).parts
      #expect(ours.year == theirs.year && ours.month == theirs.month && ours.day == theirs.day, "\(seconds)")
      #expect(ours.hour == theirs.hour && ours.minute == theirs.minute && ours.second == theirs.second, "\(seconds)")
    }
  }

  @Test(
    "a date that the calendar does not have is refused",
    arguments: [
      "19000229T000000Z", "21000229T000000Z", "20230229T000000Z", "20240230T000000Z", "20240431T000000Z",
      "20240631T000000Z", "20240931T000000Z", "20241131T000000Z", "20240132T000000Z", "20240100T000000Z",
      "20240001T000000Z", "20241301T000000Z", "20240101T240000Z", "20240101T006000Z", "20240101T000061Z",
    ])
  func noSuchDate(_ text: String) {
    #expect(Timestamp(iso8601Basic: text) == nil)
  }

  @Test(
    "any other spelling is refused",
    arguments: [
      "", "20240101T000000", "20240101T000000z", "20240101t000000Z", "20240101 000000Z", "2024-01-01T00:00:00Z",
      "20240101T000000.000Z", "20240101T000000+0000", "+0240101T000000Z", " 20240101T00000Z", "٢٠٢٤0101T000000Z",
      "20240101T0000 0Z", "20240101T000000Z ", "20240101T-10000Z",
    ])
  func otherSpellings(_ text: String) {
    #expect(Timestamp(iso8601Basic: text) == nil)
  }

  @Test("a leap second is the second after it")
  func leapSecond() {
    #expect(Timestamp(iso8601Basic: "20161231T235960Z")?.iso8601 == "2017-01-01T00:00:00Z")
  }

  @Test(
    "seconds are rounded towards the past",
    arguments: [(0, 0), (999, 0), (1000, 1), (-1, -1), (-999, -1), (-1000, -1), (-1001, -2)] as [(Int64, Int64)])
  func seconds(milliseconds: Int64, seconds: Int64) {
    #expect(Timestamp(milliseconds: milliseconds).seconds == seconds)
  }

  @Test("instants are compared, moved and measured")
  func arithmetic() {
    let earlier = Timestamp(milliseconds: 1_500)
    let later = earlier.adding(seconds: 10)
    #expect(earlier < later)
    #expect(later.milliseconds == 11_500)
    #expect(later.seconds(since: earlier) == 10)
    #expect(earlier.seconds(since: later) == -10)
    #expect(Timestamp(milliseconds: 11_499).seconds(since: earlier) == 9)
  }

  @Test("what is encoded is decoded, to the millisecond", arguments: [0, -1, 1_795_003_200_123] as [Int64])
  func coding(_ milliseconds: Int64) throws {
    let instant = Timestamp(milliseconds: milliseconds)
    #expect(try JSONDecoder().decode(Timestamp.self, from: JSONEncoder().encode(instant)) == instant)
  }
}

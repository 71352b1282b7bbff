import Testing

@testable import PolicyEngine

@Suite("DecimalNumber")
struct DecimalNumberTests {
  @Test(
    "numbers are ordered by their value, not by their spelling",
    arguments: [
      ("1", "2"), ("-2", "-1"), ("-1", "0"), ("0", "0.001"), ("9", "10"), ("0.09", "0.1"), ("1.5", "15"), ("99", "1e2"),
      ("1e-3", "0.01"), ("-1e2", "-99"), ("1.0000000000000000000001", "1.0000000000000000000002"), ("-5", "3"),
    ])
  func order(smaller: String, larger: String) throws {
    let left = try #require(DecimalNumber(smaller))
    let right = try #require(DecimalNumber(larger))
    #expect(left < right)
    #expect(!(right < left))
    #expect(left != right)
  }

  @Test(
    "spellings of one value are equal",
    arguments: [("1", "1.0"), ("0", "-0"), ("10", "1e1"), ("0.50", ".5"), ("+7", "007"), ("100", "1E+2"), ("0e5", "0")])
  func equality(left: String, right: String) throws {
    #expect(try #require(DecimalNumber(left)) == #require(DecimalNumber(right)))
  }

  @Test(
    "other texts are no numbers",
    arguments: ["", "-", ".", "1.2.3", "1e", "e1", "0x1", "1 ", "٣", "1e999999", "1e-9223372036854775808", "NaN"])
  func refused(text: String) {
    #expect(DecimalNumber(text) == nil)
  }

  @Test("a text without end is no number")
  func length() {
    #expect(DecimalNumber("1" + String(repeating: "0", count: DecimalNumber.lengthMax - 1)) != nil)
    #expect(DecimalNumber("1" + String(repeating: "0", count: DecimalNumber.lengthMax)) == nil)
    #expect(DecimalNumber(String(repeating: "1", count: DecimalNumber.significantDigitsMax)) != nil)
    #expect(DecimalNumber(String(repeating: "1", count: DecimalNumber.significantDigitsMax + 1)) == nil)
  }
}

@Suite("Instant")
struct InstantTests {
  @Test(
    "the forms of a date stand for their instant",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2020", 1_577_836_800), ("2020-01", 1_577_836_800), ("2020-01-01", 1_577_836_800),
      ("2020-01-01T00:00Z", 1_577_836_800), ("2020-01-01T01:00:00+01:00", 1_577_836_800), ("1577836800", 1_577_836_800),
      ("2019-12-31T18:30:00-05:30", 1_577_836_800), ("2020-02-29T00:00:00", 1_582_934_400), ("0", 0),
    ])
  func forms(text: String, seconds: Int64) {
    #expect(Instant(text)?.seconds == seconds)
  }

  @Test("fractions count", arguments: [(".5", 500_000_000), (".000000001", 1), (".123456789", 123_456_789)])
  func fractions(fraction: String, nanoseconds: Int32) {
    #expect(Instant("2020-01-01T00:00:00\(fraction)Z")?.nanoseconds == nanoseconds)
  }

  @Test(
    "other texts are no dates",
    arguments: [
      "", "x", "2021-02-29", "2020-13-01", "2020-01-01T25:00Z", "2020-01-01 00:00", "2020-01-01T00:00:00+1", "--1",
      "2020-01-01T00:00:00.Z", "2020-01-01T00:00:00.1234567890Z", "9999999999-01-01", "+5", "1.5", "2020-1-1T0:0:0ZZ",
      "2020-01-01T00:00:00+0530",
    ])
  func refused(text: String) {
    #expect(Instant(text) == nil)
  }
}

@Suite("IPNetwork")
struct IPNetworkTests {
  @Test(
    "an address is in its networks",
    arguments: [
      ("10.0.0.0/8", "10.255.0.1"), ("10.1.2.3", "10.1.2.3"), ("10.1.2.3/31", "10.1.2.2"),
      ("0.0.0.0/0", "255.255.255.255"),
      ("2001:db8::/32", "2001:db8:ffff::"), ("::/0", "::1"), ("::1", "0:0:0:0:0:0:0:1"), ("1::8/128", "1:0::0:8"),
      ("::ffff:10.0.0.0/104", "10.9.9.9"), ("10.0.0.0/8", "::ffff:a01:203"), ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
    ])
  func contains(network: String, address: String) throws {
    #expect(try #require(IPNetwork(network)).contains(#require(IPNetwork(address))))
  }

  @Test(
    "an address is not in other networks",
    arguments: [
      ("10.0.0.0/8", "11.0.0.1"), ("10.1.2.3/32", "10.1.2.4"), ("::/0", "1.2.3.4"), ("0.0.0.0/0", "::1"),
      ("2001:db8::/33", "2001:db8:8000::"), ("10.0.0.0/8", "10.0.0.0/8"),
    ])
  func excludes(network: String, address: String) throws {
    #expect(try !#require(IPNetwork(network)).contains(#require(IPNetwork(address))))
  }

  @Test("a request carries an address and no network", arguments: ["10.0.0.0/8", "10.1.2.3/32", "::1/128"])
  func addresses(text: String) {
    #expect(IPNetwork(address: text) == nil)
    #expect(IPNetwork(address: String(text.prefix { $0 != "/" })) != nil)
  }

  @Test(
    "other texts are no networks",
    arguments: [
      "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/8/8",
      "1..3.4",
      "::/129", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::", ":1", "12345::", "g::", "1:2:3:4:5:6:7::8",
      "::1%eth0",
      "1.2.3.4::", "::1.2.3", " 1.2.3.4", "1.2.3.4/0008", ".1.2.3", "1.2.3.",
    ])
  func refused(text: String) {
    #expect(IPNetwork(text) == nil)
  }
}

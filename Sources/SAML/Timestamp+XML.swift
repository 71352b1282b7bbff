import AWSCore

extension Timestamp {
  /// Reads `2026-11-22T13:58:00Z`, with or without a fraction, and nothing else.
  // SAML core 1.3.3: times are in UTC, without a time zone component.
  init?(xmlDateTime text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 32, bytes.last == UInt8(ascii: "Z") else { return nil }
    for (index, expected) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")] {
      guard bytes[index] == expected.utf8.first else { return nil }
    }
    let digits = bytes[0..<4] + bytes[5..<7] + bytes[8..<10] + bytes[11..<13] + bytes[14..<16] + bytes[17..<19]
    let date = String(decoding: digits.prefix(8), as: UTF8.self)
    let time = String(decoding: digits.dropFirst(8), as: UTF8.self)
    guard let whole = Timestamp(iso8601Basic: "\(date)T\(time)Z") else { return nil }
    guard bytes.count > 20 else {
      self = whole
      return
    }
    let fraction = 20..<bytes.count - 1
    guard bytes[19] == UInt8(ascii: "."), !fraction.isEmpty,
      bytes[fraction].allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    // Milliseconds are as fine as instants are here.
    var milliseconds = 0
    for place in 0..<3 {
      let digit = place < fraction.count ? Int(bytes[fraction.lowerBound + place] - 0x30) : 0
      milliseconds = milliseconds * 10 + digit
    }
    self.init(milliseconds: whole.milliseconds + Int64(milliseconds))
  }
}

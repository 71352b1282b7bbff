/// A twelve-digit AWS account id.
public struct AccountID: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The number the twelve digits spell; always below 10^12.
  public let number: UInt64

  public static let upperBound: UInt64 = 1_000_000_000_000

  public init?(number: UInt64) {
    guard number < Self.upperBound else { return nil }
    self.number = number
  }

  /// Accepts exactly twelve ASCII digits.
  public init?(_ text: some StringProtocol) {
    var number: UInt64 = 0
    var count = 0
    for byte in text.utf8 {
      guard byte >= 0x30, byte <= 0x39, count < 12 else { return nil }
      number = number * 10 + UInt64(byte - 0x30)
      count += 1
    }
    guard count == 12 else { return nil }
    self.number = number
  }

  public var description: String {
    let digits = String(number)
    return String(repeating: "0", count: 12 - digits.utf8.count) + digits
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let id = AccountID(text) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not an account id"))
    }
    self = id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

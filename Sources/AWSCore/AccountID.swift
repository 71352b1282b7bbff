/// A twelve-digit AWS account id.
public struct AccountID: Sendable, Hashable, Codable, BitwiseCopyable, CustomStringConvertible {
  /// The number the twelve digits spell; always below 10^12.
  public let number: UInt64

  public static let upperBound: UInt64 = 1_000_000_000_000

  public init?(number: UInt64) {
    guard number < Self.upperBound else { return nil }
    self.number = number
  }

  /// Accepts exactly twelve ASCII digits.
  public init?(_ text: some StringProtocol) {
    var text = Substring(text)
    guard let id = text.withUTF8({ AccountID($0.span) }) else { return nil }
    self = id
  }

  init?(_ digits: Span<UInt8>) {
    guard digits.count == 12 else { return nil }
    var number: UInt64 = 0
    for index in digits.indices {
      let byte = digits[index]
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      number = number * 10 + UInt64(byte - 0x30)
    }
    self.number = number
  }

  /// The twelve digits.
  public var description: String {
    String(unsafeUninitializedCapacity: 12) { digits in
      var rest = number
      for index in stride(from: 11, through: 0, by: -1) {
        digits[index] = 0x30 + UInt8(rest % 10)
        rest /= 10
      }
      return 12
    }
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

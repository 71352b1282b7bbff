/// An exact decimal number, so that 0.1 in a policy is the 0.1 of a request.
///
/// The value is `0.d₁d₂…` × 10^exponent, where neither the first nor the last digit is zero.
struct DecimalNumber: Sendable, Equatable, Comparable {
  private let isNegative: Bool
  private let digits: [UInt8]
  private let exponent: Int

  /// Characters of a number that are read; longer ones are no number.
  static let lengthMax = 512
  private static let exponentRange = -100_000...100_000

  /// Reads `-12.50`, `+7` or `1e3`; spaces are not allowed.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.lengthMax else { return nil }
    var offset = 0
    var isNegative = false
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      offset = 1
    }
    var digits: [UInt8] = []
    var pointPosition: Int?
    while offset < bytes.count, bytes[offset].isASCIIDigit || bytes[offset] == UInt8(ascii: ".") {
      if bytes[offset].isASCIIDigit {
        digits.append(bytes[offset] - 0x30)
      } else {
        guard pointPosition == nil else { return nil }
        pointPosition = digits.count
      }
      offset += 1
    }
    guard !digits.isEmpty else { return nil }
    var exponent = pointPosition ?? digits.count
    if offset < bytes.count {
      guard bytes[offset] | 0x20 == UInt8(ascii: "e"),
        let written = Int(String(decoding: bytes[(offset + 1)...], as: UTF8.self)), Self.exponentRange.contains(written)
      else { return nil }
      exponent += written
    }
    let leading = digits.prefix { $0 == 0 }.count
    digits.removeFirst(leading)
    while digits.last == 0 { digits.removeLast() }
    self.digits = digits
    self.exponent = digits.isEmpty ? 0 : exponent - leading
    self.isNegative = isNegative && !digits.isEmpty
  }

  static func < (a: DecimalNumber, b: DecimalNumber) -> Bool {
    if a.isNegative != b.isNegative { return a.isNegative }
    return a.isNegative ? b.isSmallerInSize(than: a) : a.isSmallerInSize(than: b)
  }

  private func isSmallerInSize(than other: DecimalNumber) -> Bool {
    if digits.isEmpty || other.digits.isEmpty { return !other.digits.isEmpty }
    if exponent != other.exponent { return exponent < other.exponent }
    return digits.lexicographicallyPrecedes(other.digits)
  }
}

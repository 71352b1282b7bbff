import AWSCore
import Crypto

/// The six digits that a device shows for 30 seconds: TOTP with HMAC-SHA-1.
///
/// Source: RFC 6238, RFC 4226.
enum TimeBasedCode {
  static let stepSeconds: Int64 = 30

  static func step(at now: Timestamp) -> Int64 { now.seconds / stepSeconds }

  static func code(at step: Int64, of seed: [UInt8]) -> String {
    let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
    let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: seed)))
    let offset = Int(mac[mac.count - 1] & 0xF)
    let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let digits = String(number % 1_000_000)
    return String(repeating: "0", count: 6 - digits.utf8.count) + digits
  }

  /// Compares in constant time.
  static func isRight(_ code: String, at step: Int64, of seed: [UInt8]) -> Bool {
    let right = Array(Self.code(at: step, of: seed).utf8)
    let given = Array(code.utf8)
    guard given.count == right.count else { return false }
    return zip(given, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

public import AWSCore
internal import Crypto

extension SigV4 {
  /// The key of one secret for one day, region and service: four HMACs, worth keeping for the day.
  ///
  /// It can forge only what its scope admits, so a cache of these holds less than a cache of secrets. The HMAC is kept
  /// as it stands after its key, which is half of the work for a text as short as a string to sign.
  public struct SigningKey: Sendable {
    private let keyed: HMAC<SHA256>

    public init(secret: Secret<String>, scope: Scope) {
      var key = SymmetricKey(data: Array("AWS4".utf8) + Array(secret.reveal().utf8))
      for part in [scope.date, scope.region, scope.service, terminator] {
        key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
      }
      keyed = HMAC(key: key)
    }

    fileprivate init(ofNoUse: Void) { keyed = HMAC(key: SymmetricKey(data: [UInt8](repeating: 0, count: 32))) }

    static let ofNoUse = SigningKey(ofNoUse: ())

    /// 64 lower-case hexadecimal digits.
    func signature(of stringToSign: [UInt8]) -> [UInt8] {
      var hmac = keyed
      hmac.update(data: stringToSign)
      return hmac.finalize().withUnsafeBytes(Hexadecimal.encode)
    }
  }

  /// What the key signs: the algorithm, the time, the scope, and the hash of the canonical request.
  static func stringToSign(_ request: CanonicalRequest, timestamp: String, scope: Scope) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(160)
    output.append(algorithm, then: 0x0A)
    output.append(timestamp, then: 0x0A)
    output.append(scope.date, then: 0x2F)
    output.append(scope.region, then: 0x2F)
    output.append(scope.service, then: 0x2F)
    output.append(scope.terminator, then: 0x0A)
    output.append(contentsOf: SHA256.hash(data: request.bytes).withUnsafeBytes(Hexadecimal.encode))
    return output
  }

  static func payloadHash(of body: [UInt8]) -> [UInt8] {
    body.isEmpty ? emptyPayloadHash : SHA256.hash(data: body).withUnsafeBytes(Hexadecimal.encode)
  }

  private static let emptyPayloadHash = Array("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".utf8)

  /// Whether two byte strings are equal, in a time that depends on their lengths only.
  static func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
  }
}

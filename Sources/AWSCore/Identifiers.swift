/// The first four letters of a unique id; they say what it names.
///
/// Source: IAM User Guide, reference_identifiers.
public enum IDPrefix: String, Sendable, CaseIterable {
  case group = "AGPA"
  case user = "AIDA"
  case instanceProfile = "AIPA"
  case managedPolicy = "ANPA"
  case policyVersion = "ANVA"
  case role = "AROA"
  case accessKey = "AKIA"
  case temporaryAccessKey = "ASIA"
  case certificate = "ASCA"
  case publicKey = "APKA"
  case serviceCredential = "ACCA"
  case serverCertificate = "ASC"
}

extension String {
  /// Spells a version 4 UUID in lower case; 122 of the 128 bits are the numbers'.
  public init(uuid high: UInt64, _ low: UInt64) {
    var rest = (high: high & ~0xF000 | 0x4000, low: low & ~(3 << 62) | 2 << 62)
    self.init(unsafeUninitializedCapacity: 36) { digits in
      for index in 0..<36 {
        if index == 8 || index == 13 || index == 18 || index == 23 {
          digits[index] = 0x2D
          continue
        }
        let digit = UInt8(rest.high >> 60)
        digits[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
        rest = (rest.high << 4 | rest.low >> 60, rest.low << 4)
      }
      return 36
    }
  }
}

extension Entropy {
  /// A new unique id: the prefix and 17 characters, 85 bits, so that an id never comes twice.
  public func uniqueID(_ prefix: IDPrefix) -> String {
    var text = prefix.rawValue
    for byte in bytes(17) { text.unicodeScalars.append(Unicode.Scalar(Base32.alphabet[Int(byte & 31)])) }
    return text
  }

  /// A new id that says nothing: 26 characters, 130 bits.
  public func opaqueID() -> String {
    var text = ""
    for byte in bytes(26) { text.unicodeScalars.append(Unicode.Scalar(Base32.alphabet[Int(byte & 31)])) }
    return text
  }

  /// A random version 4 UUID in lower case, the form of AWS's request ids.
  public func requestID() -> String {
    let bytes = bytes(16)
    func number(_ part: Range<Int>) -> UInt64 { bytes[part].reduce(0) { $0 << 8 | UInt64($1) } }
    return String(uuid: number(0..<8), number(8..<16))
  }

  /// A new secret access key: 40 characters of the base 64 alphabet, 240 bits.
  public func secretAccessKey() -> Secret<String> {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let random = bytes(40)
    return Secret(
      String(unsafeUninitializedCapacity: 40) { buffer in
        for index in 0..<40 { buffer[index] = alphabet[Int(random[index] & 63)] }
        return 40
      })
  }

  /// A new access key id of the account.
  public func accessKeyID(_ prefix: IDPrefix, account: AccountID) -> AccessKeyID {
    AccessKeyID(prefix: prefix, account: account, random: bytes(5))
  }
}

/// An access key id that carries its account, as AWS's do: twenty characters, the last sixteen base 32.
///
/// The sixteen characters spell 80 bits: a one, the 40 bits of the account's number, and 39 random bits.
public struct AccessKeyID: Sendable, Hashable, CustomStringConvertible {
  public let text: String
  public var description: String { text }

  private static let allowed = ByteClass.word()

  /// What a client presented, whatever it is; bounded so that it may be looked up and repeated in a log.
  public init?(presented text: String) {
    let utf8 = text.utf8
    guard (16...128).contains(utf8.count), Self.allowed.containsAll(utf8) else { return nil }
    self.text = text
  }

  /// - Parameter random: five bytes, of which 39 bits are used.
  init(prefix: IDPrefix, account: AccountID, random: [UInt8]) {
    precondition(random.count == 5, "an access key id takes five random bytes")
    let randomBits = random.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } & 0x7F_FFFF_FFFF
    let high: UInt64 = 1 << 47 | account.number << 7 | randomBits >> 32
    var low = randomBits & 0xFFFF_FFFF
    // 48 bits in `high`, 32 in `low`; five bits a character, the most significant first.
    var characters = [UInt8](repeating: 0, count: 16)
    var rest = high
    for index in stride(from: 15, through: 0, by: -1) {
      characters[index] = Base32.alphabet[Int(low & 31)]
      low = low >> 5 | (rest & 31) << 27
      rest >>= 5
    }
    text = prefix.rawValue + String(decoding: characters, as: UTF8.self)
  }

  public var isTemporary: Bool { text.hasPrefix(IDPrefix.temporaryAccessKey.rawValue) }

  /// The account that the id carries; nil for an id that was not made so.
  public var account: AccountID? {
    let bytes = Array(text.utf8)
    guard bytes.count == 20 else { return nil }
    var high: UInt64 = 0
    for byte in bytes[4..<14] {
      guard let value = Base32.value(of: byte) else { return nil }
      high = high << 5 | UInt64(value)
    }
    // The first ten characters are 50 bits: a one, the account's 40 bits, and nine more.
    guard high >> 49 == 1 else { return nil }
    return AccountID(number: high >> 9 & 0xFF_FFFF_FFFF)
  }
}

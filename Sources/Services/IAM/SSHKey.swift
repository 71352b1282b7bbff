import AWSCore
import AWSWire
import Crypto
import CryptoExtras
import FoundationEssentials

/// An RSA public key, which SSH and PEM write differently.
///
/// Source: RFC 4253, section 6.6; RFC 5280 for PEM.
struct SSHKey {
  private let key: _RSA.Signing.PublicKey
  /// The key's name, its exponent and its modulus, each behind its length.
  let blob: [UInt8]

  private static let name = "ssh-rsa"
  /// In bits; the quota of the text is beyond it.
  private static let sizes = 2_048...16_384

  /// `ssh-rsa AAAA…`, without the comment that may stand behind it.
  var openSSH: String { "\(Self.name) \(Base64.encode(blob))" }
  var pem: String { key.pemRepresentation }

  // AWS: as `ssh-keygen -E md5 -lf` prints it.
  var fingerprint: String {
    let digits = Array("0123456789abcdef")
    return Insecure.MD5.hash(data: blob).map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }
      .joined(separator: ":")
  }

  /// Reads a key of either form.
  ///
  /// - Throws: `UnrecognizedPublicKeyEncoding` for another form, `InvalidPublicKey` for what is no such key.
  init(_ text: String) throws(Failure) {
    let words = text.split(whereSeparator: \.isWhitespace)
    if words.first == Substring(Self.name) {
      guard words.count > 1, let blob = Base64.decode(words[1]) else { throw .invalidPublicKey }
      try self.init(blob: blob)
      return
    }
    guard text.contains("-----BEGIN ") else {
      throw Failure(.unrecognizedPublicKeyEncoding, "The public key must be encoded in ssh-rsa format or PEM format.")
    }
    guard let blocks = PEM.blocks(of: text), blocks.count == 1,
      ["PUBLIC KEY", "RSA PUBLIC KEY"].contains(blocks[0].label)
    else { throw .invalidPublicKey }
    try self.init { try _RSA.Signing.PublicKey(derRepresentation: blocks[0].bytes) }
  }

  init(blob: [UInt8]) throws(Failure) {
    var rest = blob[...]
    guard let name = Self.field(&rest), name.elementsEqual(Self.name.utf8), let exponent = Self.number(&rest),
      let modulus = Self.number(&rest), rest.isEmpty
    else { throw .invalidPublicKey }
    try self.init { try _RSA.Signing.PublicKey(n: modulus, e: exponent) }
  }

  private init(_ read: () throws -> _RSA.Signing.PublicKey) throws(Failure) {
    do {
      let key = try read()
      guard Self.sizes.contains(key.keySizeInBits) else { throw Failure.invalidPublicKey }
      let parts = try key.getKeyPrimitives()
      self.key = key
      blob =
        Self.field(Array(Self.name.utf8)) + Self.number(Array(parts.publicExponent)) + Self.number(Array(parts.modulus))
    } catch {
      throw .invalidPublicKey
    }
  }

  // MARK: Fields behind their length

  private static func field(_ bytes: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + bytes
  }

  /// A number without leading zeros, but for the one that keeps it positive.
  private static func number(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array(bytes.drop { $0 == 0 })
    return field((digits.first ?? 0) < 0x80 ? digits : [0] + digits)
  }

  private static func field(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.count >= 4 else { return nil }
    let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard rest.count - 4 >= count else { return nil }
    let field = rest.dropFirst(4).prefix(count)
    rest = rest.dropFirst(4 + count)
    return field
  }

  /// A positive number in its one spelling.
  private static func number(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let field = field(&rest), let first = field.first, first < 0x80 else { return nil }
    guard first == 0 else { return Array(field) }
    guard let second = field.dropFirst().first, second >= 0x80 else { return nil }
    return Array(field.dropFirst())
  }
}

extension Failure {
  fileprivate static let invalidPublicKey = Failure(
    .invalidPublicKey, "The public key is malformed, or it is not an RSA key of at least 2048 bits.")
}

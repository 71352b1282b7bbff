import CArgon2

/// Argon2id with OWASP's parameters, as PHC strings: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
///
/// Source: OWASP Password Storage Cheat Sheet; RFC 9106.
enum Argon2 {
  static let passes: UInt32 = 2
  static let memoryKiB: UInt32 = 19 * 1024
  static let lanes: UInt32 = 1
  static let saltBytes = 16
  static let hashBytes = 32

  /// The hash of what nobody's password is; checking against it takes as long as checking against any.
  static let ofNobody =
    "$argon2id$v=19$m=\(memoryKiB),t=\(passes),p=\(lanes)$" + String(repeating: "A", count: 22) + "$"
    + String(repeating: "A", count: 43)

  /// The PHC string of a text; nil where there is no memory for it.
  static func hash(_ text: String, salt: [UInt8]) -> String? {
    let size = argon2_encodedlen(
      passes, memoryKiB, lanes, UInt32(salt.count), UInt32(hashBytes), Argon2_id)
    var encoded = [CChar](repeating: 0, count: size)
    let bytes = Array(text.utf8)
    let code = argon2id_hash_encoded(
      passes, memoryKiB, lanes, bytes, bytes.count, salt, salt.count, hashBytes, &encoded, size)
    guard code == ARGON2_OK.rawValue else { return nil }
    return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether the text is the one of the PHC string, whose own parameters count. The comparison takes constant time.
  static func isRight(_ text: String, _ encoded: String) -> Bool {
    let bytes = Array(text.utf8)
    return argon2id_verify(encoded, bytes, bytes.count) == ARGON2_OK.rawValue
  }
}

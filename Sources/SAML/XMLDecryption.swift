public import AWSCore
import CXMLSec

/// A private key that a provider encrypts assertions for.
public struct DecryptionKey: Sendable {
  private let pem: Secret<String>

  /// Takes an unencrypted RSA key in PEM, of 2,048 bits or more.
  public init(pem: Secret<String>) throws(SAMLRefusal) {
    self.pem = pem
    let key = try Loaded(pem)
    guard xmlSecKeyGetValue(key.pointer)?.pointee.id == xmlSecOpenSSLKeyDataRsaGetKlass(),
      (xmlSecKeyGetType(key.pointer) & xmlSecKeyDataType(xmlSecKeyDataTypePrivate)) != 0
    else { throw SAMLRefusal("The private key is not an RSA key.") }
    guard key.bits >= Self.bitsMin else { throw SAMLRefusal("The private key must have \(Self.bitsMin) bits or more.") }
  }

  static let bitsMin = 2_048

  fileprivate func loaded() throws(SAMLRefusal) -> Loaded { try Loaded(pem) }

  /// The key in the library's hands.
  fileprivate final class Loaded {
    let pointer: xmlSecKeyPtr

    init(_ pem: Secret<String>) throws(SAMLRefusal) {
      let bytes = Array(pem.reveal().utf8)
      // A password is given, though none is right, because the library would ask at the terminal for one.
      guard XMLLibraries.areReady, !pem.reveal().contains("ENCRYPTED"),
        let key = xmlSecOpenSSLAppKeyLoadMemory(
          bytes, UInt32(bytes.count), xmlSecKeyDataFormatPem, "", nil, nil)
      else { throw SAMLRefusal("The private key is not an unencrypted private key in PEM.") }
      pointer = key
    }

    deinit { xmlSecKeyDestroy(pointer) }

    var bits: Int { xmlSecKeyGetValue(pointer).map { Int(xmlSecKeyDataGetSize($0)) } ?? 0 }
  }
}

/// Puts what was encrypted into the place where it was.
enum XMLDecryption {
  private static let data: Set<String> = Set(
    ["aes128-cbc", "aes192-cbc", "aes256-cbc"].map { Namespace.encryption + $0 }
      + ["aes128-gcm", "aes192-gcm", "aes256-gcm"].map { "http://www.w3.org/2009/xmlenc11#" + $0 })
  // PKCS #1 v1.5 is not among them: its refusals tell an attacker about the key (Bleichenbacher).
  private static let transport: Set<String> = [
    Namespace.encryption + "rsa-oaep-mgf1p", "http://www.w3.org/2009/xmlenc11#rsa-oaep",
  ]

  static let refusal = SAMLRefusal(
    "The encrypted assertion cannot be decrypted with the private keys of the provider, or is not signed.")

  /// Decrypts the content of an `EncryptedAssertion` in place.
  ///
  /// Every failure is the same: it must not tell how far it got.
  static func open(_ encrypted: xmlNodePtr, with keys: [DecryptionKey]) throws(SAMLRefusal) {
    let parts = encrypted.elements("EncryptedData", in: Namespace.encryption)
    guard let data = parts.first, parts.count == 1, let method = algorithm(of: data), Self.data.contains(method),
      let key = encryptedKey(in: encrypted), let wrapping = algorithm(of: key), transport.contains(wrapping),
      hasPlainCipher(data), hasPlainCipher(key)
    else { throw refusal }
    for candidate in keys {
      guard let session = try unwrap(key, with: candidate.loaded()) else { continue }
      if decrypt(data, with: session) { return }
    }
    throw refusal
  }

  private static func algorithm(of node: xmlNodePtr) -> String? {
    node.elements("EncryptionMethod", in: Namespace.encryption).first?.attribute("Algorithm")
  }

  /// The one encrypted key: in the key information of the data, or beside the data.
  private static func encryptedKey(in encrypted: xmlNodePtr) -> xmlNodePtr? {
    var found: [xmlNodePtr] = []
    encrypted.walk { node in if node.isNamed("EncryptedKey", in: Namespace.encryption) { found.append(node) } }
    return found.count == 1 ? found[0] : nil
  }

  /// Whether the encrypted bytes stand there, not somewhere else to be fetched from.
  private static func hasPlainCipher(_ node: xmlNodePtr) -> Bool {
    let ciphers = node.elements("CipherData", in: Namespace.encryption)
    return ciphers.count == 1 && ciphers[0].elements.count == 1
      && ciphers[0].elements[0].isNamed("CipherValue", in: Namespace.encryption)
  }

  private static func unwrap(_ node: xmlNodePtr, with key: DecryptionKey.Loaded) -> [UInt8]? {
    guard let context = xmlSecEncCtxCreate(nil) else { return nil }
    defer { xmlSecEncCtxDestroy(context) }
    context.pointee.mode = xmlEncCtxModeEncryptedKey
    context.pointee.encKey = xmlSecKeyDuplicate(key.pointer)
    guard context.pointee.encKey != nil, let buffer = xmlSecEncCtxDecryptToBuffer(context, node),
      let bytes = xmlSecBufferGetData(buffer)
    else { return nil }
    let session = Array(UnsafeBufferPointer(start: bytes, count: Int(xmlSecBufferGetSize(buffer))))
    return [16, 24, 32].contains(session.count) ? session : nil
  }

  private static func decrypt(_ node: xmlNodePtr, with session: [UInt8]) -> Bool {
    guard let context = xmlSecEncCtxCreate(nil) else { return false }
    defer { xmlSecEncCtxDestroy(context) }
    context.pointee.encKey = xmlSecKeyReadMemory(
      xmlSecOpenSSLKeyDataAesGetKlass(), session, UInt32(session.count))
    guard context.pointee.encKey != nil else { return false }
    return xmlSecEncCtxDecrypt(context, node) >= 0 && context.pointee.resultReplaced != 0
  }
}

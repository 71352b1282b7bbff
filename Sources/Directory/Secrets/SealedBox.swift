import AWSCore
import Crypto

/// How everything sealed is laid out: a format byte, a nonce, the ciphertext, and a tag over all of it and its place.
enum SealedBox {
  private static let format: UInt8 = 1
  private static let overhead = 1 + 12 + 16

  /// AES-256-GCM with a fresh random nonce.
  // INVARIANT: nobody passes a nonce in: one used twice under one key would give away the key stream.
  static func seal(_ plaintext: [UInt8], with key: SymmetricKey, place: [UInt8]) -> [UInt8] {
    do {
      let box = try AES.GCM.seal(plaintext, using: key, nonce: AES.GCM.Nonce(), authenticating: place)
      return [format] + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    } catch {
      preconditionFailure("AES-256-GCM refused a key of 256 bits")
    }
  }

  /// The plaintext; nil unless every byte and the place are as they were sealed.
  static func open(_ sealed: [UInt8], with key: SymmetricKey, place: [UInt8]) -> [UInt8]? {
    guard sealed.count >= overhead, sealed[0] == format,
      let box = try? AES.GCM.SealedBox(combined: sealed[1...]),
      let plaintext = try? AES.GCM.open(box, using: key, authenticating: place)
    else { return nil }
    return Array(plaintext)
  }

  /// The parts of a place, each behind its length, so that no two places are written alike.
  static func place(_ parts: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      withUnsafeBytes(of: UInt64(part.count).bigEndian) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: part)
    }
    return bytes
  }

  static func place(_ parts: String...) -> [UInt8] { place(parts.map { Array($0.utf8) }) }
}

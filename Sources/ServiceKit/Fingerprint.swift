import AWSCore
import Crypto

/// A short text that stands for longer ones.
enum Fingerprint {
  /// SHA-256 over the parts with their lengths, so that no two lists of parts are the same text.
  static func text(of parts: [String]) -> String {
    var hash = SHA256()
    for part in parts { hash.update(data: Array("\(part.utf8.count):\(part)".utf8)) }
    return Base64.encode(Array(hash.finalize()), .urlSafe)
  }
}

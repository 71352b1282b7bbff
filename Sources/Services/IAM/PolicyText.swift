import AWSCore
import AWSWire
import Directory
import PolicyEngine

/// The text of a policy document as a request carries it: checked for its alphabet, not yet for its grammar.
struct PolicyText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...131_072, pattern: Alphabet.latin + "+", matches: Alphabet.isLatin)
  let text: String
  init(unchecked text: String) { self.text = text }
}

extension PolicyText {
  /// The document, if it is one of the kind.
  ///
  /// - Parameter minimumVersion: AWS holds managed policies to `v2012`, inline and trust policies to none.
  /// - Throws: `MalformedPolicyDocument` in the words of the engine, which are AWS's.
  func document(
    as kind: PolicyDocument.Kind, minimumVersion: PolicyDocument.Version = .v2008
  ) throws(Failure) -> PolicyDocument {
    do throws(PolicyDocumentError) {
      return try PolicyDocument.parse(text, as: kind, minimumVersion: minimumVersion)
    } catch {
      throw Failure(.malformedPolicyDocument, error.message, reason: "at \(error.line):\(error.column)")
    }
  }

  /// The document, if it is one of the kind and not larger than a quota that it alone has to keep.
  ///
  /// - Parameters:
  ///   - sizeMax: in characters without white space.
  ///   - quota: AWS's name of the quota: `PolicySize`, `ACLSizePerRole`.
  func document(
    as kind: PolicyDocument.Kind, sizeMax: Int, quota: String, minimumVersion: PolicyDocument.Version = .v2008
  ) throws(Failure) -> PolicyDocument {
    let document = try document(as: kind, minimumVersion: minimumVersion)
    guard text.policySize <= sizeMax else { throw .limitExceeded(quota, sizeMax) }
    return document
  }
}

extension String {
  /// The size that AWS's quotas count: characters without white space.
  var policySize: Int {
    unicodeScalars.count { scalar in
      switch scalar {
      case "\t", "\n", "\r", " ": false
      default: true
      }
    }
  }

  /// RFC 3986's percent-encoding of everything but unreserved characters.
  // AWS: IAM answers policy documents so, and clients decode them.
  var urlEncoded: String {
    let hex = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count * 3 / 2)
    for byte in utf8 {
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
      default: bytes += [0x25, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension StoredPolicy {
  var urlEncoded: String { text.urlEncoded }
}

import AWSCore
import AWSWire
import Directory

// The texts that STS takes: what may be in each, as the API model of STS (2011-06-15) states it.

private let nameClass = ByteClass.word(and: "+=,.@-")
private let namePattern = #"[\w+=,.@-]*"#

struct RoleSessionName: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(2...64, pattern: namePattern, of: nameClass)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct SourceIdentity: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(2...64, pattern: namePattern, of: nameClass)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct FederatedUserName: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(2...32, pattern: namePattern, of: nameClass)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct ExternalID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(2...1224, pattern: #"[\w+=,.@:\/-]*"#, of: .word(and: "+=,.@:/-"))
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct SerialNumber: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(9...256, pattern: #"[\w+=/:,.@-]*"#, of: .word(and: "+=/:,.@-"))
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct TokenCode: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(6...6, pattern: #"[\d]*"#, of: ByteClass("", ranges: ByteClass.digits))
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct PresentedKeyID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(16...128, pattern: #"[\w]*"#, of: .word())
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// An ARN as STS takes it: almost every character that there is.
struct RequestedARN: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    20...2048,
    pattern: #"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+"#,
    matches: { bytes in
      String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
      }
    })
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// The characters that a policy may hold: tab, line ends, and U+0020 to U+00FF.
private let policyPattern = #"[\u0009\u000A\u000D\u0020-\u00FF]+"#

private func isPolicyText(_ bytes: [UInt8]) -> Bool {
  !bytes.isEmpty
    && String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
      (0x20...0xFF).contains(scalar.value) || scalar == "\t" || scalar == "\n" || scalar == "\r"
    }
}

/// A session policy of AssumeRole: its length is judged with everything else that is packed into the token.
struct UnboundedPolicyText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...Int.max, pattern: policyPattern, matches: isPolicyText)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct SessionPolicyText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...2048, pattern: policyPattern, matches: isPolicyText)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct EncodedMessage: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...10_240)
  let text: String
  init(unchecked text: String) { self.text = text }
}

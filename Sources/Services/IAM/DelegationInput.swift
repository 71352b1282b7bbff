import AWSCore
import AWSWire
import Directory
import ServiceKit

// The members of the operations on delegation requests, as the API model constrains them.

struct DelegationRequestID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(16...128, pattern: #"[\w-]+"#, of: .word(and: "-"))
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct DelegationText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(0...1000, pattern: Alphabet.prose + "*", matches: Alphabet.isProse)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct DelegationMessage: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(0...200, pattern: Alphabet.prose + "*", matches: Alphabet.isProse)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct DelegationNotes: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(0...500, pattern: Alphabet.prose + "*", matches: Alphabet.isProse)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct WorkflowID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(5...400, pattern: Alphabet.prose + "+", matches: Alphabet.isProse)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct NotificationChannel: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(2...400, pattern: "^[a-zA-Z0-9:_.-]+$", of: .word(and: ":.-"))
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// The number of an account, which need not exist.
struct AccountNumber: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    0...Int.max, pattern: #"\d{12}"#, matches: { $0.count == 12 && $0.allSatisfy { (0x30...0x39).contains($0) } })
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// Where a browser goes on: an address without user, port and escapes.
struct RedirectURL: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    1...255, pattern: #"^http(s?)://[a-zA-Z0-9._/-]*(\?[a-zA-Z0-9._=&-]*)?(#[a-zA-Z0-9._/-]*)?$"#,
    matches: { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let start = text.firstRange(of: "://"), ["http", "https"].contains(text[..<start.lowerBound]) else {
        return false
      }
      let parts = text[start.upperBound...].split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let address = parts[0].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      let path = ByteClass.word(and: "./-")
      return path.containsAll(address[0].utf8)
        && (address.count == 1 || ByteClass.word(and: ".=&-").containsAll(address[1].utf8))
        && (parts.count == 1 || path.containsAll(parts[1].utf8))
    })
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct DelegationOwnerID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    20...2048, pattern: "^[a-zA-Z0-9:/+=,.@_-]+$", of: .word(and: ":/+=,.@-"))
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct SummaryLocale: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(2...12)
  let text: String
  init(unchecked text: String) { self.text = text }
}

// MARK: What is asked for

struct PolicyParameterName: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(5...256, pattern: "[ -~]+", of: ByteClass("", ranges: [0x20...0x7E]))
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct PolicyParameterValue: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    0...Int.max, pattern: "[ -~]+",
    matches: { !$0.isEmpty && ByteClass("", ranges: [0x20...0x7E]).containsAll($0) })
  let text: String
  init(unchecked text: String) { self.text = text }
}

enum PolicyParameterType: String, WireEnum {
  case string
  case stringList
}

/// A value for a place of the policy template.
struct PolicyParameter: WireStruct {
  let name: PolicyParameterName?
  let values: [PolicyParameterValue]
  let type: PolicyParameterType?

  init(from fields: inout Fields) {
    name = fields.optional("Name")
    values = fields.list("Values") ?? []
    type = fields.optional("Type")
  }
}

/// The permissions of a delegation request: a policy template and what goes into it.
struct DelegationPermission: WireStruct {
  let template: ARNText?
  let parameters: [PolicyParameter]

  init(from fields: inout Fields) {
    template = fields.optional("PolicyTemplateArn")
    parameters = fields.list("Parameters", max: 50) ?? []
  }
}

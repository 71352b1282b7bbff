public import AWSCore

// The names of IAM's resources: what may be in each, as the API model of IAM (2010-05-08) states it.

private let nameClass = ByteClass.word(and: "+=,.@-")
private let namePattern = #"[\w+=,.@-]+"#

// AWS: a name with a forbidden character is answered by this sentence instead of the pattern.
private let nameMessage: @Sendable (String) -> String = { name in
  "The specified value for \(name) is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
}

private func nameConstraint(_ length: ClosedRange<Int>) -> StringConstraint {
  StringConstraint(length, pattern: namePattern, of: nameClass, patternMessage: nameMessage)
}

/// The name of a user that exists.
public struct UserName: ConstrainedString {
  public static let constraint = nameConstraint(1...128)
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

/// The name of a user to be made: shorter than what a look-up takes.
public struct NewUserName: ConstrainedString {
  public static let constraint = nameConstraint(1...64)
  public let text: String
  public init(unchecked text: String) { self.text = text }
  public var name: UserName { UserName(unchecked: text) }
}

public struct GroupName: ConstrainedString {
  public static let constraint = nameConstraint(1...128)
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

public struct RoleName: ConstrainedString {
  public static let constraint = nameConstraint(1...64)
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

public struct PolicyName: ConstrainedString {
  public static let constraint = nameConstraint(1...128)
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

public struct InstanceProfileName: ConstrainedString {
  public static let constraint = nameConstraint(1...128)
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

public struct ServerCertificateName: ConstrainedString {
  public static let constraint = nameConstraint(1...128)
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

/// A path that begins and ends with a slash.
public struct Path: ConstrainedString {
  public static let constraint = StringConstraint(
    1...512, pattern: #"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)"#,
    matches: { bytes in
      guard bytes.first == 0x2F, bytes.last == 0x2F else { return false }
      return bytes.count == 1 || (bytes.count > 2 && bytes.allSatisfy { (0x21...0x7E).contains($0) })
    },
    patternMessage: { name in
      "The specified value for \(name) is invalid. It must begin and end with / and contain only alphanumeric "
        + "characters and/or / characters."
    })
  public static let root = Path(unchecked: "/")
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

/// The path of a customer managed policy: a narrower alphabet than other paths have.
public struct PolicyPath: ConstrainedString {
  public static let constraint = StringConstraint(
    1...512, pattern: #"((/[A-Za-z0-9\.,\+@=_-]+)*)/"#,
    matches: { bytes in
      let allowed = ByteClass.word(and: ".,+@=-")
      guard bytes.first == 0x2F, bytes.last == 0x2F else { return false }
      var previous: UInt8 = 0
      for byte in bytes {
        guard byte == 0x2F || allowed.contains(byte), !(byte == 0x2F && previous == 0x2F) else { return false }
        previous = byte
      }
      return true
    },
    patternMessage: { name in
      "The specified value for \(name) is invalid. It must begin and end with / and contain only alphanumeric "
        + "characters and/or / characters."
    })
  public let text: String
  public init(unchecked text: String) { self.text = text }
  public var path: Path { Path(unchecked: text) }
}

/// The beginning of a path, by which lists are filtered.
public struct PathPrefix: ConstrainedString {
  public static let constraint = StringConstraint(
    1...512, pattern: #"\u002F[\u0021-\u007F]*"#,
    matches: { bytes in bytes.first == 0x2F && bytes.allSatisfy { (0x21...0x7F).contains($0) } })
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

/// A text that is to be an ARN of some kind; which kind, the operation that takes it decides.
public struct ARNText: ConstrainedString {
  public static let constraint = StringConstraint(20...2048)
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

/// The letters, separators and numbers of all scripts, and `_.:/=+-@`: the alphabet of tags.
private func isTagText(_ bytes: [UInt8]) -> Bool {
  let ascii = ByteClass.word(and: ".:/=+-@ ")
  if bytes.allSatisfy({ $0 < 128 }) { return ascii.containsAll(bytes) }
  return String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
    if scalar.isASCII { return ascii.contains(UInt8(scalar.value)) }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .spaceSeparator,
      .lineSeparator, .paragraphSeparator, .decimalNumber, .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }
}

public struct TagKey: ConstrainedString {
  public static let constraint = StringConstraint(
    1...128, pattern: #"[\p{L}\p{Z}\p{N}_.:/=+\-@]+"#, matches: isTagText)
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

public struct TagValue: ConstrainedString {
  public static let constraint = StringConstraint(
    0...256, pattern: #"[\p{L}\p{Z}\p{N}_.:/=+\-@]*"#, matches: isTagText)
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

public import AWSCore
import Crypto

/// What an assertion says, after everything about it was found to be right.
public struct VerifiedAssertion: Sendable {
  public let id: String
  public let issuer: String
  /// The `NameID`.
  public let subject: String
  /// The `Format` of the `NameID`, as it stands.
  public let subjectFormat: String
  /// Where it was delivered: the `Recipient`.
  public let recipient: String
  /// From when on nobody takes the assertion any longer.
  public let expires: Timestamp
  /// Until when the identity provider lets sessions last, if it says so.
  public let sessionNotOnOrAfter: Timestamp?
  /// The values of each attribute, by the attribute's name.
  public let attributes: [String: [String]]

  private static let formatPrefix = "urn:oasis:names:tc:SAML:2.0:nameid-format:"

  /// `persistent` or `transient`; another format as it stands.
  // AWS: "If the format includes the prefix urn:oasis:names:tc:SAML:2.0:nameid-format, that prefix is removed."
  public var subjectType: String {
    subjectFormat.hasPrefix(Self.formatPrefix)
      ? String(subjectFormat.dropFirst(Self.formatPrefix.utf8.count)) : subjectFormat
  }

  /// What tells the subject from those of the same name of other providers.
  // AWS: BASE64 ( SHA1 ( "https://example.com/saml" + "123456789012" + "/MySAMLIdP" ) ) (AssumeRoleWithSAML).
  public func nameQualifier(account: AccountID, provider name: String) -> String {
    Base64.encode(Array(Insecure.SHA1.hash(data: Array("\(issuer)\(account)/\(name)".utf8))))
  }
}

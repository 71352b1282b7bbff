import AWSCore

/// Reads a signed assertion, and refuses one that is not for us, not now, or not by the one it should be by.
// AWS: what must be in it is in id_roles_providers_create_saml_assertions.md.
struct AssertionReader {
  let rules: AssertionRules

  func read(_ assertion: XMLElement) throws(SAMLRefusal) -> VerifiedAssertion {
    guard assertion.isNamed("Assertion", in: Namespace.assertion), assertion["Version"] == "2.0",
      let id = assertion["ID"], !id.isEmpty, id.utf8.count <= 1_024
    else { throw SAMLRefusal("The assertion is not a SAML 2.0 assertion with an ID.") }
    let issuer = try only("Issuer", in: assertion)
    guard issuer.text == rules.issuer, issuer.children.isEmpty else {
      throw SAMLRefusal("Issuer not present in specified provider")
    }
    let redeemable = try lifetime(of: assertion)
    let conditions = try conditions(of: assertion)
    let subject = try subject(of: assertion)
    let ends = [redeemable, conditions, subject.notOnOrAfter].compactMap { $0 }
    return VerifiedAssertion(
      id: id, issuer: issuer.text, subject: subject.name, subjectFormat: subject.format, recipient: subject.recipient,
      expires: ends.min() ?? redeemable, sessionNotOnOrAfter: try sessionEnd(of: assertion),
      attributes: try attributes(of: assertion))
  }

  private func only(_ name: String, in parent: XMLElement) throws(SAMLRefusal) -> XMLElement {
    let found = parent.children(name, in: Namespace.assertion)
    guard found.count == 1 else { throw SAMLRefusal("The assertion must have exactly one \(name).") }
    return found[0]
  }

  // MARK: Times

  private func time(_ name: String, of element: XMLElement) throws(SAMLRefusal) -> Timestamp? {
    guard let text = element[name] else { return nil }
    guard let time = Timestamp(xmlDateTime: text) else { throw SAMLRefusal("\(name) is not a time in UTC.") }
    return time
  }

  /// Five minutes after its issue.
  private func lifetime(of assertion: XMLElement) throws(SAMLRefusal) -> Timestamp {
    guard let issued = try time("IssueInstant", of: assertion) else {
      throw SAMLRefusal("The assertion has no IssueInstant.")
    }
    try requireBegun(issued, "The assertion was issued in the future.")
    let end = issued.adding(seconds: AssertionRules.lifetimeSeconds)
    guard rules.now < end else {
      throw SAMLRefusal(.expired, "Token must be redeemed within 5 minutes of issuance")
    }
    return end
  }

  private func requireBegun(_ instant: Timestamp, _ message: String) throws(SAMLRefusal) {
    guard instant <= rules.now.adding(seconds: AssertionRules.skewSeconds) else { throw SAMLRefusal(message) }
  }

  /// The end of the window that an element states; its beginning must be past.
  private func window(of element: XMLElement, _ what: String) throws(SAMLRefusal) -> Timestamp? {
    if let begin = try time("NotBefore", of: element) {
      try requireBegun(begin, "The \(what) of the assertion does not hold yet.")
    }
    let end = try time("NotOnOrAfter", of: element)
    if let end, rules.now >= end {
      throw SAMLRefusal(.expired, "The \(what) of the assertion does not hold any longer.")
    }
    return end
  }

  // MARK: Parts

  private func conditions(of assertion: XMLElement) throws(SAMLRefusal) -> Timestamp? {
    let conditions = try only("Conditions", in: assertion)
    let end = try window(of: conditions, "Conditions")
    let known: Set<String> = ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"]
    guard conditions.children.allSatisfy({ $0.namespace == Namespace.assertion && known.contains($0.name) }) else {
      throw SAMLRefusal("The assertion has a condition that is not known.")
    }
    let restrictions = conditions.children("AudienceRestriction", in: Namespace.assertion)
    // Each restriction must hold; each does where one of its audiences is ours.
    let areOurs = restrictions.allSatisfy { restriction in
      restriction.children("Audience", in: Namespace.assertion).contains { rules.addresses.isAudience($0.text) }
    }
    guard !restrictions.isEmpty, areOurs else {
      throw SAMLRefusal("The audience of the assertion is not this service.")
    }
    return end
  }

  private struct Subject {
    let name: String
    let format: String
    let recipient: String
    let notOnOrAfter: Timestamp?
  }

  private func subject(of assertion: XMLElement) throws(SAMLRefusal) -> Subject {
    let subjects = assertion.children("Subject", in: Namespace.assertion)
    guard let subject = subjects.first, subjects.count == 1,
      let name = subject.children("NameID", in: Namespace.assertion).first, name.children.isEmpty, !name.text.isEmpty,
      subject.children("NameID", in: Namespace.assertion).count == 1
    else { throw SAMLRefusal(.anonymous, "The assertion must have a Subject with one NameID.") }
    let confirmation = try only("SubjectConfirmation", in: subject)
    guard confirmation["Method"] == "urn:oasis:names:tc:SAML:2.0:cm:bearer" else {
      throw SAMLRefusal("The Method of the SubjectConfirmation must be bearer.")
    }
    let data = try only("SubjectConfirmationData", in: confirmation)
    guard let end = try window(of: data, "SubjectConfirmationData") else {
      throw SAMLRefusal("The SubjectConfirmationData has no NotOnOrAfter.")
    }
    guard let recipient = data["Recipient"], rules.addresses.isRecipient(recipient) else {
      throw SAMLRefusal("The Recipient of the assertion is not this service.")
    }
    return Subject(
      name: name.text, format: name["Format"] ?? "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
      recipient: recipient, notOnOrAfter: end)
  }

  private func sessionEnd(of assertion: XMLElement) throws(SAMLRefusal) -> Timestamp? {
    var end: Timestamp?
    for statement in assertion.children("AuthnStatement", in: Namespace.assertion) {
      guard let next = try time("SessionNotOnOrAfter", of: statement) else { continue }
      guard rules.now < next else { throw SAMLRefusal(.expired, "The session at the identity provider has ended.") }
      end = end.map { min($0, next) } ?? next
    }
    return end
  }

  private func attributes(of assertion: XMLElement) throws(SAMLRefusal) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for statement in assertion.children("AttributeStatement", in: Namespace.assertion) {
      for attribute in statement.children("Attribute", in: Namespace.assertion) {
        guard let name = attribute["Name"] else { throw SAMLRefusal("An attribute of the assertion has no Name.") }
        for value in attribute.children("AttributeValue", in: Namespace.assertion) {
          guard value.children.isEmpty else { continue }
          found[name, default: []].append(value.text)
        }
      }
    }
    return found
  }
}

// The checks that AWS makes after the syntax, in its order: a document with several faults is refused for the same
// one as at AWS. The messages are those of IAM's MalformedPolicyDocument.

extension DraftDocument {
  func check(as kind: PolicyDocument.Kind, minimumVersion: PolicyDocument.Version) throws(Refusal) {
    guard version ?? .v2008 >= minimumVersion else {
      throw Refusal(message: "Policy document must be version 2012-10-17 or greater.", offset: offset)
    }
    for statement in statements { try statement.checkLegacyForm() }
    let resourceFault = try firstResourceFault()
    try checkSids(as: kind)
    for statement in statements {
      guard let actions = statement.actions, !actions.items.isEmpty else {
        throw Refusal(message: "Policy statement must contain actions.", offset: statement.offset)
      }
    }
    if let resourceFault { throw resourceFault }
    for statement in statements { try statement.checkActions() }
    if kind == .trust { for statement in statements { try statement.refuseResources() } }
    for statement in statements { try statement.checkPrincipals(as: kind) }
    for statement in statements {
      if kind == .trust { try statement.checkTrustActions() } else { try statement.checkResources() }
    }
  }

  /// The first resource that is not written as AWS wants it; from then on AWS does not parse resources the old way.
  private func firstResourceFault() throws(Refusal) -> Refusal? {
    for statement in statements {
      for item in statement.resources?.items ?? [] {
        if let message = ResourceFormat.fault(of: item.text) { return Refusal(message: message, offset: item.offset) }
      }
      for item in statement.resources?.items ?? [] where !ResourceFormat.passesLegacyParsing(item.text) {
        throw .legacy(at: item.offset)
      }
    }
    return nil
  }

  private func checkSids(as kind: PolicyDocument.Kind) throws(Refusal) {
    var seen: Set<String> = []
    for statement in statements {
      guard let sid = statement.sid, !sid.text.isEmpty else { continue }
      guard seen.insert(sid.text).inserted else {
        throw Refusal(message: "Statement IDs (SID) in a single policy must be unique.", offset: sid.offset)
      }
      // AWS: services with policies of their own admit more characters (reference_policies_elements_sid.md).
      guard kind == .resource || sid.text.utf8.allSatisfy(\.isASCIIAlphanumeric) else {
        throw Refusal(
          message: "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            + "[0-9A-Za-z]*", offset: sid.offset)
      }
    }
  }
}

extension DraftStatement {
  fileprivate func checkLegacyForm() throws(Refusal) {
    guard Statement.Effect(rawValue: effect.text) != nil else { throw .legacy(at: effect.offset) }
    for date in dates where !Instant.isWellWritten(date.text) { throw .legacy(at: date.offset) }
  }

  fileprivate func checkActions() throws(Refusal) {
    for action in actions?.items ?? [] where action.text != "*" {
      let colons = action.text.utf8.count { $0 == UInt8(ascii: ":") }
      let vendor = action.text.utf8.prefix { $0 != UInt8(ascii: ":") }
      let message: String? =
        if colons == 0 {
          "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        } else if colons > 1 {
          "Actions/Condition can contain only one colon."
        } else if !vendor.allSatisfy(\.isVendorByte), !vendor.elementsEqual("*".utf8) {
          "Vendor \(Substring(vendor)) is not valid"
        } else {
          nil
        }
      if let message { throw Refusal(message: message, offset: action.offset) }
    }
  }

  fileprivate func checkTrustActions() throws(Refusal) {
    guard let actions else { return }
    let isTrustList = actions.items.allSatisfy { $0.text.folded.hasPrefix("sts:") }
    guard isTrustList, !actions.isNegated else {
      throw Refusal(
        message: "AssumeRole policy may only specify STS AssumeRole actions.", offset: actions.items[0].offset)
    }
  }

  fileprivate func refuseResources() throws(Refusal) {
    guard let resources else { return }
    let name = resources.isNegated ? "NotResource" : "Resource"
    throw Refusal(message: "Has prohibited field \(name)", offset: resources.offset)
  }

  fileprivate func checkResources() throws(Refusal) {
    guard let resources, !resources.items.isEmpty else {
      throw Refusal(message: "Policy statement must contain resources.", offset: offset)
    }
  }
}

extension UInt8 {
  fileprivate var isVendorByte: Bool {
    isASCIIAlphanumeric || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
  }

  var isASCIIAlphanumeric: Bool {
    isASCIIDigit || (asciiLowercased >= UInt8(ascii: "a") && asciiLowercased <= UInt8(ascii: "z"))
  }
}

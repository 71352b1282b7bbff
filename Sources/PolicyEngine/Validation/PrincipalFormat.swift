internal import AWSCore

extension DraftStatement {
  func checkPrincipals(as kind: PolicyDocument.Kind) throws(Refusal) {
    guard kind == .trust || kind == .resource else {
      guard let principals else { return }
      throw Refusal(message: "Policy document should not specify a principal.", offset: principals.offset)
    }
    guard let principals else { throw Refusal(message: "Missing required field Principal", offset: offset) }
    guard !principals.items.isEmpty else {
      throw Refusal(message: "Missing required field Principal cannot be empty!", offset: principals.offset)
    }
    // AWS: "You cannot use the NotPrincipal element in an IAM … role trust policy"
    // (reference_policies_elements_notprincipal.md).
    guard kind == .resource || !principals.isNegated else {
      throw Refusal(message: "Has prohibited field NotPrincipal", offset: principals.offset)
    }
    for (principal, offset) in principals.items where !principal.isWellWritten(in: kind) {
      throw Refusal(message: "Invalid principal in policy: \(principal.quoted)", offset: offset)
    }
  }
}

extension Principal {
  /// As AWS names a principal that it does not accept.
  fileprivate var quoted: String {
    switch self {
    case .any: "\"AWS\":\"*\""
    case .aws(let name): "\"AWS\":\"\(name)\""
    case .service(let name): "\"SERVICE\":\"\(name)\""
    case .federated(let name): "\"FEDERATED\":\"\(name)\""
    case .canonicalUser(let name): "\"CANONICAL_USER\":\"\(name)\""
    }
  }

  // AWS: "You cannot use a wildcard to match part of a principal name or ARN"
  // (reference_policies_elements_principal.md).
  fileprivate func isWellWritten(in kind: PolicyDocument.Kind) -> Bool {
    switch self {
    case .any: true
    case .aws(let name): Self.isAWSPrincipal(name)
    case .service("*"), .federated("*"): kind == .resource
    case .service(let name), .federated(let name), .canonicalUser(let name):
      !name.isEmpty && !name.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }
  }

  private static func isAWSPrincipal(_ name: String) -> Bool {
    if AccountID(name) != nil || isUniqueID(name) { return true }
    guard let arn = ARN(name), arn.accountID != nil, arn.region.isEmpty, !arn.partition.isEmpty,
      !name.utf8.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") })
    else { return false }
    let parts = arn.resource.split(separator: "/", omittingEmptySubsequences: false)
    let isWhole = parts.dropFirst().allSatisfy { !$0.isEmpty }
    switch (arn.service, parts[0]) {
    case ("iam", "root"): return parts.count == 1
    case ("iam", "user"), ("iam", "role"): return parts.count >= 2 && isWhole
    case ("sts", "assumed-role"): return parts.count == 3 && isWhole
    case ("sts", "federated-user"): return parts.count == 2 && isWhole
    default: return false
    }
  }

  /// `AIDA…`, `AROA…`: what an ARN in a stored trust policy was turned into.
  static func isUniqueID(_ name: String) -> Bool {
    (16...128).contains(name.utf8.count) && (name.hasPrefix("AIDA") || name.hasPrefix("AROA"))
      && name.utf8.allSatisfy { $0.isASCIIDigit || ($0 >= 0x41 && $0 <= 0x5A) }
  }
}

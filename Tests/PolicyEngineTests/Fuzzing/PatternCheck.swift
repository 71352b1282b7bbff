import AWSCore

@testable import PolicyEngine

/// Wildcards, variables, ARN segments and resources are matched as a naive matcher does it, in bounded steps.
///
/// The first byte chooses what is compared and how the others are read: as text, or as few characters that meet often.
enum PatternCheck {
  /// What half a byte stands for where few characters are to meet often.
  private static let alphabet: [String] = [
    "a", "b", "*", "?", ":", "/", "${k:v}", "${k:v, 'a'}", "${k:none, ':b'}", "é", "${*}", "${k:many}", "$", "A", "::",
    "arn:aws:s3:::",
  ]

  static func complaint(about bytes: [UInt8]) -> String? {
    var input = FuzzInput(bytes)
    let choice = input.byte()
    let isCoded = choice & 4 != 0
    func text(_ bytes: ArraySlice<UInt8>) -> String {
      guard isCoded else { return FuzzInput.text(bytes) }
      return bytes.reduce(into: "") { $0 += alphabet[Int($1 >> 4)] + alphabet[Int($1 & 15)] }
    }
    let value = text(input.take(input.count(below: 16)))
    let many = choice & 8 == 0 ? [value, "b"] : []
    let pattern = text(input.take(input.count(below: isCoded ? 24 : 256)))
    let subject = text(isCoded ? input.take(24) : input.rest())
    guard let account = AccountID("111111111111") else { return "no account" }
    let comparison = Comparison(
      pattern: pattern, subject: subject, values: ["k:v": [value], "k:many": many], account: account)
    switch choice & 3 {
    case 0: return comparison.complaintAboutGlob()
    case 1: return comparison.complaintAboutText(isWild: choice & 16 == 0)
    case 2: return comparison.complaintAboutARN(isLike: choice & 16 == 0)
    default: return comparison.complaintAboutResource()
    }
  }
}

/// One pattern, what it is compared with, and the values of its variables.
private struct Comparison {
  let pattern: String
  let subject: String
  let values: [String: [String]]
  let account: AccountID

  func complaintAboutGlob() -> String? {
    let tokens = Glob.tokens(pattern.utf8, wildcards: true)
    var steps = 0
    let isMatch = Glob.matches(tokens.span, subject.utf8.span, steps: &steps)
    if steps > (tokens.count + 1) * (subject.utf8.count + 1) { return "\(steps) steps for \(self)" }
    if isMatch != NaivePattern(wildcardsIn: pattern).matches(subject) { return "the glob says \(isMatch) of \(self)" }
    var pool = PatternPool()
    _ = pool.add(Glob.tokens("before*?".utf8, wildcards: true))
    let compiled = pool.add(tokens)
    if compiled.matches(subject.utf8.span, in: pool) != isMatch { return "the pool does not say \(isMatch) of \(self)" }
    return pool.tokens(of: compiled) == tokens ? nil : "other tokens in the pool for \(self)"
  }

  func complaintAboutText(isWild: Bool) -> String? {
    let naive = NaivePattern(pattern, isWild: isWild, values: values)
    return complaint(expecting: !naive.isUnresolved && naive.matches(subject), isWild ? "StringLike" : "StringEquals")
  }

  func complaintAboutARN(isLike: Bool) -> String? {
    let naive = NaivePattern(pattern, isWild: true, values: values)
    return complaint(expecting: naive.matchesAsARN(subject), isLike ? "ArnLike" : "ArnEquals")
  }

  func complaintAboutResource() -> String? {
    let written = pattern.hasPrefix("arn:aws:") ? pattern : "arn:aws:s3:::" + pattern
    guard let set = Self.set(resource: written, condition: nil) else { return nil }
    let naive = NaivePattern(written, isWild: true, values: values)
    let expected = !naive.isUnresolved && !naive.hasEarlyColon
    for resource in [subject, "arn:aws:s3:::" + subject] {
      let isMatch = isAllowed(by: set, resource)
      if isMatch != (expected && naive.matches(resource)) { return "Resource says \(isMatch) of \(resource), \(self)" }
    }
    return nil
  }

  private func complaint(expecting expected: Bool, _ name: String) -> String? {
    let list = CanonicalPolicy.list([CanonicalPolicy.quoted(pattern)])
    let keys = CanonicalPolicy.object([CanonicalPolicy.member("k:subject", list)])
    let condition = CanonicalPolicy.object([CanonicalPolicy.member(name, keys)])
    guard let set = Self.set(resource: "*", condition: condition) else { return "\(name) is refused: \(self)" }
    let isMatch = isAllowed(by: set, "*")
    return isMatch == expected ? nil : "\(name) says \(isMatch) of \(self)"
  }

  /// Nil where the policy is refused.
  private static func set(resource: String, condition: String?) -> PolicySet? {
    var members = [#""Effect":"Allow","Action":"s3:GetObject""#]
    members.append(CanonicalPolicy.member("Resource", CanonicalPolicy.quoted(resource)))
    if let condition { members.append(CanonicalPolicy.member("Condition", condition)) }
    let text = #"{"Version":"2012-10-17","Statement":\#(CanonicalPolicy.object(members))}"#
    guard case .success(let document) = Result(catching: { try PolicyDocument.parse(text, as: .identity) }) else {
      return nil
    }
    return PolicySet([Policy(document, source: PolicySource(kind: .inline, name: "pattern"))])
  }

  private func isAllowed(by set: PolicySet, _ resource: String) -> Bool {
    var context = RequestContext()
    for (key, values) in values { context[key] = values }
    context.set("k:subject", subject)
    let request = AuthorizationRequest(
      principal: .user(arn: "arn:aws:iam::\(account):user/u", account: account), action: "s3:GetObject",
      resource: resource, resourceAccount: account, context: context)
    return Authorization.decide(request, under: PolicyLayers(identity: set)).isAllowed
  }
}

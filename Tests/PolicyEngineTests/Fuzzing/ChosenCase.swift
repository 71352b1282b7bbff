import PolicyEngine

@testable import Differential

/// A case drawn from so few words that its policies and its request often meet; some words are raw text.
enum ChosenCase {
  private static let accounts = ["111111111111", "222222222222"]

  static func read(_ input: inout FuzzInput) -> FuzzedCase {
    let layers = layers(&input)
    let caller = caller(&input)
    let owners = [caller.account, accounts[0], accounts[1], nil]
    let owner = input.pick(owners)
    let action = input.pick(ChosenWords.actions) ?? input.text()
    let resource = input.pick(ChosenWords.resources) ?? "arn:aws:s3:::" + input.text()
    let request = ReferenceRequest(
      caller: caller, action: action, resource: resource, resourceAccount: owner, context: context(&input))
    return FuzzedCase(request: request, layers: layers)
  }

  private static func layers(_ input: inout FuzzInput) -> ReferenceEvaluator.Layers {
    let there = input.byte() & input.byte()
    let more = input.byte()
    let isTrust = more & 1 != 0
    var layers = ReferenceEvaluator.Layers(mustGrant: more & 2 != 0 || isTrust)
    layers.identity = policies(&input, .identity, .managed)
    if there & 1 != 0 {
      layers.resource = isTrust ? policies(&input, .trust, .trust) : policies(&input, .resource, .resource)
    }
    if there & 2 != 0 { layers.boundary = policies(&input, .identity, .boundary) }
    if there & 4 != 0 { layers.session = policies(&input, .session, .session) }
    if there & 8 != 0 { layers.endpoint = policies(&input, .resource, .endpoint) }
    if there & 16 != 0 {
      layers.serviceControl = (0...Int(more >> 2 & 1)).map { _ in policies(&input, .identity, .serviceControl) }
    }
    if there & 32 != 0 {
      layers.resourceControl = (0...Int(more >> 3 & 1)).map { _ in policies(&input, .resource, .resourceControl) }
    }
    return layers
  }

  private static func policies(
    _ input: inout FuzzInput, _ kind: PolicyDocument.Kind, _ source: PolicySource.Kind
  ) -> [ReferenceEvaluator.Policy] {
    let count = kind == .trust ? 1 : input.pick([1, 1, 1, 2, 1, 3, 1, 0])
    return (0..<count).compactMap { _ in DecisionBytes.policy(document(&input, kind), kind, source) }
  }

  private static func caller(_ input: inout FuzzInput) -> ReferenceCaller {
    let choice = input.byte()
    let account = accounts[Int(choice >> 7)]
    let isKnown = choice & 64 != 0
    let prefix = "arn:aws:iam::\(account):"
    switch choice & 15 {
    case 0: return .root(account: account)
    case 1...4:
      return .user(arn: prefix + "user/u", account: account, uniqueID: isKnown ? ChosenWords.userID : nil)
    case 5...8:
      let role = choice & 32 == 0 ? "role/p/r" : "role/aws-service-role/s/r"
      return .roleSession(
        sessionARN: "arn:aws:sts::\(account):assumed-role/r/\(choice & 16 == 0 ? "s" : "s2")", roleARN: prefix + role,
        account: account, uniqueID: isKnown ? ChosenWords.roleID : nil)
    case 9, 10:
      return .federatedUser(
        arn: "arn:aws:sts::\(account):federated-user/f", issuerARN: prefix + (isKnown ? "root" : "user/u"),
        account: account)
    case 11: return .federated(provider: "accounts.google.com", account: isKnown ? account : nil)
    case 12: return .service("ec2.amazonaws.com")
    case 13: return .user(arn: input.text(), account: account, uniqueID: input.text())
    case 14: return .roleSession(sessionARN: input.text(), roleARN: input.text(), account: account, uniqueID: nil)
    default: return .anonymous
    }
  }

  private static func context(_ input: inout FuzzInput) -> ReferenceContext {
    var context = ReferenceContext()
    for _ in 0..<input.count(below: 8) {
      let key = input.pick(ChosenWords.keys) ?? input.text()
      let count = input.pick([1, 1, 1, 1, 1, 0, 2, 3])
      context[key] = (0..<count).map { _ in input.pick(ChosenWords.values) ?? input.text() }
    }
    return context
  }
}

// MARK: Documents

extension ChosenCase {
  private static func document(_ input: inout FuzzInput, _ kind: PolicyDocument.Kind) -> String {
    let choice = input.byte()
    let statements = (0...max(0, Int(choice & 7) - 4)).map { _ in statement(&input, kind) }
    let version = choice & 0xE0 == 0 ? "2008-10-17" : "2012-10-17"
    return CanonicalPolicy.object([
      CanonicalPolicy.member("Version", CanonicalPolicy.quoted(version)),
      CanonicalPolicy.member("Statement", CanonicalPolicy.list(statements)),
    ])
  }

  private static func statement(_ input: inout FuzzInput, _ kind: PolicyDocument.Kind) -> String {
    let choice = input.byte()
    let shape = input.byte()
    var members = [choice & 7 == 0 ? #""Effect":"Deny""# : #""Effect":"Allow""#]
    if kind == .trust {
      members.append(CanonicalPolicy.member("Action", texts(&input, shape, ["sts:*", "sts:AssumeRole"])))
    } else {
      let name = choice & 0x38 == 0x38 ? "NotAction" : "Action"
      // Long lists are rare, for they take long.
      let isLong = shape & 0x3F == 0x3F
      members.append(CanonicalPolicy.member(name, texts(&input, shape, ChosenWords.actionPatterns, isLong: isLong)))
      let element = choice & 0xC0 == 0xC0 ? "NotResource" : "Resource"
      members.append(
        CanonicalPolicy.member(
          element,
          texts(&input, shape >> 3, ChosenWords.resourcePatterns, prefix: "arn:aws:s3:::", isLong: isLong)))
    }
    if kind == .trust || kind == .resource {
      let name = kind == .resource && choice & 0x18 == 0x18 ? "NotPrincipal" : "Principal"
      members.append(CanonicalPolicy.member(name, input.pick(ChosenWords.principals)))
    }
    if shape & 0xC0 != 0 { members.append(CanonicalPolicy.member("Condition", conditions(&input, Int(shape >> 6)))) }
    return CanonicalPolicy.object(members)
  }

  /// One to three texts, or forty.
  private static func texts(
    _ input: inout FuzzInput, _ shape: UInt8, _ words: [String?], prefix: String = "s3:", isLong: Bool = false
  ) -> String {
    if isLong {
      let first = input.count(below: 100)
      return CanonicalPolicy.list((first..<first + 40).map { CanonicalPolicy.quoted("\(prefix)W\($0)*") })
    }
    let texts = (0...max(0, Int(shape & 7) - 5)).map { _ in input.pick(words) ?? prefix + input.text() }
    return CanonicalPolicy.list(texts.map(CanonicalPolicy.quoted))
  }

  private static func conditions(_ input: inout FuzzInput, _ count: Int) -> String {
    var members: [String] = []
    for _ in 0..<count {
      let choice = input.byte()
      let comparison = ConditionOperator.Comparison.allCases[
        input.count(below: ConditionOperator.Comparison.allCases.count)]
      let qualifier = ["", "", "ForAllValues:", "ForAnyValue:"][Int(choice & 3)]
      let suffix = choice & 12 == 12 && comparison != .null ? "IfExists" : ""
      let key = input.pick(ChosenWords.keys) ?? input.text()
      let values = (0..<Int(choice >> 6)).map { _ in input.pick(ChosenWords.operands) ?? input.text() }
      let list = CanonicalPolicy.list(values.map(CanonicalPolicy.quoted))
      members.append(
        CanonicalPolicy.member(
          qualifier + comparison.rawValue + suffix, CanonicalPolicy.object([CanonicalPolicy.member(key, list)])))
    }
    return CanonicalPolicy.object(members)
  }
}

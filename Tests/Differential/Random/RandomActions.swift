import PolicyEngine

/// Names of actions and patterns near to them.
enum RandomActions {
  /// Some with RCPs and some without, and what is special about some of their actions.
  private static let usualServices = ["s3", "sqs", "kms", "sts", "iam", "ec2", "dynamodb", "secretsmanager", "logs"]
  private static let unknownServices = ["zz", "my-service", "s3x", "s"]
  private static let special = ["sts:GetCallerIdentity", "sts:GetSessionToken", "kms:RetireGrant", "sts:AssumeRole"]
  /// Nothing that the Kelvin sign and the long s are must pass for `k` and `s`.
  private static let foreign = ["s3:Get\u{212A}ey", "\u{17F}3:GetObject", "s3:Gét"]

  private static let services = ServiceReference.services.filter { !$0.actions.isEmpty }

  static let trust = [
    "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:TagSession",
    "sts:SetSourceIdentity",
  ]

  /// A few actions of a few services, neighbours in the alphabet among them.
  static func words(_ random: inout SeededGenerator, isTrust: Bool) -> [String] {
    if isTrust { return trust }
    var words: [String] = []
    for _ in 0..<random.pick([1, 2, 2, 3]) {
      let service = service(&random)
      let first = Int.random(in: 0..<max(1, service.actions.count - 3), using: &random)
      for action in service.actions.dropFirst(first).prefix(3) {
        words.append(action.description)
        if random.chance(4) { words.append(RandomTexts.nearMiss(action.description, from: .max, &random)) }
      }
    }
    if random.chance(2) { words.append("\(random.pick(unknownServices)):\(random.pick(["Get", "GetObject", "Do"]))") }
    if random.chance(8) { words.append(random.pick(special)) }
    if random.chance(16) { words.append(random.pick(foreign)) }
    return words
  }

  private static func service(_ random: inout SeededGenerator) -> ServiceReference.Service {
    if random.chance(2), let usual = ServiceReference.service(random.pick(usualServices)) { return usual }
    return random.pick(services)
  }

  /// What a request asks for.
  static func asked(_ random: inout SeededGenerator, among words: [String]) -> String {
    let word = random.pick(words)
    return random.chance(3) ? RandomTexts.oddCase(word, &random) : word
  }

  /// A pattern for one of the words: every shape that a policy may write.
  static func pattern(_ random: inout SeededGenerator, near word: String, isTrust: Bool) -> String {
    let nameStart = word.unicodeScalars.prefix { $0 != ":" }.count + 1
    let service = RandomTexts.string(word.unicodeScalars.prefix(nameStart))
    let name = RandomTexts.string(word.unicodeScalars.dropFirst(nameStart))
    let pattern: String
    switch Int.random(in: 0..<14, using: &random) {
    case 0: pattern = isTrust ? "sts:*" : "*"
    case 1, 2: pattern = service + "*"
    case 3, 4: pattern = word
    case 5 where !isTrust && random.chance(3): pattern = "*:" + RandomTexts.pattern(near: name, from: 0, &random)
    case 6: pattern = isTrust ? "sts:?*" : random.pick([service, service + "?*", service + "**", "zz:*"])
    default: pattern = RandomTexts.pattern(near: word, from: nameStart, &random)
    }
    // A pattern has one colon, and a service is spelled out or `*`; a policy with another is refused.
    let colons = pattern.unicodeScalars.count { $0 == ":" }
    let vendor = pattern.unicodeScalars.prefix { $0 != ":" }
    let isWritten = pattern == "*" || (colons == 1 && vendor.allSatisfy(\.isASCII))
    let written = isWritten ? pattern : isTrust ? word : "*:*"
    return random.chance(4) ? RandomTexts.oddCase(written, &random) : written
  }
}

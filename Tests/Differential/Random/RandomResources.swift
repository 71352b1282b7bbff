import PolicyEngine

/// Names of resources and patterns near to them.
enum RandomResources {
  private static let usual = [
    "arn:aws:s3:::photos", "arn:aws:s3:::photos/ann/cat.jpg", "arn:aws:s3:::photos/a*b", "arn:aws:s3:::é/e\u{301}",
    "arn:aws:sqs:us-east-1:111111111111:orders", "arn:aws:sqs:us-east-1:222222222222:orders",
    "arn:aws:dynamodb:us-east-1:111111111111:table/Music/index/a", "arn:aws-cn:s3:::photos/ann",
    "arn:aws:logs:us-east-1:111111111111:log-group:app:log-stream:ann", "arn:aws:zz:r:222222222222:x:y",
    "arn:aws:secretsmanager:us-east-1:222222222222:secret:ann-a1b2", "arn:aws:zz:::${k:w}", "arn:aws:zz:::$",
    "arn:aws:iam::111111111111:user/team/ann", "arn:aws:iam::222222222222:role/team/deploy",
    "arn:aws:kms:us-east-1:111111111111:key/1234abcd", "arn:aws:zz::not-an-account:a/b/c",
    linkedRole,
  ]
  private static let linkedRole =
    "arn:aws:iam::111111111111:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport"
  private static let trust = [
    "arn:aws:iam::111111111111:role/team/deploy", "arn:aws:iam::222222222222:role/deploy", linkedRole,
  ]

  /// A few resources and others that differ from them by little.
  static func words(_ random: inout SeededGenerator, actions: [String], isTrust: Bool) -> [String] {
    if isTrust { return trust }
    var words: [String] = []
    for _ in 0..<random.pick([1, 2, 3]) {
      let base = random.chance(3) ? ofReference(&random, random.pick(actions)) ?? usual[0] : random.pick(usual)
      words.append(base)
      for _ in 0..<random.pick([1, 2, 3]) {
        words.append(RandomTexts.nearMiss(base, from: editable(base), &random))
      }
    }
    return words
  }

  /// A resource as the service reference says that those of the action look.
  private static func ofReference(_ random: inout SeededGenerator, _ action: String) -> String? {
    guard let type = ServiceReference.action(action)?.resourceTypes.first?.type,
      let pattern = type.arnPatterns.first, ReferenceTexts.parts(pattern).count == 6
    else { return nil }
    var filled = ""
    var rest = Array(pattern.unicodeScalars)[...]
    while let first = rest.popFirst() {
      guard first == "$", rest.first == "{" else {
        filled.unicodeScalars.append(first)
        continue
      }
      let name = RandomTexts.string(rest.dropFirst().prefix { $0 != "}" })
      rest = rest.drop { $0 != "}" }.dropFirst()
      switch name {
      case "Partition": filled += "aws"
      case "Region": filled += "us-east-1"
      case "Account": filled += random.pick(RandomCallers.accounts)
      default: filled += random.pick(["ann", "a/b", "photos"])
      }
    }
    // IAM and S3 have rules for how their resources begin, which a policy is held to.
    let parts = ReferenceTexts.parts(filled)
    return parts[2] == "iam" || (parts[2] == "s3" && !parts[3].isEmpty) ? nil : filled
  }

  /// From where on any change leaves a text that a policy may write.
  static func editable(_ text: String) -> Int {
    let parts = ReferenceTexts.parts(text)
    guard parts.count == 6 else { return text.unicodeScalars.count }
    let head = text.unicodeScalars.count - parts[5].unicodeScalars.count
    guard parts[2] == "iam" else { return head }
    return head + parts[5].unicodeScalars.prefix { $0 != "/" }.count + 1
  }

  /// What a request is about.
  static func asked(_ random: inout SeededGenerator, among words: [String]) -> String {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return "*"
    case 1, 2:
      let word = random.pick(words)
      return RandomTexts.nearMiss(word, from: random.chance(6) ? 0 : editable(word), &random)
    default: return random.pick(words)
    }
  }

  private static let broad = [
    "*", "*", "*", "arn:aws:*", "arn:aws:s3:*", "arn:*:s3:::*", "arn:aws:*:*:*:orders", "arn:aws:*:*/ann",
    "arn:aws:?*:*", "arn:aws:zz", "arn:aws:sqs:us-*-1:*", "arn:aws:s3:::*:*", "arn:aws:logs:*:log-group:*",
    "arn:aws:zz:*:x:*", "arn:aws:sqs:*:orders", "arn:aws:dynamodb:*:table/Music*", "arn:aws:zz:*::a*",
  ]

  /// A pattern for one of the words.
  static func pattern(_ random: inout SeededGenerator, near word: String) -> String {
    let start = editable(word)
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1: return random.pick(broad)
    case 2, 3, 4: return withVariable(&random, word, from: start)
    case 5: return withWildcardParts(&random, word)
    case 6: return word
    default: return RandomTexts.pattern(near: word, from: start, &random)
    }
  }

  /// With wildcards or variables in the parts of region and account.
  private static func withWildcardParts(_ random: inout SeededGenerator, _ word: String) -> String {
    var parts = ReferenceTexts.parts(word)
    guard parts.count == 6, !["s3", "iam"].contains(parts[2]) else { return word }
    parts[3] = random.pick([parts[3], "*", "*", "us-*", "${k:v}", "${k:region}"])
    parts[4] = random.pick([parts[4], parts[4], "*", "1*", "${aws:PrincipalAccount}", "?11111111111"])
    parts[5] = random.chance(2) ? RandomTexts.pattern(near: parts[5], from: 0, &random) : parts[5]
    return parts.joined(separator: ":")
  }

  /// With a variable in place of what stands between two slashes or colons, or thereabouts.
  private static func withVariable(_ random: inout SeededGenerator, _ word: String, from start: Int) -> String {
    let scalars = Array(word.unicodeScalars)
    let marks = scalars.indices.filter { $0 >= start && (scalars[$0] == "/" || scalars[$0] == ":") }
    let first = random.pick([start] + marks.map { $0 + 1 })
    let second = scalars[first...].firstIndex { $0 == "/" || $0 == ":" } ?? scalars.count
    let piece = RandomTexts.string(scalars[first..<second])
    let variable = variable(&random, piece: piece)
    let head = RandomTexts.string(scalars[..<first])
    let tail = random.chance(4) ? random.pick(["*", "?", "/*", "*?"]) : RandomTexts.string(scalars[second...])
    return head + (random.chance(6) ? "*" : "") + variable + tail
  }

  /// A variable, well written or not quite; `${` that means nothing is text.
  static func variable(_ random: inout SeededGenerator, piece: String) -> String {
    let key = random.pick(["k:v", "k:v", "K:V", "k:w", "aws:PrincipalTag/Team", "k:none", "k:many"])
    let fallback = random.pick([piece, piece, "a", "", "*", "${k:w}"])
    switch Int.random(in: 0..<14, using: &random) {
    case 0: return random.pick(["${*}", "${?}", "${$}", "${*}${?}"])
    case 1: return random.pick(["${\(key)", "${}", "${,'a'}", "${\(key), a}", "${\(key), 'a'b}", "$\(key)}", "$"])
    case 2: return "${\(key),'\(fallback)'}"
    case 3, 4, 5: return "${\(random.pick(["k:none", key])), '\(fallback)'}"
    case 6: return "${\(key)}${k:w}"
    default: return "${\(key)}"
    }
  }
}

import PolicyEngine

/// One operator with one key of a `Condition`, as the generator writes it.
struct RandomCondition {
  var name: String
  var key: String
  var values: [String]
}

/// Conditions and contexts whose values often meet.
enum RandomConditions {
  /// What an operator of each family may be given in a policy; some of it cannot be read.
  private static let operands: [String: [String]] = [
    "String": [
      "a", "b", "A", "ann", "photos", "a*", "?", "*", "a?", "*a*n*", "${k:v}", "${K:V}x", "${k:none}",
      "${k:none, 'a'}", "${k:many}", "${*}", "${k:v", "é", "e\u{301}", "É", "", "*${k:v}", "?${k:none}",
      "*${k:v}?${K:W}*", "${k:v}*", "\u{212A}",
    ],
    "StringEqualsIgnoreCase": [
      "k", "K", "\u{212A}", "É", "é", "e\u{301}", "İ", "ß", "${k:v}", "${K:V}x", "a${t/é}É", "${k:none, 'É'}", "ann",
      "${k:w}\u{212A}", "${*}", "", "A*",
    ],
    "Numeric": [
      "1", "01", "1.0", "-2", "10", "1e1", "0.1", "-0", "+1", ".5", "5.", "0", "x", "", "${k:v}", "1e-1", "1e400",
      "-1e400",
      "12345678901234567890123456789012345678", "12345678901234567890123456789012345679",
      "123456789012345678901234567890123456789", "1234567890123456789012345678901234567800", "0x1", "١",
    ],
    "Date": [
      "2020-01-01", "2020-01-01T00:00:00Z", "1577836800", "2020-01-01T01:00:00.5+01:00", "2021", "2020-02-30",
      "2020-01", "2019-12-31T23:59:59.999999999Z", "2020-01-01T00:00:00.000000001Z", "2020-01-01T00:00", "9999-12-31",
      "-0001",
      "1577836801", "2020-01-01T05:30+05:30", "2020-02-29", "1900-02-29", "2000-02-29", "1969-12-31T23:59:59Z",
    ],
    "Bool": ["true", "TRUE", "false", "False", "x", "", "1"],
    "Null": ["true", "false", "TRUE", "x", ""],
    "Binary": ["YQ==", "Yg==", "YWI=", "YR==", "YQ", "x", "", "YWJj"],
    "Ip": [
      "10.0.0.0/8", "10.1.2.3", "10.1.2.3/31", "10.1.2.2", "2001:db8::/32", "2001:DB8::1", "::ffff:10.0.0.0/104",
      "0.0.0.0/0", "::/0", "::ffff:10.1.2.3", "::ffff:0:0/90", "10.1.2.3/33", "10.1.2.3/", "10.1.2.3/08", "010.1.2.3",
      "10.1.2.3/0008", "2001:db8::1/129", "10.1.2", "x", "", "::10.1.2.3", "1:2:3:4:5:6:7::",
    ],
    "Arn": [
      "arn:aws:s3:::a", "arn:aws:s3:::a*", "arn:aws:s3:*:*:a*", "arn:aws:s3:::${k:v}", "${k:arn}", "arn:aws:*", "*",
      "arn:aws:s3:::*:y", "arn:aws:zz:r:111111111111:x:?", "arn:aws:zz:${k:none}::a", "arn:aws:s3:::*${k:v}",
      "arn:aws:s3:::*${k:none}", "arn:*:s3:${K:v, ''}:*:*${k:v, 'a'}*", "arn:aws:?3:::a", "arn:aws:s*:*", "${k:none}",
      "arn:aws:s3:::a/${k:w}/*", "${k:arn}*", "", "arn:aws:zz:r:*:x:y", "arn:aws:${k:v}:::a",
    ],
  ]

  /// What a request may carry for each family, besides most of the above.
  private static let requestValues: [String: [String]] = [
    "String": [
      "a", "b", "ann", "photos", "*", "?", "a*", "a:b", "a/b", "${k:w}", "${*}", "$", "{", "", "k", "\u{212A}",
      "us-east-1",
    ],
    "StringEqualsIgnoreCase": ["k", "K", "\u{212A}", "É", "é", "E\u{301}", "i\u{307}", "SS", "ANN", "aéé", "kK", "a*"],
    "Numeric": ["1", "10", "0.1", "0.10", "-2", "1e1", "x", "12345678901234567890123456789012345678"],
    "Date": [
      "2020-01-01T00:00:00Z", "1577836800", "2020", "2020-13-01", "2020-01-01T24:00Z", "x", "-5", "+5", "2020-01-01TZ",
    ],
    "Bool": ["true", "false", "True", "x"], "Null": ["a", ""],
    "Binary": ["YQ==", "YWI=", "YR==", " YQ=="],
    "Ip": [
      "10.1.2.3", "10.1.2.2", "::ffff:10.1.2.3", "2001:db8::1", "10.0.0.0/8", "x", "192.0.2.1", "::ffff:a01:203",
    ],
    "Arn": [
      "arn:aws:s3:::a", "arn:aws:s3:::a/b/c", "arn:aws:s3:::a:y", "arn:aws:zz:r:111111111111:x:y", "arn:aws:s3", "a",
      "*",
      "arn:aws:s3:::a*",
    ],
  ]

  private static let families = operands.keys.sorted()

  /// The keys of each family, `k:none` and `k:absent` never being there. Keys ignore letter case, and the Kelvin sign
  /// is no `k`.
  private static let keys: [String: [String]] = [
    "String": ["k:v", "k:w", "aws:PrincipalTag/Team", "k:absent", "k:none", "k:many", "t/k", "t/\u{212A}", "t/é"],
    "StringEqualsIgnoreCase": ["k:v", "k:w", "t/é", "t/k", "k:many", "k:absent"],
    "Numeric": ["k:number", "k:many", "k:absent", "k:v"], "Date": ["k:date", "aws:CurrentTime", "k:absent", "k:v"],
    "Bool": ["k:bool", "aws:SecureTransport", "k:v", "k:absent"], "Null": ["k:v", "k:absent", "k:many", "k:bool"],
    "Binary": ["k:binary", "k:v"], "Ip": ["aws:SourceIp", "k:many", "k:absent"],
    "Arn": ["k:arn", "aws:PrincipalArn", "k:many", "k:absent"],
  ]

  private static let present = families.flatMap { family in
    (keys[family] ?? []).filter { $0 != "k:none" && $0 != "k:absent" }.map { (family: family, key: $0) }
  }

  static func context(_ random: inout SeededGenerator, pieces: [String]) -> ReferenceContext {
    var context = ReferenceContext()
    for _ in 0..<Int.random(in: 0...14, using: &random) { change(&context, &random, pieces: pieces) }
    context["k:region"] = [random.pick(["us-east-1", "us-east-1", "us:east"])]
    if random.chance(2) { context["aws:PrincipalAccount"] = [random.pick(RandomCallers.accounts)] }
    return context
  }

  /// Gives some key some value, or several, or takes it away.
  static func change(_ context: inout ReferenceContext, _ random: inout SeededGenerator, pieces: [String]) {
    let (family, key) = random.pick(present)
    let usual = requestValues[family] ?? []
    let written = random.chance(6) ? RandomTexts.oddCase(key, &random) : key
    switch Int.random(in: 0..<16, using: &random) {
    case 0: context[written] = nil
    case 1: context[written] = random.list(0...3) { $0.pick(usual) }
    case 2: context["k:many"] = random.list(0...3) { $0.pick(["a", "b", "ab", "*", "", "1"]) }
    case 3: context["k:many"] = random.list(0...3) { $0.pick(usual) }
    case 4, 5: context[written] = [random.pick(operands[family] ?? usual)]
    case 6...9 where family == "String": context[written] = [random.pick(pieces)]
    default: context[written] = [random.pick(usual)]
    }
  }

  static func clauses(_ random: inout SeededGenerator) -> [RandomCondition] {
    var clauses: [RandomCondition] = []
    for _ in 0..<random.pick([1, 1, 1, 2, 3]) {
      let clause = clause(&random)
      // An operator has each key once.
      let isTaken = clauses.contains { $0.name == clause.name && ReferenceTexts.isSame($0.key, clause.key) }
      if !isTaken { clauses.append(clause) }
    }
    return clauses
  }

  private static func clause(_ random: inout SeededGenerator) -> RandomCondition {
    let comparison = random.pick(ConditionOperator.Comparison.allCases)
    let name = comparison.rawValue
    let folds = name.hasSuffix("IgnoreCase")
    let family = folds ? "StringEqualsIgnoreCase" : families.first { name.hasPrefix($0) } ?? "Ip"
    let values = random.list(1...2) { $0.pick(operands[family] ?? []) }
    let qualifier = random.chance(3) ? random.pick(["ForAllValues:", "ForAnyValue:"]) : ""
    let suffix = comparison != .null && random.chance(4) ? "IfExists" : ""
    let key = random.pick(keys[random.chance(8) ? random.pick(families) : family] ?? [])
    return RandomCondition(
      name: qualifier + name + suffix, key: random.chance(4) ? RandomTexts.oddCase(key, &random) : key,
      values: random.chance(24) ? [] : values)
  }
}

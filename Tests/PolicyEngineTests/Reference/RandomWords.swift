import PolicyEngine

/// The words of which random policies and requests are made.
enum RandomWords {
  static let resources = [
    "arn:aws:s:::a", "arn:aws:s:::a/b", "arn:aws:s:::a*b", "arn:aws:s:r:111111111111:x:y", "arn:aws:s:::é", "*",
  ]

  private static let resourcePatterns =
    resources + [
      "arn:aws:s:::*", "arn:aws:s:::a?b", "arn:aws:s:::?", "arn:aws:s:*:y", "arn:aws:*", "arn:aws:s:::${k:v}",
      "arn:aws:s:::a/${k:v}", "arn:aws:s:::a/${k:v, 'b'}", "arn:aws:s:::a${*}b", "arn:aws:s:::${K:V}*",
      "arn:aws:s:${k:v}:*:y", "arn:aws:s:::${k:none}", "arn:aws:s:::a/${k:none, '*'}", "arn:aws:s:::a/${k:many}",
      "arn:aws:s:::a${?}b", "arn:aws:s:::${k:v", "arn:aws:*${k:v}", "arn:aws:?:*${k:v}*b", "arn:aws:*/${k:none}",
      "arn:aws:s:::*${k:many}",
      "arn:aws:s:::?${k:v, 'b'}?${K:V}", "arn:aws:s:::${k:v, b}", "arn:aws:s:::${k:none, 'a'b}", "arn:aws:s:::**b",
    ]

  private static let actionPatterns = [
    "*", "*", "s:*", "s:A", "s:A*", "s:a?", "S:B", "?:A", "*:A", "s:*B", "t:*", "s*:A", "st:B?", "**",
  ].filter { !$0.contains("**") && $0 != "?:A" && $0 != "s*:A" }

  private static let principals = [
    #""*""#, #"{"AWS":"*"}"#, #"{"AWS":"111111111111"}"#, #"{"AWS":"arn:aws:iam::222222222222:root"}"#,
    #"{"AWS":"arn:aws:iam::111111111111:user/u"}"#, #"{"AWS":"arn:aws:iam::222222222222:user/u"}"#,
    #"{"AWS":"arn:aws:iam::111111111111:role/p/r"}"#, #"{"AWS":"arn:aws:sts::111111111111:assumed-role/r/s"}"#,
    #"{"AWS":["arn:aws:iam::111111111111:role/p/r","111111111111"]}"#,
    #"{"AWS":["arn:aws:iam::111111111111:role/p/r","111111111111","arn:aws:sts::111111111111:assumed-role/r/s"]}"#,
    #"{"AWS":["arn:aws:iam::111111111111:user/u","111111111111"]}"#,
    #"{"AWS":["arn:aws:sts::111111111111:federated-user/f","111111111111"]}"#,
    #"{"AWS":"arn:aws:sts::222222222222:federated-user/f"}"#, #"{"AWS":"AIDAAAAAAAAAAAAAAAAA1"}"#,
    #"{"AWS":"AROAAAAAAAAAAAAAAAAA1"}"#, #"{"Service":"ec2.amazonaws.com"}"#,
    #"{"Federated":"accounts.google.com"}"#, #"{"CanonicalUser":"79a5"}"#,
  ]

  /// Values by the kind of the operator that reads them; some cannot be read.
  private static let operands: [String: [String]] = [
    "String": [
      "a", "b", "A", "a*", "?", "*", "${k:v}", "${K:v}x", "${k:none}", "${k:none, 'a'}", "${*}", "é", "",
      "*${k:v}", "?${k:none}", "*${k:v}?${K:V}*", "${k:v}*", "É",
    ],
    "Numeric": ["1", "01", "1.0", "-2", "10", "1e1", "x", "${k:v}"],
    "Date": ["2020-01-01", "2020-01-01T00:00:00Z", "1577836800", "2020-01-01T01:00:00.5+01:00", "2021", "2020-02-30"],
    "Bool": ["true", "TRUE", "false", "x"], "Null": ["true", "false"],
    "Binary": ["YQ==", "Yg==", "YWI=", "x"],
    "Ip": ["10.0.0.0/8", "10.1.2.3", "10.1.2.3/31", "2001:db8::/32", "::ffff:10.0.0.0/104", "0.0.0.0/0", "x"],
    "Arn": [
      "arn:aws:s:::a", "arn:aws:s:*:*:a*", "arn:aws:s:::${k:v}", "${k:arn}", "arn:aws:*", "*", "arn:aws:s:::*:y",
      "arn:aws:s:r:111111111111:x:?", "arn:aws:s:${k:none}::a", "arn:aws:s:::*${k:v}", "arn:aws:s:::*${k:none}",
      "arn:*:s:${K:v, ''}:*:*${k:v, 'a'}*",
    ],
  ]

  private static let values =
    operands.values.flatMap { $0 }.filter { !$0.contains("/") && !$0.contains("$") }.sorted() + [
      "10.0.0.0/8", "::ffff:10.1.2.3", "2001:db8::1", "a:b", "ab", "b/c", "arn:aws:s:r:111111111111:x:y",
    ]

  private static let keys = ["k:v", "k:w", "k:arn", "K:W", "k:many", "k:absent"]

  static func context(_ random: inout SeededGenerator) -> RequestContext {
    var context = RequestContext()
    for key in Self.keys where !random.chance(3) {
      context.set(key, random.pick(random.chance(2) ? ["a", "b", "*", "", "10.1.2.3", "arn:aws:s:::a"] : Self.values))
    }
    if random.chance(2) { context["k:many"] = random.list(0...3) { $0.pick(["a", "b", "ab", "*", "", "1"]) } }
    context["k:none"] = nil
    context["k:absent"] = nil
    return context
  }

  static func document(_ random: inout SeededGenerator, _ kind: PolicyDocument.Kind) -> String {
    let version = random.chance(6) ? "2008-10-17" : "2012-10-17"
    let statements = random.list(1...3) { statement(&$0, kind) }
    return #"{"Version":"\#(version)","Statement":[\#(statements.joined(separator: ","))]}"#
  }

  private static func statement(_ random: inout SeededGenerator, _ kind: PolicyDocument.Kind) -> String {
    var elements = [#""Effect":"\#(random.chance(6) ? "Deny" : "Allow")""#]
    if kind == .trust {
      elements.append(#""Action":["sts:*"]"#)
    } else {
      let patterns = random.list(1...2) { quoted($0.pick(actionPatterns)) }.joined(separator: ",")
      elements.append(#""\#(random.chance(6) ? "NotAction" : "Action")":[\#(patterns)]"#)
      let isEverything = random.chance(2)
      let resources = random.list(1...2) { isEverything ? quoted("*") : quoted($0.pick(resourcePatterns)) }
      elements.append(
        #""\#(random.chance(5) ? "NotResource" : "Resource")":[\#(resources.joined(separator: ","))]"#)
    }
    if kind == .trust || kind == .resource {
      let name = kind == .resource && random.chance(4) ? "NotPrincipal" : "Principal"
      elements.append(#""\#(name)":\#(random.pick(principals))"#)
    }
    if random.chance(3) { elements.append(#""Condition":{\#(condition(&random))}"#) }
    return "{\(elements.joined(separator: ","))}"
  }

  private static func condition(_ random: inout SeededGenerator) -> String {
    let comparison = random.pick(ConditionOperator.Comparison.allCases)
    let name = comparison.rawValue
    let family = operands.keys.sorted().first { name.hasPrefix($0) || (name.hasPrefix("Not") && $0 == "Ip") } ?? "Ip"
    let values = random.list(1...2) { quoted($0.pick(operands[family] ?? [])) }.joined(separator: ",")
    let qualifier = random.chance(3) ? random.pick(["ForAllValues:", "ForAnyValue:"]) : ""
    let suffix = comparison != .null && random.chance(4) ? "IfExists" : ""
    return #""\#(qualifier)\#(name)\#(suffix)":{"\#(random.pick(keys))":[\#(values)]}"#
  }

  private static func quoted(_ text: String) -> String { "\"\(text)\"" }
}

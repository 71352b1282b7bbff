import Foundation
import Testing

@testable import PolicyEngine

@Suite("Places of findings")
struct FindingPlacesTests {
  private func finding(_ code: IssueCode, in text: String, as type: PolicyType = .identity) throws -> Finding {
    let findings = PolicyValidation.findings(in: text, as: type)
    return try #require(findings.first { $0.code == code }, "\(findings)")
  }

  /// What a location spans, counted in Unicode scalars.
  private func spanned(_ location: Finding.Location, in text: String) -> String {
    let scalars = Array(text.unicodeScalars)[location.span.start.offset..<location.span.end.offset]
    return scalars.map { String($0) }.joined()
  }

  @Test("a value is spanned with its quotes, and the path leads to it")
  func value() throws {
    let text = """
      {
        "Version": "2012-10-17",
        "Statement": [
          { "Effect": "Allow", "Action": ["s3:GetObject", "s3:Nothing"], "Resource": "*" }
        ]
      }
      """
    let location = try finding(.invalidAction, in: text).locations[0]
    #expect(location.path == [.value("Statement"), .index(0), .value("Action"), .index(1)])
    #expect(location.span.start == Finding.Position(line: 4, column: 52, offset: 98))
    #expect(location.span.end == Finding.Position(line: 4, column: 64, offset: 110))
    #expect(spanned(location, in: text) == #""s3:Nothing""#)
  }

  @Test("a key is spanned where the key is at fault")
  func key() throws {
    let text =
      #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","#
      + #""Condition":{"StringEquals":{"aws:no\u0074hing":"x"}}}}"#
    let location = try finding(.invalidGlobalConditionKey, in: text).locations[0]
    #expect(
      location.path == [.value("Statement"), .value("Condition"), .value("StringEquals"), .key("aws:nothing")])
    #expect(spanned(location, in: text) == #""aws:no\u0074hing""#)
  }

  @Test(
    "a part of a text is found behind characters of every spelling",
    arguments: ["é", "\\u00e9", "\\n", "\\\\", "\\\"", "\\ud83d\\ude00", "ab"])
  func substring(spelling: String) throws {
    let text =
      #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","#
      + #""Resource":"arn:aws:s3:::"# + spelling + #"${}z"}}"#
    let location = try finding(.emptyVariable, in: text).locations[0]
    let start = 13 + (spelling == "ab" ? 2 : 1)
    #expect(
      location.path == [.value("Statement"), .value("Resource"), .substring(start: start, length: 3)])
    #expect(spanned(location, in: text) == "${}")
  }

  @Test("path and span lead to the same place", arguments: try FindingsCorpus.names())
  func pathsAndSpans(file: String) throws {
    let rules = JSONParser.Rules.envelope(depthMax: JSONParser.depthMax)
    for findingCase in try FindingsCorpus.read(file) {
      let text = findingCase.policy
      let findings = PolicyValidation.findings(in: text, as: try findingCase.policyType())
      for finding in findings where finding.code != .jsonSyntaxError {
        for location in finding.locations {
          let spanned = spanned(location, in: text)
          let root = try JSONParser.parse(Array(text.utf8), by: rules)
          #expect(try spelling(of: location.path, from: root, in: text, spanned) == spanned, "\(findingCase.id)")
        }
      }
    }
  }

  /// The text at the end of a path; for keys and parts of texts what spans there if it says what it should.
  private func spelling(
    of path: [Finding.PathElement], from root: JSONNode, in text: String, _ spanned: String
  ) throws -> String? {
    var node = root
    for step in path {
      switch (step, node.value) {
      case (.index(let index), .array(let nodes)): node = nodes[index]
      case (.value(let key), .object(let members)): node = try #require(members.first { $0.key == key }).node
      case (.key(let key), .object(let members)):
        #expect(members.contains { $0.key == key })
        return try JSONParser.parse(Array(spanned.utf8)).string == key ? spanned : nil
      case (.substring(let start, let length), .string(let whole)):
        let part = Array(whole.unicodeScalars)[start..<start + length].map { String($0) }.joined()
        return try JSONParser.parse(Array("\"\(spanned)\"".utf8)).string == part ? spanned : nil
      default: return nil
      }
    }
    return String(decoding: Array(text.utf8)[node.offset..<node.end], as: UTF8.self)
  }

  @Test("a finding names no more than a hundred places")
  func manyPlaces() throws {
    let resources = (0..<300).map { #""arn:aws:s3:::b\#($0)""# }.joined(separator: ",")
    let text =
      #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":["*",\#(resources)]}}"#
    let finding = try finding(.redundantResource, in: text)
    #expect(finding.locations.count == 100)
    #expect(finding.details.hasPrefix("The 300 resource ARN(s)"))
  }

  @Test("a carriage return is a character of its line", arguments: ["\n", "\r\n"])
  func lineEnds(end: String) throws {
    let lines = [#"{"Statement":["#, #"  {"Effect":"allow"}"#, "]}"]
    let location = try finding(.invalidEffect, in: lines.joined(separator: end)).locations[0]
    #expect(location.span.start.line == 2)
    #expect(location.span.start.column == 12)
    #expect(location.span.start.offset == 14 + end.unicodeScalars.count + 12)
  }

  @Test("a text that is no JSON has one finding where it stops being some")
  func syntax() {
    let text = #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#
    for count in 0..<text.utf8.count {
      let cut = String(decoding: Array(text.utf8)[..<count], as: UTF8.self)
      let findings = PolicyValidation.findings(in: cut, as: .identity)
      #expect(findings.map(\.code) == [.jsonSyntaxError], "\(count)")
      #expect(findings.first.map { $0.locations[0].path.isEmpty && $0.locations[0].span.end.offset <= count } == true)
    }
  }

  /// Source: the example of the AWS CLI's page on validate-policy, with AWS's own answer, whose last place shows that the
  /// policy had two characters more where the page says EXAMPLE.
  @Test("the example of the command line is answered to the letter")
  func example() throws {
    let example = try #require(FindingsCorpus.read("trust-policies").first { $0.id.contains("command line") })
    let text = example.policy.replacing("EXAMPLE", with: "EXAMPLE__")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let answer = String(
      decoding: try encoder.encode(PolicyValidation.findings(in: text, as: .resource(nil))), as: UTF8.self)
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
    func finding(_ details: String, _ kind: String, _ code: String, _ anchor: String, _ places: String...) -> String {
      #"{"findingDetails":"\#(details)","findingType":"\#(kind)","issueCode":"\#(code)","#
        + #""learnMoreLink":"\#(page)#access-analyzer-reference-policy-checks-\#(anchor)","#
        + #""locations":[\#(places.joined(separator: ","))]}"#
    }
    func place(_ path: String, _ line: Int, _ columns: (Int, Int), _ offsets: (Int, Int)) -> String {
      #"{"path":[{"value":"Statement"},{"index":0},\#(path)],"span":"#
        + #"{"end":{"column":\#(columns.1),"line":\#(line),"offset":\#(offsets.1)},"#
        + #""start":{"column":\#(columns.0),"line":\#(line),"offset":\#(offsets.0)}}}"#
    }
    let expected = [
      finding(
        "Add a value to the empty string in the Sid element.", "SUGGESTION", "EMPTY_SID_VALUE",
        "suggestion-empty-sid-value", place(#"{"value":"Sid"}"#, 5, (19, 21), (79, 81))),
      finding(
        "The sts:AssumeRole action is invalid with the following principal(s): cognito-identity.amazonaws.com. "
          + "Use a SAML provider principal with the sts:AssumeRoleWithSAML action or use an OIDC provider principal "
          + "with the sts:AssumeRoleWithWebIdentity action. Ensure the provider is Federated if you use either of the "
          + "two options.", "ERROR", "MISMATCHED_ACTION_FOR_PRINCIPAL", "error-mismatched-action-for-principal",
        place(#"{"value":"Action"},{"index":0}"#, 11, (16, 32), (258, 274)),
        place(#"{"value":"Principal"},{"value":"Federated"}"#, 8, (29, 61), (170, 202))),
      finding(
        "The following actions: sts:TagSession are not supported by the condition key "
          + "cognito-identity.amazonaws.com:aud. The condition will not be evaluated for these actions. We recommend "
          + "that you move these actions to a different statement without this condition key.", "ERROR",
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY", "error-unsupported-action-for-condition-key",
        place(#"{"value":"Action"},{"index":1}"#, 12, (16, 32), (292, 308)),
        place(
          #"{"value":"Condition"},{"value":"StringEquals"},{"value":"cognito-identity.amazonaws.com:aud"}"#, 16,
          (58, 79), (443, 464))),
    ]
    #expect(answer == "[\(expected.joined(separator: ","))]")
  }
}

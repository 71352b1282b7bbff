import PolicyEngine
import Testing

@Suite("PolicyDocument")
struct PolicyDocumentShapeTests {
  private let text = """
    {
      "Version": "2012-10-17",
      "Id": "example",
      "Statement": [
        { "Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*"], "Resource": "*",
          "Principal": { "AWS": ["111111111111", "*"], "Service": "ec2.amazonaws.com",
                         "Federated": "accounts.google.com", "CanonicalUser": "79a5" },
          "Condition": { "ForAnyValue:StringLikeIfExists": { "aws:TagKeys": ["a*", "b"] }, "Bool": { "k:b": true } } },
        { "Effect": "Deny", "NotAction": "s3:*", "NotResource": ["arn:aws:s3:::a"], "NotPrincipal": "*" }
      ]
    }
    """

  @Test("a document is taken apart as it was written")
  func parts() throws {
    let document = try PolicyDocument.parse(text, as: .resource)
    #expect(document.version == .v2012)
    #expect(document.id == "example")
    #expect(document.text == text)
    let first = document.statements[0]
    #expect(first.sid == "Read")
    #expect(first.effect == .allow)
    #expect(first.actions.values == ["s3:Get*"])
    #expect(!first.actions.isNegated)
    #expect(first.resources?.values == ["*"])
    #expect(first.resources?.isNegated == false)
    #expect(
      first.principals == [
        .aws("111111111111"), .any, .service("ec2.amazonaws.com"), .federated("accounts.google.com"),
        .canonicalUser("79a5"),
      ])
    #expect(!first.isNotPrincipal)
    #expect(first.conditions.map(\.key) == ["aws:TagKeys", "k:b"])
    #expect(first.conditions.map(\.values) == [["a*", "b"], ["true"]])
    let second = document.statements[1]
    #expect(second.index == 1)
    #expect(second.effect == .deny)
    #expect(second.actions.isNegated)
    #expect(second.resources?.isNegated == true)
    #expect(second.isNotPrincipal)
    #expect(second.principals == [.any])
  }

  @Test("a statement knows where it stands")
  func positions() throws {
    let document = try PolicyDocument.parse(text, as: .resource)
    #expect(document.statements.map(\.position.line) == [5, 9])
    #expect(document.statements.map(\.position.column) == [5, 5])
  }

  @Test(
    "a refusal names the place of what is wrong",
    arguments: [
      (#""Effect": "Allow""#, #""Effect": "allow""#, 5, 32),
      (#""s3:Get*""#, #""s3""#, 5, 52),
      (#""a*", "b""#, #""a*", null"#, 8, 80),
      (#""Id": "example""#, #""Name": "é""#, 3, 3),
    ])
  func refusals(part: String, replacement: String, line: Int, column: Int) throws {
    let range = try #require(text.firstRange(of: part))
    let changed = text.replacingCharacters(in: range, with: replacement)
    let error = #expect(throws: PolicyDocumentError.self) { try PolicyDocument.parse(changed, as: .resource) }
    #expect(error?.line == line)
    #expect(error?.column == column)
  }

  @Test("columns are counted in characters")
  func columns() {
    let error = #expect(throws: PolicyDocumentError.self) {
      try PolicyDocument.parse(#"{"Id":"éé","x":1}"#, as: .identity)
    }
    #expect(error == PolicyDocumentError(message: "Syntax errors in policy.", line: 1, column: 12))
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}

@Suite("ConditionOperator")
struct ConditionOperatorTests {
  @Test("every comparison is read with every qualifier and suffix", arguments: ConditionOperator.Comparison.allCases)
  func names(comparison: ConditionOperator.Comparison) {
    for qualifier in ["", "ForAllValues:", "ForAnyValue:"] {
      for suffix in ["", "IfExists"] {
        let name = qualifier + comparison.rawValue + suffix
        let read = ConditionOperator(name)
        if comparison == .null, !suffix.isEmpty {
          #expect(read == nil)
        } else {
          #expect(read?.description == name)
          #expect(read?.comparison == comparison)
        }
      }
    }
  }

  @Test(
    "other names are refused",
    arguments: [
      "", "IfExists", "StringEqualsIfExistsIfExists", "ForAllValues:", "ForAllValues:ForAnyValue:Bool", "stringEquals",
      "ForallValues:StringEquals", "String", "StringEquals ", "DateLike",
    ])
  func refused(name: String) {
    #expect(ConditionOperator(name) == nil)
  }
}

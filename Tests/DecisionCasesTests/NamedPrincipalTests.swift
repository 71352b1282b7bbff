import PolicyEngine
import Testing

@testable import DecisionCases

@Suite("NamedPrincipal")
struct NamedPrincipalTests {
  private func principal(_ line: CaseLine) throws -> String { "\(try line.read().request.principal)" }

  @Test(
    "principals are told apart by their names",
    arguments: [
      (#""arn:aws:iam::111122223333:root""#, "root(111122223333)"),
      (
        #""arn:aws:iam::111122223333:user/a/ann""#,
        #"user(arn: "arn:aws:iam::111122223333:user/a/ann", account: 111122223333, uniqueID: nil)"#
      ),
      (
        #""arn:aws-cn:sts::111122223333:assumed-role/deploy/run""#,
        #"roleSession(sessionARN: "arn:aws-cn:sts::111122223333:assumed-role/deploy/run", "#
          + #"roleARN: "arn:aws-cn:iam::111122223333:role/deploy", account: 111122223333, uniqueID: nil)"#
      ),
      (
        #""arn:aws:iam::111122223333:role/team/deploy""#,
        #"roleSession(sessionARN: "arn:aws:sts::111122223333:assumed-role/deploy/", "#
          + #"roleARN: "arn:aws:iam::111122223333:role/team/deploy", account: 111122223333, uniqueID: nil)"#
      ),
      (
        #""arn:aws:sts::111122223333:federated-user/eve""#,
        #"federatedUser(arn: "arn:aws:sts::111122223333:federated-user/eve", "#
          + #"issuerARN: "arn:aws:iam::111122223333:user/", account: 111122223333)"#
      ),
      (
        #""arn:aws:iam::111122223333:saml-provider/corp""#,
        #"federated(provider: "arn:aws:iam::111122223333:saml-provider/corp", account: Optional(111122223333))"#
      ),
      (#""accounts.google.com""#, #"federated(provider: "accounts.google.com", account: nil)"#),
      (#""www.amazon.com""#, #"federated(provider: "www.amazon.com", account: nil)"#),
      (#""delivery.logs.amazonaws.com""#, #"service("delivery.logs.amazonaws.com")"#),
      (#""ec2.amazonaws.com.cn""#, #"service("ec2.amazonaws.com.cn")"#),
      (#""alexa-appkit.amazon.com""#, #"service("alexa-appkit.amazon.com")"#),
      ("null", "anonymous"), (#""*""#, "anonymous"),
    ])
  func kinds(principal: String, expected: String) throws {
    #expect(try self.principal(CaseLine(principal: principal)) == expected)
  }

  @Test(
    "Cognito's host is a provider where a role is asked for by federation, and a service elsewhere",
    arguments: [
      ("sts:AssumeRoleWithWebIdentity", "federated"), ("sts:tagsession", "federated"), ("sts:AssumeRole", "service"),
      ("sns:Publish", "service"),
    ])
  func cognito(action: String, kind: String) throws {
    let line = CaseLine(principal: #""cognito-identity.amazonaws.com""#, action: "\"\(action)\"")
    #expect(try principal(line).hasPrefix(kind + "("))
  }

  @Test(
    "what is no principal is refused",
    arguments: [
      "", "ann", "111122223333", "arn:aws:iam::111122223333:group/admins", "arn:aws:iam::111122223333:user/",
      "arn:aws:iam::111122223333:user//ann", "arn:aws:iam::1111:root", "arn:aws:iam:us-east-1:111122223333:root",
      "arn::iam::111122223333:root", "arn:aws:iam::111122223333:root/x", "arn:aws:iam::111122223333:user/*",
      "arn:aws:sts::111122223333:assumed-role/deploy", "arn:aws:sts::111122223333:assumed-role/a/b/c",
      "arn:aws:sts::111122223333:federated-user/a/b", "arn:aws:s3:::photos", "token.actions.githubusercontent.com",
      "EC2.amazonaws.com", ".amazonaws.com", "*.amazonaws.com", "example.com",
    ])
  func refused(principal: String) {
    let fault = CaseLine(principal: "\"\(principal)\"").fault
    let isARN = principal.hasPrefix("arn:")
    #expect(
      fault
        == (isARN
          ? "request.principal: `\(principal)` names no principal"
          : "request.principal: `\(principal)` is neither the ARN of a principal nor the name of a service"))
  }

  // MARK: Roles

  private static let session = #""arn:aws:sts::111122223333:assumed-role/deploy/run""#

  private func role(_ line: CaseLine) throws -> String? {
    guard case .roleSession(_, let roleARN, _, _) = try line.read().request.principal else { return nil }
    return roleARN
  }

  @Test("a session's role is the one of the settings, or the one of its context, or one without a path")
  func roles() throws {
    let context = #","context":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/ctx/deploy"}"#
    let settings = CaseLine.settings(#""roleArn":"arn:aws:iam::111122223333:role/set/deploy""#)
    #expect(try role(CaseLine(principal: Self.session)) == "arn:aws:iam::111122223333:role/deploy")
    #expect(
      try role(CaseLine(principal: Self.session, more: context)) == "arn:aws:iam::111122223333:role/ctx/deploy")
    #expect(
      try role(CaseLine(principal: Self.session, more: context, rest: settings))
        == "arn:aws:iam::111122223333:role/set/deploy")
  }

  @Test(
    "a context that speaks of another role says nothing of the session's",
    arguments: [
      #""arn:aws:iam::111122223333:role/other""#, #""arn:aws:iam::444455556666:role/a/deploy""#,
      #""arn:aws:iam::111122223333:user/a/deploy""#, #""deploy""#, #"["arn:aws:iam::111122223333:role/a/deploy","b"]"#,
    ])
  func otherRoles(arn: String) throws {
    let line = CaseLine(principal: Self.session, more: #","context":{"aws:PrincipalArn":\#(arn)}"#)
    #expect(try role(line) == "arn:aws:iam::111122223333:role/deploy")
  }

  @Test("a role of another spelling is another role")
  func spellings() {
    let session = #""arn:aws:sts::111122223333:assumed-role/K/run""#
    let kelvin = CaseLine.settings(#""roleArn":"arn:aws:iam::111122223333:role/\u212A""#)
    #expect(CaseLine(principal: session, rest: kelvin).fault?.hasSuffix("is not the role of the session") == true)
    let plain = CaseLine.settings(#""roleArn":"arn:aws:iam::111122223333:role/a/K""#)
    #expect(CaseLine(principal: session, rest: plain).fault == nil)
  }

  @Test("no policy can name the session of a role that has none")
  func unnamedSession() throws {
    func decision(_ statement: String) throws -> CaseDecision {
      let policy = #"{"Version":"2012-10-17","Statement":[\#(statement)]}"#
      return try CaseLine(
        principal: #""arn:aws:iam::111122223333:role/deploy""#, policies: #"{"resource":\#(policy)}"#
      ).decide().decision
    }
    func allow(_ arn: String) -> String {
      #"{"Effect":"Allow","Principal":{"AWS":"\#(arn)"},"Action":"s3:*","Resource":"*"}"#
    }
    #expect(try decision(allow("arn:aws:iam::111122223333:role/deploy")) == .allowed)
    #expect(try decision(allow("arn:aws:sts::111122223333:assumed-role/deploy/run")) == .implicitlyDenied)
    #expect(try decision(allow("arn:aws:sts::111122223333:assumed-role/deploy/")) == .implicitlyDenied)
  }
}

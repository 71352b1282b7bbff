import AWSCore
import AWSWire
import Foundation
import ScenarioKit
import Testing

@Suite("Encoded authorization messages") struct AuthorizationMessageTests {
  let server: TestServer
  let account: TestAccount

  init() async throws {
    server = try await TestServer.start()
    account = try await server.account()
  }

  // MARK: What it says

  private struct Items<Item: Decodable>: Decodable {
    let items: [Item]
  }

  private struct Key: Decodable {
    let key: String
    let values: Items<[String: String]>
  }

  private struct MatchedStatement: Decodable {
    let statementId: String
    let effect: String
    let principals: Items<[String: String]>
    let principalGroups: Items<[String: String]>
    let actions: Items<[String: String]>
    let resources: Items<[String: String]>
    let conditions: Items<Key>
    let source: String
    let line: Int
    let column: Int
  }

  private struct Message: Decodable {
    struct Context: Decodable {
      let principal: [String: String]
      let action: String
      let resource: String
      let conditions: Items<Key>
    }

    let allowed: Bool
    let explicitDeny: Bool
    let matchedStatements: Items<MatchedStatement>
    let failures: Items<[String: String]>
    let context: Context

    func values(of key: String) -> [String]? {
      context.conditions.items.first { $0.key == key }?.values.items.compactMap { $0["value"] }
    }
  }

  private func encoded(_ refused: Answer) throws -> String {
    #expect(refused.code == "AccessDenied")
    return try #require(refused.headers.first { $0.name == "x-sallyport-authorization-message" }?.value)
  }

  private func decoded(_ refused: Answer, as caller: SigV4.Credentials) async throws -> Message {
    let answer = try await server.call(
      "DecodeAuthorizationMessage", ["EncodedMessage": try encoded(refused)], as: caller, service: "sts")
    return try JSONDecoder().decode(Message.self, from: Data(try #require(answer["DecodedMessage"]).utf8))
  }

  @Test("where nothing allows, it says who asked what, and names no statement")
  func implicit() async throws {
    let user = try await account.user("ann")
    let message = try await decoded(try await server.call("ListUsers", as: user), as: account.root)
    #expect(!message.allowed && !message.explicitDeny)
    #expect(message.matchedStatements.items.isEmpty && message.failures.items.isEmpty)
    #expect(message.context.principal["arn"] == "arn:aws:iam::\(account.id):user/ann")
    #expect(message.context.principal["id"]?.hasPrefix("AIDA") == true)
    #expect(message.context.action == "iam:ListUsers")
    #expect(message.context.resource == "arn:aws:iam::\(account.id):user/")
    #expect(message.values(of: "aws:username") == ["ann"])
    #expect(message.values(of: "aws:principalaccount") == ["\(account.id)"])
  }

  @Test("an explicit denial comes with the statement, as it was written, and its place")
  func explicit() async throws {
    let policy = """
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Sid": "Hands", "Effect": "Deny", "Action": ["iam:Delete*", "iam:ListUsers"], "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["x", "quote\\""]}}}
      ]}
      """
    let user = try await account.user("ann", policy: policy)
    let message = try await decoded(try await server.call("ListUsers", as: user), as: account.root)
    #expect(message.explicitDeny)
    let statement = try #require(message.matchedStatements.items.first)
    #expect(message.matchedStatements.items.count == 1)
    #expect(statement.statementId == "Hands" && statement.effect == "DENY")
    #expect(statement.principals.items.map { $0["value"] } == [message.context.principal["id"]])
    #expect(statement.principalGroups.items.isEmpty)
    #expect(statement.actions.items.map { $0["value"] } == ["iam:Delete*", "iam:ListUsers"])
    #expect(statement.resources.items.map { $0["value"] } == ["*"])
    #expect(statement.conditions.items.map(\.key) == ["aws:RequestedRegion"])
    #expect(statement.conditions.items[0].values.items.map { $0["value"] } == ["x", "quote\""])
    #expect(statement.line == 3 && statement.column == 3)
  }

  @Test("the trust policy of another account stays hidden, that of one's own does not")
  func foreignTrust() async throws {
    let other = try await server.account()
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:*"))
    let deny = #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}}"#
    for owner in [account, other] {
      try await owner.root("CreateRole", ["RoleName": "r", "AssumeRolePolicyDocument": deny])
      let refused = try await server.call(
        "AssumeRole", ["RoleArn": "arn:aws:iam::\(owner.id):role/r", "RoleSessionName": "session"], as: user,
        service: "sts")
      let message = try await decoded(refused, as: account.root)
      #expect(message.explicitDeny)
      #expect(message.matchedStatements.items.map(\.effect) == (owner.id == account.id ? ["DENY"] : []))
    }
  }

  // MARK: Who may read it

  @Test("only who may decode can, and in its own account only")
  func readers() async throws {
    let user = try await account.user("ann")
    let message = try encoded(try await server.call("ListUsers", as: user))
    let other = try await server.account()
    func decode(as caller: SigV4.Credentials) async throws -> Answer {
      try await server.call("DecodeAuthorizationMessage", ["EncodedMessage": message], as: caller, service: "sts")
    }
    #expect(try await decode(as: account.root).isSuccess)
    #expect(try await decode(as: other.root).code == "InvalidAuthorizationMessageException")
    #expect(try await decode(as: user).code == "AccessDenied")
  }

  @Test("it stays short enough to be sent back, whatever was asked and denied")
  func length() async throws {
    let values = (0..<20).map { "\"\($0)" + String(repeating: "v", count: 200) + "\"" }.joined(separator: ",")
    let policy = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"Long","Effect":"Deny",
      "Action":"iam:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":[\(values)]}}}]}
      """
    try await account.root(
      "CreateRole", ["RoleName": "tagged", "AssumeRolePolicyDocument": TestPolicy.trust("\(account.id)")])
    try await account.root("CreatePolicy", ["PolicyName": "long", "PolicyDocument": policy])
    try await account.root(
      "AttachRolePolicy", ["RoleName": "tagged", "PolicyArn": "arn:aws:iam::\(account.id):policy/long"])
    var tags: [String: String] = ["RoleName": "tagged"]
    for number in 1...50 {
      tags["Tags.member.\(number).Key"] = "key\(number)" + String(repeating: "k", count: 100)
      tags["Tags.member.\(number).Value"] = String(repeating: "v", count: 256)
    }
    try await account.root("TagRole", tags)
    let user = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    let session = try await server.call(
      "AssumeRole", ["RoleArn": "arn:aws:iam::\(account.id):role/tagged", "RoleSessionName": "session"], as: user,
      service: "sts"
    ).succeeded("AssumeRole").credentials
    let refused = try await server.call("ListUsers", as: session)
    #expect(try encoded(refused).utf8.count <= 10_240)
    let message = try await decoded(refused, as: account.root)
    #expect(message.matchedStatements.items.map(\.statementId) == ["Long"])
    #expect(message.matchedStatements.items[0].conditions.items.isEmpty)
    #expect(message.values(of: "aws:requestedregion") != nil)
    let tagsTold = message.context.conditions.items.count { $0.key.hasPrefix("aws:principaltag/") }
    #expect(tagsTold > 5 && tagsTold < 50)
  }
}

import AWSCore
import AWSWire
import Directory
import ScenarioKit
import Testing

@Suite("Trust policies") struct TrustPoliciesTests {
  static func malformed() -> [String] {
    [
      "x", TestPolicy.allow("sts:AssumeRole"), TestPolicy.trust("not a principal"),
      TestPolicy.trust("*").replacing("\"AWS\"", with: "\"Nobody\""),
      TestPolicy.trust("*").replacing("sts:TagSession", with: "s3:GetObject"),
    ]
  }

  @Test("a document that is no trust policy is refused and changes nothing", arguments: malformed())
  func malformedDocument(document: String) async throws {
    let account = try await TestAccount.start()
    let parameters = ["RoleName": "r", "AssumeRolePolicyDocument": document]
    #expect(try await account.attempt("CreateRole", parameters).code == "MalformedPolicyDocument")
    try await account.role("r")
    let before = try await account.root("GetRole", ["RoleName": "r"])["Role"]
    let refused = try await account.attempt(
      "UpdateAssumeRolePolicy", ["RoleName": "r", "PolicyDocument": document])
    #expect(refused.code == "MalformedPolicyDocument")
    #expect(try await account.root("GetRole", ["RoleName": "r"])["Role"] == before)
  }

  @Test(
    "everybody may be named, but no part of a name by a wildcard",
    arguments: [
      ("\"*\"", true), (#"{"AWS":"*"}"#, true), (#"{"AWS":["*","arn:aws:iam::ACCOUNT:root"]}"#, true),
      (#"{"AWS":"ACCOUNT"}"#, true), (#"{"Service":"ec2.amazonaws.com"}"#, true),
      (#"{"AWS":"arn:aws:iam::*:root"}"#, false), (#"{"AWS":"arn:aws:iam::ACCOUNT:*"}"#, false),
      (#"{"AWS":"arn:aws:iam::ACCOUNT:user/*"}"#, false), (#"{"AWS":"arn:aws:iam::ACCOUNT:user/u?er"}"#, false),
      (#"{"AWS":"arn:aws:iam::ACCOUNT:role/*"}"#, false), (#"{"AWS":"arn:*:iam::ACCOUNT:root"}"#, false),
      (#"{"AWS":"1234*"}"#, false), (#"{"AWS":"AIDA*"}"#, false), (#"{"AWS":"arn:aws:iam::ACCOUNT:group/g"}"#, false),
      (#"{"Service":"*.amazonaws.com"}"#, false), (#"{"Service":"*"}"#, false), (#"{"Federated":"*"}"#, false),
      (#"{"AWS":["arn:aws:iam::ACCOUNT:root","arn:aws:iam::ACCOUNT:user/*"]}"#, false),
      (#"{"AWS":""}"#, false), (#"{"AWS":[]}"#, false), ("{}", false),
    ])
  func wildcards(principal: String, isAllowed: Bool) async throws {
    let account = try await TestAccount.start()
    let document = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":\(principal),"Action":"sts:AssumeRole"}]}
      """.replacing("ACCOUNT", with: account.id.description)
    let answer = try await account.attempt("CreateRole", ["RoleName": "r", "AssumeRolePolicyDocument": document])
    #expect(answer.code == (isAllowed ? nil : "MalformedPolicyDocument"))
    #expect(try await account.attempt("GetRole", ["RoleName": "r"]).isSuccess == isAllowed)
    guard !isAllowed, principal.contains("*") || principal.contains("?") else { return }
    #expect(answer.message?.hasPrefix("Invalid principal in policy: \"") == true, "\(answer.message ?? "")")
  }

  @Test("users and roles of the account that a trust policy names exist, exactly as they are named")
  func principalsExist() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "Somebody", "Path": "/team/"])
    for name in ["user/nobody", "role/nobody", "user/Somebody", "user/team/somebody", "user/x/Somebody"] {
      let arn = "arn:aws:iam::\(account.id):\(name)"
      let refused = try await account.attempt(
        "CreateRole", ["RoleName": "r", "AssumeRolePolicyDocument": TestPolicy.trust(arn)])
      #expect(refused.code == "MalformedPolicyDocument")
      #expect(refused.message == "Invalid principal in policy: \"AWS\":\"\(arn)\"")
    }
    let foreign = try await account.server.account()
    try await account.role("far", trusting: "arn:aws:iam::\(foreign.id):user/whoever")
    try await account.role("near", trusting: "arn:aws:iam::\(account.id):user/team/Somebody")
  }

  @Test(
    "a trusted user or role that is gone is shown by its id, and one made anew is another", arguments: Holder.bounded)
  func recreatedPrincipal(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let arn = "arn:aws:iam::\(account.id):\(holder.word)/entity"
    let id = try #require(try await account.root("Get\(holder)", holder.parameters)["\(holder)Id"])
    try await account.role("r", trusting: arn)
    func shown() async throws -> String? {
      try await account.root("GetRole", ["RoleName": "r"])["AssumeRolePolicyDocument"]?.percentDecoded
    }
    #expect(try await shown() == TestPolicy.trust(arn))
    try await account.root("Delete\(holder)", holder.parameters)
    #expect(try await shown() == TestPolicy.trust(id))
    try await holder.make(in: account)
    #expect(try await shown() == TestPolicy.trust(id))
    try await account.root(
      "UpdateAssumeRolePolicy", ["RoleName": "r", "PolicyDocument": TestPolicy.trust(arn)])
    #expect(try await shown() == TestPolicy.trust(arn))
  }

  @Test("a user who was renamed is shown under the new name")
  func renamedPrincipal() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "old"])
    try await account.role("r", trusting: "arn:aws:iam::\(account.id):user/old")
    try await account.root("UpdateUser", ["UserName": "old", "NewUserName": "new"])
    let shown = try await account.root("GetRole", ["RoleName": "r"])["AssumeRolePolicyDocument"]
    #expect(shown?.percentDecoded == TestPolicy.trust("arn:aws:iam::\(account.id):user/new"))
  }

  @Test("a user made anew does not have the trust of the one before")
  func recreatedUserIsNotTrusted() async throws {
    let account = try await TestAccount.start()
    let policy = TestPolicy.allow("sts:AssumeRole")
    let first = try await account.user("u", policy: policy)
    try await account.role("r", trusting: "arn:aws:iam::\(account.id):user/u")
    _ = try await account.assume("r", as: first)
    try await account.root("DeleteUserPolicy", ["UserName": "u", "PolicyName": "inline"])
    try await account.root("DeleteAccessKey", ["UserName": "u", "AccessKeyId": first.accessKeyID])
    try await account.root("DeleteUser", ["UserName": "u"])
    let second = try await account.user("u", policy: policy)
    let refused = try await account.server.call(
      "AssumeRole", ["RoleArn": "arn:aws:iam::\(account.id):role/r", "RoleSessionName": "session"], as: second,
      service: "sts")
    #expect(refused.code == "AccessDenied")
  }

  @Test("only principals are shown by their ids, however the document spells them")
  func onlyPrincipals() async throws {
    let account = try await TestAccount.start()
    let arn = "arn:aws:iam::\(account.id):user/u"
    try await account.root("CreateUser", ["UserName": "u"])
    let id = try #require(try await account.root("GetUser", ["UserName": "u"])["UserId"])
    let document = """
      { "Statement": { "Sid": "Principal", "Effect": "Allow", "Action": "sts:AssumeRole",
        "Pr\\u0069ncipal": { "AWS": [ "\(arn.replacing("/", with: "\\/"))", "\(account.id)" ] },
        "Condition": { "ArnEquals": { "aws:PrincipalArn": "\(arn)" } } }, "Version": "2012-10-17" }
      """
    try await account.root("CreateRole", ["RoleName": "r", "AssumeRolePolicyDocument": document])
    try await account.root("DeleteUser", ["UserName": "u"])
    let shown = try await account.root("GetRole", ["RoleName": "r"])["AssumeRolePolicyDocument"]
    #expect(shown?.percentDecoded == document.replacing(arn.replacing("/", with: "\\/"), with: id))
  }

  @Test("a principal of another account that is younger than the trust policy is not the one it means")
  func foreignPrincipal() async throws {
    let account = try await TestAccount.start()
    let arn = try #require(ARN("arn:aws:iam::111122223333:user/u"))
    try await account.role("r", trusting: arn.text)
    func role() async throws -> RoleRecord? { try await account.server.directory.account(account.id)?.roles[name: "r"] }
    let written = account.server.now
    let then = try #require(try await role())
    #expect(!then.meansAnother(by: arn, than: "AIDA1", created: written))
    #expect(then.meansAnother(by: arn, than: "AIDA2", created: written.adding(seconds: 1)))
    account.server.advance(seconds: 2)
    try await account.root(
      "UpdateAssumeRolePolicy", ["RoleName": "r", "PolicyDocument": TestPolicy.trust(arn.text)])
    #expect(
      try #require(try await role()).meansAnother(by: arn, than: "AIDA2", created: written.adding(seconds: 1)) == false)
  }

  @Test("a trust policy has at most 2,048 characters without white space", arguments: [2_048, 2_049])
  func size(characters: Int) async throws {
    let account = try await TestAccount.start()
    let text = TestPolicy.trust("*").replacing("\"Effect\"", with: "\"Sid\":\"x\",\"Effect\"")
    let sid = String(repeating: "x", count: characters - text.count + 1)
    let document = text.replacing("\"x\"", with: "\"\(sid)\"").replacing(",", with: " ,\n")
    let answer = try await account.attempt("CreateRole", ["RoleName": "r", "AssumeRolePolicyDocument": document])
    #expect(answer.code == (characters == 2_048 ? nil : "LimitExceeded"))
    #expect(answer.message == (characters == 2_048 ? nil : "Cannot exceed quota for ACLSizePerRole: 2048"))
  }
}

import AWSCore
import AWSWire
import ScenarioKit
import Testing

@Suite("Last accessed") struct LastAccessedTests {
  private func generate(
    _ account: TestAccount, _ resource: String, level: String = "SERVICE_LEVEL", as caller: SigV4.Credentials? = nil
  ) async throws -> String {
    let answer = try await account.server.call(
      "GenerateServiceLastAccessedDetails",
      ["Arn": "arn:aws:iam::\(account.id):\(resource)", "Granularity": level], as: caller ?? account.root)
    return try #require(try answer.succeeded("GenerateServiceLastAccessedDetails")["JobId"])
  }

  private func details(_ account: TestAccount, _ id: String) async throws -> Answer {
    try await account.root("GetServiceLastAccessedDetails", ["JobId": id])
  }

  @Test("the services that a user's policies could allow are told, by their prefixes")
  func services() async throws {
    let account = try await TestAccount.start()
    _ = try await account.user("ann", policy: TestPolicy.allow("s3:GetObject", "iam:GetUser", "made-up:Action"))
    try await account.root(
      "PutUserPolicy",
      ["UserName": "ann", "PolicyName": "d", "PolicyDocument": TestPolicy.deny("s3:*")])
    try await account.root("CreateGroup", ["GroupName": "team"])
    try await account.root("AddUserToGroup", ["GroupName": "team", "UserName": "ann"])
    try await account.root(
      "PutGroupPolicy",
      ["GroupName": "team", "PolicyName": "p", "PolicyDocument": TestPolicy.allow("lambda:ListFunctions", "sts:*")])
    let answer = try await details(account, try await generate(account, "user/ann"))
    #expect(answer["JobStatus"] == "COMPLETED")
    #expect(answer["JobType"] == "SERVICE_LEVEL")
    #expect(answer.all("ServiceNamespace") == ["iam", "lambda", "sts"])
    #expect(answer.all("ServiceName")[1] == "AWS Lambda")
    #expect(answer.all("TotalAuthenticatedEntities") == ["0", "0", "0"])
    #expect(answer["LastAuthenticated"] == nil)
    #expect(answer["IsTruncated"] == "false")
  }

  @Test("attempts count, allowed or not, and each action by itself")
  func attempts() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:GetUser", "iam:ListUsers", "iam:PassRole"))
    _ = try await account.server.call("GetUser", as: ann)
    account.server.advance(seconds: 100)
    #expect(try await account.server.call("DeleteUser", ["UserName": "ann"], as: ann).code == "AccessDenied")
    let last = account.server.now
    let answer = try await details(account, try await generate(account, "user/ann", level: "ACTION_LEVEL"))
    #expect(answer["LastAuthenticated"] == last.iso8601)
    #expect(answer["LastAuthenticatedEntity"] == "arn:aws:iam::\(account.id):user/ann")
    #expect(answer["LastAuthenticatedRegion"] == "us-east-1")
    #expect(answer["TotalAuthenticatedEntities"] == "1")
    // Only what the policies could allow, and not what is never tracked.
    #expect(answer.all("ActionName") == ["GetUser", "ListUsers"])
    #expect(answer.all("LastAccessedTime") == [last.adding(seconds: -100).iso8601])
    #expect(answer.all("LastAccessedEntity") == ["arn:aws:iam::\(account.id):user/ann"])
  }

  @Test("of a group its members count, of a policy whoever has it")
  func entities() async throws {
    let account = try await TestAccount.start()
    let policy = try await account.policy("p", TestPolicy.allow("iam:*", "sts:*"))
    try await account.root("CreateGroup", ["GroupName": "team"])
    try await account.root("AttachGroupPolicy", ["GroupName": "team", "PolicyArn": policy])
    let ann = try await account.user("ann")
    let bob = try await account.user("bob")
    for name in ["ann", "bob"] { try await account.root("AddUserToGroup", ["GroupName": "team", "UserName": name]) }
    try await account.role("reader")
    try await account.root("AttachRolePolicy", ["RoleName": "reader", "PolicyArn": policy])
    _ = try await account.server.call("GetUser", as: bob)
    account.server.advance(seconds: 10)
    _ = try await account.server.call("GetUser", as: ann)
    account.server.advance(seconds: 10)
    let session = try await account.assume("reader", as: ann)
    _ = try await account.server.call("ListUsers", as: session)
    let group = try await generate(account, "group/team")
    #expect(try await details(account, group)["TotalAuthenticatedEntities"] == "2")
    let members = try await account.root(
      "GetServiceLastAccessedDetailsWithEntities", ["JobId": group, "ServiceNamespace": "iam"])
    #expect(members.all("Name") == ["ann", "bob"])
    #expect(members.all("Type") == ["USER", "USER"])
    let job = try await generate(account, "policy/p")
    let all = try await account.root(
      "GetServiceLastAccessedDetailsWithEntities", ["JobId": job, "ServiceNamespace": "iam"])
    #expect(all.all("Name") == ["reader", "ann", "bob"])
    #expect(all.all("LastAuthenticated").count == 3)
    let sts = try await account.root(
      "GetServiceLastAccessedDetailsWithEntities", ["JobId": job, "ServiceNamespace": "sts"])
    #expect(sts.all("Name").first == "ann")
    #expect(sts.all("LastAuthenticated").count == 1)
    let other = try await account.root(
      "GetServiceLastAccessedDetailsWithEntities", ["JobId": job, "ServiceNamespace": "s3"])
    #expect(other.all("Name").isEmpty)
  }

  @Test("a report stays as it was when it was made")
  func frozen() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:*"))
    let id = try await generate(account, "user/ann")
    _ = try await account.server.call("GetUser", as: ann)
    try await account.root("DeleteUserPolicy", ["UserName": "ann", "PolicyName": "inline"])
    let answer = try await details(account, id)
    #expect(answer.all("ServiceNamespace") == ["iam"])
    #expect(answer["LastAuthenticated"] == nil)
  }

  @Test("only who had it made reads it, a role within its session")
  func owners() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:*", "sts:*"))
    try await account.role("reader", policy: TestPolicy.allow("iam:*"))
    let session = try await account.assume("reader", as: ann)
    let other = try await account.assume("reader", as: ann)
    let id = try await generate(account, "user/ann", as: session)
    let read = { (caller: SigV4.Credentials) in
      try await account.server.call("GetServiceLastAccessedDetails", ["JobId": id], as: caller)
    }
    #expect(try await read(session).isSuccess)
    for stranger in [other, ann, account.root] { #expect(try await read(stranger).code == "NoSuchEntity") }
  }

  @Test("uses older than 400 days are not told")
  func old() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:*"))
    _ = try await account.server.call("GetUser", as: ann)
    account.server.advance(seconds: 400 * 86_400 - 1)
    #expect(try await details(account, try await generate(account, "user/ann"))["LastAuthenticated"] != nil)
    account.server.advance(seconds: 1)
    #expect(try await details(account, try await generate(account, "user/ann"))["LastAuthenticated"] == nil)
  }

  @Test(
    "what there is no report on is refused in AWS's words",
    arguments: [
      ("arn:aws:iam::ACCOUNT:user/nobody", "NoSuchEntity", "ARN arn:aws:iam::ACCOUNT:user/nobody does not exist."),
      ("arn:aws:iam::ACCOUNT:policy/none", "NoSuchEntity", "ARN arn:aws:iam::ACCOUNT:policy/none does not exist."),
      ("arn:aws:iam::ACCOUNT:root", "InvalidInput", "Invalid Entity Arn: arn:aws:iam::ACCOUNT:root is not supported."),
      ("arn:aws:s3::ACCOUNT:user/ann", "ValidationError", "Invalid service in ARN"),
      ("arn:aws-cn:iam::ACCOUNT:user/ann", "ValidationError", "Invalid ARN partition"),
    ])
  func refusals(_ arn: String, _ code: String, _ message: String) async throws {
    let account = try await TestAccount.start()
    let answer = try await account.attempt(
      "GenerateServiceLastAccessedDetails", ["Arn": arn.replacing("ACCOUNT", with: account.id.description)])
    #expect(answer.code == code)
    #expect(answer.message == message.replacing("ACCOUNT", with: account.id.description))
  }

  @Test("pages of services join up")
  func pages() async throws {
    let account = try await TestAccount.start()
    _ = try await account.user("ann", policy: TestPolicy.allow("*"))
    let id = try await generate(account, "user/ann")
    let pages = try await account.pages("GetServiceLastAccessedDetails", ["JobId": id], size: 150)
    let names = pages.flatMap { $0.all("ServiceNamespace") }
    #expect(names.count > 300)
    #expect(names == names.sorted())
    #expect(Set(names).count == names.count)
  }

  @Test("the policies that grant a service are told, each looked at for itself")
  func grantingPolicies() async throws {
    let account = try await TestAccount.start()
    let managed = try await account.policy("managed", TestPolicy.allow("s3:Get*"))
    _ = try await account.user("ann", policy: TestPolicy.allow("iam:*"))
    try await account.root(
      "PutUserPolicy", ["UserName": "ann", "PolicyName": "no", "PolicyDocument": TestPolicy.deny("s3:*")])
    try await account.root("AttachUserPolicy", ["UserName": "ann", "PolicyArn": managed])
    try await account.root("CreateGroup", ["GroupName": "team"])
    try await account.root("AddUserToGroup", ["GroupName": "team", "UserName": "ann"])
    try await account.root("AttachGroupPolicy", ["GroupName": "team", "PolicyArn": managed])
    try await account.root(
      "PutGroupPolicy", ["GroupName": "team", "PolicyName": "g", "PolicyDocument": TestPolicy.allow("s3:List*")])
    let parameters = [
      "Arn": "arn:aws:iam::\(account.id):user/ann", "ServiceNamespaces.member.1": "s3",
      "ServiceNamespaces.member.2": "iam", "ServiceNamespaces.member.3": "ec2", "ServiceNamespaces.member.4": "s3",
    ]
    let answer = try await account.root("ListPoliciesGrantingServiceAccess", parameters)
    #expect(answer.all("ServiceNamespace") == ["s3", "iam", "ec2"])
    #expect(answer.all("PolicyName") == ["managed", "g", "inline"])
    #expect(answer.all("PolicyType") == ["MANAGED", "INLINE", "INLINE"])
    #expect(answer.all("EntityType") == ["GROUP", "USER"])
    #expect(answer.all("EntityName") == ["team", "ann"])
    #expect(answer.all("PolicyArn") == [managed])
    let unknown = try await account.attempt(
      "ListPoliciesGrantingServiceAccess", parameters.merging(["ServiceNamespaces.member.2": "nothing"]) { $1 })
    #expect(unknown.code == "InvalidInput")
    #expect(unknown.message == "Invalid service namespace: [nothing]")
  }

  @Test("there are no reports on organizations")
  func organizations() async throws {
    let account = try await TestAccount.start()
    let generate = try await account.attempt(
      "GenerateOrganizationsAccessReport", ["EntityPath": "o-a1b2c3d4e5/r-f6g7h8/ou-1234"])
    #expect(generate.code == "AccessDenied")
    let bad = try await account.attempt("GenerateOrganizationsAccessReport", ["EntityPath": "o-a1b2c3d4e5/f6g7h8ijk"])
    #expect(bad.code == "ValidationError")
    let get = try await account.attempt(
      "GetOrganizationsAccessReport", ["JobId": "00000000-0000-4000-8000-000000000000"])
    #expect(get.code == "NoSuchEntity")
  }
}

import AWSCore
import Directory
import ScenarioKit
import Testing

@Suite("Managed policies") struct ManagedPoliciesTests {
  @Test("a policy is found as it was made")
  func creation() async throws {
    let account = try await TestAccount.start()
    let made = try await account.root(
      "CreatePolicy",
      [
        "PolicyName": "Readers", "Path": "/p/", "PolicyDocument": TestPolicy.allow("s3:Get*"), "Description": "reads",
        "Tags.member.1.Key": "k", "Tags.member.1.Value": "v",
      ])
    account.server.advance(seconds: 60)
    let arn = "arn:aws:iam::\(account.id):policy/p/Readers"
    let found = try await account.root("GetPolicy", ["PolicyArn": arn])
    for answer in [made, found] {
      #expect(answer["PolicyName"] == "Readers")
      #expect(answer["Arn"] == arn)
      #expect(answer["Path"] == "/p/")
      #expect(answer["PolicyId"]?.hasPrefix("ANPA") == true)
      #expect(answer["Description"] == "reads")
      #expect(answer["DefaultVersionId"] == "v1")
      #expect(answer["AttachmentCount"] == "0")
      #expect(answer["PermissionsBoundaryUsageCount"] == "0")
      #expect(answer["IsAttachable"] == "true")
      #expect(answer["CreateDate"] == "2026-01-01T00:00:00Z")
      #expect(answer["UpdateDate"] == "2026-01-01T00:00:00Z")
      #expect(answer.all("Key") == ["k"])
    }
    #expect(made["PolicyId"] == found["PolicyId"])
  }

  @Test("a name is taken in any letter case and on any path", arguments: ["Taken", "TAKEN", "taken"])
  func nameIsTaken(name: String) async throws {
    let account = try await TestAccount.start()
    try await account.policy("Taken")
    let refused = try await account.attempt(
      "CreatePolicy", ["PolicyName": name, "Path": "/other/", "PolicyDocument": TestPolicy.allow("s3:*")])
    #expect(refused.code == "EntityAlreadyExists")
    #expect(refused.status == 409)
    #expect(refused.message == "A policy called \(name) already exists. Duplicate names are not allowed.")
  }

  @Test("a name of AWS's policies is free")
  func nameOfAWS() async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("AdministratorAccess", TestPolicy.deny("*"))
    let user = try await account.user("u")
    try await account.root("AttachUserPolicy", ["UserName": "u", "PolicyArn": arn])
    #expect(try await account.server.call("ListUsers", as: user).code == "AccessDenied")
    try await account.root(
      "DetachUserPolicy", ["UserName": "u", "PolicyArn": "arn:aws:iam::\(account.id):policy/AdministratorAccess"])
    try await account.root(
      "AttachUserPolicy", ["UserName": "u", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"])
    #expect(try await account.server.call("ListUsers", as: user).isSuccess)
  }

  @Test(
    "a malformed document is refused and nothing is made",
    arguments: ["x", "{}", TestPolicy.trust("*"), TestPolicy.allow("s3:*") + "x", TestPolicy.allow("no-colon")])
  func malformed(document: String) async throws {
    let account = try await TestAccount.start()
    let refused = try await account.attempt("CreatePolicy", ["PolicyName": "p", "PolicyDocument": document])
    #expect(refused.code == "MalformedPolicyDocument")
    #expect(refused.status == 400)
    #expect(try await account.root("ListPolicies", ["Scope": "Local"]).all("Arn").isEmpty)
  }

  @Test("managed policies are held to the newer version of the language", arguments: [#""Version":"2008-10-17","#, ""])
  func languageVersion(version: String) async throws {
    let account = try await TestAccount.start()
    let document = "{\(version)\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"
    let refused = try await account.attempt("CreatePolicy", ["PolicyName": "p", "PolicyDocument": document])
    #expect(refused.code == "MalformedPolicyDocument")
    #expect(refused.message == "Policy document must be version 2012-10-17 or greater.")
  }

  @Test("a document has a size, in which white space does not count")
  func size() async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("most", document(size: 6_144))
    let refused = try await account.attempt(
      "CreatePolicy", ["PolicyName": "p", "PolicyDocument": document(size: 6_145)])
    #expect(refused.code == "LimitExceeded")
    #expect(refused.message == "Cannot exceed quota for PolicySize: 6144")
    let version = try await account.attempt(
      "CreatePolicyVersion", ["PolicyArn": arn, "PolicyDocument": document(size: 6_145)])
    #expect(version.code == "LimitExceeded")
  }

  @Test("an account has no more policies than the quota")
  func quota() async throws {
    var quotas = Quotas.standard
    quotas.customerPolicies = 2
    let account = try await TestAccount.start(quotas: quotas)
    for name in ["a", "b"] { try await account.policy(name) }
    let refused = try await account.attempt(
      "CreatePolicy", ["PolicyName": "c", "PolicyDocument": TestPolicy.allow("s3:*")])
    #expect(refused.code == "LimitExceeded")
    #expect(refused.message == "Cannot exceed quota for PoliciesPerAccount: 2")
  }

  @Test("a policy that is in use cannot be deleted")
  func deletion() async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("p")
    try await account.root("CreateUser", ["UserName": "u"])
    try await account.root("AttachUserPolicy", ["UserName": "u", "PolicyArn": arn])
    let attached = try await account.attempt("DeletePolicy", ["PolicyArn": arn])
    #expect(attached.code == "DeleteConflict")
    #expect(attached.status == 409)
    #expect(attached.message == "Cannot delete a policy attached to entities.")
    try await account.root("DetachUserPolicy", ["UserName": "u", "PolicyArn": arn])
    try await account.root("DeletePolicy", ["PolicyArn": arn])
    for action in ["GetPolicy", "DeletePolicy", "ListPolicyVersions", "ListEntitiesForPolicy"] {
      let gone = try await account.attempt(action, ["PolicyArn": arn])
      #expect(gone.code == "NoSuchEntity")
      #expect(gone.message == "Policy \(arn) was not found.")
    }
  }

  @Test("a policy is found by its exact ARN only")
  func exactARN() async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("Mine", path: "/p/")
    for other in [
      arn.replacing("Mine", with: "mine"), arn.replacing("/p/", with: "/"), arn.replacing("/p/", with: "/P/"),
    ] {
      #expect(try await account.attempt("GetPolicy", ["PolicyArn": other]).code == "NoSuchEntity")
      #expect(try await account.attempt("DeletePolicy", ["PolicyArn": other]).code == "NoSuchEntity")
    }
    let wrong = try await account.attempt("GetPolicy", ["PolicyArn": "arn:aws:iam::\(account.id):user/Mine"])
    #expect(wrong.code == "InvalidInput")
  }

  // MARK: Other people's policies

  @Test(
    "a policy of AWS is found",
    arguments: ["AdministratorAccess", "job-function/ViewOnlyAccess", "service-role/AWSLambdaBasicExecutionRole"])
  func policyOfAWS(name: String) async throws {
    let account = try await TestAccount.start()
    let arn = "arn:aws:iam::aws:policy/\(name)"
    let found = try await account.root("GetPolicy", ["PolicyArn": arn])
    #expect(found["Arn"] == arn)
    let version = try #require(found["DefaultVersionId"])
    let shown = try await account.root("GetPolicyVersion", ["PolicyArn": arn, "VersionId": version])
    #expect(shown["IsDefaultVersion"] == "true")
    #expect(shown["Document"]?.contains("%222012-10-17%22") == true)
    #expect(try await account.root("ListPolicyVersions", ["PolicyArn": arn]).all("VersionId") == [version])
    let other = try await account.attempt("GetPolicyVersion", ["PolicyArn": arn, "VersionId": "v999"])
    #expect(other.code == "NoSuchEntity")
  }

  static let changes = ["DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion"]

  @Test("nobody changes AWS's policies, the root user included", arguments: changes)
  func readOnly(action: String) async throws {
    let account = try await TestAccount.start()
    let refused = try await account.attempt(
      action,
      [
        "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess", "PolicyDocument": TestPolicy.allow("s3:*"),
        "VersionId": "v1",
      ])
    #expect(refused.code == "AccessDenied")
    #expect(refused.message == "Policy is outside your own account.")
  }

  @Test(
    "a policy of another account is out of reach",
    arguments: changes + ["GetPolicy", "GetPolicyVersion", "ListPolicyVersions", "ListEntitiesForPolicy"])
  func foreignPolicy(action: String) async throws {
    let account = try await TestAccount.start()
    let other = try await account.server.account()
    let arn = try await other.policy("theirs")
    let refused = try await account.attempt(
      action, ["PolicyArn": arn, "PolicyDocument": TestPolicy.allow("s3:*"), "VersionId": "v1"])
    #expect(refused.code == "AccessDenied")
    #expect(try await other.root("ListPolicyVersions", ["PolicyArn": arn]).all("VersionId") == ["v1"])
  }

  // MARK: Access

  @Test("a policy's own tags are condition keys")
  func resourceTags() async throws {
    let account = try await TestAccount.start()
    let ours = try await account.policy("ours", tags: [("team", "blue")])
    let theirs = try await account.policy("theirs", tags: [("team", "red")])
    let user = try await account.user("u", policy: Self.allowing("iam:GetPolicy", ifEquals: "aws:ResourceTag/team"))
    #expect(try await account.server.call("GetPolicy", ["PolicyArn": ours], as: user).isSuccess)
    #expect(try await account.server.call("GetPolicy", ["PolicyArn": theirs], as: user).code == "AccessDenied")
  }

  @Test("the tags of a policy to be are condition keys")
  func requestTags() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u", policy: Self.allowing("iam:CreatePolicy", ifEquals: "aws:RequestTag/team"))
    for (value, code) in [("red", "AccessDenied"), ("blue", nil)] {
      let answer = try await account.server.call(
        "CreatePolicy",
        [
          "PolicyName": "p", "PolicyDocument": TestPolicy.allow("s3:*"), "Tags.member.1.Key": "team",
          "Tags.member.1.Value": value,
        ], as: user)
      #expect(answer.code == code)
    }
  }

  @Test("permission on one policy is no permission on another")
  func resource() async throws {
    let account = try await TestAccount.start()
    let mine = try await account.policy("mine", path: "/a/")
    let other = try await account.policy("other")
    let user = try await account.user("u", policy: TestPolicy.allow("iam:*Policy*", on: mine))
    let document = TestPolicy.allow("s3:*")
    for (arn, code) in [(mine, nil), (other, "AccessDenied")] {
      for action in ["GetPolicy", "CreatePolicyVersion", "ListPolicyVersions"] {
        let answer = try await account.server.call(action, ["PolicyArn": arn, "PolicyDocument": document], as: user)
        #expect(answer.code == code)
      }
    }
  }

  private static func allowing(_ action: String, ifEquals key: String) -> String {
    """
    {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"\(action)","Resource":"*",\
    "Condition":{"StringEquals":{"\(key)":"blue"}}}}
    """
  }
}

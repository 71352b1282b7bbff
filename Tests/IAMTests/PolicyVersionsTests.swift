import ScenarioKit
import Testing

@Suite("Policy versions") struct PolicyVersionsTests {
  @Test("a policy has at most five versions, and a number never returns")
  func numbers() async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("p")
    for number in 2...5 {
      let made = try await account.root("CreatePolicyVersion", Self.version(of: arn))
      #expect(made["VersionId"] == "v\(number)")
      #expect(made["IsDefaultVersion"] == "false")
    }
    let refused = try await account.attempt("CreatePolicyVersion", Self.version(of: arn))
    #expect(refused.code == "LimitExceeded")
    #expect(
      refused.message
        == "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing "
        + "version.")
    try await account.root("DeletePolicyVersion", ["PolicyArn": arn, "VersionId": "v5"])
    let next = try await account.root("CreatePolicyVersion", Self.version(of: arn, isDefault: true))
    #expect(next["VersionId"] == "v6")
    #expect(next["IsDefaultVersion"] == "true")
    try await account.root("DeletePolicyVersion", ["PolicyArn": arn, "VersionId": "v4"])
    #expect(try await account.root("CreatePolicyVersion", Self.version(of: arn))["VersionId"] == "v7")
    let listed = try await account.root("ListPolicyVersions", ["PolicyArn": arn])
    #expect(listed.all("VersionId") == ["v7", "v6", "v3", "v2", "v1"])
    #expect(listed.all("IsDefaultVersion") == ["false", "true", "false", "false", "false"])
    #expect(listed.all("Document").isEmpty)
  }

  @Test("a policy goes with its only version, which is the default and cannot be deleted by itself")
  func deletion() async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("p")
    try await account.root("CreatePolicyVersion", Self.version(of: arn))
    let inUse = try await account.attempt("DeletePolicyVersion", ["PolicyArn": arn, "VersionId": "v1"])
    #expect(inUse.code == "DeleteConflict")
    #expect(inUse.message == "Cannot delete the default version of a policy.")
    let refused = try await account.attempt("DeletePolicy", ["PolicyArn": arn])
    #expect(refused.code == "DeleteConflict")
    #expect(
      refused.message
        == "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
        + "The default version is deleted with the policy.")
    try await account.root("DeletePolicyVersion", ["PolicyArn": arn, "VersionId": "v2"])
    try await account.root("DeletePolicy", ["PolicyArn": arn])
  }

  @Test("a version is shown with its own document, URL-encoded")
  func document() async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("p", TestPolicy.allow("s3:First"))
    account.server.advance(seconds: 60)
    try await account.root("CreatePolicyVersion", Self.version(of: arn, TestPolicy.allow("s3:Second")))
    let first = try await account.root("GetPolicyVersion", ["PolicyArn": arn, "VersionId": "v1"])
    #expect(
      first["Document"]
        == "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A"
        + "%5B%22s3%3AFirst%22%5D%2C%22Resource%22%3A%22%2A%22%7D%5D%7D")
    #expect(first["CreateDate"] == "2026-01-01T00:00:00Z")
    let second = try await account.root("GetPolicyVersion", ["PolicyArn": arn, "VersionId": "v2"])
    #expect(second["Document"]?.contains("s3%3ASecond") == true)
    #expect(second["CreateDate"] == "2026-01-01T00:01:00Z")
    #expect(try await account.root("GetPolicy", ["PolicyArn": arn])["UpdateDate"] == "2026-01-01T00:01:00Z")
  }

  @Test("the default version decides from the next request on")
  func effect() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u")
    let arn = try await account.policy("p", TestPolicy.allow("iam:ListUsers"))
    try await account.root("AttachUserPolicy", ["UserName": "u", "PolicyArn": arn])
    try await account.root("CreatePolicyVersion", Self.version(of: arn, TestPolicy.allow("iam:ListGroups")))
    for (version, allowed, refused) in [("v2", "ListGroups", "ListUsers"), ("v1", "ListUsers", "ListGroups")] {
      try await account.root("SetDefaultPolicyVersion", ["PolicyArn": arn, "VersionId": version])
      #expect(try await account.root("GetPolicy", ["PolicyArn": arn])["DefaultVersionId"] == version)
      #expect(try await account.server.call(allowed, as: user).isSuccess)
      #expect(try await account.server.call(refused, as: user).code == "AccessDenied")
    }
  }

  @Test(
    "a version that there is not cannot be found",
    arguments: ["GetPolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion"],
    ["v2", "v1.x", "v99999999999999999999"])
  func unknownVersion(action: String, version: String) async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("p")
    let refused = try await account.attempt(action, ["PolicyArn": arn, "VersionId": version])
    #expect(refused.code == "NoSuchEntity")
    #expect(refused.message == "Policy \(arn) version \(version) does not exist or is not attachable.")
  }

  @Test("what is no version's id is no input", arguments: ["", "1", "v", "v0", "v01", "v1-", "v1.ä", "V1", "v1.a.b"])
  func malformedVersion(version: String) async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("p")
    let refused = try await account.attempt("GetPolicyVersion", ["PolicyArn": arn, "VersionId": version])
    #expect(refused.code == "ValidationError")
  }

  @Test("a malformed document makes no version")
  func malformed() async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("p")
    let refused = try await account.attempt("CreatePolicyVersion", Self.version(of: arn, "{}"))
    #expect(refused.code == "MalformedPolicyDocument")
    #expect(try await account.root("ListPolicyVersions", ["PolicyArn": arn]).all("VersionId") == ["v1"])
  }

  @Test("versions are listed in pages of any size", arguments: 1...4)
  func pages(size: Int) async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("p")
    for _ in 2...3 { try await account.root("CreatePolicyVersion", Self.version(of: arn)) }
    let pages = try await account.pages("ListPolicyVersions", ["PolicyArn": arn], size: size)
    #expect(pages.flatMap { $0.all("VersionId") } == ["v3", "v2", "v1"])
    #expect(pages.count == (3 + size - 1) / size)
  }

  private static func version(
    of arn: String, _ document: String = TestPolicy.allow("s3:*"), isDefault: Bool = false
  ) -> [String: String] {
    ["PolicyArn": arn, "PolicyDocument": document, "SetAsDefault": "\(isDefault)"]
  }
}

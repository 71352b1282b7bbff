import AWSCore
import Directory
import ScenarioKit
import Testing

@Suite("Account insight") struct AccountInsightTests {
  private func summary(_ account: TestAccount) async throws -> [String: String] {
    let answer = try await account.root("GetAccountSummary")
    let keys = answer.all("key")
    let values = answer.all("value")
    #expect(answer.all("entry").count == keys.count)
    return Dictionary(uniqueKeysWithValues: zip(keys, values))
  }

  @Test("the summary counts what there is")
  func counts() async throws {
    let account = try await TestAccount.start()
    let counted = ["Users", "Groups", "Roles", "Policies", "PolicyVersionsInUse", "InstanceProfiles"]
    let empty = try await summary(account)
    #expect(counted.map { empty[$0] } == Array(repeating: "0", count: counted.count))
    #expect(empty["AccountAccessKeysPresent"] == "1")
    try await account.root("CreateUser", ["UserName": "u"])
    for name in ["g1", "g2"] { try await account.root("CreateGroup", ["GroupName": name]) }
    for name in ["r1", "r2", "r3"] { try await account.role(name) }
    let arn = try await account.policy("p")
    try await account.root("CreatePolicyVersion", ["PolicyArn": arn, "PolicyDocument": TestPolicy.allow("a:b")])
    for name in ["i1", "i2"] { try await account.root("CreateInstanceProfile", ["InstanceProfileName": name]) }
    let full = try await summary(account)
    #expect(counted.map { full[$0] } == ["1", "2", "3", "1", "0", "2"])
    try await account.root("AttachUserPolicy", ["UserName": "u", "PolicyArn": arn])
    try await account.root("PutUserPermissionsBoundary", ["UserName": "u", "PermissionsBoundary": arn])
    try await account.root(
      "AttachRolePolicy", ["RoleName": "r1", "PolicyArn": "arn:aws:iam::aws:policy/IAMReadOnlyAccess"])
    #expect(try await summary(account)["PolicyVersionsInUse"] == "2")
  }

  @Test("the summary tells the quotas that hold")
  func quotas() async throws {
    var quotas = Quotas.standard
    quotas.users = 7
    quotas.trustPolicySize = 4_096
    let shown = try await summary(try await TestAccount.start(quotas: quotas))
    #expect(shown["UsersQuota"] == "7")
    #expect(shown["AssumeRolePolicySizeQuota"] == "4096")
    #expect(shown["GroupsPerUserQuota"] == "10")
    #expect(shown["RolePolicySizeQuota"] == "10240")
  }

  /// An account with one of each, told apart by name.
  private func furnished() async throws -> TestAccount {
    let account = try await TestAccount.start()
    let arn = try await account.policy("local", TestPolicy.allow("s3:Get*"))
    try await account.root("CreatePolicyVersion", ["PolicyArn": arn, "PolicyDocument": TestPolicy.allow("s3:Put*")])
    try await account.root("CreateGroup", ["GroupName": "g"])
    try await account.root(
      "PutGroupPolicy", ["GroupName": "g", "PolicyName": "inline", "PolicyDocument": TestPolicy.allow("ec2:*")])
    try await account.root("CreateUser", ["UserName": "u", "PermissionsBoundary": arn])
    try await account.root("AddUserToGroup", ["GroupName": "g", "UserName": "u"])
    try await account.root("AttachUserPolicy", ["UserName": "u", "PolicyArn": arn])
    try await account.role("r")
    try await account.root(
      "AttachRolePolicy", ["RoleName": "r", "PolicyArn": "arn:aws:iam::aws:policy/IAMReadOnlyAccess"])
    try await account.root("CreateInstanceProfile", ["InstanceProfileName": "i"])
    try await account.root("AddRoleToInstanceProfile", ["InstanceProfileName": "i", "RoleName": "r"])
    return account
  }

  @Test("the details show everything that decides what somebody may do")
  func details() async throws {
    let account = try await furnished()
    let details = try await account.root("GetAccountAuthorizationDetails")
    let user = try #require(details["UserDetailList"])
    #expect(user.contains("<UserName>u</UserName>"))
    #expect(user.contains("<GroupList><member>g</member></GroupList>"))
    #expect(user.contains("<PermissionsBoundaryArn>arn:aws:iam::\(account.id):policy/local</PermissionsBoundaryArn>"))
    #expect(user.contains("<PolicyName>local</PolicyName>"))
    let group = try #require(details["GroupDetailList"])
    #expect(group.percentDecoded?.contains(TestPolicy.allow("ec2:*")) == true)
    let role = try #require(details["RoleDetailList"])
    #expect(role.contains("<InstanceProfileName>i</InstanceProfileName>"))
    #expect(role.contains("<PolicyName>IAMReadOnlyAccess</PolicyName>"))
    let trust = TestPolicy.trust("arn:aws:iam::\(account.id):root")
    #expect(role.percentDecoded?.contains(trust) == true)
    let policies = try #require(details["Policies"])
    for document in [TestPolicy.allow("s3:Get*"), TestPolicy.allow("s3:Put*")] {
      #expect(policies.percentDecoded?.contains(document) == true)
    }
    #expect(policies.contains("<Arn>arn:aws:iam::aws:policy/IAMReadOnlyAccess</Arn>"))
    #expect(policies.ranges(of: "<AttachmentCount>1</AttachmentCount>").count == 2)
    #expect(details["IsTruncated"] == "false")
  }

  private static let lists = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"]

  /// The names of the elements in each list of a page.
  private static func arns(_ page: Answer) -> [[Substring]] {
    lists.map { list in
      let text = page[list] ?? ""
      return text.matches(of: /<Arn>(.*?)<\/Arn>/).map(\.output.1).filter { !$0.contains("instance-profile") }
    }
  }

  @Test("pages go over all kinds and lose nothing", arguments: 1...6)
  func pages(size: Int) async throws {
    let account = try await furnished()
    let whole = Self.arns(try await account.root("GetAccountAuthorizationDetails"))
    let pages = try await account.pages("GetAccountAuthorizationDetails", size: size)
    var joined: [[Substring]] = [[], [], [], []]
    for page in pages {
      for (index, arns) in Self.arns(page).enumerated() { joined[index] += arns }
    }
    #expect(joined == whole)
    #expect(pages.count == (5 + size - 1) / size)
  }

  @Test(
    "a filter leaves the other kinds out",
    arguments: zip(["User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"], [0, 1, 2, 3, 3]))
  func filter(kind: String, list: Int) async throws {
    let account = try await furnished()
    let page = try await account.root("GetAccountAuthorizationDetails", ["Filter.member.1": kind])
    let found = Self.lists.map { page[$0]?.isEmpty == false }
    #expect(found == (0..<4).map { $0 == list })
    if kind == "AWSManagedPolicy" { #expect(page["Policies"]?.contains("iam::aws:policy") == true) }
    if kind == "LocalManagedPolicy" { #expect(page["Policies"]?.contains("iam::aws:policy") == false) }
  }

  @Test("an unknown kind is refused")
  func unknownKind() async throws {
    let account = try await TestAccount.start()
    let refused = try await account.attempt("GetAccountAuthorizationDetails", ["Filter.member.1": "Nothing"])
    #expect(refused.code == "ValidationError")
  }
}

import AWSCore
import Directory
import ScenarioKit
import Testing

@Suite("Roles") struct RolesTests {
  static let ec2 = """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},\
    "Action":"sts:AssumeRole"}]}
    """

  @Test("a role is made with all that it can have, and found in any letter case")
  func life() async throws {
    let account = try await TestAccount.start()
    let boundary = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    let made = try await account.root(
      "CreateRole",
      [
        "RoleName": "Runner", "Path": "/app/", "AssumeRolePolicyDocument": Self.ec2, "Description": "runs",
        "MaxSessionDuration": "7200", "PermissionsBoundary": boundary, "Tags.member.1.Key": "k",
        "Tags.member.1.Value": "v",
      ])
    let id = try #require(made["RoleId"])
    #expect(id.wholeMatch(of: /AROA[A-Z2-7]{17}/) != nil)
    let found = try await account.root("GetRole", ["RoleName": "RUNNER"])
    #expect(found["Arn"] == "arn:aws:iam::\(account.id):role/app/Runner")
    #expect(found["RoleId"] == id)
    #expect(found["AssumeRolePolicyDocument"]?.percentDecoded == Self.ec2)
    #expect(found["AssumeRolePolicyDocument"]?.contains("{") == false)
    #expect(found["Description"] == "runs")
    #expect(found["MaxSessionDuration"] == "7200")
    #expect(found["PermissionsBoundaryArn"] == boundary)
    #expect(found["Key"] == "k")
    #expect(found["RoleLastUsed"] == "")
    let listed = try await account.root("ListRoles", ["PathPrefix": "/app/"])
    #expect(listed.all("RoleName") == ["Runner"])
    #expect(listed["PermissionsBoundary"] == nil)
    #expect(listed["Tags"] == nil)
    #expect(try await account.root("ListRoles", ["PathPrefix": "/other/"]).all("RoleName").isEmpty)
  }

  @Test("a name is taken in any letter case", arguments: ["Taken", "TAKEN"])
  func nameIsTaken(name: String) async throws {
    let account = try await TestAccount.start()
    try await account.role("Taken")
    let refused = try await account.attempt(
      "CreateRole", ["RoleName": name, "AssumeRolePolicyDocument": Self.ec2])
    #expect(refused.code == "EntityAlreadyExists")
    #expect(refused.message == "Role with name \(name) already exists.")
  }

  @Test("a session duration lies between one hour and twelve", arguments: [3_599, 3_600, 43_200, 43_201])
  func sessionDuration(seconds: Int) async throws {
    let account = try await TestAccount.start()
    let answer = try await account.attempt(
      "CreateRole",
      ["RoleName": "r", "AssumeRolePolicyDocument": Self.ec2, "MaxSessionDuration": "\(seconds)"])
    let isAllowed = (3_600...43_200).contains(seconds)
    #expect(answer.code == (isAllowed ? nil : "ValidationError"))
    #expect(try await account.root("ListRoles").all("MaxSessionDuration") == (isAllowed ? ["\(seconds)"] : []))
  }

  @Test("a path of service-linked roles is not for others", arguments: ["/aws-service-role/", "/AWS-service-role/x/"])
  func reservedPath(path: String) async throws {
    let account = try await TestAccount.start()
    let refused = try await account.attempt(
      "CreateRole", ["RoleName": "r", "Path": path, "AssumeRolePolicyDocument": Self.ec2])
    #expect(refused.code == "InvalidInput")
    #expect(try await account.root("ListRoles").all("RoleName").isEmpty)
  }

  @Test("what is updated changes, what is not given stays")
  func update() async throws {
    let account = try await TestAccount.start()
    try await account.root(
      "CreateRole",
      ["RoleName": "r", "AssumeRolePolicyDocument": Self.ec2, "Description": "one", "MaxSessionDuration": "7200"])
    try await account.root("UpdateRole", ["RoleName": "r", "Description": "two"])
    var found = try await account.root("GetRole", ["RoleName": "r"])
    #expect([found["Description"], found["MaxSessionDuration"]] == ["two", "7200"])
    try await account.root("UpdateRole", ["RoleName": "r", "MaxSessionDuration": "3600"])
    found = try await account.root("GetRole", ["RoleName": "r"])
    #expect([found["Description"], found["MaxSessionDuration"]] == ["two", "3600"])
    let shown = try await account.root("UpdateRoleDescription", ["RoleName": "r", "Description": ""])
    #expect(shown["Description"] == "")
    #expect(shown["RoleName"] == "r")
  }

  @Test("a role is deleted only when nothing hangs on it")
  func deleteConflicts() async throws {
    let account = try await TestAccount.start()
    try await account.role("r", policy: TestPolicy.allow("s3:*"))
    let policy = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    try await account.root("AttachRolePolicy", ["RoleName": "r", "PolicyArn": policy])
    try await account.root("CreateInstanceProfile", ["InstanceProfileName": "i"])
    try await account.root("AddRoleToInstanceProfile", ["InstanceProfileName": "i", "RoleName": "r"])
    let steps: [(message: String, action: String, parameters: [String: String])] = [
      ("remove roles from instance profile", "RemoveRoleFromInstanceProfile", ["InstanceProfileName": "i"]),
      ("delete policies", "DeleteRolePolicy", ["PolicyName": "inline"]),
      ("detach all policies", "DetachRolePolicy", ["PolicyArn": policy]),
    ]
    for step in steps {
      let refused = try await account.attempt("DeleteRole", ["RoleName": "r"])
      #expect(refused.code == "DeleteConflict")
      #expect(refused.message == "Cannot delete entity, must \(step.message) first.")
      try await account.root(step.action, step.parameters.merging(["RoleName": "r"]) { $1 })
    }
    try await account.root("DeleteRole", ["RoleName": "r"])
    let gone = try await account.attempt("GetRole", ["RoleName": "r"])
    #expect(gone.message == "The role with name r cannot be found.")
  }

  @Test("the last use is told, and no longer after 400 days")
  func lastUse() async throws {
    let account = try await TestAccount.start()
    try await account.role("r", policy: TestPolicy.allow("iam:ListUsers"))
    let user = try await account.user("u", policy: TestPolicy.allow("sts:AssumeRole"))
    let session = try await account.assume("r", as: user)
    #expect(try await account.root("GetRole", ["RoleName": "r"])["LastUsedDate"] == nil)
    _ = try await account.server.call("ListUsers", as: session).succeeded("ListUsers")
    let used = account.server.now
    account.server.advance(seconds: 60)
    var found = try await account.root("GetRole", ["RoleName": "r"])
    #expect(found["LastUsedDate"] == used.iso8601)
    #expect(found["Region"] == "us-east-1")
    account.server.advance(seconds: 400 * 86_400)
    found = try await account.root("GetRole", ["RoleName": "r"])
    #expect(found["LastUsedDate"] == nil)
  }

  @Test("passed tags, the boundary and the path decide where a policy says so")
  func conditions() async throws {
    let account = try await TestAccount.start()
    let boundary = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    let maker = try await account.user(
      "maker",
      policy: """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*Role",\
        "Resource":"arn:aws:iam::\(account.id):role/team/*",\
        "Condition":{"StringEquals":{"iam:PermissionsBoundary":"\(boundary)"}}}]}
        """)
    func make(_ name: String, _ more: [String: String]) async throws -> String? {
      let parameters = ["RoleName": name, "AssumeRolePolicyDocument": Self.ec2].merging(more) { $1 }
      return try await account.server.call("CreateRole", parameters, as: maker).code
    }
    #expect(try await make("a", ["Path": "/team/", "PermissionsBoundary": boundary]) == nil)
    #expect(try await make("b", ["Path": "/team/"]) == "AccessDenied")
    #expect(try await make("c", ["Path": "/", "PermissionsBoundary": boundary]) == "AccessDenied")
    #expect(try await account.server.call("DeleteRole", ["RoleName": "a"], as: maker).isSuccess)
    try await account.root("CreateRole", ["RoleName": "d", "Path": "/team/", "AssumeRolePolicyDocument": Self.ec2])
    #expect(try await account.server.call("DeleteRole", ["RoleName": "d"], as: maker).code == "AccessDenied")
  }

  @Test("no more roles than the quota, service-linked ones not counted")
  func quota() async throws {
    var quotas = Quotas.standard
    quotas.roles = 2
    let account = try await TestAccount.start(quotas: quotas)
    try await account.root("CreateServiceLinkedRole", ["AWSServiceName": "cloudhsm.amazonaws.com"])
    try await account.role("one")
    try await account.role("two")
    let refused = try await account.attempt(
      "CreateRole", ["RoleName": "three", "AssumeRolePolicyDocument": Self.ec2])
    #expect(refused.code == "LimitExceeded")
    #expect(refused.message == "Cannot exceed quota for RolesPerAccount: 2")
  }
}

import ScenarioKit
import Testing

@Suite("Instance profiles") struct InstanceProfilesTests {
  @Test("an instance profile is made, found, filled, emptied and deleted")
  func life() async throws {
    let account = try await TestAccount.start()
    let made = try await account.root(
      "CreateInstanceProfile",
      ["InstanceProfileName": "Web", "Path": "/w/", "Tags.member.1.Key": "k", "Tags.member.1.Value": "v"])
    #expect(made["Arn"] == "arn:aws:iam::\(account.id):instance-profile/w/Web")
    #expect(made["InstanceProfileId"]?.wholeMatch(of: /AIPA[A-Z2-7]{17}/) != nil)
    #expect(made["Roles"] == "")
    try await account.role("r")
    try await account.root("AddRoleToInstanceProfile", ["InstanceProfileName": "web", "RoleName": "R"])
    let found = try await account.root("GetInstanceProfile", ["InstanceProfileName": "WEB"])
    #expect(found.all("RoleName") == ["r"])
    #expect(found["Key"] == "k")
    let listed = try await account.root("ListInstanceProfilesForRole", ["RoleName": "r"])
    #expect(listed.all("InstanceProfileName") == ["Web"])
    let refused = try await account.attempt("DeleteInstanceProfile", ["InstanceProfileName": "Web"])
    #expect(refused.code == "DeleteConflict")
    #expect(refused.message == "Cannot delete entity, must remove roles from instance profile first.")
    try await account.root("RemoveRoleFromInstanceProfile", ["InstanceProfileName": "Web", "RoleName": "r"])
    #expect(try await account.root("ListInstanceProfilesForRole", ["RoleName": "r"]).all("Arn").isEmpty)
    try await account.root("DeleteInstanceProfile", ["InstanceProfileName": "Web"])
    let gone = try await account.attempt("GetInstanceProfile", ["InstanceProfileName": "Web"])
    #expect(gone.message == "Instance Profile Web cannot be found.")
  }

  @Test("a name is taken in any letter case", arguments: ["Taken", "taken"])
  func nameIsTaken(name: String) async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateInstanceProfile", ["InstanceProfileName": "Taken"])
    let refused = try await account.attempt("CreateInstanceProfile", ["InstanceProfileName": name])
    #expect(refused.code == "EntityAlreadyExists")
    #expect(refused.message == "Instance Profile \(name) already exists.")
  }

  @Test("an instance profile holds one role")
  func oneRole() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateInstanceProfile", ["InstanceProfileName": "i"])
    try await account.role("r1")
    try await account.role("r2")
    try await account.root("AddRoleToInstanceProfile", ["InstanceProfileName": "i", "RoleName": "r1"])
    let refused = try await account.attempt(
      "AddRoleToInstanceProfile", ["InstanceProfileName": "i", "RoleName": "r2"])
    #expect(refused.code == "LimitExceeded")
    #expect(refused.message == "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
    let absent = try await account.attempt(
      "RemoveRoleFromInstanceProfile", ["InstanceProfileName": "i", "RoleName": "r2"])
    #expect(absent.code == "NoSuchEntity")
    #expect(try await account.root("GetInstanceProfile", ["InstanceProfileName": "i"]).all("RoleName") == ["r1"])
  }

  @Test("a role is added only by whoever may pass it to EC2")
  func passing() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateInstanceProfile", ["InstanceProfileName": "i"])
    try await account.role("r")
    let add = TestPolicy.allow("iam:AddRoleToInstanceProfile")
    func pass(to service: String, _ role: String) -> String {
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole",\
      "Resource":"arn:aws:iam::\(account.id):role/\(role)",\
      "Condition":{"StringEquals":{"iam:PassedToService":"\(service)"}}}]}
      """
    }
    let user = try await account.user("u", policy: add)
    let parameters = ["InstanceProfileName": "i", "RoleName": "r"]
    for policy in [nil, pass(to: "lambda.amazonaws.com", "r"), pass(to: "ec2.amazonaws.com", "other")] {
      if let policy {
        try await account.root("PutUserPolicy", ["UserName": "u", "PolicyName": "pass", "PolicyDocument": policy])
      }
      let refused = try await account.server.call("AddRoleToInstanceProfile", parameters, as: user)
      #expect(refused.code == "AccessDenied")
      #expect(refused.message?.contains("iam:PassRole") == true)
    }
    try await account.root(
      "PutUserPolicy",
      ["UserName": "u", "PolicyName": "pass", "PolicyDocument": pass(to: "ec2.amazonaws.com", "r")])
    #expect(try await account.server.call("AddRoleToInstanceProfile", parameters, as: user).isSuccess)
  }

  @Test("instance profiles are listed by path and page by page", arguments: 1...4)
  func pages(size: Int) async throws {
    let account = try await TestAccount.start()
    try await account.role("r")
    let names = ["i0", "i1", "i2"]
    for name in names {
      let path = name == "i1" ? "/x/" : "/"
      try await account.root("CreateInstanceProfile", ["InstanceProfileName": name, "Path": path])
      try await account.root("AddRoleToInstanceProfile", ["InstanceProfileName": name, "RoleName": "r"])
    }
    let all = try await account.pages("ListInstanceProfiles", size: size)
    #expect(all.flatMap { $0.all("InstanceProfileName") } == names)
    let ofRole = try await account.pages("ListInstanceProfilesForRole", ["RoleName": "r"], size: size)
    #expect(ofRole.flatMap { $0.all("InstanceProfileName") } == names)
    let below = try await account.pages("ListInstanceProfiles", ["PathPrefix": "/x/"], size: size)
    #expect(below.flatMap { $0.all("InstanceProfileName") } == ["i1"])
  }
}

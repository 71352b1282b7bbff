import AWSCore
import ScenarioKit
import Testing

@Suite("Role templates") struct RoleTemplatesTests {
  private static let template = "arn:aws:iam::aws:role-template/iam.amazonaws.com/PowerUserRoleTemplate:1"

  private func acquire(_ values: [(String, [String])]) -> [String: String] {
    var parameters = ["TemplateArn": Self.template]
    for (index, value) in values.enumerated() {
      let entry = "ReplacementValues.entry.\(index + 1)"
      parameters[entry + ".key"] = value.0
      for (number, text) in value.1.enumerated() { parameters["\(entry).value.Values.member.\(number + 1)"] = text }
    }
    return parameters
  }

  private var lambda: [String: String] {
    acquire([("AWSServiceName", ["lambda.amazonaws.com"]), ("RoleName", ["worker"])])
  }

  @Test("a template is shown with what its roles get")
  func shown() async throws {
    let account = try await TestAccount.start()
    let shown = try await account.root("GetRoleTemplateVersion", ["TemplateArn": Self.template])
    #expect(shown["TemplateName"] == "PowerUserRoleTemplate")
    #expect(shown["ManagedPolicyArns"]?.contains("arn:aws:iam::aws:policy/PowerUserAccess") == true)
    #expect(shown.all("Name") == ["AWSServiceName", "RoleName"])
    for parameters in [
      ["TemplateArn": Self.template + "0"], ["TemplateArn": Self.template, "MinorVersion": "7"],
    ] {
      #expect(try await account.attempt("GetRoleTemplateVersion", parameters).code == "NoSuchEntity")
    }
  }

  @Test("a role is made once and found the second time")
  func acquired() async throws {
    let account = try await TestAccount.start()
    let made = try await account.root("AcquireRole", lambda)
    #expect(made["Arn"] == "arn:aws:iam::\(account.id):role/worker")
    #expect(made["TemplateArn"] == Self.template && made["TemplateMinorVersion"] == "0")
    #expect(made["AssumeRolePolicyDocument"]?.contains("lambda.amazonaws.com") == true)
    #expect(try await account.root("AcquireRole", lambda)["RoleId"] == made["RoleId"])
    let attached = try await account.root("ListAttachedRolePolicies", ["RoleName": "worker"])
    #expect(attached.all("PolicyArn") == ["arn:aws:iam::aws:policy/PowerUserAccess"])
    #expect(try await account.root("GetRole", ["RoleName": "worker"])["TemplateArn"] == Self.template)
    let plain = try await account.root("AcquireRole", acquire([("AWSServiceName", ["ec2.amazonaws.com"])]))
    #expect(plain["RoleName"] == "PowerUserRole")
  }

  @Test("a role that was changed or is somebody else's is not taken for it")
  func conflicts() async throws {
    let account = try await TestAccount.start()
    try await account.role("worker")
    #expect(try await account.attempt("AcquireRole", lambda).code == "NameConflict")
    try await account.root("DeleteRole", ["RoleName": "worker"])
    try await account.root("AcquireRole", lambda)
    let other = acquire([("AWSServiceName", ["ec2.amazonaws.com"]), ("RoleName", ["worker"])])
    #expect(try await account.attempt("AcquireRole", other).code == "RoleModified")
    try await account.root(
      "DetachRolePolicy", ["RoleName": "worker", "PolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"])
    #expect(try await account.attempt("AcquireRole", lambda).code == "RoleModified")
  }

  static let refusals: [([(String, [String])], String)] = [
    ([("RoleName", ["x"])], "InvalidInput"), ([("AWSServiceName", ["a.amazonaws.com", "b"])], "InvalidInput"),
    ([("AWSServiceName", ["lambda.amazonaws.com"]), ("Other", ["x"])], "InvalidInput"),
    ([("AWSServiceName", ["lambda.amazonaws.com"]), ("RoleName", ["a role"])], "InvalidInput"),
    ([("AWSServiceName", ["x\"},\"Action\":\"*\",\"Principal\":{\"AWS\":\"*"])], "MalformedPolicyDocument"),
  ]

  @Test("values that the template does not take make no role", arguments: refusals.indices)
  func refused(_ index: Int) async throws {
    let account = try await TestAccount.start()
    let (values, code) = Self.refusals[index]
    #expect(try await account.attempt("AcquireRole", acquire(values)).code == code)
    #expect(try await account.root("ListRoles").all("RoleName").isEmpty)
  }

  @Test("each of the things that it does needs its permission, which may name the template")
  func permissions() async throws {
    let account = try await TestAccount.start()
    func policy(_ actions: String) -> String {
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[\(actions)],"Resource":"*","Condition":
      {"ArnEquals":{"iam:RoleTemplateARN":"\(Self.template)"}}},
      {"Effect":"Allow","Action":"iam:GetRoleTemplateVersion","Resource":"\(Self.template)"}]}
      """
    }
    let user = try await account.user("u", policy: policy(#""iam:CreateRole""#))
    #expect(try await account.server.call("AcquireRole", lambda, as: user).code == "AccessDenied")
    try await account.root(
      "PutUserPolicy",
      [
        "UserName": "u", "PolicyName": "inline", "PolicyDocument": policy(#""iam:CreateRole","iam:AttachRolePolicy""#),
      ])
    #expect(try await account.server.call("AcquireRole", lambda, as: user).isSuccess)
    let again = try await account.server.call("AcquireRole", lambda, as: user)
    #expect(again.code == "AccessDenied")
    #expect(again.message?.contains("iam:GetRole on resource") == true)
  }
}

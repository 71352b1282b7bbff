import AWSCore
import ScenarioKit
import Testing

@Suite("Account properties") struct AccountPropertiesTests {
  private func properties(_ pairs: [(String, String)]) -> [String: String] {
    var parameters: [String: String] = [:]
    for (index, pair) in pairs.enumerated() {
      parameters["Properties.entry.\(index + 1).key"] = pair.0
      parameters["Properties.entry.\(index + 1).value"] = pair.1
    }
    return parameters
  }

  @Test("role manager is turned on with its role, and off without taking the role away")
  func roleManager() async throws {
    let account = try await TestAccount.start()
    let before = try await account.root("GetAccountProperties")
    #expect(before["key"] == "RoleManager/Enabled" && before["value"] == "false")
    for value in ["true", "true", "false"] {
      try await account.root("PutAccountProperties", properties([("RoleManager/Enabled", value)]))
      #expect(try await account.root("GetAccountProperties")["value"] == value)
      let role = try await account.root("GetRole", ["RoleName": "AWSServiceRoleForIAMRoleManager"])
      #expect(role["Path"] == "/aws-service-role/role-manager.iam.amazonaws.com/")
    }
  }

  static let refusals: [(pairs: [(String, String)], message: String)] = [
    ([("RoleManager", "true")], "Property key must be in format Namespace/PropertyName: RoleManager"),
    ([("RoleManager/", "true")], "Property key must be in format Namespace/PropertyName: RoleManager/"),
    ([("Role/Manager/Enabled", "true")], "Property key must be in format Namespace/PropertyName: Role/Manager/Enabled"),
    (
      [("RoleManager/Enabled", "true"), ("Other/Enabled", "true")],
      "All properties must belong to the same namespace"
    ),
    ([("Other/Enabled", "true")], "Unsupported namespace: Other"),
    ([("RoleManager/Other", "true")], "RoleManager namespace requires Enabled property"),
    ([("RoleManager/Enabled", "yes")], "Enabled must be 'true' or 'false'"),
  ]

  @Test("what is no property is refused and changes nothing", arguments: refusals.indices)
  func refused(_ index: Int) async throws {
    let account = try await TestAccount.start()
    let refused = try await account.attempt("PutAccountProperties", properties(Self.refusals[index].pairs))
    #expect(refused.code == "InvalidInput")
    #expect(refused.message == Self.refusals[index].message)
    #expect(try await account.root("GetAccountProperties")["value"] == "false")
  }

  @Test("a key or value outside the model is told as AWS tells it")
  func validation() async throws {
    let account = try await TestAccount.start()
    let missing = try await account.attempt("PutAccountProperties", [:])
    #expect(
      missing.message == "1 validation error detected: Value null at 'properties' failed to satisfy constraint: "
        + "Member must not be null")
    #expect(try await account.attempt("PutAccountProperties", properties([("1/x", "true")])).code == "ValidationError")
    #expect(try await account.attempt("PutAccountProperties", properties([("A/x", "")])).code == "ValidationError")
  }

  @Test("whoever turns role manager on must be allowed to make its role")
  func permission() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user(
      "u",
      policy: """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:PutAccountProperties","Resource":"*",
        "Condition":{"ForAllValues:StringEquals":{"iam:AccountPropertyNamespaces":"RoleManager"}}}}
        """)
    let off = properties([("RoleManager/Enabled", "false")])
    let on = properties([("RoleManager/Enabled", "true")])
    #expect(try await account.server.call("PutAccountProperties", off, as: user).isSuccess)
    #expect(
      try await account.server.call("PutAccountProperties", properties([("Other/x", "1")]), as: user).code
        == "AccessDenied")
    #expect(try await account.server.call("PutAccountProperties", on, as: user).code == "AccessDenied")
    try await account.root(
      "PutUserPolicy",
      [
        "UserName": "u", "PolicyName": "more",
        "PolicyDocument": TestPolicy.allow("iam:CreateServiceLinkedRole"),
      ])
    #expect(try await account.server.call("PutAccountProperties", on, as: user).isSuccess)
  }

  @Test("the version of session tokens is set, and shown in the summary")
  func tokenVersion() async throws {
    let account = try await TestAccount.start()
    for (word, number) in [("v2Token", 2), ("v1Token", 1)] {
      try await account.root("SetSecurityTokenServicePreferences", ["GlobalEndpointTokenVersion": word])
      let summary = try await account.root("GetAccountSummary").text
      #expect(summary.contains("<key>GlobalEndpointTokenVersion</key><value>\(number)</value>"))
    }
    let refused = try await account.attempt(
      "SetSecurityTokenServicePreferences", ["GlobalEndpointTokenVersion": "v3Token"])
    #expect(refused.code == "ValidationError")
  }

  @Test(
    "an account that is in no organization manages no root users",
    arguments: [
      "EnableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootCredentialsManagement",
      "EnableOrganizationsRootSessions", "DisableOrganizationsRootSessions", "ListOrganizationsFeatures",
    ])
  func organizations(_ action: String) async throws {
    let account = try await TestAccount.start()
    let refused = try await account.attempt(action, [:])
    #expect(refused.code == "OrganizationNotFoundException")
    #expect(refused.status == 400)
  }
}

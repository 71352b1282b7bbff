import ScenarioKit
import Testing

@Suite("Permissions boundaries") struct BoundariesTests {
  static let readOnly = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"

  @Test("a boundary is shown, counted, replaced and removed", arguments: Holder.bounded)
  func life(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let own = try await account.policy("own")
    for arn in [Self.readOnly, own] {
      try await account.root("Put\(holder)PermissionsBoundary", holder.parameters(["PermissionsBoundary": arn]))
      let found = try await account.root("Get\(holder)", holder.parameters)
      #expect(found["PermissionsBoundaryArn"] == arn)
      #expect(found["PermissionsBoundaryType"] == "Policy")
      let policy = try await account.root("GetPolicy", ["PolicyArn": arn])
      #expect(policy["PermissionsBoundaryUsageCount"] == "1")
      #expect(policy["AttachmentCount"] == "0")
    }
    let replaced = try await account.root("GetPolicy", ["PolicyArn": Self.readOnly])
    #expect(replaced["PermissionsBoundaryUsageCount"] == "0")
    #expect(try await account.attempt("DeletePolicy", ["PolicyArn": own]).code == "DeleteConflict")
    for _ in 1...2 { try await account.root("Delete\(holder)PermissionsBoundary", holder.parameters) }
    #expect(try await account.root("Get\(holder)", holder.parameters)["PermissionsBoundary"] == nil)
    try await account.root("DeletePolicy", ["PolicyArn": own])
  }

  @Test("a boundary limits from the next request on until it is removed")
  func effect() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u", policy: TestPolicy.allow("iam:*"))
    #expect(try await account.server.call("CreateGroup", ["GroupName": "one"], as: user).isSuccess)
    try await account.root(
      "PutUserPermissionsBoundary", ["UserName": "u", "PermissionsBoundary": Self.readOnly])
    let refused = try await account.server.call("CreateGroup", ["GroupName": "two"], as: user)
    #expect(refused.code == "AccessDenied")
    #expect(refused.message?.contains("no permissions boundary allows the iam:CreateGroup action") == true)
    #expect(try await account.server.call("ListUsers", as: user).isSuccess)
    try await account.root("DeleteUserPermissionsBoundary", ["UserName": "u"])
    #expect(try await account.server.call("CreateGroup", ["GroupName": "two"], as: user).isSuccess)
  }

  @Test("a new default version of the boundary's policy counts from the next request on")
  func versions() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u", policy: TestPolicy.allow("iam:*"))
    let arn = try await account.policy("limits", TestPolicy.allow("iam:ListUsers"))
    try await account.root("PutUserPermissionsBoundary", ["UserName": "u", "PermissionsBoundary": arn])
    #expect(try await account.server.call("ListUsers", as: user).isSuccess)
    try await account.root(
      "CreatePolicyVersion",
      ["PolicyArn": arn, "PolicyDocument": TestPolicy.allow("iam:ListGroups"), "SetAsDefault": "true"])
    #expect(try await account.server.call("ListUsers", as: user).code == "AccessDenied")
    #expect(try await account.server.call("ListGroups", as: user).isSuccess)
  }

  @Test("a policy that nobody has cannot be a boundary", arguments: Holder.bounded)
  func unknownPolicy(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    for arn in ["arn:aws:iam::\(account.id):policy/none", "arn:aws:iam::aws:policy/NoSuchPolicy"] {
      let refused = try await account.attempt(
        "Put\(holder)PermissionsBoundary", holder.parameters(["PermissionsBoundary": arn]))
      #expect(refused.code == "NoSuchEntity")
      #expect(refused.message == "Scope ARN: \(arn) does not exist or is not attachable.")
    }
    let wrong = try await account.attempt(
      "Put\(holder)PermissionsBoundary",
      holder.parameters(["PermissionsBoundary": "arn:aws:iam::\(account.id):group/g"]))
    #expect(wrong.code == "InvalidInput")
  }

  @Test("a policy for service-linked roles cannot be a boundary", arguments: Holder.bounded)
  func serviceRolePolicy(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let arn = "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy"
    let refused = try await account.attempt(
      "Put\(holder)PermissionsBoundary", holder.parameters(["PermissionsBoundary": arn]))
    #expect(refused.code == "PolicyNotAttachable")
  }

  @Test("an entity that does not exist has no boundary", arguments: Holder.bounded)
  func unknownHolder(holder: Holder) async throws {
    let account = try await TestAccount.start()
    let put = try await account.attempt(
      "Put\(holder)PermissionsBoundary", holder.parameters(["PermissionsBoundary": Self.readOnly]))
    #expect(put.code == "NoSuchEntity")
    #expect(put.message == "The \(holder.word) with name entity cannot be found.")
    #expect(
      try await account.attempt("Delete\(holder)PermissionsBoundary", holder.parameters).code == "NoSuchEntity")
  }

  @Test("a service-linked role is not the account's to change")
  func serviceLinkedRole() async throws {
    let account = try await TestAccount.start()
    try await account.serviceLinkedRole("Linked")
    let put = try await account.attempt(
      "PutRolePermissionsBoundary", ["RoleName": "Linked", "PermissionsBoundary": Self.readOnly])
    #expect(put.code == "UnmodifiableEntity")
    #expect(
      try await account.attempt("DeleteRolePermissionsBoundary", ["RoleName": "Linked"]).code == "UnmodifiableEntity")
  }

  @Test("who may set one boundary may set that one only", arguments: Holder.bounded)
  func putKey(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let action = "Put\(holder)PermissionsBoundary"
    let user = try await account.user("limited", policy: Self.allowing(action, with: Self.readOnly))
    // The boundary that the entity has already plays no part.
    try await account.root(action, holder.parameters(["PermissionsBoundary": Self.readOnly]))
    let wider = "arn:aws:iam::aws:policy/AdministratorAccess"
    let refused = try await account.server.call(action, holder.parameters(["PermissionsBoundary": wider]), as: user)
    #expect(refused.code == "AccessDenied")
    try await account.root(action, holder.parameters(["PermissionsBoundary": wider]))
    let allowed = try await account.server.call(
      action, holder.parameters(["PermissionsBoundary": Self.readOnly]), as: user)
    #expect(allowed.isSuccess)
  }

  @Test("who may remove one boundary may remove that one only", arguments: Holder.bounded)
  func deleteKey(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let action = "Delete\(holder)PermissionsBoundary"
    let user = try await account.user("limited", policy: Self.allowing(action, with: Self.readOnly))
    let other = try await account.policy("other")
    try await account.root("Put\(holder)PermissionsBoundary", holder.parameters(["PermissionsBoundary": other]))
    #expect(try await account.server.call(action, holder.parameters, as: user).code == "AccessDenied")
    try await account.root("Put\(holder)PermissionsBoundary", holder.parameters(["PermissionsBoundary": Self.readOnly]))
    #expect(try await account.server.call(action, holder.parameters, as: user).isSuccess)
  }

  private static func allowing(_ action: String, with boundary: String) -> String {
    """
    {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:\(action)","Resource":"*",\
    "Condition":{"StringEquals":{"iam:PermissionsBoundary":"\(boundary)"}}}}
    """
  }
}

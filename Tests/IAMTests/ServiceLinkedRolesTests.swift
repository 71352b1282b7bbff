import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ScenarioKit
import ServiceKit
import Testing

@testable import IAM

@Suite("Service-linked roles") struct ServiceLinkedRolesTests {
  static let service = "cloudhsm.amazonaws.com"
  static let name = "AWSServiceRoleForCloudHSM"

  @Test("each service's role has a name, a trust policy and a managed policy that exist")
  func catalog() throws {
    #expect(ServiceLinkedRole.catalog.count >= 270)
    #expect(ServiceLinkedRole.catalog[Self.service]?.roleName == Self.name)
    #expect(ServiceLinkedRole.catalog.values.filter(\.takesSuffix).map(\.service).contains("lexv2.amazonaws.com"))
    for (service, role) in ServiceLinkedRole.catalog {
      #expect(role.service == service)
      #expect(RoleName(checking: role.roleName) != nil)
      #expect(ManagedPolicyLibrary.aws[role.policyARN] != nil, "\(role.policyARN)")
      #expect(AWSManagedPolicies.shared.policy(role.policyARN) != nil, "\(role.policyARN)")
      #expect(try PolicyDocument.parse(role.trustPolicy, as: .trust).statements[0].principals == [.service(service)])
    }
    #expect(Set(ServiceLinkedRole.catalog.values.map(\.roleName)).count == ServiceLinkedRole.catalog.count)
  }

  @Test("a service-linked role is made, shown and deleted")
  func life() async throws {
    let account = try await TestAccount.start()
    let made = try await account.root(
      "CreateServiceLinkedRole", ["AWSServiceName": Self.service, "Description": "for us"])
    #expect(made["Arn"] == "arn:aws:iam::\(account.id):role/aws-service-role/\(Self.service)/\(Self.name)")
    let found = try await account.root("GetRole", ["RoleName": Self.name])
    #expect(found["Path"] == "/aws-service-role/\(Self.service)/")
    #expect(found["Description"] == "for us")
    #expect(
      found["AssumeRolePolicyDocument"]?.percentDecoded?.contains("{\"Service\":\"\(Self.service)\"}") == true)
    let attached = try await account.root("ListAttachedRolePolicies", ["RoleName": Self.name])
    #expect(attached.all("PolicyArn") == ["arn:aws:iam::aws:policy/aws-service-role/CloudHSMServiceRolePolicy"])
    let task = try #require(
      try await account.root("DeleteServiceLinkedRole", ["RoleName": Self.name])["DeletionTaskId"])
    #expect(task.hasPrefix("task/aws-service-role/\(Self.service)/\(Self.name)/"))
    let status = try await account.root("GetServiceLinkedRoleDeletionStatus", ["DeletionTaskId": task])
    #expect(status["Status"] == "SUCCEEDED")
    #expect(try await account.attempt("GetRole", ["RoleName": Self.name]).code == "NoSuchEntity")
    let again = try await account.attempt("DeleteServiceLinkedRole", ["RoleName": Self.name])
    #expect(again.code == "NoSuchEntity")
  }

  @Test("a task that is open is answered again, and the role stays meanwhile")
  func openTask() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateServiceLinkedRole", ["AWSServiceName": Self.service])
    let role = ARN.iam(account.id, "role/aws-service-role/\(Self.service)/\(Self.name)")
    let task = "task/aws-service-role/\(Self.service)/\(Self.name)/0"
    let record = RoleDeletionRecord(id: task, role: role, createDate: account.server.now, status: .inProgress)
    try await account.server.directory.write(to: account.id) { tx throws(Failure) in try tx.put(record) }
    let answer = try await account.root("DeleteServiceLinkedRole", ["RoleName": Self.name])
    #expect(answer["DeletionTaskId"] == task)
    #expect(try await account.attempt("GetRole", ["RoleName": Self.name]).isSuccess)
  }

  @Test("a deletion that failed says why and what uses the role")
  func failedTask() async throws {
    let account = try await TestAccount.start()
    let task = "task/aws-service-role/\(Self.service)/\(Self.name)/0"
    let cluster = "arn:aws:cloudhsm:eu-west-1:\(account.id):cluster/cluster-1"
    let record = RoleDeletionRecord(
      id: task, role: .iam(account.id, "role/x"), createDate: account.server.now, status: .failed, reason: "in use",
      usedBy: [cluster])
    try await account.server.directory.write(to: account.id) { tx throws(Failure) in try tx.put(record) }
    let status = try await account.root("GetServiceLinkedRoleDeletionStatus", ["DeletionTaskId": task])
    #expect(status["Status"] == "FAILED")
    #expect(
      status["RoleUsageList"]
        == "<member><Region>eu-west-1</Region><Resources><member>\(cluster)</member></Resources></member>")
  }

  @Test("a role that its service still uses is not deleted, and what uses it is named")
  func usedRole() async throws {
    let clusters = ["eu-west-1", "eu-west-1", "us-east-1"].enumerated().map { index, region in
      "arn:aws:cloudhsm:\(region):123456789012:cluster/cluster-\(index)"
    }
    let cloudHSM = ServiceDescription(
      name: "cloudhsmv2", apiVersion: "2017-04-28", wireProtocol: .json,
      signatureRules: SigV4.Rules(services: ["cloudhsm"]), operations: [], missing: [],
      linkedRoleUses: [
        // Whether there are clusters is read from the account as the deletion sees it.
        Self.service: { _, account in
          account.groups[name: "clusters"] == nil ? [] : clusters.compactMap { ARN($0) }
        }
      ])
    let server = try await TestServer.start(linkedRoleUses: LinkedRoleUses(of: TestServer.services + [cloudHSM]))
    let account = try await server.account()
    try await account.root("CreateGroup", ["GroupName": "clusters"])
    for service in [Self.service, "ecs.amazonaws.com"] {
      try await account.root("CreateServiceLinkedRole", ["AWSServiceName": service])
    }
    func deletion(_ name: String) async throws -> Answer {
      let task = try await account.root("DeleteServiceLinkedRole", ["RoleName": name])["DeletionTaskId"] ?? ""
      return try await account.root("GetServiceLinkedRoleDeletionStatus", ["DeletionTaskId": task])
    }
    let refused = try await deletion(Self.name)
    #expect(refused["Status"] == "FAILED")
    #expect(refused["Reason"]?.contains("A service-linked role is required for \(Self.service) to work.") == true)
    #expect(refused.all("Region") == ["eu-west-1", "us-east-1"])
    #expect(clusters.allSatisfy { refused.text.contains("<member>\($0)</member>") })
    #expect(try await account.attempt("GetRole", ["RoleName": Self.name]).isSuccess)
    // Nobody uses the role of another service.
    #expect(try await deletion("AWSServiceRoleForECS")["Status"] == "SUCCEEDED")
    try await account.root("DeleteGroup", ["GroupName": "clusters"])
    #expect(try await deletion(Self.name)["Status"] == "SUCCEEDED")
    #expect(try await account.attempt("GetRole", ["RoleName": Self.name]).code == "NoSuchEntity")
  }

  @Test("what came of a deletion is told for thirty days")
  func oldTasks() async throws {
    let account = try await TestAccount.start()
    func deletion() async throws -> String {
      try await account.root("CreateServiceLinkedRole", ["AWSServiceName": Self.service])
      return try await account.root("DeleteServiceLinkedRole", ["RoleName": Self.name])["DeletionTaskId"] ?? ""
    }
    let first = try await deletion()
    account.server.advance(seconds: 30 * 86_400 + 1)
    let second = try await deletion()
    #expect(
      try await account.attempt("GetServiceLinkedRoleDeletionStatus", ["DeletionTaskId": first]).code == "NoSuchEntity")
    #expect(try await account.attempt("GetServiceLinkedRoleDeletionStatus", ["DeletionTaskId": second]).isSuccess)
  }

  @Test("a role that is there, whoever made it, is not made again")
  func taken() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateServiceLinkedRole", ["AWSServiceName": Self.service])
    try await account.role("AWSServiceRoleForSSO")
    for (service, name) in [(Self.service, Self.name), ("sso.amazonaws.com", "AWSServiceRoleForSSO")] {
      let refused = try await account.attempt("CreateServiceLinkedRole", ["AWSServiceName": service])
      #expect(refused.code == "InvalidInput")
      #expect(
        refused.message
          == "Service role name \(name) has been taken in this account, please try a different suffix.")
    }
  }

  @Test("a suffix tells roles of one service apart where the service has several")
  func suffix() async throws {
    let account = try await TestAccount.start()
    let made = try await account.root(
      "CreateServiceLinkedRole", ["AWSServiceName": "autoscaling.amazonaws.com", "CustomSuffix": "debug"])
    #expect(made["RoleName"] == "AWSServiceRoleForAutoScaling_debug")
    try await account.root("CreateServiceLinkedRole", ["AWSServiceName": "autoscaling.amazonaws.com"])
    let refused = try await account.attempt(
      "CreateServiceLinkedRole", ["AWSServiceName": Self.service, "CustomSuffix": "debug"])
    #expect(refused.code == "InvalidInput")
    #expect(refused.message == "Custom suffix is not allowed for \(Self.service)")
    let long = try await account.attempt(
      "CreateServiceLinkedRole",
      ["AWSServiceName": "autoscaling.amazonaws.com", "CustomSuffix": String(repeating: "x", count: 60)])
    #expect(long.code == "InvalidInput")
  }

  @Test("an ordinary role and an unknown service have no service-linked role")
  func others() async throws {
    let account = try await TestAccount.start()
    try await account.role("ordinary")
    #expect(try await account.attempt("DeleteServiceLinkedRole", ["RoleName": "ordinary"]).code == "NoSuchEntity")
    #expect(try await account.attempt("GetRole", ["RoleName": "ordinary"]).isSuccess)
    for service in ["none.amazonaws.com", "CloudHSM.amazonaws.com", "cloudhsm"] {
      let unknown = try await account.attempt("CreateServiceLinkedRole", ["AWSServiceName": service])
      #expect(unknown.code == "AccessDenied")
      #expect(unknown.message == "Cannot find Service Linked Role template for \(service)")
    }
    let task = try await account.attempt("GetServiceLinkedRoleDeletionStatus", ["DeletionTaskId": "no task"])
    #expect(task.code == "InvalidInput")
    let other = try await account.attempt(
      "GetServiceLinkedRoleDeletionStatus", ["DeletionTaskId": "task/aws-service-role/a/b/c"])
    #expect(other.code == "NoSuchEntity")
  }

  @Test("its description and its tags are the account's")
  func description() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateServiceLinkedRole", ["AWSServiceName": Self.service])
    try await account.root("UpdateRoleDescription", ["RoleName": Self.name, "Description": "one"])
    #expect(try await account.root("GetRole", ["RoleName": Self.name])["Description"] == "one")
    try await account.root("UpdateRole", ["RoleName": Self.name, "Description": "two"])
    #expect(try await account.root("GetRole", ["RoleName": Self.name])["Description"] == "two")
    try await account.root(
      "TagRole", ["RoleName": Self.name, "Tags.member.1.Key": "k", "Tags.member.1.Value": "v"])
    #expect(try await account.root("ListRoleTags", ["RoleName": Self.name]).all("Key") == ["k"])
  }

  @Test("the service's name decides where a policy says so")
  func condition() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user(
      "u",
      policy: """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:CreateServiceLinkedRole",\
        "Resource":"arn:aws:iam::*:role/aws-service-role/*",\
        "Condition":{"StringEquals":{"iam:AWSServiceName":"ecs.amazonaws.com"}}}]}
        """)
    func code(_ service: String) async throws -> String? {
      try await account.server.call("CreateServiceLinkedRole", ["AWSServiceName": service], as: user).code
    }
    #expect(try await code(Self.service) == "AccessDenied")
    #expect(try await code("ecs.amazonaws.com") == nil)
  }

  @Test("nobody of the account can assume it")
  func assuming() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateServiceLinkedRole", ["AWSServiceName": Self.service])
    let user = try await account.user("u", policy: TestPolicy.allow("*"))
    let refused = try await account.server.call(
      "AssumeRole",
      [
        "RoleArn": "arn:aws:iam::\(account.id):role/aws-service-role/\(Self.service)/\(Self.name)",
        "RoleSessionName": "session",
      ], as: user, service: "sts")
    #expect(refused.code == "AccessDenied")
  }
}

import AWSCore
import AWSWire
import Directory
import ScenarioKit
import ServiceKit
import Testing

/// Every operation that writes to a role leaves those alone that belong to a service.
@Suite("Service-linked roles and every operation") struct ProtectedRolesTests {
  static let name = "AWSServiceRoleForCloudHSM"

  /// What the account itself may do: the description and the tags are its own, and the deletion is a task of the
  /// service. The list may only shrink.
  static let open: Set<String> = ["UpdateRoleDescription", "TagRole", "UntagRole", "DeleteServiceLinkedRole"]

  /// Operations that make the role whose name they take.
  static let making: Set<String> = ["CreateRole"]

  static let writing: [String] = {
    let iam = TestServer.services.first { $0.name == "iam" }
    return (iam?.operations ?? [:]).filter { name, operation in
      isWrite(operation) && takesRole(operation) && !open.contains(name) && !making.contains(name)
    }.keys.sorted()
  }()

  private static func isWrite(_ operation: any Operation.Type) -> Bool {
    operation is any WriteOperation.Type || operation is any PreparedWriteOperation.Type
  }

  private static func takesRole<Op: Operation>(_ operation: Op.Type) -> Bool {
    guard case .structure(let members) = Op.Input.shape else { return false }
    return members.contains { $0.name == "RoleName" }
  }

  private static func everything<Op: Operation>(_ operation: Op.Type) -> [String: String] {
    SampleInput.parameters(of: Op.Input.shape, at: "", isComplete: true)
  }

  @Test("the operations that write to roles are found")
  func found() {
    #expect(Self.writing.count >= 10)
    #expect(Self.writing.contains("RemoveRoleFromInstanceProfile"))
  }

  @Test("only the service changes its role", arguments: writing)
  func refused(action: String) async throws {
    let account = try await TestServer.start().account()
    try await account.root("CreateServiceLinkedRole", ["AWSServiceName": "cloudhsm.amazonaws.com"])
    let iam = try #require(TestServer.services.first { $0.name == "iam" })
    let operation: any Operation.Type = try #require(iam.operations[action])
    var parameters = Self.everything(operation)
    parameters["RoleName"] = Self.name
    if parameters["InstanceProfileName"] != nil {
      parameters["InstanceProfileName"] = "profile"
      try await account.root("CreateInstanceProfile", ["InstanceProfileName": "profile"])
    }
    let before = try await account.server.directory.account(account.id)?.revision
    let answer = try await account.server.call(action, parameters, as: account.root)
    #expect(answer.code == "UnmodifiableEntity")
    #expect(
      answer.message
        == "Cannot perform the operation on the protected role '\(Self.name)' - this role is only modifiable by AWS")
    #expect(try await account.server.directory.account(account.id)?.revision == before)
  }

  @Test("what is the account's own is not refused", arguments: open.sorted())
  func allowed(action: String) async throws {
    let account = try await TestServer.start().account()
    try await account.root("CreateServiceLinkedRole", ["AWSServiceName": "cloudhsm.amazonaws.com"])
    let iam = try #require(TestServer.services.first { $0.name == "iam" })
    let operation: any Operation.Type = try #require(iam.operations[action])
    var parameters = SampleInput.parameters(of: operation)
    parameters["RoleName"] = Self.name
    #expect(try await account.server.call(action, parameters, as: account.root).isSuccess)
  }
}

import AWSCore
import AWSWire
import Directory
import ScenarioKit
import ServiceKit
import Testing

/// Whoever rules one account reaches nothing of another by any operation.
@Suite("Every operation from another account") struct CrossAccountTests {
  typealias Target = AuthorizationMatrixTests.Target

  static let canary = "canary-7f3a"

  @Test("nothing of the other account is told or changed", arguments: AuthorizationMatrixTests.all, [false, true])
  func stranger(_ target: Target, isComplete: Bool) async throws {
    let server = try await TestServer.start()
    let owner = try await server.account()
    let ownersKey = try await Self.furnish(owner)
    let stranger = try await server.account()
    let administrator = try await stranger.user("administrator", policy: TestPolicy.allow("*"))
    let parameters = try Self.parameters(target, isComplete, of: owner, key: ownersKey)
    let before = try await server.directory.account(owner.id)?.revision
    for caller in [administrator, stranger.root] {
      let answer = try await server.call(target.name, parameters, as: caller, service: target.service)
      #expect(!answer.text.contains(Self.canary), "\(answer.text)")
      #expect(try await server.directory.account(owner.id)?.revision == before)
    }
    // The canary is there to be found.
    let own = try await server.call("GetAccountAuthorizationDetails", as: owner.root)
    #expect(own.text.contains(Self.canary))
  }

  /// The operation's input, naming what the owner has.
  private static func parameters(
    _ target: Target, _ isComplete: Bool, of owner: TestAccount, key: String
  ) throws -> [String: String] {
    let service = try #require(TestServer.services.first { $0.name == target.service })
    let operation: any Operation.Type = try #require(service.operations[target.name])
    var parameters = sample(operation, isComplete).mapValues {
      $0.replacing("123456789012", with: owner.id.description)
    }
    if parameters["RoleArn"] != nil { parameters["RoleArn"] = "arn:aws:iam::\(owner.id):role/sample" }
    if parameters["AccessKeyId"] != nil { parameters["AccessKeyId"] = key }
    return parameters
  }

  private static func sample<Op: Operation>(_ operation: Op.Type, _ isComplete: Bool) -> [String: String] {
    guard isComplete else { return SampleInput.parameters(of: operation) }
    return SampleInput.parameters(of: Op.Input.shape, at: "", isComplete: true)
  }

  /// Makes what the samples name, with canaries in it; the key of one of its users.
  private static func furnish(_ account: TestAccount) async throws -> String {
    let tags = ["Tags.member.1.Key": canary, "Tags.member.1.Value": canary]
    for name in ["matrix", "sample"] {
      try await account.root("CreateUser", tags.merging(["UserName": name, "Path": "/\(canary)/"]) { $1 })
    }
    try await account.root("CreateGroup", ["GroupName": "sample", "Path": "/\(canary)/"])
    let trust = TestPolicy.trust("arn:aws:iam::\(account.id):root")
    try await account.root(
      "CreateRole",
      tags.merging(["RoleName": "sample", "AssumeRolePolicyDocument": trust, "Description": canary]) { $1 })
    try await account.root(
      "CreatePolicy",
      tags.merging([
        "PolicyName": "sample", "PolicyDocument": TestPolicy.allow("s3:*", on: "arn:aws:s3:::\(canary)"),
        "Description": canary,
      ]) { $1 })
    try await account.root("CreateInstanceProfile", tags.merging(["InstanceProfileName": "sample"]) { $1 })
    for (kind, name) in [("User", "matrix"), ("User", "sample"), ("Group", "sample"), ("Role", "sample")] {
      try await account.root(
        "Put\(kind)Policy",
        [
          "\(kind)Name": name, "PolicyName": "sample",
          "PolicyDocument": TestPolicy.allow("s3:*", on: "arn:aws:s3:::\(canary)"),
        ])
    }
    return try await account.root("CreateAccessKey", ["UserName": "matrix"])["AccessKeyId"] ?? ""
  }
}

import AWSCore
import AWSWire
import ScenarioKit
import ServiceKit
import Testing

/// Every operation of the registry passes both gates, without being named here.
@Suite("Authorization of every operation") struct AuthorizationMatrixTests {
  /// Operations that need no permission by AWS's design. The list may only shrink.
  static let open: Set<String> = ["sts:GetCallerIdentity", "sts:GetSessionToken"]

  /// Operations that are refused for another reason when all policies have allowed them. The list may only shrink.
  static let unavailable: Set<String> = ["iam:GenerateOrganizationsAccessReport", "sts:AssumeRoot"]

  struct Target: Sendable, CustomTestStringConvertible {
    let service: String
    let name: String
    var id: String { "\(service):\(name)" }
    var action: String { AuthorizationMatrixTests.actions[id] ?? id }
    var testDescription: String { id }
  }

  /// Operations that no action is named after, with the one that each of their calls needs.
  static let actions = ["iam:AcquireRole": "iam:GetRoleTemplateVersion"]

  static let all: [Target] = TestServer.services.flatMap { service in
    service.operations.keys.sorted().map { Target(service: service.name, name: $0) }
  }
  /// Operations that nobody signs by AWS's design: an assertion in their input says who calls.
  static let unsigned: Set<String> = ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]
  static let signed = all.filter { !unsigned.contains($0.id) }
  static let guarded = signed.filter { !open.contains($0.id) }

  @Test("the operations that nobody signs are those of the list", arguments: TestServer.services)
  func unsignedOperations(_ service: ServiceDescription) {
    for operation in service.operations.values {
      let isListed = Self.unsigned.contains("\(service.name):\(operation.name)")
      switch operation.authentication {
      case .signature: #expect(!isListed, "\(operation.name)")
      case .assertion: #expect(isListed, "\(operation.name)")
      }
    }
  }

  @Test("without an assertion that holds, an operation that nobody signs refuses everybody", arguments: all)
  func worthlessAssertion(_ target: Target) async throws {
    guard Self.unsigned.contains(target.id) else { return }
    let stage = try await Stage(target, parameters(target))
    let user = try await stage.account.user("matrix", policy: TestPolicy.allow("*"))
    let unsigned = try await stage.account.server.call(
      target.name, stage.parameters, as: nil, service: target.service)
    // A signature plays no part, whoever's it is.
    for answer in [unsigned, try await stage.call(as: user), try await stage.call(as: stage.account.root)] {
      #expect(answer.code == "InvalidIdentityToken")
    }
  }

  @Test("without a signature nothing is answered", arguments: signed)
  func anonymous(_ target: Target) async throws {
    let server = try await TestServer.start()
    let answer = try await server.call(target.name, try parameters(target), as: nil, service: target.service)
    #expect(answer.code == "MissingAuthenticationToken")
  }

  @Test("with a signature and no policy it is refused", arguments: guarded)
  func noPolicy(_ target: Target) async throws {
    let stage = try await Stage(target, parameters(target))
    let user = try await stage.account.user("matrix")
    #expect(try await stage.call(as: user).code == "AccessDenied")
  }

  @Test("with exactly its actions allowed it is not refused", arguments: guarded)
  func exactAction(_ target: Target) async throws {
    let stage = try await Stage(target, parameters(target))
    let user = try await stage.account.user("matrix", policy: stage.allowingAll)
    let answer = try await stage.call(as: user)
    if Self.unavailable.contains(target.id) {
      #expect(answer.message?.contains("is not authorized to perform") == false)
    } else {
      #expect(answer.code != "AccessDenied")
    }
  }

  @Test("with every action but its own allowed it is refused", arguments: guarded)
  func nearMiss(_ target: Target) async throws {
    let stage = try await Stage(target, parameters(target))
    let policy = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"\(target.action)","Resource":"*"}}
      """
    let user = try await stage.account.user("matrix", policy: policy)
    #expect(try await stage.call(as: user).code == "AccessDenied")
  }

  @Test("an explicit Deny wins", arguments: guarded)
  func explicitDeny(_ target: Target) async throws {
    let stage = try await Stage(target, parameters(target))
    let user = try await stage.account.user("matrix", policy: stage.allowingAll)
    try await stage.account.root(
      "PutUserPolicy",
      ["UserName": "matrix", "PolicyName": "deny", "PolicyDocument": TestPolicy.deny(target.action)])
    let answer = try await stage.call(as: user)
    #expect(answer.code == "AccessDenied")
    #expect(answer.message?.contains("explicit deny in an identity-based policy") == true)
  }

  @Test("a boundary that leaves it out refuses it", arguments: guarded)
  func boundary(_ target: Target) async throws {
    let stage = try await Stage(target, parameters(target))
    let user = try await stage.account.user("matrix", policy: stage.allowingAll)
    let policy = try await stage.account.root(
      "CreatePolicy", ["PolicyName": "boundary", "PolicyDocument": TestPolicy.allow("s3:*")])
    try await stage.account.root(
      "PutUserPermissionsBoundary", ["UserName": "matrix", "PermissionsBoundary": policy["Arn"] ?? ""])
    #expect(try await stage.call(as: user).code == "AccessDenied")
  }

  @Test("a role's session policy that leaves it out refuses it", arguments: guarded)
  func sessionPolicy(_ target: Target) async throws {
    let stage = try await Stage(target, parameters(target))
    let user = try await stage.account.user("matrix", policy: TestPolicy.allow("sts:AssumeRole"))
    try await stage.account.role("matrix-role", policy: stage.allowingAll)
    let session = try await stage.account.assume(
      "matrix-role", as: user, ["Policy": TestPolicy.allow("s3:*")])
    #expect(try await stage.call(as: session).code == "AccessDenied")
  }

  /// Parameters that pass validation, made from the operation's own shape.
  private func parameters(_ target: Target) throws -> [String: String] {
    let service = try #require(TestServer.services.first { $0.name == target.service })
    let operation: any Operation.Type = try #require(service.operations[target.name])
    return SampleInput.parameters(of: operation)
  }
}

/// One account, one operation, one set of parameters.
private struct Stage {
  let account: TestAccount
  let target: AuthorizationMatrixTests.Target
  let parameters: [String: String]

  init(_ target: AuthorizationMatrixTests.Target, _ parameters: [String: String]) async throws {
    self.target = target
    let account = try await TestServer.start().account()
    self.account = account
    // The samples name things of the account itself.
    var parameters = parameters.mapValues { $0.replacing("123456789012", with: account.id.description) }
    if parameters["AccessKeyId"] != nil { parameters["AccessKeyId"] = account.root.accessKeyID }
    // What another account's role decides is tested with a role of this account that trusts it.
    if target.name.hasPrefix("AssumeRole") {
      try await account.role("target")
      parameters["RoleArn"] = "arn:aws:iam::\(account.id):role/target"
    }
    if target.name == "AssumeRoot" {
      parameters["TargetPrincipal"] = account.id.description
      parameters["TaskPolicyArn.arn"] = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"
    }
    self.parameters = parameters
  }

  /// The operation and the permissions that AWS wants beside it.
  var allowingAll: String { TestPolicy.allow(target.action, "iam:PassRole", "sts:TagSession", "sts:SetSourceIdentity") }

  func call(as credentials: SigV4.Credentials) async throws -> Answer {
    try await account.server.call(target.name, parameters, as: credentials, service: target.service)
  }
}

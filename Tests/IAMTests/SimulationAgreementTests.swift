import AWSCore
import AWSWire
import ScenarioKit
import Testing

/// What is simulated is what happens.
@Suite("Simulation against the real thing") struct SimulationAgreementTests {
  private struct RealCall {
    let action: String
    let parameters: [String: String]
    /// Behind the account in the ARN; nil for an action that is on no resource.
    let resource: String?
  }

  private static let calls = [
    RealCall(action: "GetUser", parameters: ["UserName": "target"], resource: "user/team/target"),
    RealCall(action: "ListUserTags", parameters: ["UserName": "target"], resource: "user/team/target"),
    RealCall(action: "ListAccessKeys", parameters: ["UserName": "ann"], resource: "user/ann"),
    RealCall(action: "GetRole", parameters: ["RoleName": "reader"], resource: "role/reader"),
    RealCall(action: "GetGroup", parameters: ["GroupName": "team"], resource: "group/team"),
    RealCall(action: "GetAccountSummary", parameters: [:], resource: nil),
    RealCall(action: "ListAccountAliases", parameters: [:], resource: nil),
    RealCall(action: "GenerateCredentialReport", parameters: [:], resource: nil),
  ]

  /// One of several texts, by numbers that look like chance.
  private struct Choices {
    var state: UInt64

    mutating func one(of texts: [String]) -> String {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return texts[Int(state >> 33) % texts.count]
    }

    mutating func policy(_ account: AccountID, lenient: Bool) -> String {
      let statements = (0..<3).map { _ in
        let effect = one(of: lenient ? ["Allow", "Allow", "Allow", "Deny"] : ["Allow", "Allow", "Deny"])
        let action = one(of: ["iam:*", "iam:Get*", "iam:List*", "iam:GetUser", "iam:GenerateCredentialReport", "*"])
        let resource = one(of: [
          "*", "*", "arn:aws:iam::\(account):user/*", "arn:aws:iam::\(account):user/${aws:username}",
          "arn:aws:iam::*:role/reader",
        ])
        let condition = one(of: [
          "", "", ",\"Condition\":{\"StringEquals\":{\"aws:username\":\"ann\"}}",
          ",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"192.0.2.0/24\"}}",
          ",\"Condition\":{\"StringNotEquals\":{\"aws:PrincipalArn\":\"arn:aws:iam::\(account):user/ann\"}}",
        ])
        return #"{"Effect":"\#(effect)","Action":"\#(action)","Resource":"\#(resource)"\#(condition)}"#
      }
      return #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#
    }
  }

  @Test("allowed means not refused", arguments: 1...12 as ClosedRange<UInt64>)
  func agreement(_ seed: UInt64) async throws {
    var choices = Choices(state: seed)
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: choices.policy(account.id, lenient: false))
    try await account.root("CreateUser", ["UserName": "target", "Path": "/team/"])
    try await account.role("reader")
    try await account.root("CreateGroup", ["GroupName": "team"])
    try await account.root("AddUserToGroup", ["GroupName": "team", "UserName": "ann"])
    try await account.root(
      "PutGroupPolicy",
      ["GroupName": "team", "PolicyName": "p", "PolicyDocument": choices.policy(account.id, lenient: true)])
    if seed.isMultiple(of: 2) {
      let boundary = try await account.policy("boundary", choices.policy(account.id, lenient: true))
      try await account.root("PutUserPermissionsBoundary", ["UserName": "ann", "PermissionsBoundary": boundary])
    }
    for call in Self.calls {
      var parameters = [
        "PolicySourceArn": "arn:aws:iam::\(account.id):user/ann", "ActionNames.member.1": "iam:\(call.action)",
        "ContextEntries.member.1.ContextKeyName": "aws:SourceIp", "ContextEntries.member.1.ContextKeyType": "ip",
        "ContextEntries.member.1.ContextKeyValues.member.1": "192.0.2.7",
      ]
      if let resource = call.resource { parameters["ResourceArns.member.1"] = "arn:aws:iam::\(account.id):\(resource)" }
      let simulated = try await account.root("SimulatePrincipalPolicy", parameters)["EvalDecision"]
      let real = try await account.server.call(call.action, call.parameters, as: ann)
      #expect((simulated == "allowed") == (real.code != "AccessDenied"), "\(call.action): \(simulated ?? "")")
      let isExplicit = real.message?.contains("explicit deny") == true
      #expect((simulated == "explicitDeny") == isExplicit, "\(call.action): \(real.message ?? "")")
    }
  }
}

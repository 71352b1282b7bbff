import AWSCore
import AWSWire
import ScenarioKit
import Testing

@Suite("Simulation of principals") struct PrincipalSimulationTests {
  private func simulate(
    _ account: TestAccount, _ source: String, _ actions: [String], _ more: [String: String] = [:]
  ) async throws -> Answer {
    var parameters = more
    parameters["PolicySourceArn"] = "arn:aws:iam::\(account.id):\(source)"
    for (index, action) in actions.enumerated() { parameters["ActionNames.member.\(index + 1)"] = action }
    return try await account.server.call("SimulatePrincipalPolicy", parameters, as: account.root)
  }

  /// A user in a group, with inline and managed policies and a boundary.
  private func furnished() async throws -> TestAccount {
    let account = try await TestAccount.start()
    let managed = try await account.policy("managed", TestPolicy.allow("s3:GetObject"))
    let boundary = try await account.policy("boundary", TestPolicy.allow("s3:*", "ec2:*"))
    _ = try await account.user("ann", policy: TestPolicy.allow("ec2:RunInstances"))
    try await account.root("CreateGroup", ["GroupName": "team"])
    try await account.root(
      "PutGroupPolicy",
      [
        "GroupName": "team", "PolicyName": "shared",
        "PolicyDocument": TestPolicy.allow("sqs:SendMessage", "s3:PutObject"),
      ])
    try await account.root("AddUserToGroup", ["GroupName": "team", "UserName": "ann"])
    for holder in [("AttachUserPolicy", "UserName", "ann"), ("AttachGroupPolicy", "GroupName", "team")] {
      try await account.root(holder.0, [holder.1: holder.2, "PolicyArn": managed])
    }
    try await account.root("PutUserPermissionsBoundary", ["UserName": "ann", "PermissionsBoundary": boundary])
    return account
  }

  @Test("a user has its own policies, its groups' and its boundary")
  func user() async throws {
    let account = try await furnished()
    let answer = try await simulate(
      account, "user/ann", ["ec2:RunInstances", "s3:GetObject", "s3:PutObject", "sqs:SendMessage", "s3:DeleteObject"])
    #expect(answer.all("EvalDecision") == ["allowed", "allowed", "allowed", "implicitDeny", "implicitDeny"])
    #expect(answer.all("AllowedByPermissionsBoundary") == ["true", "true", "true", "false", "true"])
    #expect(answer.all("SourcePolicyId") == ["user_ann_inline", "managed", "group_team_shared"])
    #expect(answer.all("SourcePolicyType") == ["user", "user-managed", "group"])
    #expect(!answer.text.contains("OrganizationsDecisionDetail"))
  }

  @Test("a group and a role have their own")
  func groupAndRole() async throws {
    let account = try await furnished()
    #expect(try await simulate(account, "group/team", ["sqs:SendMessage"])["EvalDecision"] == "allowed")
    try await account.role("reader", policy: TestPolicy.allow("s3:ListBucket"))
    let answer = try await simulate(account, "role/reader", ["s3:ListBucket", "sts:AssumeRole"])
    #expect(answer.all("EvalDecision") == ["allowed", "implicitDeny"])
    #expect(answer["SourcePolicyId"] == "role_reader_inline")
  }

  @Test("a boundary of the request takes the place of the user's own")
  func otherBoundary() async throws {
    let account = try await furnished()
    let answer = try await simulate(
      account, "user/ann", ["sqs:SendMessage", "s3:GetObject"],
      ["PermissionsBoundaryPolicyInputList.member.1": TestPolicy.allow("sqs:*")])
    #expect(answer.all("EvalDecision") == ["allowed", "implicitDeny"])
  }

  @Test(
    "policies can be left out",
    arguments: [
      (["PolicyType": "permission-boundary"], ["allowed", "allowed", "allowed", "allowed"]),
      (["PolicyType": "inline"], ["implicitDeny", "allowed", "implicitDeny", "implicitDeny"]),
      (["PolicyType": "user-managed"], ["allowed", "implicitDeny", "allowed", "implicitDeny"]),
      (["PolicyType": "scp"], ["allowed", "allowed", "allowed", "implicitDeny"]),
      (["PolicyArn": "arn:aws:iam::ACCOUNT:policy/mana*"], ["allowed", "implicitDeny", "allowed", "implicitDeny"]),
      (["PolicyArn": "arn:aws:iam::ACCOUNT:policy/manage?"], ["allowed", "implicitDeny", "allowed", "implicitDeny"]),
      (["PolicyArn": "arn:aws:iam::ACCOUNT:policy/other*"], ["allowed", "allowed", "allowed", "implicitDeny"]),
      (
        [
          "InlinePolicyIdentifier.PolicyName": "shared", "InlinePolicyIdentifier.AttachmentType": "group",
          "InlinePolicyIdentifier.AttachmentName": "team",
        ], ["allowed", "allowed", "implicitDeny", "implicitDeny"]
      ),
    ])
  func exclusions(_ identifier: [String: String], _ decisions: [String]) async throws {
    let account = try await furnished()
    var more: [String: String] = [:]
    for (key, value) in identifier {
      more["PolicyExclusionList.member.1.\(key)"] = value.replacing("ACCOUNT", with: account.id.description)
    }
    let actions = ["ec2:RunInstances", "s3:GetObject", "s3:PutObject", "sqs:SendMessage"]
    let answer = try await simulate(account, "user/ann", actions, more)
    #expect(answer.all("EvalDecision") == decisions)
  }

  @Test("who cannot be simulated is refused in AWS's words")
  func refusals() async throws {
    let account = try await TestAccount.start()
    let missing = try await simulate(account, "user/nobody", ["s3:GetObject"])
    #expect(missing.code == "NoSuchEntity")
    let root = try await simulate(account, "root", ["s3:GetObject"])
    #expect(root.code == "InvalidInput")
    #expect(root.message == "Invalid ARN provided in the request: arn:aws:iam::\(account.id):root")
    let foreign = try await account.server.call(
      "SimulatePrincipalPolicy",
      ["PolicySourceArn": "arn:aws:iam::999999999999:user/ann", "ActionNames.member.1": "s3:GetObject"],
      as: account.root)
    #expect(foreign.code == "InvalidInput")
    #expect(
      foreign.message
        == "Invalid Policy Source Arn: caller's account \(account.id) does not have access to policies in account "
        + "999999999999.")
    let bad = try await simulate(
      account, "user/nobody", ["s3:GetObject"], ["PolicyExclusionList.member.1.PolicyArn": "not an ARN of a policy"])
    #expect(bad.code == "NoSuchEntity" || bad.code == "InvalidInput")
  }

  @Test("context keys are those of conditions and variables, with the boundary's")
  func contextKeys() async throws {
    let account = try await TestAccount.start()
    let policy = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}",\
      "Condition":{"StringEquals":{"s3:prefix":"${aws:PrincipalTag/team}"},"Bool":{"AWS:SecureTransport":"true"}}}}
      """
    let custom = try await account.root("GetContextKeysForCustomPolicy", ["PolicyInputList.member.1": policy])
    #expect(custom.all("member") == ["aws:username", "s3:prefix", "aws:PrincipalTag/team", "AWS:SecureTransport"])
    let old = try await account.root(
      "GetContextKeysForCustomPolicy",
      ["PolicyInputList.member.1": policy.replacing("2012-10-17", with: "2008-10-17")])
    #expect(old.all("member") == ["s3:prefix", "AWS:SecureTransport"])
    _ = try await account.user("ann", policy: policy)
    let bounded = policy.replacing("s3:prefix", with: "s3:delimiter")
    let boundary = try await account.policy("boundary", bounded)
    try await account.root("PutUserPermissionsBoundary", ["UserName": "ann", "PermissionsBoundary": boundary])
    let principal = try await account.root(
      "GetContextKeysForPrincipalPolicy", ["PolicySourceArn": "arn:aws:iam::\(account.id):user/ann"])
    #expect(Set(principal.all("member")) == Set(custom.all("member") + ["s3:delimiter"]))
    let broken = try await account.server.call(
      "GetContextKeysForCustomPolicy", ["PolicyInputList.member.1": "{}"], as: account.root)
    #expect(broken.code == "InvalidInput")
  }
}

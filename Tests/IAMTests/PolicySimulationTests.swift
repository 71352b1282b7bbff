import AWSCore
import AWSWire
import ScenarioKit
import Testing

@Suite("Policy simulation") struct PolicySimulationTests {
  private let allowGet = TestPolicy.allow("s3:GetObject")
  private let denyGet = TestPolicy.deny("s3:GetObject")
  private let object = "arn:aws:s3:::bucket/a"

  private func custom(
    _ account: TestAccount, _ policies: [String], _ actions: [String] = ["s3:GetObject"], on resources: [String] = [],
    _ more: [String: String] = [:]
  ) async throws -> Answer {
    var parameters = more
    if policies.isEmpty { parameters["PolicyInputList"] = "" }
    for (name, values) in [("PolicyInputList", policies), ("ActionNames", actions), ("ResourceArns", resources)] {
      for (index, value) in values.enumerated() { parameters["\(name).member.\(index + 1)"] = value }
    }
    return try await account.server.call("SimulateCustomPolicy", parameters, as: account.root)
  }

  private func entry(_ name: String, _ type: String, _ values: String..., at number: Int = 1) -> [String: String] {
    let prefix = "ContextEntries.member.\(number)"
    var entry = ["\(prefix).ContextKeyName": name, "\(prefix).ContextKeyType": type]
    for (index, value) in values.enumerated() { entry["\(prefix).ContextKeyValues.member.\(index + 1)"] = value }
    return entry
  }

  @Test("allow, deny and silence are told apart")
  func decisions() async throws {
    let account = try await TestAccount.start()
    #expect(try await custom(account, [allowGet])["EvalDecision"] == "allowed")
    #expect(try await custom(account, [allowGet, denyGet])["EvalDecision"] == "explicitDeny")
    #expect(try await custom(account, [allowGet], ["s3:PutObject"])["EvalDecision"] == "implicitDeny")
    #expect(try await custom(account, [])["EvalDecision"] == "implicitDeny")
  }

  @Test("without resources there is one result, on everything")
  func everything() async throws {
    let account = try await TestAccount.start()
    for resources in [[], ["*"]] {
      let answer = try await custom(account, [allowGet], on: resources)
      #expect(answer.all("EvalResourceName") == ["*"])
      #expect(!answer.text.contains("ResourceSpecificResults"))
      #expect(!answer.text.contains("EvalDecisionDetails"))
    }
  }

  @Test("each resource has a result of its own, and the strictest is that of all")
  func severalResources() async throws {
    let account = try await TestAccount.start()
    let answer = try await custom(
      account, [TestPolicy.allow("s3:GetObject", on: object)], on: [object, "arn:aws:s3:::bucket/b"])
    #expect(answer.all("EvalDecision") == ["implicitDeny"])
    #expect(answer.all("EvalResourceDecision") == ["allowed", "implicitDeny"])
    #expect(answer["EvalResourceName"] == "arn:${Partition}:s3:::${BucketName}/${ObjectName}")
    let one = try await custom(account, [allowGet], on: [object])
    #expect(one.all("EvalResourceName") == [object, object])
  }

  @Test("the statements that decide are told with their places")
  func statements() async throws {
    let account = try await TestAccount.start()
    let answer = try await custom(account, [allowGet, allowGet])
    #expect(answer.all("SourcePolicyId") == ["PolicyInputList.1", "PolicyInputList.2"])
    #expect(answer.all("Line") == ["1", "1", "1", "1"])
    // Behind the bracket of the list, and behind the statement.
    #expect(answer.all("Column").prefix(2) == ["38", "\(allowGet.count - 1)"])
    let denied = try await custom(account, [allowGet, denyGet])
    #expect(denied.all("SourcePolicyId") == ["PolicyInputList.2"])
    #expect(try await custom(account, [allowGet], ["s3:PutObject"]).all("SourcePolicyId").isEmpty)
  }

  @Test("keys that are missing are told where nothing allows, whichever statement asks for them")
  func missingKeys() async throws {
    let account = try await TestAccount.start()
    let conditional = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":\
      "arn:aws:s3:::b/${aws:PrincipalTag/team}","Condition":{"StringEquals":{"s3:prefix":"a"}}}}
      """
    let silent = try await custom(account, [conditional])
    #expect(silent["MissingContextValues"]?.contains("aws:PrincipalTag/team") == true)
    #expect(silent["MissingContextValues"]?.contains("s3:prefix") == true)
    let given = try await custom(account, [conditional], more(entry("S3:Prefix", "string", "a")))
    #expect(given["MissingContextValues"]?.contains("s3:prefix") == false)
    #expect(try await custom(account, [conditional, allowGet])["MissingContextValues"] == "")
  }

  private func more(_ entries: [String: String]...) -> [String: String] {
    entries.reduce(into: [:]) { $0.merge($1) { _, new in new } }
  }

  private func custom(
    _ account: TestAccount, _ policies: [String], _ more: [String: String]
  ) async throws -> Answer {
    try await custom(account, policies, ["s3:GetObject"], on: [], more)
  }

  @Test("a boundary limits, and is told of")
  func boundary() async throws {
    let account = try await TestAccount.start()
    let bounded = { (boundary: String) in
      try await custom(account, [allowGet], ["PermissionsBoundaryPolicyInputList.member.1": boundary])
    }
    let within = try await bounded(allowGet)
    #expect(within["EvalDecision"] == "allowed")
    #expect(within["AllowedByPermissionsBoundary"] == "true")
    #expect(within.all("SourcePolicyId") == ["PolicyInputList.1"])
    let outside = try await bounded(TestPolicy.allow("s3:PutObject"))
    #expect(outside["EvalDecision"] == "implicitDeny")
    #expect(outside["AllowedByPermissionsBoundary"] == "false")
    let denied = try await bounded(denyGet)
    #expect(denied["EvalDecision"] == "explicitDeny")
    #expect(denied.all("SourcePolicyId") == ["PermissionsBoundaryPolicyInputList.1"])
  }

  @Test("an organization's levels must all allow, and hide what is below them")
  func organization() async throws {
    let account = try await TestAccount.start()
    let limited = { (second: String) in
      let level = "OrderedOrganizationPolicyInputList.member"
      return try await custom(
        account, [allowGet],
        [
          "\(level).1.ServiceControlPolicyInputList.member.1": TestPolicy.allow("*"),
          "\(level).2.ServiceControlPolicyInputList.member.1": second,
        ])
    }
    let allowed = try await limited(TestPolicy.allow("s3:*"))
    #expect(allowed["EvalDecision"] == "allowed")
    #expect(allowed["AllowedByOrganizations"] == "true")
    let denied = try await limited(denyGet)
    #expect(denied["EvalDecision"] == "explicitDeny")
    #expect(denied["AllowedByOrganizations"] == "false")
    #expect(denied.all("SourcePolicyId").isEmpty)
    #expect(try await limited(TestPolicy.allow("ec2:*"))["EvalDecision"] == "implicitDeny")
  }

  @Test("between accounts both sides must allow, and each is told")
  func crossAccount() async throws {
    let account = try await TestAccount.start()
    let caller = "arn:aws:iam::\(account.id):user/ann"
    let policy = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"\(caller)"},"Action":"s3:GetObject",\
      "Resource":"\(object)"}]}
      """
    func ask(_ policies: [String], owner: String) async throws -> Answer {
      try await custom(
        account, policies, ["s3:GetObject"], on: [object],
        ["ResourcePolicy": policy, "CallerArn": caller, "ResourceOwner": "arn:aws:iam::\(owner):root"])
    }
    let foreign = try await ask([], owner: "999999999999")
    #expect(foreign["EvalDecision"] == "implicitDeny")
    #expect(foreign["EvalDecisionDetails"]?.contains("<key>IAM Policy</key><value>implicitDeny</value>") == true)
    #expect(foreign["EvalDecisionDetails"]?.contains("<key>Resource Policy</key><value>allowed</value>") == true)
    #expect(try await ask([allowGet], owner: "999999999999")["EvalDecision"] == "allowed")
    let own = try await ask([], owner: "\(account.id)")
    #expect(own["EvalDecision"] == "allowed")
    #expect(own.all("SourcePolicyType").first == "resource")
    #expect(own["EvalDecisionDetails"] == "")
  }

  @Test(
    "what cannot be simulated is refused in AWS's words",
    arguments: [
      (["ActionNames.member.1": "GetObject"], "The action is invalid since it is missing names"),
      (["ResourceArns.member.1": "nothing"], "ResourceNames are not in a valid ARN format: nothing."),
      (["PolicyInputList.member.1": "{"], "Policy input list item 1 has invalid content"),
      (["ResourceOwner": "123456789012"], "'123456789012' is not a valid as a Resource Owner."),
      (
        ["CallerArn": "arn:aws:sts::123456789012:assumed-role/a/b"],
        "Invalid caller - Caller must be an IAM user, role or group in this context."
      ),
      (
        ["ResourcePolicy": TestPolicy.trust("*").replacing("]}]}", with: "],\"Resource\":\"arn:aws:s3:::a\"}]}")],
        "Invalid caller - Caller cannot be null or empty."
      ),
      (
        ["ResourceHandlingOption": "EC2-VPC-EBS"],
        "Invalid input resource handling options. Action does not support resource handling options: s3:GetObject."
      ),
    ])
  func refusals(_ wrong: [String: String], _ message: String) async throws {
    let account = try await TestAccount.start()
    let sound = ["PolicyInputList.member.1": allowGet, "ActionNames.member.1": "s3:GetObject"]
    let answer = try await account.server.call(
      "SimulateCustomPolicy", sound.merging(wrong) { $1 }, as: account.root)
    #expect(answer.code == "InvalidInput")
    #expect(answer.message == message)
  }

  @Test(
    "values that do not fit their type are refused",
    arguments: [
      ("numeric", "abc", "numeric format"), ("date", "tomorrow", "DateTime format"), ("ip", "999.0.0.1", "IP address"),
      ("binary", "!base64", "base-64 encoded binary format"),
    ])
  func contextTypes(_ type: String, _ value: String, _ words: String) async throws {
    let account = try await TestAccount.start()
    let answer = try await custom(account, [allowGet], entry("my:key", type, value))
    #expect(answer.message == "Invalid context value for key my:key: expected \(words).")
    let list = try await custom(account, [allowGet], entry("my:key", "stringList", value, value))
    #expect(list.isSuccess)
    let two = try await custom(account, [allowGet], entry("my:key", "string", value, value))
    #expect(two.message == "Context key string expected a single value, but received 2.")
    let twice = try await custom(
      account, [allowGet], more(entry("my:key", "string", "a"), entry("MY:key", "string", "b", at: 2)))
    #expect(twice.message == "Duplicate context key: MY:key.")
  }

  @Test("pages hold whole actions")
  func pages() async throws {
    let account = try await TestAccount.start()
    let actions = (0..<5).map { "s3:Action\($0)" }
    var found: [String] = []
    var marker: [String: String] = [:]
    repeat {
      let page = try await custom(
        account, [allowGet], actions, on: [object, "arn:aws:s3:::b"], ["MaxItems": "2"].merging(marker) { $1 })
      found += page.all("EvalActionName")
      #expect(page.all("EvalResourceDecision").count == 2 * page.all("EvalActionName").count)
      marker = page["Marker"].map { ["Marker": $0] } ?? [:]
    } while !marker.isEmpty
    #expect(found == actions)
  }
}

import AWSCore
import Directory
import ScenarioKit
import Testing

/// Every quota at n and at n + 1, with the true values beside.
@Suite("Quotas") struct QuotasTests {
  /// The defaults of the user guide's page reference_iam-quotas.md; the sizes are in characters without white space.
  static let documented: [String: Int] = [
    "users": 5_000, "groups": 300, "roles": 1_000, "customerPolicies": 1_500, "instanceProfiles": 1_000,
    "groupsPerUser": 10, "accessKeysPerUser": 2, "attachedPoliciesPerUser": 10, "attachedPoliciesPerGroup": 10,
    "attachedPoliciesPerRole": 10, "versionsPerPolicy": 5, "tagsPerResource": 50, "managedPolicySize": 6_144,
    "userInlinePolicySize": 2_048, "groupInlinePolicySize": 5_120, "roleInlinePolicySize": 10_240,
    "trustPolicySize": 2_048, "sessionPolicySize": 2_048, "rolesPerInstanceProfile": 1, "aliasesPerAccount": 1,
  ]

  /// Quotas that no request can exceed, and where they hold instead.
  static let heldElsewhere: [String: String] = [
    "aliasesPerAccount": "a second alias takes the place of the first: AccountAliasesTests",
    "sessionPolicySize": "a constraint of the member, at its border in BordersTests",
  ]

  @Test("the values are those of AWS's documentation")
  func values() {
    let values = Dictionary(
      uniqueKeysWithValues: Mirror(reflecting: Quotas.standard).children.map { child in
        (child.label ?? "", child.value as? Int ?? -1)
      })
    for (name, value) in Self.documented { #expect(values[name] == value, "\(name)") }
  }

  @Test("every quota is filled here or said to hold elsewhere", arguments: documented.keys.sorted())
  func complete(name: String) {
    #expect(Self.cases.contains { $0.name == name } != (Self.heldElsewhere[name] != nil))
  }

  @Test("n fit and one more is refused and changes nothing", arguments: cases)
  func border(_ quota: QuotaCase) async throws {
    var quotas = Quotas.standard
    quota.lower(&quotas)
    let account = try await TestAccount.start(quotas: quotas)
    try await quota.prepare(account)
    for index in 1...quota.limit { _ = try await quota.add(account, index).succeeded("\(quota.name) \(index)") }
    let before = try await account.server.directory.account(account.id)?.revision
    let refused = try await quota.add(account, quota.limit + 1)
    #expect(refused.code == "LimitExceeded")
    #expect(refused.status == 409)
    #expect(refused.message == quota.words)
    #expect(try await account.server.directory.account(account.id)?.revision == before)
  }
}

/// One quota, lowered so that a test can fill it.
struct QuotaCase: Sendable, CustomTestStringConvertible {
  let name: String
  var limit = 3
  let words: String
  var lower: @Sendable (inout Quotas) -> Void = { _ in }
  var prepare: @Sendable (TestAccount) async throws -> Void = { _ in }
  /// Adds the thing of the number, which counts from 1.
  let add: @Sendable (TestAccount, Int) async throws -> Answer
  var testDescription: String { name }
}

extension QuotasTests {
  static let cases = entities + relations + attachments + sizes

  private static func words(_ quota: String, _ limit: Int) -> String { "Cannot exceed quota for \(quota): \(limit)" }

  private static let entities = [
    QuotaCase(name: "users", words: words("UsersPerAccount", 3), lower: { $0.users = 3 }) {
      try await $0.attempt("CreateUser", ["UserName": "user\($1)"])
    },
    QuotaCase(name: "groups", words: words("GroupsPerAccount", 3), lower: { $0.groups = 3 }) {
      try await $0.attempt("CreateGroup", ["GroupName": "group\($1)"])
    },
    QuotaCase(name: "roles", words: words("RolesPerAccount", 3), lower: { $0.roles = 3 }) {
      try await $0.attempt("CreateRole", ["RoleName": "role\($1)", "AssumeRolePolicyDocument": TestPolicy.trust("*")])
    },
    QuotaCase(name: "customerPolicies", words: words("PoliciesPerAccount", 3), lower: { $0.customerPolicies = 3 }) {
      try await $0.attempt("CreatePolicy", ["PolicyName": "policy\($1)", "PolicyDocument": TestPolicy.allow("s3:*")])
    },
    QuotaCase(
      name: "instanceProfiles", words: words("InstanceProfilesPerAccount", 3), lower: { $0.instanceProfiles = 3 }
    ) {
      try await $0.attempt("CreateInstanceProfile", ["InstanceProfileName": "profile\($1)"])
    },
  ]

  private static let relations = [
    QuotaCase(
      name: "groupsPerUser", limit: 10, words: words("GroupsPerUser", 10),
      prepare: { account in
        try await account.root("CreateUser", ["UserName": "u"])
        for index in 1...11 { try await account.root("CreateGroup", ["GroupName": "group\(index)"]) }
      }
    ) { account, index in
      try await account.attempt("AddUserToGroup", ["GroupName": "group\(index)", "UserName": "u"])
    },
    QuotaCase(
      name: "accessKeysPerUser", limit: 2, words: words("AccessKeysPerUser", 2),
      prepare: { try await $0.root("CreateUser", ["UserName": "u"]) }
    ) { account, _ in
      try await account.attempt("CreateAccessKey", ["UserName": "u"])
    },
    QuotaCase(
      name: "rolesPerInstanceProfile", limit: 1, words: words("InstanceSessionsPerInstanceProfile", 1),
      prepare: { account in
        try await account.root("CreateInstanceProfile", ["InstanceProfileName": "i"])
        for index in 1...2 { try await account.role("role\(index)") }
      }
    ) { account, index in
      try await account.attempt("AddRoleToInstanceProfile", ["InstanceProfileName": "i", "RoleName": "role\(index)"])
    },
    QuotaCase(
      name: "tagsPerResource", limit: 50, words: "The number of tags has reached the maximum limit.",
      prepare: { try await $0.root("CreateUser", ["UserName": "u"]) }
    ) { account, index in
      try await account.attempt(
        "TagUser", ["UserName": "u", "Tags.member.1.Key": "key\(index)", "Tags.member.1.Value": ""])
    },
    QuotaCase(
      name: "versionsPerPolicy", limit: 4,
      words: "A managed policy can have up to 5 versions. Before you create a new version, you must delete an "
        + "existing version.",
      prepare: { try await $0.policy("p") }
    ) { account, index in
      try await account.attempt(
        "CreatePolicyVersion",
        [
          "PolicyArn": "arn:aws:iam::\(account.id):policy/p", "PolicyDocument": TestPolicy.allow("s3:*", on: "*"),
          "SetAsDefault": index.isMultiple(of: 2) ? "true" : "false",
        ])
    },
  ]

  private static let attachments = Holder.allCases.map { holder in
    QuotaCase(
      name: "attachedPoliciesPer\(holder)", limit: 10, words: words("PoliciesPer\(holder)", 10),
      prepare: { account in
        try await holder.make(in: account)
        for index in 1...11 { try await account.policy("policy\(index)") }
      }
    ) { account, index in
      try await account.attempt(
        "Attach\(holder)Policy", holder.parameters(["PolicyArn": "arn:aws:iam::\(account.id):policy/policy\(index)"]))
    }
  }

  /// A document of n characters, then one of n + 1.
  private static let sizes =
    [
      QuotaCase(name: "managedPolicySize", limit: 1, words: words("PolicySize", 6_144)) { account, index in
        try await account.attempt(
          "CreatePolicy", ["PolicyName": "p\(index)", "PolicyDocument": document(size: 6_143 + index)])
      },
      QuotaCase(name: "trustPolicySize", limit: 1, words: words("ACLSizePerRole", 2_048)) { account, index in
        let text = TestPolicy.trust("*").replacing("\"Effect\"", with: "\"Sid\":\"\",\"Effect\"")
        let sid = String(repeating: "x", count: 2_047 + index - text.count)
        let trust = text.replacing("\"\"", with: "\"\(sid)\"").replacing(",", with: " ,\r\n\t")
        return try await account.attempt("CreateRole", ["RoleName": "r\(index)", "AssumeRolePolicyDocument": trust])
      },
    ]
    + zip(Holder.allCases, [2_048, 5_120, 10_240]).map { holder, most in
      QuotaCase(
        name: "\(holder.word)InlinePolicySize", limit: 2,
        words: "Maximum policy size of \(most) bytes exceeded for \(holder.word) entity",
        prepare: { try await holder.make(in: $0) }
      ) { account, index in
        // Two that fill it together; a third as small as can be does not fit.
        let size = index == 1 ? most - 200 : 200
        return try await account.attempt(
          "Put\(holder)Policy",
          holder.parameters(["PolicyName": "p\(index)", "PolicyDocument": document(size: size)]))
      }
    }
}

import ScenarioKit
import Testing

@Suite("Attached policies") struct AttachedPoliciesTests {
  static let readOnly = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"

  @Test("attaching twice is attaching once, and both sides show it", arguments: Holder.allCases)
  func idempotence(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let arn = try await account.policy("p", path: "/division/")
    for _ in 1...2 { try await account.root("Attach\(holder)Policy", holder.parameters(["PolicyArn": arn])) }
    let listed = try await account.root("ListAttached\(holder)Policies", holder.parameters)
    #expect(listed.all("PolicyArn") == [arn])
    #expect(listed.all("PolicyName") == ["p"])
    #expect(listed["IsTruncated"] == "false")
    #expect(try await account.root("GetPolicy", ["PolicyArn": arn])["AttachmentCount"] == "1")
    let entities = try await account.root("ListEntitiesForPolicy", ["PolicyArn": arn])
    #expect(entities.all("\(holder)Name") == [Holder.name])
  }

  @Test("a policy that is detached is gone from both sides, and cannot be detached again", arguments: Holder.allCases)
  func detaching(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let attachment = holder.parameters(["PolicyArn": Self.readOnly])
    try await account.root("Attach\(holder)Policy", attachment)
    try await account.root("Detach\(holder)Policy", attachment)
    #expect(try await account.root("ListAttached\(holder)Policies", holder.parameters).all("PolicyArn").isEmpty)
    #expect(try await account.root("GetPolicy", ["PolicyArn": Self.readOnly])["AttachmentCount"] == "0")
    let again = try await account.attempt("Detach\(holder)Policy", attachment)
    #expect(again.code == "NoSuchEntity")
    #expect(again.message == "Policy \(Self.readOnly) was not found.")
  }

  @Test("no more policies than the quota can be attached", arguments: Holder.allCases)
  func quota(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let names = try await account.root("ListPolicies", ["PathPrefix": "/job-function/", "MaxItems": "11"]).all("Arn")
    try #require(names.count == 11)
    for arn in names.prefix(10) {
      try await account.root("Attach\(holder)Policy", holder.parameters(["PolicyArn": arn]))
    }
    let refused = try await account.attempt("Attach\(holder)Policy", holder.parameters(["PolicyArn": names[10]]))
    #expect(refused.code == "LimitExceeded")
    #expect(refused.status == 409)
    #expect(refused.message == "Cannot exceed quota for PoliciesPer\(holder): 10")
    let again = try await account.attempt("Attach\(holder)Policy", holder.parameters(["PolicyArn": names[9]]))
    #expect(again.isSuccess)
  }

  @Test("a policy that nobody has cannot be attached", arguments: Holder.allCases)
  func unknownPolicy(holder: Holder) async throws {
    let account = try await TestAccount.start()
    let foreign = try await account.server.account().policy("theirs")
    let own = try await account.policy("Mine")
    try await holder.make(in: account)
    let unknown = [
      "arn:aws:iam::\(account.id):policy/none", "arn:aws:iam::aws:policy/NoSuchPolicy", foreign,
      own.replacing("Mine", with: "MINE"), own.replacing("policy/", with: "policy/path/"),
    ]
    for arn in unknown {
      let refused = try await account.attempt("Attach\(holder)Policy", holder.parameters(["PolicyArn": arn]))
      #expect(refused.code == "NoSuchEntity")
      #expect(refused.message == "Policy \(arn) does not exist or is not attachable.")
    }
    #expect(try await account.root("ListAttached\(holder)Policies", holder.parameters).all("PolicyArn").isEmpty)
  }

  @Test(
    "what is no policy's ARN is refused as such",
    arguments: [
      "no-arn-but-quite-long-text", "arn:aws:iam::123456789012:user/somebody", "arn:aws:s3:::policy/bucket-x",
    ])
  func malformedARN(arn: String) async throws {
    let account = try await TestAccount.start()
    try await Holder.user.make(in: account)
    let refused = try await account.attempt("AttachUserPolicy", Holder.user.parameters(["PolicyArn": arn]))
    #expect(refused.code == "InvalidInput")
    #expect(refused.message == "ARN \(arn) is not valid.")
  }

  @Test("a policy for service-linked roles cannot be attached", arguments: Holder.allCases)
  func serviceRolePolicy(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let arn = "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy"
    let refused = try await account.attempt("Attach\(holder)Policy", holder.parameters(["PolicyArn": arn]))
    #expect(refused.code == "PolicyNotAttachable")
    #expect(refused.message == "Cannot attach a Service Role Policy to a Customer Role.")
  }

  @Test("a service-linked role is not the account's to change", arguments: ["AttachRolePolicy", "DetachRolePolicy"])
  func serviceLinkedRole(action: String) async throws {
    let account = try await TestAccount.start()
    try await account.serviceLinkedRole("Linked")
    let refused = try await account.attempt(action, ["RoleName": "linked", "PolicyArn": Self.readOnly])
    #expect(refused.code == "UnmodifiableEntity")
    #expect(
      refused.message
        == "Cannot perform the operation on the protected role 'Linked' - this role is only modifiable by AWS")
  }

  @Test("of an entity that does not exist nothing is attached, detached or listed", arguments: Holder.allCases)
  func unknownHolder(holder: Holder) async throws {
    let account = try await TestAccount.start()
    for action in ["Attach\(holder)Policy", "Detach\(holder)Policy", "ListAttached\(holder)Policies"] {
      var parameters = holder.parameters
      if !action.hasPrefix("List") { parameters["PolicyArn"] = Self.readOnly }
      let refused = try await account.attempt(action, parameters)
      #expect(refused.code == "NoSuchEntity")
      #expect(refused.message == "The \(holder.word) with name entity cannot be found.")
    }
  }

  @Test("the list is filtered by path and cut into pages of any size", arguments: 1...4)
  func pages(size: Int) async throws {
    let account = try await TestAccount.start()
    try await Holder.user.make(in: account)
    for name in ["c", "A", "b"] {
      let arn = try await account.policy(name, path: "/mine/")
      try await account.root("AttachUserPolicy", Holder.user.parameters(["PolicyArn": arn]))
    }
    try await account.root("AttachUserPolicy", Holder.user.parameters(["PolicyArn": Self.readOnly]))
    let pages = try await account.pages("ListAttachedUserPolicies", Holder.user.parameters, size: size)
    #expect(pages.flatMap { $0.all("PolicyName") } == ["A", "b", "c", "IAMReadOnlyAccess"])
    #expect(pages.dropLast().allSatisfy { $0.all("PolicyName").count == size })
    let mine = try await account.root("ListAttachedUserPolicies", Holder.user.parameters(["PathPrefix": "/mine/"]))
    #expect(mine.all("PolicyName") == ["A", "b", "c"])
    let others = try await account.root("ListAttachedUserPolicies", Holder.user.parameters(["PathPrefix": "/other/"]))
    #expect(others.all("PolicyName").isEmpty)
  }

  @Test("detaching what a page showed before asking for the next skips nothing")
  func detachingWhilePaging() async throws {
    let account = try await TestAccount.start()
    try await Holder.user.make(in: account)
    for name in ["a", "b", "c", "d"] {
      let arn = try await account.policy(name)
      try await account.root("AttachUserPolicy", Holder.user.parameters(["PolicyArn": arn]))
    }
    let first = try await account.root("ListAttachedUserPolicies", Holder.user.parameters(["MaxItems": "2"]))
    for arn in first.all("PolicyArn") {
      try await account.root("DetachUserPolicy", Holder.user.parameters(["PolicyArn": arn]))
    }
    let marker = try #require(first["Marker"])
    let second = try await account.root("ListAttachedUserPolicies", Holder.user.parameters(["Marker": marker]))
    #expect(second.all("PolicyName") == ["c", "d"])
  }

  // MARK: Access

  @Test("an attached policy counts from the next request on, and no longer once it is detached")
  func effect() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u")
    let attachment = ["UserName": "u", "PolicyArn": Self.readOnly]
    #expect(try await account.server.call("ListUsers", as: user).code == "AccessDenied")
    try await account.root("AttachUserPolicy", attachment)
    #expect(try await account.server.call("ListUsers", as: user).isSuccess)
    try await account.root("DetachUserPolicy", attachment)
    #expect(try await account.server.call("ListUsers", as: user).code == "AccessDenied")
  }

  @Test("who may attach one policy may attach that one only", arguments: Holder.allCases, ["Attach", "Detach"])
  func policyARNKey(holder: Holder, verb: String) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let action = "\(verb)\(holder)Policy"
    let user = try await account.user(
      "limited",
      policy: """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:\(action)","Resource":"*",\
        "Condition":{"ArnEquals":{"iam:PolicyARN":"\(Self.readOnly)"}}}}
        """)
    let administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    for arn in [Self.readOnly, administrator] {
      if verb == "Detach" { try await account.root("Attach\(holder)Policy", holder.parameters(["PolicyArn": arn])) }
    }
    let allowed = try await account.server.call(action, holder.parameters(["PolicyArn": Self.readOnly]), as: user)
    #expect(allowed.isSuccess)
    let refused = try await account.server.call(action, holder.parameters(["PolicyArn": administrator]), as: user)
    #expect(refused.code == "AccessDenied")
  }

  @Test("who may attach to bounded entities only cannot attach to others", arguments: Holder.bounded)
  func boundaryKey(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let user = try await account.user(
      "limited",
      policy: """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:Attach*","Resource":"*",\
        "Condition":{"StringEquals":{"iam:PermissionsBoundary":"\(Self.readOnly)"}}}}
        """)
    let attachment = holder.parameters(["PolicyArn": Self.readOnly])
    #expect(try await account.server.call("Attach\(holder)Policy", attachment, as: user).code == "AccessDenied")
    try await account.root(
      "Put\(holder)PermissionsBoundary", holder.parameters(["PermissionsBoundary": Self.readOnly]))
    #expect(try await account.server.call("Attach\(holder)Policy", attachment, as: user).isSuccess)
  }
}

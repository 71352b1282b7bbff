import ScenarioKit
import Testing

@Suite("Inline policies") struct InlinePoliciesTests {
  @Test("a policy is given back as it was written, URL-encoded", arguments: Holder.allCases)
  func roundTrip(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let document = #"{"Statement":{"Effect":"Allow","Action":"s3:*","Sid":"A1", "Resource":"*"}}"#
    try await account.root(
      "Put\(holder)Policy", holder.parameters(["PolicyName": "Inline", "PolicyDocument": document]))
    let found = try await account.root("Get\(holder)Policy", holder.parameters(["PolicyName": "Inline"]))
    #expect(found["\(holder)Name"] == Holder.name)
    #expect(found["PolicyName"] == "Inline")
    #expect(
      found["PolicyDocument"]
        == "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3A%2A%22%2C"
        + "%22Sid%22%3A%22A1%22%2C%20%22Resource%22%3A%22%2A%22%7D%7D")
  }

  @Test("a policy put again takes the place of the one with its name", arguments: Holder.allCases)
  func replacement(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    for action in ["s3:First", "s3:Second"] {
      try await account.root(
        "Put\(holder)Policy", holder.parameters(["PolicyName": "p", "PolicyDocument": TestPolicy.allow(action)]))
    }
    let found = try await account.root("Get\(holder)Policy", holder.parameters(["PolicyName": "p"]))
    #expect(found["PolicyDocument"]?.contains("s3%3ASecond") == true)
    #expect(try await account.root("List\(holder)Policies", holder.parameters).all("member") == ["p"])
  }

  @Test("a policy that is deleted or was never there cannot be found", arguments: Holder.allCases)
  func deletion(holder: Holder) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let policy = holder.parameters(["PolicyName": "p"])
    try await account.root(
      "Put\(holder)Policy", policy.merging(["PolicyDocument": TestPolicy.allow("s3:*")]) { $1 })
    try await account.root("Delete\(holder)Policy", policy)
    for action in ["Get\(holder)Policy", "Delete\(holder)Policy"] {
      let refused = try await account.attempt(action, policy)
      #expect(refused.code == "NoSuchEntity")
      #expect(refused.message == "The \(holder.word) policy with name p cannot be found.")
    }
    #expect(try await account.root("List\(holder)Policies", holder.parameters).all("member").isEmpty)
  }

  @Test("of an entity that does not exist there are no policies", arguments: Holder.allCases)
  func unknownHolder(holder: Holder) async throws {
    let account = try await TestAccount.start()
    let parameters = holder.parameters(["PolicyName": "p", "PolicyDocument": TestPolicy.allow("s3:*")])
    for verb in ["Put", "Get", "Delete"] {
      let refused = try await account.attempt("\(verb)\(holder)Policy", parameters)
      #expect(refused.code == "NoSuchEntity")
      #expect(refused.message == "The \(holder.word) with name entity cannot be found.")
    }
    #expect(try await account.attempt("List\(holder)Policies", holder.parameters).code == "NoSuchEntity")
  }

  @Test(
    "all policies of an entity together have a size, in which white space does not count",
    arguments: [(Holder.user, 2_048), (.group, 5_120), (.role, 10_240)])
  func size(holder: Holder, sizeMax: Int) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    func put(_ name: String, size: Int) async throws -> Answer {
      try await account.attempt(
        "Put\(holder)Policy", holder.parameters(["PolicyName": name, "PolicyDocument": document(size: size)]))
    }
    #expect(try await put("p", size: sizeMax - 200).isSuccess)
    #expect(try await put("q", size: 200).isSuccess)
    let refused = try await put("r", size: 150)
    #expect(refused.code == "LimitExceeded")
    #expect(refused.message == "Maximum policy size of \(sizeMax) bytes exceeded for \(holder.word) entity")
    #expect(try await put("q", size: 201).code == "LimitExceeded")
    #expect(try await put("q", size: 199).isSuccess)
  }

  @Test(
    "a malformed document is refused and changes nothing",
    arguments: ["x", "{}", TestPolicy.trust("*"), #"{"Statement":{"Effect":"Allow","Action":"s3:*"}}"#])
  func malformed(document: String) async throws {
    let account = try await TestAccount.start()
    try await Holder.user.make(in: account)
    let policy = Holder.user.parameters(["PolicyName": "p"])
    let refused = try await account.attempt("PutUserPolicy", policy.merging(["PolicyDocument": document]) { $1 })
    #expect(refused.code == "MalformedPolicyDocument")
    #expect(refused.status == 400)
    #expect(try await account.attempt("GetUserPolicy", policy).code == "NoSuchEntity")
  }

  @Test("a document in another alphabet than Latin-1 is no document at all", arguments: ["\u{100}", "😀", "\u{0}", ""])
  func alphabet(character: String) async throws {
    let account = try await TestAccount.start()
    try await Holder.user.make(in: account)
    let document = character.isEmpty ? "" : TestPolicy.allow("s3:*", on: "arn:aws:s3:::\(character)")
    let refused = try await account.attempt(
      "PutUserPolicy", Holder.user.parameters(["PolicyName": "p", "PolicyDocument": document]))
    #expect(refused.code == "ValidationError")
  }

  @Test("a document may hold all of Latin-1")
  func latin1() async throws {
    let account = try await TestAccount.start()
    try await Holder.user.make(in: account)
    let policy = Holder.user.parameters(["PolicyName": "p"])
    let document = TestPolicy.allow("s3:*", on: "arn:aws:s3:::\u{A1}ÿ/*")
    try await account.root("PutUserPolicy", policy.merging(["PolicyDocument": document]) { $1 })
    let found = try await account.root("GetUserPolicy", policy)
    #expect(found["PolicyDocument"]?.contains("%3A%3A%3A%C2%A1%C3%BF%2F%2A%22") == true)
  }

  @Test("names are listed in order and in pages of any size", arguments: 1...4)
  func pages(size: Int) async throws {
    let account = try await TestAccount.start()
    try await Holder.group.make(in: account)
    for name in ["b", "a", "c"] {
      try await account.root(
        "PutGroupPolicy", Holder.group.parameters(["PolicyName": name, "PolicyDocument": TestPolicy.allow("s3:*")]))
    }
    let pages = try await account.pages("ListGroupPolicies", Holder.group.parameters, size: size)
    #expect(pages.flatMap { $0.all("member") } == ["a", "b", "c"])
    #expect(pages.count == (3 + size - 1) / size)
  }

  @Test("a marker works for the entity that it was made for only")
  func foreignMarker() async throws {
    let account = try await TestAccount.start()
    for name in ["one", "two"] {
      try await account.root("CreateUser", ["UserName": name])
      for policy in ["a", "b"] {
        try await account.root(
          "PutUserPolicy",
          ["UserName": name, "PolicyName": policy, "PolicyDocument": TestPolicy.allow("s3:*")])
      }
    }
    let first = try await account.root("ListUserPolicies", ["UserName": "one", "MaxItems": "1"])
    let marker = try #require(first["Marker"])
    #expect(try await account.root("ListUserPolicies", ["UserName": "one", "Marker": marker]).all("member") == ["b"])
    let refused = try await account.attempt("ListUserPolicies", ["UserName": "two", "Marker": marker])
    #expect(refused.code == "ValidationError")
  }

  @Test("a service-linked role is not the account's to change", arguments: ["PutRolePolicy", "DeleteRolePolicy"])
  func serviceLinkedRole(action: String) async throws {
    let account = try await TestAccount.start()
    try await account.serviceLinkedRole("Linked")
    let refused = try await account.attempt(
      action, ["RoleName": "Linked", "PolicyName": "p", "PolicyDocument": TestPolicy.allow("s3:*")])
    #expect(refused.code == "UnmodifiableEntity")
  }

  @Test("a policy counts from the next request on, and no longer once it is deleted")
  func effect() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u", policy: TestPolicy.allow("iam:ListUsers"))
    #expect(try await account.server.call("ListUsers", as: user).isSuccess)
    try await account.root("DeleteUserPolicy", ["UserName": "u", "PolicyName": "inline"])
    #expect(try await account.server.call("ListUsers", as: user).code == "AccessDenied")
  }

  @Test("who may change bounded entities only cannot change others", arguments: Holder.bounded, ["Put", "Delete"])
  func boundaryKey(holder: Holder, verb: String) async throws {
    let account = try await TestAccount.start()
    try await holder.make(in: account)
    let boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    let user = try await account.user(
      "limited",
      policy: """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:\(verb)\(holder)Policy","Resource":"*",\
        "Condition":{"StringEquals":{"iam:PermissionsBoundary":"\(boundary)"}}}}
        """)
    let policy = holder.parameters(["PolicyName": "p", "PolicyDocument": TestPolicy.allow("s3:*")])
    try await account.root("Put\(holder)Policy", policy)
    #expect(try await account.server.call("\(verb)\(holder)Policy", policy, as: user).code == "AccessDenied")
    try await account.root("Put\(holder)PermissionsBoundary", holder.parameters(["PermissionsBoundary": boundary]))
    #expect(try await account.server.call("\(verb)\(holder)Policy", policy, as: user).isSuccess)
  }
}

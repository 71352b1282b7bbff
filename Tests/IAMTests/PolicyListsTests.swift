import ScenarioKit
import Testing

@Suite("Lists of policies") struct PolicyListsTests {
  @Test("policies of both kinds are listed by name, and in pages of any size", arguments: [1, 7, 100, 1_000])
  func pages(size: Int) async throws {
    let account = try await TestAccount.start()
    for name in ["aaa", "AdministratorAccess", "readonlyaccess+", "ZZZ"] { try await account.policy(name) }
    let prefix = size == 1 ? ["PathPrefix": "/job-function/"] : [:]
    let whole = try await account.pages("ListPolicies", prefix, size: 1_000).flatMap { $0.all("Arn") }
    let names = whole.map { String($0.split(separator: "/").last ?? "").lowercased() }
    #expect(names == names.sorted())
    #expect(Set(whole).count == whole.count)
    let pages = try await account.pages("ListPolicies", prefix, size: size)
    #expect(pages.flatMap { $0.all("Arn") } == whole)
    #expect(pages.dropLast().allSatisfy { $0.all("Arn").count == size })
    guard size > 1 else { return }
    #expect(whole.count > 1_300)
    let administrators = whole.filter { $0.hasSuffix("policy/AdministratorAccess") }
    #expect(
      administrators == [
        "arn:aws:iam::\(account.id):policy/AdministratorAccess", "arn:aws:iam::aws:policy/AdministratorAccess",
      ])
  }

  @Test("a list has a scope, a path and a use")
  func filters() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "u"])
    for name in ["mine1", "mine2", "mine3"] { try await account.policy(name, path: "/mine/") }
    let arn = "arn:aws:iam::\(account.id):policy/mine"
    let readOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    for attached in ["\(arn)/mine2", readOnly] {
      try await account.root("AttachUserPolicy", ["UserName": "u", "PolicyArn": attached])
    }
    try await account.root("PutUserPermissionsBoundary", ["UserName": "u", "PermissionsBoundary": "\(arn)/mine3"])
    func names(_ parameters: [String: String]) async throws -> [String] {
      try await account.root("ListPolicies", parameters.merging(["MaxItems": "1000"]) { $1 }).all("PolicyName")
    }
    #expect(try await names(["Scope": "Local"]) == ["mine1", "mine2", "mine3"])
    #expect(try await names(["PathPrefix": "/mine/"]) == ["mine1", "mine2", "mine3"])
    #expect(try await names(["Scope": "AWS", "PathPrefix": "/mine/"]).isEmpty)
    #expect(try await names(["OnlyAttached": "true"]) == ["mine2", "ReadOnlyAccess"])
    #expect(try await names(["OnlyAttached": "true", "Scope": "AWS"]) == ["ReadOnlyAccess"])
    #expect(try await names(["PolicyUsageFilter": "PermissionsPolicy"]) == ["mine2", "ReadOnlyAccess"])
    #expect(try await names(["PolicyUsageFilter": "PermissionsBoundary"]) == ["mine3"])
    #expect(try await names(["Scope": "Local", "OnlyAttached": "false"]) == ["mine1", "mine2", "mine3"])
  }

  @Test("lists leave out descriptions and tags")
  func brevity() async throws {
    let account = try await TestAccount.start()
    try await account.policy("p", tags: [("k", "v")])
    let listed = try await account.root("ListPolicies", ["Scope": "Local"])
    #expect(listed["PolicyName"] == "p")
    #expect(listed["Tags"] == nil)
    let managed = try await account.root("ListPolicies", ["Scope": "AWS", "MaxItems": "1"])
    #expect(managed["PolicyName"] != nil)
    #expect(managed["Description"] == nil)
  }

  @Test("deleting what a page showed before asking for the next skips nothing")
  func deletingWhilePaging() async throws {
    let account = try await TestAccount.start()
    for name in ["a", "b", "c", "d"] { try await account.policy(name) }
    let first = try await account.root("ListPolicies", ["Scope": "Local", "MaxItems": "2"])
    for arn in first.all("Arn") { try await account.root("DeletePolicy", ["PolicyArn": arn]) }
    let second = try await account.root(
      "ListPolicies", ["Scope": "Local", "MaxItems": "2", "Marker": try #require(first["Marker"])])
    #expect(second.all("PolicyName") == ["c", "d"])
    #expect(second["IsTruncated"] == "false")
  }

  @Test("a marker works for the filters that it was made for only, and cannot be made up")
  func markers() async throws {
    let account = try await TestAccount.start()
    for name in ["a", "b"] { try await account.policy(name) }
    let first = try await account.root("ListPolicies", ["Scope": "Local", "MaxItems": "1"])
    let marker = try #require(first["Marker"])
    for parameters in [["Marker": marker], ["Scope": "Local", "Marker": "x\(marker)"], ["Marker": "b"]] {
      #expect(try await account.attempt("ListPolicies", parameters).code == "ValidationError")
    }
  }

  @Test("an enumeration knows its own words only", arguments: ["Scope", "PolicyUsageFilter"])
  func words(parameter: String) async throws {
    let account = try await TestAccount.start()
    #expect(try await account.attempt("ListPolicies", [parameter: "local"]).code == "ValidationError")
  }

  // MARK: Entities

  @Test("entities of a policy have a kind, a path and a use")
  func entities() async throws {
    let account = try await TestAccount.start()
    let arn = try await account.policy("p")
    for holder in Holder.allCases {
      try await holder.make(in: account, path: "/\(holder.word)s/")
      try await account.root("Attach\(holder)Policy", holder.parameters(["PolicyArn": arn]))
    }
    try await account.root("CreateUser", ["UserName": "bounded"])
    try await account.root("PutUserPermissionsBoundary", ["UserName": "bounded", "PermissionsBoundary": arn])
    func found(_ filter: [String: String]) async throws -> [[String]] {
      let answer = try await account.root("ListEntitiesForPolicy", filter.merging(["PolicyArn": arn]) { $1 })
      return Holder.allCases.map { answer.all("\($0)Name") }
    }
    #expect(try await found([:]) == [["bounded", "entity"], ["entity"], ["entity"]])
    #expect(try await found(["EntityFilter": "User"]) == [["bounded", "entity"], [], []])
    #expect(try await found(["EntityFilter": "Group"]) == [[], ["entity"], []])
    #expect(try await found(["EntityFilter": "Role"]) == [[], [], ["entity"]])
    #expect(try await found(["EntityFilter": "AWSManagedPolicy"]) == [[], [], []])
    #expect(try await found(["PathPrefix": "/users/"]) == [["entity"], [], []])
    #expect(try await found(["PolicyUsageFilter": "PermissionsPolicy"]) == [["entity"], ["entity"], ["entity"]])
    #expect(try await found(["PolicyUsageFilter": "PermissionsBoundary"]) == [["bounded"], [], []])
  }

  @Test("entities are listed in pages of any size across their kinds", arguments: 1...6)
  func entityPages(size: Int) async throws {
    let account = try await TestAccount.start()
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    for holder in Holder.allCases {
      try await holder.make(in: account)
      try await account.root("Attach\(holder)Policy", holder.parameters(["PolicyArn": arn]))
    }
    for name in ["Alice", "bob"] {
      try await account.root("CreateUser", ["UserName": name])
      try await account.root("AttachUserPolicy", ["UserName": name, "PolicyArn": arn])
    }
    let pages = try await account.pages("ListEntitiesForPolicy", ["PolicyArn": arn], size: size)
    #expect(pages.flatMap { $0.all("GroupName") } == ["entity"])
    #expect(pages.flatMap { $0.all("RoleName") } == ["entity"])
    #expect(pages.flatMap { $0.all("UserName") } == ["Alice", "bob", "entity"])
    #expect(pages.count == (5 + size - 1) / size)
  }

  @Test("entities of other accounts are not shown")
  func foreignEntities() async throws {
    let account = try await TestAccount.start()
    let other = try await account.server.account()
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    try await Holder.user.make(in: other)
    try await other.root("AttachUserPolicy", Holder.user.parameters(["PolicyArn": arn]))
    #expect(try await account.root("ListEntitiesForPolicy", ["PolicyArn": arn]).all("UserName").isEmpty)
    #expect(try await account.root("GetPolicy", ["PolicyArn": arn])["AttachmentCount"] == "0")
  }
}

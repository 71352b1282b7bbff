import ScenarioKit
import Testing

/// What can be tagged, with the parameters that name one.
enum TaggedKind: String, CaseIterable, Sendable, CustomStringConvertible {
  case user = "User"
  case role = "Role"
  case policy = "Policy"
  case instanceProfile = "InstanceProfile"

  var description: String { rawValue }

  func make(in account: TestAccount) async throws -> [String: String] {
    switch self {
    case .user: try await account.root("CreateUser", ["UserName": "tagged"])
    case .role: try await account.role("tagged")
    case .policy: return ["PolicyArn": try await account.policy("tagged")]
    case .instanceProfile: try await account.root("CreateInstanceProfile", ["InstanceProfileName": "tagged"])
    }
    return ["\(rawValue)Name": "tagged"]
  }

  var unknown: [String: String] {
    self == .policy ? ["PolicyArn": "arn:aws:iam::123456789012:policy/none"] : ["\(rawValue)Name": "none"]
  }
}

@Suite("Tags") struct TagsTests {
  static func parameters(_ tags: [(String, String)]) -> [String: String] {
    var parameters: [String: String] = [:]
    for (index, tag) in tags.enumerated() {
      parameters["Tags.member.\(index + 1).Key"] = tag.0
      parameters["Tags.member.\(index + 1).Value"] = tag.1
    }
    return parameters
  }

  static func numbered(_ numbers: Range<Int>) -> [(String, String)] {
    numbers.map { ($0 < 10 ? "key0\($0)" : "key\($0)", "value\($0)") }
  }

  @Test("tags are added, changed in any letter case and removed", arguments: TaggedKind.allCases)
  func life(kind: TaggedKind) async throws {
    let account = try await TestAccount.start()
    let entity = try await kind.make(in: account)
    func tag(_ tags: (String, String)...) async throws {
      try await account.root("Tag\(kind)", entity.merging(Self.parameters(tags)) { $1 })
    }
    try await tag(("Team", "a"))
    try await tag(("zone", "1"), ("team", "b"), ("empty", ""))
    var listed = try await account.root("List\(kind)Tags", entity)
    #expect(listed.all("Key") == ["empty", "team", "zone"])
    #expect(listed.all("Value") == ["", "b", "1"])
    try await account.root(
      "Untag\(kind)", entity.merging(["TagKeys.member.1": "TEAM", "TagKeys.member.2": "none"]) { $1 })
    listed = try await account.root("List\(kind)Tags", entity)
    #expect(listed.all("Key") == ["empty", "zone"])
    #expect(listed["IsTruncated"] == "false")
  }

  @Test("fifty tags can be given, of which one may be changed", arguments: TaggedKind.allCases)
  func quota(kind: TaggedKind) async throws {
    let account = try await TestAccount.start()
    let entity = try await kind.make(in: account)
    func tag(_ tags: [(String, String)]) async throws -> Answer {
      try await account.attempt("Tag\(kind)", entity.merging(Self.parameters(tags)) { $1 })
    }
    #expect(try await tag(Self.numbered(0..<50)).isSuccess)
    let refused = try await tag(Self.numbered(50..<51))
    #expect(refused.code == "LimitExceeded")
    #expect(refused.message == "The number of tags has reached the maximum limit.")
    #expect(try await tag([("KEY07", "new")]).isSuccess)
    let pages = try await account.pages("List\(kind)Tags", entity, size: 20)
    #expect(pages.map { $0.all("Key").count } == [20, 20, 10])
    #expect(Set(pages.flatMap { $0.all("Key") }).count == 50)
  }

  @Test("a list of tags goes on behind what was read, whatever became of it")
  func pagesWhileRemoving() async throws {
    let account = try await TestAccount.start()
    let entity = try await TaggedKind.user.make(in: account)
    try await account.root("TagUser", entity.merging(Self.parameters(Self.numbered(0..<4))) { $1 })
    let first = try await account.root("ListUserTags", entity.merging(["MaxItems": "2"]) { $1 })
    try await account.root("UntagUser", entity.merging(["TagKeys.member.1": "key00"]) { $1 })
    let second = try await account.root("ListUserTags", entity.merging(["Marker": first["Marker"] ?? ""]) { $1 })
    #expect(first.all("Key") + second.all("Key") == ["key00", "key01", "key02", "key03"])
    let foreign = try await account.attempt(
      "ListRoleTags", try await TaggedKind.role.make(in: account).merging(["Marker": first["Marker"] ?? ""]) { $1 })
    #expect(foreign.code == "ValidationError")
  }

  @Test(
    "tags that AWS does not allow are refused", arguments: TaggedKind.allCases,
    [[("aws:x", "v")], [("AWS:x", "v")], [("a", "1"), ("A", "2")], [("", "v")], [("k?", "v")]])
  func malformed(kind: TaggedKind, tags: [(String, String)]) async throws {
    let account = try await TestAccount.start()
    let entity = try await kind.make(in: account)
    let refused = try await account.attempt("Tag\(kind)", entity.merging(Self.parameters(tags)) { $1 })
    #expect(["InvalidInput", "ValidationError"].contains(refused.code))
    #expect(try await account.root("List\(kind)Tags", entity).all("Key").isEmpty)
  }

  @Test("what does not exist has no tags", arguments: TaggedKind.allCases)
  func unknown(kind: TaggedKind) async throws {
    let account = try await TestAccount.start()
    var unknown = kind.unknown
    if kind == .policy { unknown["PolicyArn"] = "arn:aws:iam::\(account.id):policy/none" }
    let tag = unknown.merging(Self.parameters([("k", "v")])) { $1 }
    #expect(try await account.attempt("Tag\(kind)", tag).code == "NoSuchEntity")
    let untag = unknown.merging(["TagKeys.member.1": "k"]) { $1 }
    #expect(try await account.attempt("Untag\(kind)", untag).code == "NoSuchEntity")
    #expect(try await account.attempt("List\(kind)Tags", unknown).code == "NoSuchEntity")
  }

  @Test("tags of the request and of the resource decide where a policy says so", arguments: TaggedKind.allCases)
  func conditions(kind: TaggedKind) async throws {
    let account = try await TestAccount.start()
    let entity = try await kind.make(in: account)
    let user = try await account.user(
      "boss",
      policy: """
        {"Version":"2012-10-17","Statement":[\
        {"Effect":"Allow","Action":"iam:Tag*","Resource":"*",\
        "Condition":{"StringEquals":{"aws:RequestTag/team":"red"},\
        "ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}},\
        {"Effect":"Allow","Action":"iam:Untag*","Resource":"*",\
        "Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}},\
        {"Effect":"Allow","Action":"iam:List*","Resource":"*",\
        "Condition":{"StringEquals":{"aws:ResourceTag/team":"red"}}}]}
        """)
    func code(_ action: String, _ more: [String: String] = [:]) async throws -> String? {
      try await account.server.call(action, entity.merging(more) { $1 }, as: user).code
    }
    #expect(try await code("List\(kind)Tags") == "AccessDenied")
    #expect(try await code("Tag\(kind)", Self.parameters([("team", "blue")])) == "AccessDenied")
    #expect(try await code("Tag\(kind)", Self.parameters([("team", "red"), ("more", "x")])) == "AccessDenied")
    #expect(try await code("Tag\(kind)", Self.parameters([("team", "red")])) == nil)
    #expect(try await code("List\(kind)Tags") == nil)
    #expect(try await code("Untag\(kind)", ["TagKeys.member.1": "other"]) == "AccessDenied")
    #expect(try await code("Untag\(kind)", ["TagKeys.member.1": "team"]) == nil)
    #expect(try await code("List\(kind)Tags") == "AccessDenied")
  }
}

import AWSCore
import Directory
import ScenarioKit
import Testing

/// Names are unique within their kind in any letter case, and are answered as they were first written.
@Suite("Names") struct NamesTests {
  struct Kind: Sendable, CustomTestStringConvertible {
    let noun: String
    /// The parameter and the member that has the name.
    let member: String
    var more: [String: String] = [:]
    let list: String
    /// AWS's words for a name that is taken.
    let taken: @Sendable (String) -> String
    /// Whether a look-up is by name; a policy's is by ARN.
    var isNamed = true
    var testDescription: String { noun }
  }

  static let kinds = [
    Kind(noun: "User", member: "UserName", list: "ListUsers") { "User with name \($0) already exists." },
    Kind(noun: "Group", member: "GroupName", list: "ListGroups") { "Group with name \($0) already exists." },
    Kind(
      noun: "Role", member: "RoleName", more: ["AssumeRolePolicyDocument": TestPolicy.trust("*")], list: "ListRoles"
    ) { "Role with name \($0) already exists." },
    Kind(noun: "InstanceProfile", member: "InstanceProfileName", list: "ListInstanceProfiles") {
      "Instance Profile \($0) already exists."
    },
    Kind(
      noun: "Policy", member: "PolicyName", more: ["PolicyDocument": TestPolicy.allow("s3:*")], list: "ListPolicies",
      taken: { "A policy called \($0) already exists. Duplicate names are not allowed." }, isNamed: false),
  ]

  @Test("a name is taken in any letter case and path", arguments: kinds, ["MiXed.Name", "mixed.name", "MIXED.NAME"])
  func taken(kind: Kind, name: String) async throws {
    let account = try await TestAccount.start()
    _ = try await make(kind, "MiXed.Name", in: account).succeeded(kind.noun)
    let before = try await account.server.directory.account(account.id)?.revision
    for path in ["/", "/else/"] {
      let refused = try await make(kind, name, in: account, path: path)
      #expect(refused.code == "EntityAlreadyExists")
      #expect(refused.status == 409)
      #expect(refused.message == kind.taken(name))
    }
    #expect(try await account.server.directory.account(account.id)?.revision == before)
    let listed = try await account.root(kind.list, kind.isNamed ? [:] : ["Scope": "Local"])
    #expect(listed.all(kind.member) == ["MiXed.Name"])
    guard kind.isNamed else { return }
    #expect(try await account.root("Get\(kind.noun)", [kind.member: name])[kind.member] == "MiXed.Name")
  }

  @Test("kinds do not share their names")
  func apart() async throws {
    let account = try await TestAccount.start()
    for kind in Self.kinds { _ = try await make(kind, "same", in: account).succeeded(kind.noun) }
  }

  @Test("a name is free again at once when its thing is gone or renamed")
  func freed() async throws {
    let account = try await TestAccount.start()
    for noun in ["User", "Group"] {
      try await account.root("Create\(noun)", ["\(noun)Name": "Name"])
      try await account.root("Update\(noun)", ["\(noun)Name": "name", "New\(noun)Name": "NAME"])
      #expect(try await account.root("Get\(noun)", ["\(noun)Name": "name"])["\(noun)Name"] == "NAME")
      try await account.root("Update\(noun)", ["\(noun)Name": "name", "New\(noun)Name": "other"])
      try await account.root("Create\(noun)", ["\(noun)Name": "Name"])
      let refused = try await account.attempt("Update\(noun)", ["\(noun)Name": "other", "New\(noun)Name": "nAME"])
      #expect(refused.code == "EntityAlreadyExists")
      try await account.root("Delete\(noun)", ["\(noun)Name": "NAME"])
      try await account.root("Create\(noun)", ["\(noun)Name": "name"])
    }
  }

  private func make(_ kind: Kind, _ name: String, in account: TestAccount, path: String = "/") async throws -> Answer {
    try await account.attempt("Create\(kind.noun)", kind.more.merging([kind.member: name, "Path": path]) { $1 })
  }
}

import AWSCore
import PolicyEngine
import Testing

@testable import Directory

@Suite("Indexes of an account") struct AccountIndexesTests {
  let id: AccountID
  init() throws { id = try #require(AccountID(number: 42)) }

  typealias Index = [String: Set<String>]

  private func arn(_ number: Int) -> ARN { .iam(id, "policy/p\(number)") }

  private func arns(_ numbers: inout SeededNumbers) -> [ARN] {
    (0..<6).filter { _ in Bool.random(using: &numbers) }.map(arn)
  }

  private func change(_ account: inout Account, _ numbers: inout SeededNumbers) throws {
    let pick = Int.random(in: 0..<12, using: &numbers)
    switch Int.random(in: 0..<10, using: &numbers) {
    case 0, 1:
      var user = UserRecord.fixture("user\(pick)-\(Int.random(in: 0..<3, using: &numbers))", id: "U\(pick)", in: id)
      user.groups = (0..<6).filter { _ in Bool.random(using: &numbers) }.map { "G\($0)" }
      user.attachedPolicies = arns(&numbers)
      user.permissionsBoundary = Bool.random(using: &numbers) ? arn(pick % 4) : nil
      account.put(user)
    case 2:
      var group = GroupRecord(
        id: "G\(pick)", account: id, groupName: GroupName(unchecked: "group\(pick)"), path: .root, createDate: .noon)
      group.attachedPolicies = arns(&numbers)
      account.put(group)
    case 3:
      var role = RoleRecord(
        id: "R\(pick)", account: id, roleName: RoleName(unchecked: "role\(pick)"), path: .root, createDate: .noon,
        trustPolicy: try .trust(), description: nil)
      role.attachedPolicies = arns(&numbers)
      role.permissionsBoundary = Bool.random(using: &numbers) ? arn(pick % 4) : nil
      account.put(role)
    case 4:
      var profile = InstanceProfileRecord(
        id: "P\(pick)", account: id, profileName: InstanceProfileName(unchecked: "profile\(pick)"), path: .root,
        createDate: .noon, tags: [])
      profile.role = Bool.random(using: &numbers) ? "R\(pick % 3)" : nil
      account.put(profile)
    case 5:
      account.put(
        AccessKeyRecord(id: "K\(pick)", user: pick % 5 == 0 ? nil : "U\(pick % 5)", createDate: .noon, sealedSecret: [])
      )
    case 6: account.remove(kind: UserRecord.kind, id: "U\(pick)")
    case 7: account.remove(kind: GroupRecord.kind, id: "G\(pick)")
    case 8: account.remove(kind: RoleRecord.kind, id: "R\(pick)")
    default:
      account.remove(kind: InstanceProfileRecord.kind, id: "P\(pick)")
      account.remove(kind: AccessKeyRecord.kind, id: "K\(pick)")
    }
  }

  /// The indexes as the records alone tell them.
  private struct Expected {
    var members: Index = [:]
    var attachments: Index = [:]
    var boundaries: Index = [:]
    var keysByOwner: Index = [:]
    var profilesByRole: Index = [:]

    init(_ account: Account) {
      var own = self
      account.users.forEach { user in
        for group in user.groups { own.members[group, default: []].insert(user.id) }
        own.addPolicies(of: user)
        own.addBoundary(of: user)
      }
      account.groups.forEach { own.addPolicies(of: $0) }
      account.roles.forEach { role in
        own.addPolicies(of: role)
        own.addBoundary(of: role)
      }
      account.accessKeys.forEach { own.keysByOwner[$0.user ?? "", default: []].insert($0.id) }
      account.instanceProfiles.forEach { profile in
        if let role = profile.role { own.profilesByRole[role, default: []].insert(profile.id) }
      }
      self = own
    }

    private mutating func addPolicies(of holder: some PolicyHolder) {
      for arn in holder.attachedPolicies { attachments[arn.text, default: []].insert(holder.id) }
    }

    private mutating func addBoundary(of holder: some BoundaryHolder) {
      if let arn = holder.permissionsBoundary { boundaries[arn.text, default: []].insert(holder.id) }
    }
  }

  @Test("after random changes they are what the records say", arguments: [1, 2, 3, 4] as [UInt64])
  func random(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    var account = Account(id: id)
    for step in 0..<3_000 {
      try change(&account, &numbers)
      guard step % 20 == 0 else { continue }
      let expected = Expected(account)
      #expect(Dictionary(uniqueKeysWithValues: account.members.map { ($0.key, Set($0.value)) }) == expected.members)
      #expect(
        Dictionary(uniqueKeysWithValues: account.attachments.map { ($0.key, Set($0.value)) }) == expected.attachments)
      #expect(
        Dictionary(uniqueKeysWithValues: account.boundaries.map { ($0.key, Set($0.value)) }) == expected.boundaries)
      #expect(
        Dictionary(uniqueKeysWithValues: account.owned[AccessKeyRecord.kind]?.map { ($0.key, Set($0.value)) } ?? [])
          == expected.keysByOwner)
      #expect(
        Dictionary(uniqueKeysWithValues: account.profilesByRole.map { ($0.key, Set($0.value)) })
          == expected.profilesByRole)
    }
  }

  @Test("questions are answered in order")
  func questions() throws {
    var account = Account(id: id)
    let group = GroupRecord(
      id: "G", account: id, groupName: GroupName(unchecked: "admins"), path: .root, createDate: .noon)
    account.put(group)
    for name in ["cid", "ann", "bob"] {
      var user = UserRecord.fixture(name, in: id)
      user.groups = ["G", "gone"]
      account.put(user)
      account.put(AccessKeyRecord(id: "K2-\(name)", user: user.id, createDate: .noon, sealedSecret: []))
      account.put(
        AccessKeyRecord(id: "K1-\(name)", user: user.id, createDate: .noon.adding(seconds: 1), sealedSecret: []))
    }
    account.put(AccessKeyRecord(id: "root", user: nil, createDate: .noon, sealedSecret: []))
    #expect(account.users(in: group).map(\.name) == ["ann", "bob", "cid"])
    let ann = try #require(account.users[name: "ANN"])
    #expect(account.groups(of: ann).map(\.name) == ["admins"])
    #expect(account.accessKeys(of: ann).map(\.id) == ["K2-ann", "K1-ann"])
    #expect(account.accessKeys(of: nil).map(\.id) == ["root"])
  }

  @Test("a boundary whose policy is gone allows nothing, and none at all limits nothing")
  func goneBoundary() throws {
    let account = Account(id: id)
    var user = UserRecord.fixture("ann", in: id)
    #expect(account.boundary(of: user) == nil)
    user.permissionsBoundary = arn(1)
    #expect(try #require(account.boundary(of: user)).policies.isEmpty)
  }

  @Test("a policy is found by its exact ARN alone")
  func exactARN() throws {
    var account = Account(id: id)
    account.put(
      PolicyRecord(
        id: "ANPA", account: id, policyName: PolicyName(unchecked: "Keys"), path: Path(unchecked: "/a/"),
        description: nil,
        createDate: .noon, policy: try .managed("Keys"), tags: []))
    #expect(account.customerPolicy(.iam(id, "policy/a/Keys")) != nil)
    for other in ["policy/Keys", "policy/a/keys", "policy/b/Keys", "policy/a/\u{212A}eys", "role/a/Keys"] {
      #expect(account.customerPolicy(.iam(id, other)) == nil, "\(other)")
      #expect(account.managedPolicy(.iam(id, other)) == nil, "\(other)")
    }
    let other = try #require(AccountID(number: 43))
    #expect(account.managedPolicy(.iam(other, "policy/a/Keys")) == nil)
  }

  @Test("AWS's policies are found by their exact ARNs alone")
  func exactAWSARN() throws {
    let account = Account(id: id)
    let text = "arn:aws:iam::aws:policy/AWSKeyManagementServicePowerUser"
    #expect(account.managedPolicy(try #require(ARN(text))) != nil)
    let kelvin = try #require(ARN(text.replacing("Key", with: "\u{212A}ey")))
    #expect(account.managedPolicy(kelvin) == nil)
    #expect(ManagedPolicyLibrary.aws[text] != nil)
    #expect(ManagedPolicyLibrary.aws[kelvin.text] == nil)
  }
}

import AWSCore
import Testing

@testable import Directory

@Suite("Transactions") struct TransactionTests {
  let id: AccountID
  init() throws { id = try #require(AccountID(number: 42)) }

  @Test("reads see what was written before, and the account outside does not")
  func ownWrites() throws {
    let account = Account(id: id)
    var transaction = Transaction(account: account, registry: Registry(), quotas: .standard)
    try transaction.put(UserRecord.fixture("ann", in: id))
    #expect(transaction.account.users[name: "ANN"] != nil)
    #expect(account.users[name: "ann"] == nil)
    transaction.delete(UserRecord.fixture("ann", in: id))
    #expect(transaction.account.users[name: "ann"] == nil)
    #expect(transaction.changes.count == 2)
    #expect(transaction.changes.last == .delete(kind: UserRecord.kind, id: "AIDA-ann"))
  }

  @Test("every kind of record is put, found, and deleted")
  func kinds() throws {
    var transaction = Transaction(account: Account(id: id), registry: Registry(), quotas: .standard)
    let group = GroupRecord(
      id: "G", account: id, groupName: GroupName(unchecked: "g"), path: .root, createDate: .noon)
    let role = RoleRecord(
      id: "R", account: id, roleName: RoleName(unchecked: "r"), path: .root, createDate: .noon,
      trustPolicy: try .trust(), description: nil)
    let policy = PolicyRecord(
      id: "P", account: id, policyName: PolicyName(unchecked: "p"), path: .root, description: nil, createDate: .noon,
      policy: try .managed("p"), tags: [])
    let profile = InstanceProfileRecord(
      id: "I", account: id, profileName: InstanceProfileName(unchecked: "i"), path: .root, createDate: .noon, tags: [])
    let key = AccessKeyRecord(id: "K", user: nil, createDate: .noon, sealedSecret: [])
    let deletion = RoleDeletionRecord(id: "T", role: role.arn, createDate: .noon, status: .succeeded)
    try transaction.put(group)
    try transaction.put(role)
    try transaction.put(policy)
    try transaction.put(profile)
    try transaction.put(key)
    try transaction.put(deletion)
    func counts(_ account: Account) -> [Int] {
      [
        account.groups.count, account.roles.count, account.policies.count, account.instanceProfiles.count,
        account.accessKeys.count, account.roleDeletions.count,
      ]
    }
    #expect(counts(transaction.account) == [1, 1, 1, 1, 1, 1])
    #expect(transaction.changes.count == 6)
    transaction.delete(group)
    transaction.delete(role)
    transaction.delete(policy)
    transaction.delete(profile)
    transaction.delete(key)
    transaction.delete(deletion)
    #expect(counts(transaction.account) == [0, 0, 0, 0, 0, 0])
    #expect(transaction.changes.count == 12)
    #expect(transaction.registryChanges.isEmpty)
  }

  @Test("what is registered is seen at once, and kept apart from the account's changes")
  func registering() throws {
    var transaction = Transaction(account: Account(id: id), registry: Registry(), quotas: .standard)
    try transaction.register(AliasRecord(id: "shop", account: id))
    #expect(transaction.registry.aliases[id: "shop"]?.account == id)
    try transaction.unregister(AliasRecord(id: "shop", account: id))
    #expect(transaction.registry.aliases[id: "shop"] == nil)
    #expect(transaction.registryChanges.count == 2)
    #expect(transaction.changes.isEmpty)
  }
}

import AWSCore
import Testing

@testable import Directory

@Suite("Registry") struct RegistryTests {
  @Test("aliases and given keys go, accounts stay for ever")
  func deletions() throws {
    let id = try #require(AccountID(number: 42))
    var registry = Registry()
    try registry.apply(.put(try RegisteredAccountRecord(account: id, email: "Root@Example.invalid").stored()))
    try registry.apply(.put(try ForeignKeyRecord(id: "AKIAIOSFODNN7EXAMPLE", account: id).stored()))
    try registry.apply(.put(try AliasRecord(id: "shop", account: id).stored()))
    #expect(registry.aliases[id: "shop"]?.account == id)
    try registry.apply(.delete(kind: AliasRecord.kind, id: "shop"))
    try registry.apply(.delete(kind: ForeignKeyRecord.kind, id: "AKIAIOSFODNN7EXAMPLE"))
    try registry.apply(.delete(kind: RegisteredAccountRecord.kind, id: id.description))
    #expect(registry.aliases[id: "shop"] == nil)
    #expect(registry.foreignKeys[id: "AKIAIOSFODNN7EXAMPLE"] == nil)
    #expect(registry.accounts[id: id.description] != nil)
    #expect(registry.accounts[name: "ROOT@example.INVALID"] != nil)
  }
}

import AWSCore
import Testing

@testable import Directory

@Suite("Record table") struct RecordTableTests {
  let account: AccountID
  var table = RecordTable<UserRecord>()

  init() throws { account = try #require(AccountID(number: 42)) }

  func user(_ name: String, id: String) -> UserRecord { .fixture(name, id: id, in: account) }

  static func names(_ table: RecordTable<UserRecord>, after name: String? = nil) -> [String] {
    var names: [String] = []
    table.walk(after: name) { record in
      names.append(record.name)
      return true
    }
    return names
  }

  @Test("a record is found by id, and by name in any letter case", arguments: ["Ann", "ANN", "ann"])
  mutating func lookUp(_ spelling: String) {
    table.put(user("Ann", id: "1"))
    #expect(table[id: "1"]?.name == "Ann")
    #expect(table[name: spelling]?.id == "1")
    #expect(table[name: "Anne"] == nil)
    #expect(table[id: "2"] == nil)
    #expect(table.count == 1)
  }

  @Test("a renamed record has its new name alone, also where only the case changed")
  mutating func rename() {
    table.put(user("Ann", id: "1"))
    table.put(user("Bob", id: "1"))
    #expect(table[name: "Ann"] == nil)
    #expect(table[name: "Bob"]?.id == "1")
    table.put(user("BOB", id: "1"))
    #expect(table[name: "bob"]?.name == "BOB")
    #expect(Self.names(table) == ["BOB"])
    #expect(table.count == 1)
  }

  @Test("a name that was given away can be taken, and a removed record leaves nothing")
  mutating func takenOver() {
    table.put(user("Ann", id: "1"))
    table.put(user("Bob", id: "1"))
    table.put(user("ann", id: "2"))
    #expect(table[name: "ANN"]?.id == "2")
    #expect(table.remove(id: "1")?.name == "Bob")
    #expect(table.remove(id: "1") == nil)
    #expect(table[name: "Bob"] == nil)
    #expect(Self.names(table) == ["ann"])
  }

  @Test("a name may be taken before its holder goes: the order within a transaction does not matter")
  mutating func takenEarly() {
    table.put(user("Ann", id: "1"))
    table.put(user("ann", id: "2"))
    #expect(table[name: "ann"]?.id == "2")
    #expect(table.remove(id: "1")?.id == "1")
    #expect(table[name: "ann"]?.id == "2")
    #expect(Self.names(table) == ["ann"])
    table.put(user("Bob", id: "3"))
    table.put(user("ann", id: "3"))
    table.put(user("Bob", id: "2"))
    #expect(table[name: "ann"]?.id == "3")
    #expect(table[name: "bob"]?.id == "2")
    #expect(Self.names(table) == ["ann", "Bob"])
  }

  @Test("a walk goes in the order of the names without case, and on from any spelling of one")
  mutating func order() {
    for (index, name) in ["delta", "Bravo", "alpha", "Charlie", "ALPHABET"].enumerated() {
      table.put(user(name, id: String(index)))
    }
    #expect(Self.names(table) == ["alpha", "ALPHABET", "Bravo", "Charlie", "delta"])
    #expect(Self.names(table, after: "BRAVO") == ["Charlie", "delta"])
    #expect(Self.names(table, after: "bz") == ["Charlie", "delta"])
  }

  @Test("a copy stays as it was")
  mutating func values() {
    table.put(user("Ann", id: "1"))
    let older = table
    table.put(user("Bob", id: "1"))
    table.put(user("Cid", id: "2"))
    #expect(Self.names(older) == ["Ann"])
    #expect(older[name: "Bob"] == nil)
    #expect(older.count == 1)
  }

  @Test("records without names are found by id")
  func nameless() throws {
    var keys = RecordTable<AccessKeyRecord>()
    keys.put(AccessKeyRecord(id: "A", user: nil, createDate: .noon, sealedSecret: []))
    #expect(keys[id: "A"] != nil)
    #expect(keys[name: "A"] == nil)
    var visited = 0
    keys.walk { _ in
      visited += 1
      return true
    }
    #expect(visited == 0)
    keys.forEach { _ in visited += 1 }
    #expect(visited == 1)
  }
}

import Testing

@testable import Directory

@Suite("Ordered names") struct OrderedNamesTests {
  static func all(_ names: OrderedNames, after name: String? = nil) -> [String] {
    var found: [String] = []
    names.walk(after: name) { entry in
      found.append(entry.name)
      return true
    }
    return found
  }

  @Test("20,000 random changes leave what they leave of a sorted list", arguments: [1, 2, 3] as [UInt64])
  func random(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    var names = OrderedNames()
    var expected: [String: String] = [:]
    for step in 0..<20_000 {
      let name = "n\(Int.random(in: 0..<4_000, using: &numbers))"
      // Grows to begin with, shrinks at the end.
      let isInsertion = Int.random(in: 0..<20_000, using: &numbers) > step
      if isInsertion, expected[name] == nil {
        names.insert(name, id: "id\(step)")
        expected[name] = "id\(step)"
      } else if !isInsertion {
        names.remove(name)
        expected[name] = nil
      }
      guard step % 500 == 0 else { continue }
      let sorted = expected.keys.sorted()
      #expect(names.count == sorted.count)
      #expect(Self.all(names) == sorted)
      let after = "n\(Int.random(in: 0..<4_000, using: &numbers))"
      #expect(Self.all(names, after: after) == sorted.filter { $0 > after })
    }
  }

  @Test("each name keeps its id")
  func ids() {
    var names = OrderedNames()
    for number in 0..<1_000 { names.insert("n\(number)", id: "id\(number)") }
    names.walk(after: nil) { entry in
      #expect(entry.id == "id" + entry.name.dropFirst())
      return true
    }
  }

  @Test("names may come in order, against it, or all leave", arguments: [true, false])
  func monotonous(isAscending: Bool) {
    let sorted = (1_000..<3_000).map { "n\($0)" }
    var names = OrderedNames()
    for name in isAscending ? sorted : sorted.reversed() { names.insert(name, id: name) }
    #expect(Self.all(names) == sorted)
    for name in sorted { names.remove(name) }
    #expect(names.count == 0)
    #expect(Self.all(names) == [])
    names.insert("again", id: "again")
    #expect(Self.all(names) == ["again"])
  }

  @Test("a walk stops where its visitor wants, and begins behind names that are not there")
  func walks() {
    var names = OrderedNames()
    #expect(Self.all(names, after: "x") == [])
    for name in ["b", "d", "f"] { names.insert(name, id: name) }
    #expect(Self.all(names, after: "") == ["b", "d", "f"])
    #expect(Self.all(names, after: "a") == ["b", "d", "f"])
    #expect(Self.all(names, after: "b") == ["d", "f"])
    #expect(Self.all(names, after: "c") == ["d", "f"])
    #expect(Self.all(names, after: "f") == [])
    #expect(Self.all(names, after: "z") == [])
    var seen = 0
    names.walk(after: nil) { _ in
      seen += 1
      return seen < 2
    }
    #expect(seen == 2)
  }

  @Test("removing what is not there changes nothing, and an older value stays as it was")
  func values() {
    var names = OrderedNames()
    names.remove("a")
    names.insert("a", id: "1")
    let older = names
    names.remove("b")
    names.insert("b", id: "2")
    names.remove("a")
    #expect(Self.all(older) == ["a"])
    #expect(older.count == 1)
    #expect(Self.all(names) == ["b"])
  }
}

import AWSCore
import Directory
import Testing

@Suite("Short-lived values in every store") struct EphemeralConformanceTests {
  private func value(_ key: String, _ body: [UInt8] = [1], expires: Timestamp? = nil) -> EphemeralValue {
    EphemeralValue(key: key, body: body, expires: expires)
  }

  @Test("a value is found in its space, and the newest write counts", arguments: StoreUnderTest.all)
  func put(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.put([value("k"), value("l", [], expires: .noon)], in: "one")
      try await store.put([value("k", [2])], in: "two")
      try await store.put([value("k", [3], expires: .noon)], in: "one")
      let before = Timestamp.noon.adding(milliseconds: -1)
      #expect(try await store.value("k", in: "one", now: before) == value("k", [3], expires: .noon))
      #expect(try await store.value("l", in: "one", now: before) == value("l", [], expires: .noon))
      #expect(try await store.value("k", in: "two", now: before) == value("k", [2]))
      #expect(try await store.value("k", in: "three", now: before) == nil)
      #expect(try await store.value("K", in: "one", now: before) == nil)
      try await store.put([], in: "one")
    }
  }

  @Test("of a hundred that insert one key at once, one succeeds", arguments: StoreUnderTest.all)
  func insertOnce(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let winners = try await withThrowingTaskGroup(of: UInt8?.self) { group in
        for number in UInt8(0)..<100 {
          let mine = value("k", [number], expires: .noon)
          group.addTask { try await store.insert(mine, in: "s", now: .init(seconds: 0)) ? number : nil }
        }
        return try await group.reduce(into: [UInt8]()) { if let winner = $1 { $0.append(winner) } }
      }
      #expect(winners.count == 1)
      #expect(try await store.value("k", in: "s", now: .init(seconds: 0))?.body == winners)
    }
  }

  @Test("of a hundred that take one value at once, one gets it", arguments: StoreUnderTest.all)
  func takeOnce(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.put([value("k", [9]), value("other")], in: "s")
      let taken = try await withThrowingTaskGroup(of: EphemeralValue?.self) { group in
        for _ in 0..<100 { group.addTask { try await store.take("k", in: "s", now: .noon) } }
        return try await group.reduce(into: [EphemeralValue]()) { if let found = $1 { $0.append(found) } }
      }
      #expect(taken == [value("k", [9])])
      #expect(try await store.value("k", in: "s", now: .noon) == nil)
      #expect(try await store.value("other", in: "s", now: .noon) != nil)
    }
  }

  @Test("a value is gone from the millisecond of its expiry on", arguments: StoreUnderTest.all, [-1, 0, 1] as [Int64])
  func expiry(_ kind: StoreUnderTest, offset: Int64) async throws {
    try await kind.use { store in
      let now = Timestamp.noon.adding(milliseconds: offset)
      let isThere = offset < 0
      for key in ["read", "insert", "list/1", "take"] { try await store.put([value(key, expires: .noon)], in: "s") }
      let read = try await store.value("read", in: "s", now: now)
      #expect((read != nil) == isThere)
      #expect(try await store.insert(value("insert", [2]), in: "s", now: now) == !isThere)
      #expect(try await store.value("insert", in: "s", now: now)?.body == (isThere ? [1] : [2]))
      let listed = try await store.values(in: "s", prefix: "list/", after: nil, limit: 9, now: now)
      #expect(listed.count == (isThere ? 1 : 0))
      let taken = try await store.take("take", in: "s", now: now)
      #expect((taken != nil) == isThere)
    }
  }

  @Test("a value without expiry stays and is not overwritten by an insert", arguments: StoreUnderTest.all)
  func forever(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let farFuture = Timestamp(milliseconds: .max)
      try await store.put([value("k")], in: "s")
      #expect(try await store.insert(value("k", [2]), in: "s", now: farFuture) == false)
      #expect(try await store.removeExpired(before: farFuture) == 0)
      #expect(try await store.value("k", in: "s", now: farFuture) == value("k"))
    }
  }

  @Test("what has expired is removed and counted", arguments: StoreUnderTest.all)
  func removeExpired(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let offsets: [Int64] = [-5, -1, 0, 1, 5]
      for space in ["one", "two"] {
        let values = offsets.map { value("\($0)", expires: Timestamp.noon.adding(milliseconds: $0)) }
        try await store.put(values + [value("stays")], in: space)
      }
      #expect(try await store.removeExpired(before: .noon) == 6)
      #expect(try await store.removeExpired(before: .noon) == 0)
      let left = try await store.values(in: "one", prefix: "", after: nil, limit: 99, now: .init(milliseconds: 0))
      #expect(left.map(\.key) == ["1", "5", "stays"])
    }
  }

  @Test("many expired values are removed in one call", arguments: StoreUnderTest.all)
  func removeMany(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let values = (0..<11_000).map { value("\($0)", [], expires: .noon) }
      try await store.put(values, in: "s")
      #expect(try await store.removeExpired(before: .noon) == 11_000)
      #expect(try await store.values(in: "s", prefix: "", after: nil, limit: 1, now: .init(seconds: 0)).isEmpty)
    }
  }

  private static let keys = [
    "%", "%a", "A", "_", "_a", "a", "a%", "a%b", "a_", "a_b", "aa", "ab", "a\u{10FFFF}", "a\u{10FFFF}b", "b", "é",
    "e\u{301}", "🗝️", "\\", "",
  ]

  @Test(
    "keys are listed by prefix, byte by byte, page by page", arguments: StoreUnderTest.all,
    ["", "a", "a%", "a_", "%", "_", "a\u{10FFFF}", "é", "e", "\\", "zzz"])
  func list(_ kind: StoreUnderTest, prefix: String) async throws {
    let keys = Self.keys.shuffled()
    let expected = keys.map { Array($0.utf8) }.filter { $0.starts(with: prefix.utf8) }
      .sorted { $0.lexicographicallyPrecedes($1) }
    try await kind.use { store in
      try await store.put(keys.map { value($0, Array($0.utf8)) }, in: "s")
      try await store.put([value("a elsewhere")], in: "t")
      for pageSize in [1, 2, 3, 100] {
        var found: [[UInt8]] = []
        var after: String?
        while true {
          let page = try await store.values(in: "s", prefix: prefix, after: after, limit: pageSize, now: .noon)
          #expect(page.count <= pageSize)
          guard let last = page.last else { break }
          #expect(page.allSatisfy { Array($0.key.utf8) == $0.body })
          found += page.map(\.body)
          after = last.key
        }
        #expect(found == expected)
      }
    }
  }

  @Test("a list begins after a key that is not there", arguments: StoreUnderTest.all)
  func listAfter(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.put(["p/1", "p/3", "p/5", "q"].map { value($0) }, in: "s")
      func keys(after key: String, limit: Int = 9) async throws -> [String] {
        try await store.values(in: "s", prefix: "p/", after: key, limit: limit, now: .noon).map(\.key)
      }
      #expect(try await keys(after: "p/2") == ["p/3", "p/5"])
      #expect(try await keys(after: "a") == ["p/1", "p/3", "p/5"])
      #expect(try await keys(after: "p/5") == [])
      #expect(try await keys(after: "z") == [])
      #expect(try await keys(after: "a", limit: 0) == [])
    }
  }

  @Test("a body keeps every byte of a megabyte", arguments: StoreUnderTest.all)
  func largeBody(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let body = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      try await store.put([value("k", body)], in: "s")
      #expect(try await store.take("k", in: "s", now: .noon)?.body == body)
    }
  }
}

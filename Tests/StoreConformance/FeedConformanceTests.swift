import AWSCore
import Directory
import Testing

@Suite("The feed in every store") struct FeedConformanceTests {
  @Test("the feed answers revisions in order, so many as are asked for", arguments: StoreUnderTest.all)
  func pages(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      for base in Int64(0)..<10 { try await store.commit([.user("A", body: "\(base)")], to: alpha, at: base) }
      try await store.commit([.user("B")], to: beta, at: 0)
      let expected = (1...10).map { StoredRevision(revision: $0, changes: [.user("A", body: "\($0 - 1)")]) }
      #expect(try await store.revisions(of: alpha, after: 0, limit: 100) == expected)
      #expect(try await store.revisions(of: alpha, after: 0, limit: .max) == expected)
      #expect(try await store.revisions(of: alpha, after: 3, limit: 2) == Array(expected[3..<5]))
      #expect(try await store.revisions(of: alpha, after: 9, limit: 5) == [expected[9]])
      #expect(try await store.revisions(of: alpha, after: 10, limit: 5) == [])
      #expect(try await store.revisions(of: alpha, after: 4, limit: 0) == [])
    }
  }

  @Test("a revision that was never made is not in reach", arguments: StoreUnderTest.all)
  func ahead(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit([.user("A")], to: alpha, at: 0)
      #expect(try await store.revisions(of: alpha, after: 2, limit: 5) == nil)
      #expect(try await store.revisions(of: alpha, after: -1, limit: 5) == nil)
      #expect(try await store.revisions(of: beta, after: 0, limit: 5) == [])
      #expect(try await store.revisions(of: beta, after: 1, limit: 5) == nil)
    }
  }

  @Test("changes keep their order within a revision", arguments: StoreUnderTest.all)
  func order(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let changes: [StoredChange] = (0..<25).map { $0 % 3 == 0 ? .deleteUser("\($0)") : .user("\(25 - $0)") }
      try await store.commit(changes, to: alpha, at: 0)
      #expect(try await store.revisions(of: alpha, after: 0, limit: 1)?.first?.changes == changes)
    }
  }

  @Test("what is loaded is what the feed tells", arguments: StoreUnderTest.all, [1, 2, 3] as [UInt64])
  func replay(_ kind: StoreUnderTest, seed: UInt64) async throws {
    try await kind.use { store in
      var random = SplitMix(state: seed)
      var base: Int64 = 0
      for _ in 0..<40 {
        let transactions = (0..<Int.random(in: 1...4, using: &random)).map { _ in
          (0..<Int.random(in: 0...6, using: &random)).map { _ -> StoredChange in
            let id = "\(Int.random(in: 0..<20, using: &random))"
            return Bool.random(using: &random)
              ? .deleteUser(id) : .user(id, name: "name of \(id)", body: "\(random.next())")
          }
        }
        let commit = Commit(partition: alpha, base: base, transactions: transactions)
        try await store.commit([commit])
        base = commit.head
      }
      let image = try await store.load(alpha)
      #expect(image?.revision == base)
      expectEqual(try await store.replay(alpha), image)
    }
  }

  @Test("the feed is trimmed to its horizon, and says where it no longer reaches", arguments: StoreUnderTest.all)
  func trimmed(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let length = Feed.horizon + Feed.trimInterval
      var base: Int64 = 0
      while base < length {
        let transactions = (base..<base + 50).map { [StoredChange.user("A", body: "\($0)")] }
        try await store.commit([Commit(partition: alpha, base: base, transactions: transactions)])
        base += 50
      }
      let floor = length - Feed.horizon
      #expect(try await store.revisions(of: alpha, after: floor - 1, limit: 1) == nil)
      #expect(try await store.revisions(of: alpha, after: 0, limit: 1) == nil)
      let feed = try #require(try await store.revisions(of: alpha, after: floor, limit: .max))
      #expect(feed.map(\.revision) == Array(floor + 1...length))
      #expect(feed.allSatisfy { $0.changes == [.user("A", body: "\($0.revision - 1)")] })
      #expect(try await store.load(alpha)?.records == [.user("A", body: "\(length - 1)")])

      try await store.commit([.user("B")], to: alpha, at: length)
      #expect(try await store.revisions(of: alpha, after: floor, limit: 1)?.first?.revision == floor + 1)
    }
  }

  @Test("a commit longer than the horizon keeps the feed's newest part", arguments: StoreUnderTest.all)
  func longCommit(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let length = Feed.horizon + 42
      let transactions = (0..<length).map { [StoredChange.user("A", body: "\($0)")] }
      try await store.commit([Commit(partition: alpha, base: 0, transactions: transactions)])
      #expect(try await store.revisions(of: alpha, after: 41, limit: 1) == nil)
      #expect(try await store.revisions(of: alpha, after: 42, limit: .max)?.count == Int(Feed.horizon))
    }
  }
}

/// Steele, Lea and Flood's generator: the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

import AWSCore
import Directory
import StoreFixtures
import Testing

@Suite("Records in every store") struct RecordConformanceTests {
  @Test("an empty store has no partitions", arguments: StoreUnderTest.all)
  func empty(_ kind: StoreUnderTest) async throws {
    try await kind.use { store async throws in
      #expect(try await store.heads().isEmpty)
      #expect(try await store.load(alpha) == nil)
    }
  }

  @Test("what was committed is loaded, ordered by kind and id", arguments: StoreUnderTest.all)
  func load(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let group = StoredRecord(kind: "group", id: "Z", name: "admins", body: [1, 2, 3])
      try await store.commit([.user("B", name: "bob"), .put(group), .user("A")], to: alpha, at: 0)
      let image = try #require(try await store.load(alpha))
      #expect(image.revision == 1)
      #expect(image.records == [group, .user("A"), .user("B", name: "bob")])
      #expect(try await store.load(beta) == nil)
    }
  }

  @Test("a commit that does not begin at the head is refused and changes nothing", arguments: StoreUnderTest.all)
  func conflict(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit([.user("A", name: "alice")], to: alpha, at: 0)
      let before = try await store.load(alpha)
      for base: Int64 in [0, 2, 7] {
        await #expect(throws: StoreFailure.conflict(alpha)) {
          try await store.commit([.user("A", name: "mallory"), .user("B")], to: alpha, at: base)
        }
      }
      await #expect(throws: StoreFailure.conflict(beta)) { try await store.commit([.user("A")], to: beta, at: 1) }
      expectEqual(try await store.load(alpha), before)
      #expect(try await store.heads() == [alpha: 1])
      #expect(try await store.revisions(of: alpha, after: 1, limit: 9) == [])
    }
  }

  @Test("several partitions are committed together or not at all", arguments: StoreUnderTest.all)
  func atomic(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit([.user("A")], to: beta, at: 0)
      let first = Commit(partition: alpha, base: 0, transactions: [[.user("A")]])
      await #expect(throws: StoreFailure.conflict(beta)) {
        try await store.commit([first, Commit(partition: beta, base: 0, transactions: [[.user("B")]])])
      }
      #expect(try await store.heads() == [beta: 1])
      #expect(try await store.load(alpha) == nil)
      try await store.commit([Commit(partition: beta, base: 1, transactions: [[.user("B")]]), first])
      #expect(try await store.heads() == [alpha: 1, beta: 2])
      #expect(try await store.load(beta)?.records == [.user("A"), .user("B")])
    }
  }

  @Test("a taken name undoes everything that was passed with it", arguments: StoreUnderTest.all)
  func nameUndoes(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit([.user("A", name: "alice")], to: beta, at: 0)
      await #expect(throws: StoreFailure.nameTaken(beta, kind: "user", name: "alice")) {
        try await store.commit([
          Commit(partition: alpha, base: 0, transactions: [[.user("A")]]),
          Commit(partition: beta, base: 1, transactions: [[.user("C")], [.user("B", name: "alice")]]),
        ])
      }
      #expect(try await store.heads() == [beta: 1])
      #expect(try await store.load(beta)?.records == [.user("A", name: "alice")])
    }
  }

  @Test("several transactions of one commit make one revision each", arguments: StoreUnderTest.all)
  func transactions(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let transactions: [[StoredChange]] = [[.user("A")], [.user("B"), .deleteUser("A")], []]
      try await store.commit([Commit(partition: alpha, base: 0, transactions: transactions)])
      #expect(try await store.heads() == [alpha: 3])
      #expect(try await store.load(alpha)?.records == [.user("B")])
      let feed = try await store.revisions(of: alpha, after: 0, limit: 9)
      #expect(feed?.map(\.revision) == [1, 2, 3])
      #expect(feed?.map(\.changes) == transactions)
    }
  }

  @Test("of one record the last change in a transaction counts", arguments: StoreUnderTest.all)
  func lastCounts(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let changes: [StoredChange] = [
        .user("A", name: "one"), .user("B", name: "two"), .user("A", name: "three"), .deleteUser("B"),
        .deleteUser("C"), .user("C", body: "kept"), .deleteUser("never there"),
      ]
      try await store.commit(changes, to: alpha, at: 0)
      #expect(try await store.load(alpha)?.records == [.user("A", name: "three"), .user("C", body: "kept")])
      expectEqual(try await store.replay(alpha), try await store.load(alpha))
    }
  }

  @Test("nothing to commit is no commit", arguments: StoreUnderTest.all)
  func nothing(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit([])
      #expect(try await store.heads().isEmpty)
    }
  }

  @Test("everything is forgotten", arguments: StoreUnderTest.all)
  func removeAll(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit([.user("A", name: "alice")], to: alpha, at: 0)
      try await store.put([EphemeralValue(key: "k", body: [1], expires: nil)], in: "s")
      try await store.removeAll()
      #expect(try await store.heads().isEmpty)
      #expect(try await store.load(alpha) == nil)
      #expect(try await store.revisions(of: alpha, after: 0, limit: 9) == [])
      #expect(try await store.value("k", in: "s", now: .noon) == nil)
      try await store.commit([.user("B", name: "alice")], to: alpha, at: 0)
      #expect(try await store.load(alpha)?.records == [.user("B", name: "alice")])
    }
  }

  @Test("what was answered is there after opening again", arguments: StoreUnderTest.durable)
  func durable(_ kind: StoreUnderTest) async throws {
    try await withTemporaryFolder { folder in
      var image: PartitionImage?
      try await kind.use(in: folder) { store in
        for base in Int64(0)..<20 {
          try await store.commit([.user("A\(base % 7)", name: "n\(base % 7)", body: "\(base)")], to: alpha, at: base)
        }
        try await store.put([EphemeralValue(key: "k", body: [7], expires: .noon)], in: "s")
        image = try await store.load(alpha)
      }
      try await kind.use(in: folder) { store in
        #expect(try await store.heads() == [alpha: 20])
        expectEqual(try await store.load(alpha), image)
        expectEqual(try await store.replay(alpha), image)
        let earlier = Timestamp.noon.adding(milliseconds: -1)
        #expect(try await store.value("k", in: "s", now: earlier)?.body == [7])
      }
    }
  }

  @Test("a closed store refuses, and closing twice is harmless", arguments: StoreUnderTest.durable)
  func closed(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      await store.close()
      await #expect(throws: StoreFailure.unavailable("the store is closed")) { try await store.heads() }
      await #expect(throws: StoreFailure.unavailable("the store is closed")) {
        try await store.commit([.user("A")], to: alpha, at: 0)
      }
    }
  }
}

@Suite("Names in every store") struct NameConformanceTests {
  @Test("a name is free for another kind, another partition, and where there is none", arguments: StoreUnderTest.all)
  func scope(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let group = StoredRecord(kind: "group", id: "G", name: "x", body: [])
      try await store.commit([.user("A", name: "x"), .put(group), .user("B"), .user("C")], to: alpha, at: 0)
      try await store.commit([.user("A", name: "x")], to: beta, at: 0)
      #expect(try await store.load(alpha)?.records.count == 4)
    }
  }

  @Test("a taken name is refused", arguments: StoreUnderTest.all)
  func taken(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit([.user("A", name: "x"), .user("B", name: "y")], to: alpha, at: 0)
      for change in [StoredChange.user("C", name: "x"), .user("B", name: "x")] {
        await #expect(throws: StoreFailure.nameTaken(alpha, kind: "user", name: "x")) {
          try await store.commit([change], to: alpha, at: 1)
        }
      }
      await #expect(throws: StoreFailure.nameTaken(alpha, kind: "user", name: "z")) {
        try await store.commit([.user("C", name: "z"), .user("D", name: "z")], to: alpha, at: 1)
      }
      try await store.commit([.user("A", name: "x", body: "again")], to: alpha, at: 1)
    }
  }

  @Test("a deletion frees the name in its own transaction, in either order", arguments: StoreUnderTest.all)
  func freed(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit([.user("A", name: "x")], to: alpha, at: 0)
      try await store.commit([.deleteUser("A"), .user("B", name: "x")], to: alpha, at: 1)
      try await store.commit([.user("C", name: "x"), .deleteUser("B")], to: alpha, at: 2)
      #expect(try await store.load(alpha)?.records == [.user("C", name: "x")])
    }
  }

  @Test("a rename frees the old name for the transaction after it", arguments: StoreUnderTest.all)
  func renamed(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit([.user("A", name: "x")], to: alpha, at: 0)
      let transactions: [[StoredChange]] = [[.user("A", name: "y")], [.user("B", name: "x")], [.user("A")]]
      try await store.commit([Commit(partition: alpha, base: 1, transactions: transactions)])
      try await store.commit([.user("C", name: "y")], to: alpha, at: 4)
      #expect(try await store.load(alpha)?.records == [.user("A"), .user("B", name: "x"), .user("C", name: "y")])
    }
  }

  @Test("names and ids are told apart by their bytes", arguments: StoreUnderTest.all)
  func bytes(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let names = ["é", "e\u{301}", "名前", "🗝️", "E", "e", "a'b", "a\"b", "%", "_", "\\", ""]
      let changes = names.map { StoredChange.user("id of \($0)", name: $0, body: $0) }
      try await store.commit(changes, to: alpha, at: 0)
      let records = try #require(try await store.load(alpha)?.records)
      #expect(Set(records.map { Array(($0.name ?? "-").utf8) }) == Set(names.map { Array($0.utf8) }))
      #expect(records.allSatisfy { $0.name.map { Array($0.utf8) } == $0.body })
      #expect(records.count == names.count)
    }
  }

  @Test("bodies keep every byte, from none to a megabyte", arguments: StoreUnderTest.all)
  func bodies(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let bodies: [[UInt8]] = [[], [0], Array(0...255), (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }]
      for (base, body) in bodies.enumerated() {
        let record = StoredRecord(kind: "user", id: "A\(base)", name: nil, body: body)
        try await store.commit([.put(record)], to: alpha, at: Int64(base))
      }
      #expect(try await store.load(alpha)?.records.map(\.body) == bodies)
      let feed = try await store.revisions(of: alpha, after: 0, limit: 9)
      #expect(feed?.flatMap(\.changes).map(\.body) == bodies)
    }
  }
}

extension StoredChange {
  fileprivate var body: [UInt8]? {
    if case .put(let record) = self { record.body } else { nil }
  }
}

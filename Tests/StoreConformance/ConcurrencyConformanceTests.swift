import AWSCore
import Directory
import Testing

@Suite("Concurrent callers of every store") struct ConcurrencyConformanceTests {
  private static let callers = 16
  private static let rounds = 25

  @Test("sixteen that add to one counter and try again lose no addition", arguments: StoreUnderTest.all)
  func counter(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<Self.callers {
          group.addTask { for _ in 0..<Self.rounds { try await Self.increment(store) } }
        }
        try await group.waitForAll()
      }
      let count = Int64(Self.callers * Self.rounds)
      let image = try #require(try await store.load(alpha))
      #expect(image.revision == count)
      #expect(image.records == [.user("counter", body: "\(count)")])
      expectEqual(try await store.replay(alpha), image)
    }
  }

  private static func increment(_ store: any Store) async throws {
    while true {
      let image = try await store.load(alpha)
      let count = image.flatMap { Int(String(decoding: $0.records[0].body, as: UTF8.self)) } ?? 0
      do {
        return try await store.commit([.user("counter", body: "\(count + 1)")], to: alpha, at: image?.revision ?? 0)
      } catch StoreFailure.conflict {
        continue
      }
    }
  }

  @Test("one that is refused does not take the others with it", arguments: StoreUnderTest.all)
  func independent(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit([.user("A", name: "taken")], to: alpha, at: 0)
      let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
        for number in 0..<60 {
          group.addTask {
            let partition = PartitionID(text: "p\(number)")
            let change = StoredChange.user("A", body: "\(number)")
            var commits = [Commit(partition: partition, base: 0, transactions: [[change]])]
            switch number % 3 {
            case 1: commits.append(Commit(partition: alpha, base: 7, transactions: [[.user("X")]]))
            case 2:
              let twice: [[StoredChange]] = [[.user("B", name: "n")], [.user("C", name: "n")]]
              commits.append(Commit(partition: partition, base: 1, transactions: twice))
            default: break
            }
            do { try await store.commit(commits) } catch { return (number, false) }
            return (number, true)
          }
        }
        return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
      }
      #expect(outcomes.allSatisfy { $0.value == ($0.key % 3 == 0) })
      let heads = try await store.heads()
      #expect(Set(heads.keys) == Set((0..<60).filter { $0 % 3 == 0 }.map { PartitionID(text: "p\($0)") } + [alpha]))
      #expect(try await store.load(PartitionID(text: "p30"))?.records == [.user("A", body: "30")])
    }
  }

  @Test("a reader sees whole commits only", arguments: StoreUnderTest.all)
  func wholeCommits(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for base in Int64(0)..<60 {
            let changes = (0..<10).map { StoredChange.user("\($0)", body: "\(base + 1)") }
            try await store.commit(changes, to: alpha, at: base)
          }
        }
        group.addTask {
          var revision: Int64 = 0
          while revision < 60 {
            guard let image = try await store.load(alpha) else { continue }
            #expect(image.revision >= revision)
            revision = image.revision
            #expect(image.records == (0..<10).map { .user("\($0)", body: "\(revision)") })
          }
        }
        try await group.waitForAll()
      }
    }
  }
}

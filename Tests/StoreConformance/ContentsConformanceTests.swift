import AWSCore
import Directory
import StoreFixtures
import Synchronization
import Testing

@Suite("All contents of every store") struct ContentsConformanceTests {
  /// Two kinds of store, each with each.
  static let pairs = StoreUnderTest.all.flatMap { from in StoreUnderTest.all.map { Pair(from: from, to: $0) } }

  struct Pair: Sendable, CustomTestStringConvertible {
    let from: StoreUnderTest
    let to: StoreUnderTest
    var testDescription: String { "\(from.name) to \(to.name)" }
  }

  /// More than a page of everything, with names that sort differently by letters and by bytes.
  private func write(to store: any Store) async throws {
    try await store.commit([.user("A", name: "alice")], to: beta, at: 0)
    try await store.commit([.deleteUser("A")], to: beta, at: 1)
    let many = (0..<600).map { number -> StoredChange in
      .user("U\(number)", name: number % 2 == 0 ? "n\(number)" : nil, body: "body \(number)")
    }
    try await store.commit([Commit(partition: alpha, base: 0, transactions: [many, [.user("é"), .user("e\u{301}")]])])
    try await store.commit([.put(StoredRecord(kind: "alias", id: "Z", name: "", body: []))], to: .registry, at: 0)
    for space in ["a", "B", "é"] {
      let values = (0..<300).map { number -> EphemeralValue in
        let end: Timestamp? = number % 3 == 0 ? .noon : nil
        return EphemeralValue(key: number == 0 ? "" : "k\(number)", body: [UInt8(number % 256)], expires: end)
      }
      try await store.put(values, in: space)
    }
  }

  private func contents(_ store: any ContentsSource) async throws -> [StoredItem] {
    let all = Mutex<[StoredItem]>([])
    try await store.readAll { items throws(StoreFailure) in all.withLock { $0 += items } }
    return all.withLock { $0 }
  }

  private func summary(_ store: any ContentsSource) async throws -> ContentsSummary {
    var digest = ContentsDigest()
    digest.add(try await contents(store))
    return digest.summary
  }

  @Test("an empty store has none", arguments: StoreUnderTest.all)
  func empty(_ kind: StoreUnderTest) async throws {
    try await kind.use { store async throws in
      #expect(try await contents(store).isEmpty)
      #expect(try await store.outline().items == 0)
      #expect(try await store.outline().sealingRoot == nil)
    }
  }

  @Test("everything is read, in the order of its bytes", arguments: StoreUnderTest.all)
  func read(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await write(to: store)
      let items = try await contents(store)
      #expect(try await store.outline().items == items.count)
      let heads = items.compactMap { item -> String? in
        if case .head(let id, let revision) = item { "\(id)@\(revision)" } else { nil }
      }
      #expect(heads == ["\(alpha)@2", "\(beta)@2", "registry@1"])
      let records = items.compactMap { item -> StoredRecord? in
        if case .record(alpha, let record) = item { record } else { nil }
      }
      #expect(records == (try await store.load(alpha))?.records)
      #expect(records.count == 602)
      let spaces = items.compactMap { item -> String? in
        if case .shortLived(_, let space) = item { space } else { nil }
      }
      #expect(spaces == ["B", "a", "é"].flatMap { Array(repeating: $0, count: 300) })
      #expect(try await summary(store).counts.accounts == 2)
    }
  }

  @Test("the record that tells whose master key it is stands in the outline", arguments: StoreUnderTest.all)
  func root(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let root = StoredRecord(kind: "sealing-root", id: "sealing-root", name: nil, body: [1, 2])
      try await store.commit([.put(root), .user("A")], to: .registry, at: 0)
      #expect(try await store.outline().sealingRoot == root)
    }
  }

  @Test("what is copied is equal, has no feed, and goes on without a gap", arguments: pairs)
  func copy(_ pair: Pair) async throws {
    try await pair.from.use { source in
      try await write(to: source)
      try await pair.to.use { target in
        let passed = Mutex(0)
        try await target.fill(from: source) { items throws(StoreFailure) in passed.withLock { $0 += items.count } }
        let total = try await source.outline().items
        #expect(passed.withLock { $0 } == total)
        #expect(try await contents(target) == contents(source))
        #expect(try await summary(target) == summary(source))
        #expect(try await target.heads() == [alpha: 2, beta: 2, .registry: 1])
        #expect(try await target.revisions(of: alpha, after: 1, limit: 9) == nil)
        #expect(try await target.revisions(of: alpha, after: 2, limit: 9) == [])
        await #expect(throws: StoreFailure.nameTaken(alpha, kind: "user", name: "n2")) {
          try await target.commit([.user("other", name: "n2")], to: alpha, at: 2)
        }
        try await target.commit([.user("next")], to: alpha, at: 2)
        #expect(try await target.revisions(of: alpha, after: 2, limit: 9)?.map(\.revision) == [3])
        let earlier = Timestamp.noon.adding(milliseconds: -1)
        #expect(try await target.value("k3", in: "a", now: earlier)?.body == [3])
        #expect(try await target.value("k3", in: "a", now: .noon) == nil)
      }
    }
  }

  @Test("the feed begins where contents were placed, also when it is cut later", arguments: StoreUnderTest.all)
  func feed(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      let left = Mutex([[StoredItem.head(alpha, revision: 5000)]])
      try await store.fill { () throws(StoreFailure) in left.withLock { $0.popLast() ?? [] } }
      func commit(_ range: Range<Int64>) async throws {
        let transactions = range.map { [StoredChange.user("A", body: "\($0 + 1)")] }
        try await store.commit([Commit(partition: alpha, base: range.lowerBound, transactions: transactions)])
      }
      try await commit(5000..<5150)
      #expect(try await store.revisions(of: alpha, after: 4999, limit: 9) == nil)
      let made = try #require(try await store.revisions(of: alpha, after: 5000, limit: 1000))
      #expect(made.map(\.revision) == Array(5001...5150))
      #expect(made.last?.changes == [.user("A", body: "5150")])
      try await commit(5150..<6250)
      #expect(try await store.revisions(of: alpha, after: 5100, limit: 9) == nil)
      #expect(try await store.revisions(of: alpha, after: 5250, limit: 2000)?.count == 1000)
    }
  }

  @Test("a store that holds anything is not filled, and is left as it is", arguments: StoreUnderTest.all)
  func notEmpty(_ kind: StoreUnderTest) async throws {
    let source = MemoryStore()
    try await write(to: source)
    try await kind.use { store in
      try await store.put([EphemeralValue(key: "k", body: [], expires: nil)], in: "s")
      await #expect(throws: StoreFailure.notEmpty) { try await store.fill(from: source) { _ in } }
      #expect(try await contents(store).count == 1)
    }
    try await kind.use { store in
      try await store.commit([Commit(partition: alpha, base: 0, transactions: [[]])])
      await #expect(throws: StoreFailure.notEmpty) { try await store.fill(from: source) { _ in } }
      #expect(try await contents(store) == [.head(alpha, revision: 1)])
    }
  }

  @Test("what breaks in the middle leaves nothing behind, and the next try succeeds", arguments: StoreUnderTest.all)
  func undone(_ kind: StoreUnderTest) async throws {
    let source = MemoryStore()
    try await write(to: source)
    let items = try await contents(source)
    try await kind.use { store in
      let pieces = Mutex(0)
      await #expect(throws: StoreFailure.unavailable("broken")) {
        try await store.fill { () throws(StoreFailure) in
          let number = pieces.withLock { pieces in
            pieces += 1
            return pieces
          }
          guard number <= 3 else { throw .unavailable("broken") }
          return Array(items.dropFirst((number - 1) * 200).prefix(200))
        }
      }
      #expect(try await store.outline().items == 0)
      await #expect(throws: StoreFailure.unavailable("refused")) {
        try await store.fill(from: source) { _ throws(StoreFailure) in throw .unavailable("refused") }
      }
      #expect(try await store.outline().items == 0)
      // The other end stands still, with all that is under way not placed.
      let head = items.filter { if case .head(alpha, _) = $0 { true } else { false } }
      let twice = Pieces(head + head + items)
      await #expect(throws: StoreFailure.conflict(alpha)) { try await store.fill(from: twice) { _ in } }
      #expect(try await store.outline().items == 0)
      try await store.fill(from: source) { _ in }
      #expect(try await contents(store) == items)
    }
  }

  @Test(
    "a record without its partition, a partition or a name that comes twice undo all", arguments: StoreUnderTest.all)
  func nonsense(_ kind: StoreUnderTest) async throws {
    let head = StoredItem.head(alpha, revision: 4)
    let record = StoredItem.record(alpha, .user("A", name: "x"))
    let nonsense = [
      [record], [head, .record(beta, .user("A"))], [head, record, head],
      [head, record, .record(alpha, .user("B", name: "x"))],
    ]
    try await kind.use { store async throws in
      for items in nonsense {
        let left = Mutex([items])
        await #expect(throws: StoreFailure.self) {
          try await store.fill { () throws(StoreFailure) in left.withLock { $0.popLast() ?? [] } }
        }
        #expect(try await store.outline().items == 0)
      }
    }
  }

  /// Two partitions that are always at the same revision, and so are their records.
  private static func step(from base: Int64) -> [Commit] {
    [alpha, beta].map { Commit(partition: $0, base: base, transactions: [[.user("A", body: "\(base + 1)")]]) }
  }

  private static func write(to store: any Store, until end: End) async throws {
    var base: Int64 = 1
    while !end.isReached.load(ordering: .relaxed) {
      try await store.commit(step(from: base))
      base += 1
    }
  }

  @Test("everything is of one instant while others write", arguments: StoreUnderTest.all)
  func oneInstant(_ kind: StoreUnderTest) async throws {
    try await kind.use { store in
      try await store.commit(Self.step(from: 0))
      let end = End()
      async let writing: Void = Self.write(to: store, until: end)
      for _ in 0..<30 {
        let least = try await store.heads()[beta] ?? 0
        let items = try await contents(store)
        var revision: Int64 = 0
        if case .head(_, let found) = items.first { revision = found }
        let expected = [alpha, beta].flatMap { id -> [StoredItem] in
          [.head(id, revision: revision), .record(id, .user("A", body: "\(revision)"))]
        }
        #expect(items == expected)
        #expect(revision >= least)
      }
      end.isReached.store(true, ordering: .relaxed)
      try await writing
    }
  }
}

private final class End: Sendable {
  let isReached = Atomic(false)
}

/// Items one at a time, whatever they are.
private struct Pieces: ContentsSource {
  let items: [StoredItem]

  init(_ items: [StoredItem]) { self.items = items }

  func outline() async -> ContentsOutline { ContentsOutline(items: items.count, sealingRoot: nil) }

  func readAll(
    _ sink: @escaping @Sendable ([StoredItem]) throws(StoreFailure) -> Void
  ) async throws(StoreFailure) {
    let items = items
    try await onStoreThread { () throws(StoreFailure) in
      for item in items { try sink([item]) }
    }
  }
}

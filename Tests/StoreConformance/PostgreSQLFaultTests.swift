import AWSCore
import Directory
import Foundation
import StoreFixtures
import Testing

@testable import StorePostgreSQL

@Suite("A PostgreSQL store whose connection breaks")
struct PostgreSQLFaultTests {
  /// A store of one connection behind a proxy.
  private func withProxy(
    limits change: (inout PostgreSQLLimits) -> Void = { _ in },
    _ body: (PostgreSQLStore, CuttingProxy, _ url: String) async throws -> Void
  ) async throws {
    try await withTemporaryFolder { folder in
      let url = try PostgreSQLUnderTest.schema(folder)
      let port = try #require(url.firstMatch(of: #/127\.0\.0\.1:(\d+)/#)).output.1
      let proxy = try CuttingProxy(to: try #require(UInt16(port)))
      defer { proxy.close() }
      var limits = PostgreSQLLimits()
      limits.connections = 1
      change(&limits)
      let store = try await PostgreSQLStore.open(
        url: url.replacing("127.0.0.1:\(port)", with: "127.0.0.1:\(proxy.port)"), limits: limits)
      do { try await body(store, proxy, url) } catch {
        await store.close()
        throw error
      }
      await store.close()
    }
  }

  /// What the statement looks like where it is run.
  private static let commit = "\0COMMIT\0"

  @Test(
    "a commit of which nobody knows whether it arrived is there once",
    arguments: [CuttingProxy.Cut.before, .after], [1, 3])
  func unsureCommit(_ cut: CuttingProxy.Cut, transactions: Int) async throws {
    try await withProxy { store, proxy, _ in
      try await store.commit([.user("A", body: "before")], to: alpha, at: 0)
      proxy.cut(cut, at: Self.commit)
      let changes = (1...transactions).map { [StoredChange.user("A", body: "\($0)")] }
      try await store.commit([Commit(partition: alpha, base: 1, transactions: changes)])
      #expect(proxy.cuts == 1)
      let image = try await store.load(alpha)
      #expect(image?.revision == Int64(1 + transactions))
      #expect(image?.records == [.user("A", body: "\(transactions)")])
      expectEqual(try await store.replay(alpha), image)
    }
  }

  @Test(
    "a new partition of which nobody knows whether it arrived is there once",
    arguments: [CuttingProxy.Cut.before, .after])
  func unsurePartition(_ cut: CuttingProxy.Cut) async throws {
    try await withProxy { store, proxy, _ in
      proxy.cut(cut, at: Self.commit)
      try await store.commit([.user("A")], to: alpha, at: 0)
      #expect(proxy.cuts == 1)
      #expect(try await store.heads() == [alpha: 1])
    }
  }

  @Test("a commit that did not arrive is refused where another came first")
  func overtaken() async throws {
    try await withProxy { store, proxy, url in
      try await store.commit([.user("A")], to: alpha, at: 0)
      let rival = Commit(partition: alpha, base: 1, transactions: [[.user("A", body: "rival")]])
      proxy.cut(.before, at: Self.commit) {
        #expect(throws: Never.self) {
          try PostgreSQLWorker(url: url, limits: PostgreSQLUnderTest.limits).commit([rival])
        }
      }
      await #expect(throws: StoreFailure.conflict(alpha)) {
        try await store.commit([.user("A", body: "mine")], to: alpha, at: 1)
      }
      #expect(proxy.cuts == 1)
      #expect(try await store.load(alpha)?.records == [.user("A", body: "rival")])
    }
  }

  @Test("a one-time value of which nobody knows whether it was taken is given up")
  func unsureTake() async throws {
    try await withProxy { store, proxy, _ in
      try await store.put([EphemeralValue(key: "k", body: [1], expires: nil)], in: "s")
      proxy.cut(.after, at: Self.commit)
      await #expect(throws: StoreFailure.self) { try await store.take("k", in: "s", now: .noon) }
      #expect(try await store.value("k", in: "s", now: .noon) == nil)
    }
  }

  @Test("what breaks before it is committed is run again", arguments: ["\0advanceHead\0", "\0putRecord\0", "\0sign\0"])
  func brokenBefore(_ statement: String) async throws {
    try await withProxy { store, proxy, _ in
      try await store.commit([.user("A")], to: alpha, at: 0)
      for (base, cut) in [CuttingProxy.Cut.before, .after].enumerated() {
        proxy.cut(cut, at: statement)
        try await store.commit([.user("A", body: "\(base)")], to: alpha, at: Int64(base + 1))
        #expect(proxy.cuts == base + 1)
      }
      #expect(try await store.load(alpha)?.records == [.user("A", body: "1")])
      #expect(try await store.heads() == [alpha: 3])
    }
  }

  @Test("a server that falls silent is an outage: waiting ends, and what comes then is refused at once")
  func silence() async throws {
    try await withProxy {
      $0.statement = .seconds(3)
      $0.heartbeatAnswer = .seconds(1)
      $0.unsureCommit = .seconds(4)
    } _: { store, proxy, _ in
      try await store.commit([.user("A")], to: alpha, at: 0)
      #expect(store.outage == nil)
      proxy.fallSilent()
      await #expect(throws: StoreFailure.self) { try await store.commit([.user("B")], to: alpha, at: 1) }
      while store.outage == nil { await Task.yield() }
      await #expect(throws: try #require(store.outage)) { try await store.heads() }
    }
  }
}

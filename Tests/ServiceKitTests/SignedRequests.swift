import AWSCore
import AWSWire
import Directory
import ServiceKit
import Synchronization

@testable import ScenarioKit

extension TestServer {
  func send(_ request: HTTPRequestMessage) async -> Answer { Answer(await pipeline.respond(to: request)) }

  /// A signed call that a test may change before it is sent.
  func signed(
    _ action: String = "GetUser", _ parameters: [String: String] = [:], as credentials: SigV4.Credentials,
    service: String = "iam", region: String = "us-east-1", secondsFromNow: Int64 = 0,
    before change: (inout HTTPRequestMessage) -> Void = { _ in }
  ) throws -> HTTPRequestMessage {
    var request = Self.request(action, parameters, service: service)
    change(&request)
    try SigV4.sign(
      &request, with: credentials, region: region, service: service, at: now.adding(seconds: secondsFromNow))
    return request
  }

  /// The same call as a GET, all in the query.
  static func get(_ action: String, _ parameters: [String: String] = [:], service: String = "iam") -> HTTPRequestMessage
  {
    var request = request(action, parameters, service: service)
    request.method = "GET"
    request.query = String(decoding: request.body, as: UTF8.self)
    request.body = []
    request.headers.removeAll { $0.name == "content-type" }
    return request
  }
}

extension HTTPRequestMessage {
  mutating func change(_ name: String, _ edit: (String) -> String) {
    for index in headers.indices where headers[index].name == name { headers[index].value = edit(headers[index].value) }
  }
}

extension Answer {
  /// What was answered without what differs from one request to the next.
  var anonymous: String { text.replacing(self["RequestId"] ?? "-", with: "") }
  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// A memory store that can be out of reach for a while.
final class FlakyStore: Store {
  private let inner = MemoryStore()
  private let isDown = Mutex(false)

  func set(isDown: Bool) { self.isDown.withLock { $0 = isDown } }

  private func check() throws(StoreFailure) {
    if isDown.withLock({ $0 }) { throw .unavailable("out of reach") }
  }

  func heads() async throws(StoreFailure) -> [PartitionID: Int64] {
    try check()
    return await inner.heads()
  }

  func load(_ partition: PartitionID) async throws(StoreFailure) -> PartitionImage? {
    try check()
    return await inner.load(partition)
  }

  func commit(_ commits: [Commit]) async throws(StoreFailure) {
    try check()
    try await inner.commit(commits)
  }

  func revisions(of partition: PartitionID, after revision: Int64, limit: Int) async -> [StoredRevision]? {
    await inner.revisions(of: partition, after: revision, limit: limit)
  }

  func removeAll() async { await inner.removeAll() }
  func close() async {}

  func put(_ values: [EphemeralValue], in space: String) async throws(StoreFailure) {
    try check()
    await inner.put(values, in: space)
  }

  func insert(_ value: EphemeralValue, in space: String, now: Timestamp) async -> Bool {
    await inner.insert(value, in: space, now: now)
  }

  func value(_ key: String, in space: String, now: Timestamp) async -> EphemeralValue? {
    await inner.value(key, in: space, now: now)
  }

  func take(_ key: String, in space: String, now: Timestamp) async -> EphemeralValue? {
    await inner.take(key, in: space, now: now)
  }

  func values(
    in space: String, prefix: String, after key: String?, limit: Int, now: Timestamp
  ) async -> [EphemeralValue] {
    await inner.values(in: space, prefix: prefix, after: key, limit: limit, now: now)
  }

  func removeExpired(before now: Timestamp) async -> Int { await inner.removeExpired(before: now) }
}

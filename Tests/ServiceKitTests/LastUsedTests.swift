import AWSCore
import AWSWire
import Directory
import ServiceKit
import Testing

@testable import ScenarioKit

@Suite("Last used") struct LastUsedTests {
  let store = FlakyStore()
  let server: TestServer
  let account: TestAccount

  init() async throws {
    server = try await TestServer.start(store: store)
    account = try await server.account()
  }

  @Test("a key is marked by its use, verified requests alone")
  func keys() async throws {
    let ann = try await account.user("ann")
    #expect(server.lastUsed[accessKey: ann.accessKeyID] == nil)
    let wrong = SigV4.Credentials(accessKeyID: ann.accessKeyID, secretAccessKey: Secret("wrong"))
    _ = try await server.call("GetUser", as: wrong)
    #expect(server.lastUsed[accessKey: ann.accessKeyID] == nil)
    _ = try await server.call("GetUser", as: ann)
    let mark = try #require(server.lastUsed[accessKey: ann.accessKeyID])
    #expect(mark.at == server.now)
    #expect(mark.service == "iam")
    #expect(mark.region == "us-east-1")
    server.advance(seconds: 5)
    _ = try await server.call("GetCallerIdentity", as: ann, service: "sts")
    #expect(server.lastUsed[accessKey: ann.accessKeyID]?.at == server.now)
    #expect(server.lastUsed[accessKey: ann.accessKeyID]?.service == "sts")
  }

  @Test("a role is marked by its sessions, their keys are not")
  func roles() async throws {
    let ann = try await account.user("ann", policy: TestPolicy.allow("sts:*"))
    try await account.role("reader")
    let session = try await account.assume("reader", as: ann)
    let id = try #require(try await account.root("GetRole", ["RoleName": "reader"])["RoleId"])
    #expect(server.lastUsed[role: id] == nil)
    _ = try await server.call("GetCallerIdentity", as: session, service: "sts")
    #expect(server.lastUsed[role: id]?.service == "sts")
    #expect(server.lastUsed[accessKey: session.accessKeyID] == nil)
  }

  @Test("of the marks of several nodes the latest counts")
  func severalNodes() async throws {
    let other = try await TestServer.start(store: store)
    let key = account.root.accessKeyID
    _ = try await server.call("GetUser", as: account.root)
    try await server.lastUsed.flush(now: server.now)
    other.advance(seconds: 60)
    try await other.directory.compare()
    _ = try await other.call("GetUser", as: account.root)
    try await other.lastUsed.load(now: other.now)
    #expect(other.lastUsed[accessKey: key]?.at == other.now)
    try await other.lastUsed.flush(now: other.now)
    try await server.lastUsed.load(now: server.now)
    #expect(server.lastUsed[accessKey: key]?.at == other.now)
  }

  @Test("what was written is read again, and a reset forgets")
  func written() async throws {
    _ = try await server.call("GetUser", as: account.root)
    try await server.lastUsed.flush(now: server.now)
    let other = LastUsed(store: store)
    #expect(other[accessKey: account.root.accessKeyID] == nil)
    try await other.load(now: server.now)
    #expect(other[accessKey: account.root.accessKeyID]?.at == server.now)
    other.reset()
    #expect(other[accessKey: account.root.accessKeyID] == nil)
  }

  @Test("more marks than a page of the store are read again")
  func manyMarks() async throws {
    let body = Array(#"{"at":1000,"service":"iam","region":"r"}"#.utf8)
    try await store.put(
      (0..<2_500).map { EphemeralValue(key: "key/AKIA\($0)", body: body, expires: nil) }, in: "last-used")
    let other = LastUsed(store: store)
    try await other.load(now: server.now)
    #expect((0..<2_500).allSatisfy { other[accessKey: "AKIA\($0)"] != nil })
  }

  @Test("what could not be written is written the next time")
  func storeDown() async throws {
    _ = try await server.call("GetUser", as: account.root)
    store.set(isDown: true)
    await #expect(throws: StoreFailure.self) { try await server.lastUsed.flush(now: server.now) }
    store.set(isDown: false)
    try await server.lastUsed.flush(now: server.now)
    let other = LastUsed(store: store)
    try await other.load(now: server.now)
    #expect(other[accessKey: account.root.accessKeyID] != nil)
  }

  @Test("what a user or role calls is marked by action, minute by minute, refused or not")
  func uses() async throws {
    let ann = try await account.user("ann", policy: TestPolicy.allow("sts:*"))
    let id = try #require(try await account.root("GetUser", ["UserName": "ann"])["UserId"])
    let began = server.now
    _ = try await server.call("ListUsers", as: ann)
    server.advance(seconds: 59)
    _ = try await server.call("ListUsers", as: ann)
    _ = try await server.call("GetCallerIdentity", as: ann, service: "sts")
    let uses = server.lastUsed.uses(of: id, now: server.now)
    #expect(uses.mapValues(\.at) == ["iam:ListUsers": began, "sts:GetCallerIdentity": server.now])
    server.advance(seconds: 1)
    _ = try await server.call("ListUsers", as: ann)
    #expect(server.lastUsed.uses(of: id, now: server.now)["iam:ListUsers"]?.at == server.now)
    try await server.lastUsed.flush(now: server.now)
    let other = LastUsed(store: store)
    try await other.load(now: server.now)
    #expect(other.uses(of: id, now: server.now) == server.lastUsed.uses(of: id, now: server.now))
  }

  @Test("who follows reads the news alone, and all after a gap")
  func following() async throws {
    let ann = try await account.user("ann")
    let other = LastUsed(store: store)
    try await other.load(now: server.now)
    _ = try await server.call("GetUser", as: ann)
    try await server.lastUsed.flush(now: server.now, isShared: true)
    server.advance(seconds: 5)
    try await other.follow(now: server.now)
    let first = try #require(other[accessKey: ann.accessKeyID]?.at)
    server.advance(seconds: 5)
    _ = try await server.call("GetUser", as: ann)
    // Written, but not told.
    try await server.lastUsed.flush(now: server.now)
    try await other.follow(now: server.now)
    #expect(other[accessKey: ann.accessKeyID]?.at == first)
    server.advance(seconds: 60)
    try await other.follow(now: server.now)
    #expect(other[accessKey: ann.accessKeyID]?.at == server.now.adding(seconds: -60))
  }
}

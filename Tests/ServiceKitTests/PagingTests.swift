import AWSCore
import AWSWire
import ServiceKit
import Testing

@testable import ScenarioKit

@Suite("Paging") struct PagingTests {
  let server: TestServer
  let account: TestAccount
  let names = ["anna", "Bert", "cleo", "Dora", "emil"]

  init() async throws {
    server = try await TestServer.start()
    account = try await server.account()
    for name in names { try await account.root("CreateUser", ["UserName": name]) }
  }

  private func page(
    _ marker: String?, size: String = "2", as credentials: SigV4.Credentials? = nil, _ action: String = "ListUsers",
    _ more: [String: String] = [:]
  ) async throws -> Answer {
    var parameters = ["MaxItems": size]
    if let marker { parameters["Marker"] = marker }
    return try await server.call(action, parameters.merging(more) { $1 }, as: credentials ?? account.root)
  }

  private func marker() async throws -> String { try #require(try await page(nil)["Marker"]) }

  @Test("pages of any size together are the list, each element once", arguments: 1...6)
  func sizes(_ size: Int) async throws {
    var found: [String] = []
    var marker: String?
    for _ in 0..<10 {
      let answer = try await page(marker, size: String(size))
      found += answer.all("UserName")
      #expect(answer.all("UserName").count <= size)
      marker = answer["Marker"]
      #expect(answer["IsTruncated"] == (marker == nil ? "false" : "true"))
      if marker == nil { break }
    }
    #expect(found == names)
  }

  @Test(
    "a page has 1 to 1,000 elements",
    arguments: [("0", false), ("1", true), ("1000", true), ("1001", false), ("x", false)])
  func bounds(size: String, isAccepted: Bool) async throws {
    let answer = try await page(nil, size: size)
    #expect(answer.code == (isAccepted ? nil : "ValidationError"))
  }

  @Test("a list that changes between pages neither repeats nor loses what stays")
  func changing() async throws {
    let first = try await page(nil)
    try await account.root("CreateUser", ["UserName": "aaron"])
    try await account.root("DeleteUser", ["UserName": "Bert"])
    try await account.root("CreateUser", ["UserName": "berta"])
    let second = try await page(first["Marker"], size: "10")
    #expect(first.all("UserName") + second.all("UserName") == ["anna", "Bert", "berta", "cleo", "Dora", "emil"])
  }

  private func expectInvalid(_ answer: Answer, _ what: String, _ location: SourceLocation = #_sourceLocation) {
    #expect(answer.code == "ValidationError", "\(what)", sourceLocation: location)
    #expect(answer.message == "Invalid Marker.", "\(what)", sourceLocation: location)
  }

  @Test("every change of one bit is refused")
  func bits() async throws {
    let bytes = try #require(Base64.decode(try await marker(), .urlSafe))
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      expectInvalid(try await page(Base64.encode(changed, .urlSafe)), "bit \(bit)")
    }
  }

  @Test("what is no marker is refused, every beginning of one too")
  func forged() async throws {
    let marker = try await marker()
    for count in 1..<marker.count { expectInvalid(try await page(String(marker.prefix(count))), "\(count)") }
    for text in [marker + "A", "A" + marker, "bert", "2", "' OR 1=1 --", String(repeating: "A", count: 320)] {
      expectInvalid(try await page(text), text)
    }
    #expect(try await page("").code == "ValidationError")
    #expect(try await page(String(repeating: "A", count: 321)).code == "ValidationError")
  }

  @Test("a marker is of use to its caller alone, in its list alone, with its filter alone")
  func bound() async throws {
    let marker = try await marker()
    let ann = try await account.user("zoe", policy: TestPolicy.allow("iam:*"))
    expectInvalid(try await page(marker, as: ann), "another caller")
    expectInvalid(try await page(marker, "ListGroups"), "another list")
    expectInvalid(try await page(marker, "ListRoles"), "another list")
    expectInvalid(try await page(marker, "ListUsers", ["PathPrefix": "/x/"]), "another filter")
    let other = try await server.account()
    try await other.root("CreateUser", ["UserName": "cleo"])
    expectInvalid(try await page(marker, as: other.root), "another account")
    let elsewhere = try await TestServer.start(seed: 2)
    let stranger = try await elsewhere.account()
    let answer = try await elsewhere.call("ListUsers", ["Marker": marker], as: stranger.root)
    expectInvalid(answer, "another installation")
    #expect(try await page(marker).isSuccess)
  }
}

import AWSCore
import AWSWire
import ScenarioKit
import Testing

@testable import Directory
@testable import ServiceKit

@Suite("Revisions that a client has seen") struct SeenRevisionsTests {
  private func call(
    _ server: TestServer, _ account: TestAccount, _ action: String, _ parameters: [String: String] = [:],
    revision: String? = nil
  ) async throws -> HTTPResponseMessage {
    var request = TestServer.request(action, parameters)
    if let revision { request.headers.append(Header(SeenRevisions.header, revision)) }
    try SigV4.sign(&request, with: account.root, region: "us-east-1", service: "iam", at: server.now)
    return await server.pipeline.respond(to: request)
  }

  private func header(_ answer: HTTPResponseMessage) -> String? {
    answer.headers.first { $0.name == SeenRevisions.header }?.value
  }

  private func seen(_ server: TestServer, _ partition: PartitionID, _ revision: Int64) -> String {
    SeenRevisions(directory: server.directory).sealed(partition, revision)
  }

  @Test("an answer to a write says the revision that it made, and a request that wants it is answered")
  func written() async throws {
    let server = try await TestServer.start()
    let account = try await server.account()
    let made = try #require(header(try await call(server, account, "CreateUser", ["UserName": "ann"])))
    #expect(made == seen(server, .account(account.id), 2))
    #expect(made.hasPrefix("account/\(account.id)@2;"))
    let again = try #require(header(try await call(server, account, "CreateUser", ["UserName": "bob"])))
    let both = "\(made), \(again)"
    #expect(try await call(server, account, "ListUsers", revision: both).status == 200)
  }

  @Test("a revision that is not there is refused with what makes clients try again")
  func notThere() async throws {
    let server = try await TestServer.start()
    let account = try await server.account()
    for partition in [PartitionID.account(account.id), .registry, PartitionID(text: "account/999999999999")] {
      let answer = try await call(server, account, "ListUsers", revision: seen(server, partition, 99))
      #expect(answer.status == 503)
      #expect(String(decoding: answer.body, as: UTF8.self).contains("Revision 99 of \(partition)"))
    }
  }

  @Test("what no node has said is refused before anything is looked for", arguments: 0..<8)
  func forged(_ number: Int) async throws {
    let server = try await TestServer.start()
    let account = try await server.account()
    let other = try await TestServer.start(seed: 2)
    let good = seen(server, .account(account.id), 1)
    let code = String(try #require(good.split(separator: ";").last))
    let forged = [
      "", "account/\(account.id)@1", "account/\(account.id)@1;", "account/\(account.id)@2;\(code)",
      "registry@1;\(code)", seen(other, .account(account.id), 1), "\(good),",
      Array(repeating: good, count: 5).joined(separator: ","),
    ][number]
    for credentials in [account.root, nil] {
      var request = TestServer.request("ListUsers", [:])
      request.headers.append(Header(SeenRevisions.header, forged))
      if let credentials {
        try SigV4.sign(&request, with: credentials, region: "us-east-1", service: "iam", at: server.now)
      }
      #expect(await server.pipeline.respond(to: request).status == 400)
    }
  }

  @Test("of several header lines each counts")
  func severalLines() async throws {
    let server = try await TestServer.start()
    let account = try await server.account()
    var request = TestServer.request("ListUsers", [:])
    for revision: Int64 in [1, 99] {
      request.headers.append(Header(SeenRevisions.header, seen(server, .account(account.id), revision)))
    }
    try SigV4.sign(&request, with: account.root, region: "us-east-1", service: "iam", at: server.now)
    #expect(await server.pipeline.respond(to: request).status == 503)
  }

  @Test("without contact with its store for too long a node refuses everything, whoever asks")
  func withoutContact() async throws {
    let server = try await TestServer.start(outageMax: .seconds(60))
    let account = try await server.account()
    server.directory.noteContact(.now - .seconds(59))
    #expect(try await call(server, account, "ListUsers").status == 200)
    server.directory.noteContact(.now - .seconds(61))
    #expect(try await call(server, account, "ListUsers").status == 503)
    #expect(try await server.call("ListUsers", as: nil).status == 503)
  }
}

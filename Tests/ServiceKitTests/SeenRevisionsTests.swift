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

  @Test("an answer to a write says the revision that it made, and a request that wants it is answered")
  func written() async throws {
    let server = try await TestServer.start()
    let account = try await server.account()
    let made = try await call(server, account, "CreateUser", ["UserName": "ann"])
    #expect(header(made) == "account/\(account.id)@2")
    let again = try await call(server, account, "CreateUser", ["UserName": "bob"])
    #expect(header(again) == "account/\(account.id)@3")
    let read = try await call(server, account, "ListUsers", revision: "account/\(account.id)@3, registry@1")
    #expect(read.status == 200)
  }

  @Test("a revision that is not there is refused with what makes clients try again")
  func notThere() async throws {
    let server = try await TestServer.start()
    let account = try await server.account()
    try await account.root("CreateUser", ["UserName": "ann"])
    let answer = try await call(server, account, "ListUsers", revision: "account/\(account.id)@99")
    #expect(answer.status == 503)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("Revision 99 of account/\(account.id)"))
  }

  @Test(
    "what is no revision is refused",
    arguments: [
      "", "7", "@7", "registry@", "registry@-1", "registry@x", "registry@1@2", "a@1,b@1,c@1,d@1,e@1", "a@1,,b@1",
    ])
  func malformed(_ text: String) async throws {
    let server = try await TestServer.start()
    let account = try await server.account()
    let answer = try await call(server, account, "ListUsers", revision: text)
    #expect(answer.status == 400)
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

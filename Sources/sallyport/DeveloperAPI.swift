import AWSCore
import AWSWire
import Directory
import ServiceKit

/// What test suites need beside AWS: fresh accounts at once, and an empty start. Served on loopback only.
struct DeveloperAPI: Sendable {
  static let prefix = "/_sallyport/"
  let parts: Composition
  let bootstrap: BootstrapAccount?

  func respond(to request: HTTPRequestMessage) async -> HTTPResponseMessage {
    // A page of another site can make a browser send a form, but not with this method and content type unasked.
    guard request.method == "POST", request.value(of: "origin") == nil else {
      return answer(405, ["message": "The developer API takes POST, and none from a web page."])
    }
    do {
      switch request.path.dropFirst(Self.prefix.count) {
      case "accounts": return try await createAccount()
      case "reset": return try await reset()
      default: return answer(404, ["message": "The developer API has accounts and reset."])
      }
    } catch {
      return answer(500, ["message": "\(error)"])
    }
  }

  private func createAccount() async throws -> HTTPResponseMessage {
    let tag = parts.directory.entropy.requestID()
    let account = try await parts.directory.createAccount(name: "test \(tag.prefix(8))", email: "root@\(tag).invalid")
    return answer(made: account)
  }

  private func answer(made account: NewAccount) -> HTTPResponseMessage {
    answer(
      200,
      [
        "accountId": account.account.description, "accessKeyId": account.rootAccessKeyID,
        "secretAccessKey": account.rootSecretAccessKey.reveal(),
      ])
  }

  private func reset() async throws -> HTTPResponseMessage {
    try await parts.directory.reset()
    parts.pipeline.reset()
    // The bootstrap account is made anew; its keys are answered, since they are new ones where none were given.
    guard let made = try await bootstrap?.ensure(in: parts.directory) else { return answer(200, [:]) }
    return answer(made: made)
  }

  private func answer(_ status: Int, _ members: KeyValuePairs<String, String>) -> HTTPResponseMessage {
    var writer = WireWriter(.json)
    writer.append(raw: "{")
    for (name, value) in members { writer.put(name, value) }
    writer.append(raw: "}\n")
    return HTTPResponseMessage(
      status: status, headers: [Header("content-type", "application/json")], body: writer.bytes)
  }
}

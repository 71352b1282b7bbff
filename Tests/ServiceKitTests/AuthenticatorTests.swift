import AWSCore
import AWSWire
import Directory
import ServiceKit
import Testing

@testable import ScenarioKit

@Suite("Authenticator") struct AuthenticatorTests {
  let server: TestServer
  let account: TestAccount

  init() async throws {
    server = try await TestServer.start()
    account = try await server.account()
  }

  @Test("header and query authentication together are refused")
  func bothForms() async throws {
    var request = TestServer.get("GetUser")
    try SigV4.presign(
      &request, with: account.root, region: "us-east-1", service: "iam", at: server.now, expiresSeconds: 60)
    try SigV4.sign(&request, with: account.root, region: "us-east-1", service: "iam", at: server.now)
    let answer = await server.send(request)
    #expect(answer.code == "SignatureDoesNotMatch")
    #expect(answer.message?.hasPrefix("Found both 'X-Amz-Algorithm'") == true)
  }

  @Test(
    "a wrong scope is refused in the words of what is wrong with it",
    arguments: [
      ("/iam/", "/sts/", "Credential should be scoped to correct service: 'iam'."),
      (
        "/aws4_request", "/aws5_request",
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'."
      ),
      ("/us-east-1/", "/US_EAST/", "Credential should be scoped to a valid region."),
      (
        "/20260101/", "/20260102/",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260102' != "
          + "'20260101', from '20260101T000000Z'."
      ),
    ])
  func scope(part: String, replacement: String, message: String) async throws {
    var request = try server.signed(as: account.root)
    request.change("authorization") { $0.replacing(part, with: replacement) }
    let answer = await server.send(request)
    #expect(answer.code == "SignatureDoesNotMatch")
    #expect(answer.status == 403)
    #expect(answer.message == message)
  }

  @Test("a signature made for another service is refused", arguments: [("iam", "sts"), ("sts", "iam"), ("iam", "s3")])
  func otherService(service: String, signedFor: String) async throws {
    var request = TestServer.request(service == "iam" ? "GetUser" : "GetCallerIdentity", [:], service: service)
    try SigV4.sign(&request, with: account.root, region: "us-east-1", service: signedFor, at: server.now)
    #expect(await server.send(request).message == "Credential should be scoped to correct service: '\(service)'.")
  }

  @Test(
    "a signature holds 15 minutes before and after, to the second",
    arguments: [-901, -900, -899, 0, 899, 900, 901, 86_400, 315_360_000] as [Int64])
  func window(seconds: Int64) async throws {
    let answer = await server.send(try server.signed(as: account.root, secondsFromNow: seconds))
    #expect(answer.isSuccess == (-900...900).contains(seconds))
    guard !answer.isSuccess else { return }
    #expect(answer.code == "SignatureDoesNotMatch")
    let signed = server.now.adding(seconds: seconds).iso8601Basic
    #expect(
      answer.message
        == (seconds < 0
          ? "Signature expired: \(signed) is now earlier than 20251231T234500Z (20260101T000000Z - 15 min.)"
          : "Signature not yet current: \(signed) is still later than 20260101T001500Z (20260101T000000Z + 15 min.)"))
  }

  @Test("the host and every header of Amazon's must be signed")
  func unsignedHeaders() async throws {
    var request = try server.signed(as: account.root)
    request.headers.append(Header("x-amz-anything", "1"))
    #expect(await server.send(request).message == "'x-amz-anything' must be a 'SignedHeader' in the AWS Authorization.")
    request = try server.signed(as: account.root)
    request.change("authorization") { $0.replacing(";host;", with: ";") }
    #expect(
      await server.send(request).message == "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  }

  @Test("x-amz-date goes before date, and has one spelling")
  func dates() async throws {
    let request = try server.signed(as: account.root) { $0.headers.append(Header("date", "garbage")) }
    #expect(await server.send(request).isSuccess)
    for text in ["20260101T000000.000Z", "2026-01-01T00:00:00Z", "", "20260101T000000z"] {
      var request = try server.signed(as: account.root)
      request.change("x-amz-date") { _ in text }
      let answer = await server.send(request)
      #expect(answer.code == "IncompleteSignature")
      #expect(answer.status == 400)
    }
  }

  @Test("a wrong secret is told what should have been signed, but no key")
  func wrongSecret() async throws {
    let wrong = SigV4.Credentials(accessKeyID: account.root.accessKeyID, secretAccessKey: Secret("wrong-canary"))
    let answer = await server.send(try server.signed(as: wrong))
    #expect(answer.code == "SignatureDoesNotMatch")
    #expect(answer.status == 403)
    #expect(answer.message?.contains("The Canonical String for this request should have been\n'POST\n/\n") == true)
    #expect(
      answer.message?.contains("'AWS4-HMAC-SHA256\n20260101T000000Z\n20260101/us-east-1/iam/aws4_request\n") == true)
    #expect(!answer.text.contains(account.root.secretAccessKey.reveal()))
    #expect(!answer.text.contains("wrong-canary"))
  }

  @Test("a request without authentication is told so", arguments: [nil, "", "Basic YTpi", "Bearer x"])
  func missing(_ header: String?) async throws {
    var request = TestServer.request("GetUser", [:])
    if let header { request.headers.append(Header("authorization", header)) }
    let answer = await server.send(request)
    #expect(answer.code == "MissingAuthenticationToken")
    #expect(answer.status == 403)
    #expect(answer.message == "Request is missing Authentication Token")
  }

  @Test("unknown, inactive and deleted keys have one answer, whatever they are signed with")
  func unusableKeys() async throws {
    let inactive = try await account.user("ann")
    let deleted = try await account.user("bob")
    try await account.root(
      "UpdateAccessKey", ["UserName": "ann", "AccessKeyId": inactive.accessKeyID, "Status": "Inactive"])
    try await account.root("DeleteAccessKey", ["UserName": "bob", "AccessKeyId": deleted.accessKeyID])
    var texts: Set<String> = []
    let stranger = Entropy.seeded(9).accessKeyID(.accessKey, account: account.id).text
    for id in [inactive.accessKeyID, deleted.accessKeyID, stranger, "AKIAIOSFODNN7EXAMPLE"] {
      for secret in [inactive.secretAccessKey, deleted.secretAccessKey, Secret("wrong")] {
        let answer = await server.send(
          try server.signed(as: SigV4.Credentials(accessKeyID: id, secretAccessKey: secret)))
        #expect(answer.code == "InvalidClientTokenId")
        #expect(answer.status == 403)
        texts.insert(answer.anonymous)
      }
    }
    #expect(texts.count == 1)
  }

  @Test("an inactive key works again once it is active")
  func reactivated() async throws {
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:*"))
    for (status, isUsable) in [("Inactive", false), ("Active", true)] {
      try await account.root(
        "UpdateAccessKey", ["UserName": "ann", "AccessKeyId": ann.accessKeyID, "Status": status])
      #expect(try await server.call("GetUser", as: ann).isSuccess == isUsable)
    }
  }

  @Test("a scope may name any region", arguments: ["us-east-1", "eu-central-1", "aws-global", "local", "cn-north-1"])
  func regions(_ region: String) async throws {
    #expect(await server.send(try server.signed(as: account.root, region: region)).isSuccess)
  }

  @Test("what is signed cannot be changed: method, query, body, host")
  func changed() async throws {
    let good = try server.signed("GetUser", ["UserName": "nobody"], as: account.root)
    #expect(await server.send(good).code == "NoSuchEntity")
    for index in good.body.indices {
      var request = good
      request.body[index] ^= 1
      let code = await server.send(request).code
      #expect(
        ["SignatureDoesNotMatch", "MalformedQueryString", "MissingAction", "InvalidAction", "NotImplemented"].contains(
          code ?? ""),
        "\(index): \(code ?? "-")")
    }
    var request = good
    request.query = "Path=/"
    #expect(await server.send(request).code == "SignatureDoesNotMatch")
    request = good
    request.change("host") { _ in "evil.example" }
    #expect(await server.send(request).code == "SignatureDoesNotMatch")
    request = try server.signed("GetUser", as: account.root)
    request.body += Array("&UserName=x".utf8)
    #expect(await server.send(request).code == "SignatureDoesNotMatch")
  }

  @Test("headers that decide anything come once", arguments: ["host", "authorization", "x-amz-date", "content-type"])
  func repeatedHeaders(_ name: String) async throws {
    var request = try server.signed(as: account.root)
    let value = try #require(request.value(of: name))
    request.headers.append(Header(name, value))
    let answer = await server.send(request)
    #expect(answer.code == "IncompleteSignature")
    #expect(answer.message == "Request has more than one '\(name)' header.")
  }

  @Test(
    "a presigned request lives as long as it asks, at IAM", arguments: [("GET", 60), ("POST", 60), ("GET", 604_800)])
  func presignedIAM(method: String, life: Int) async throws {
    var request = method == "GET" ? TestServer.get("GetUser") : TestServer.request("GetUser", [:])
    try SigV4.presign(
      &request, with: account.root, region: "us-east-1", service: "iam", at: server.now, expiresSeconds: life)
    #expect(await server.send(request).isSuccess)
    server.advance(seconds: Int64(life))
    #expect(await server.send(request).isSuccess)
    server.advance(seconds: 1)
    let answer = await server.send(request)
    #expect(answer.code == "RequestExpired")
    #expect(answer.status == 400)
  }

  @Test("a presigned request lives 15 minutes at STS, whatever it asks", arguments: [1, 60, 3600])
  func presignedSTS(life: Int) async throws {
    var request = TestServer.get("GetCallerIdentity", service: "sts")
    try SigV4.presign(
      &request, with: account.root, region: "us-east-1", service: "sts", at: server.now, expiresSeconds: life)
    server.advance(seconds: 900)
    #expect(await server.send(request).isSuccess)
    server.advance(seconds: 1)
    #expect(await server.send(request).code == "SignatureDoesNotMatch")
  }

  @Test("a presigned request cannot be given more to do")
  func presignedChanged() async throws {
    var request = TestServer.get("GetCallerIdentity", service: "sts")
    try SigV4.presign(
      &request, with: account.root, region: "us-east-1", service: "sts", at: server.now, expiresSeconds: 60)
    for change in ["&UserName=x", "&x-amz-expires=7", "&Action=GetUser", "&X-Amz-Date=20260101T000000Z"] {
      var changed = request
      changed.query += change
      #expect(await server.send(changed).isSuccess == false, "\(change)")
    }
    var changed = request
    changed.query = request.query.replacing("GetCallerIdentity", with: "GetSessionToken")
    #expect(await server.send(changed).code == "SignatureDoesNotMatch")
  }

  @Test("a store out of reach is no reason to call credentials invalid")
  func storeOutOfReach() async throws {
    let store = FlakyStore()
    let first = try await TestServer.start(store: store)
    let account = try await first.account()
    let second = try await TestServer.start(store: store)
    store.set(isDown: true)
    let answer = try await second.call("GetUser", as: account.root)
    #expect(answer.code == "ServiceUnavailable")
    #expect(answer.status == 503)
    #expect(try await first.call("GetUser", as: account.root).isSuccess)
    store.set(isDown: false)
    #expect(try await second.call("GetUser", as: account.root).isSuccess)
  }

  @Test("users and roles of one name in two accounts are never taken for each other")
  func sameNames() async throws {
    let other = try await server.account()
    let mine = try await account.user("ann", policy: TestPolicy.allow("iam:ListUsers", "sts:AssumeRole"))
    let theirs = try await other.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    try await account.role("reader", policy: TestPolicy.allow("iam:ListUsers"))
    try await other.role("reader")
    for _ in 0..<3 {
      let mySession = try await account.assume("reader", as: mine)
      let theirSession = try await other.assume("reader", as: theirs)
      for (credentials, isAllowed, id) in [
        (mine, true, account.id), (theirs, false, other.id), (mySession, true, account.id),
        (theirSession, false, other.id),
      ] {
        #expect(try await server.call("ListUsers", as: credentials).isSuccess == isAllowed)
        let identity = try await server.call("GetCallerIdentity", as: credentials, service: "sts")
        #expect(identity["Account"] == id.description)
        #expect(identity["Arn"]?.contains(id.description) == true)
      }
      // The one's secret with the other's key or token opens nothing.
      let mixed = SigV4.Credentials(
        accessKeyID: mySession.accessKeyID, secretAccessKey: mySession.secretAccessKey,
        sessionToken: theirSession.sessionToken)
      #expect(try await server.call("ListUsers", as: mixed).code == "InvalidClientTokenId")
    }
  }
}

import AWSCore
import AWSWire
import Logging
import Testing

@testable import ScenarioKit
@testable import ServiceKit

@Suite("Router") struct RouterTests {
  let server: TestServer
  let account: TestAccount

  init() async throws {
    server = try await TestServer.start()
    account = try await server.account()
  }

  /// Sends a body as it is, signed.
  private func send(body: String, query: String = "", method: String = "POST") async throws -> Answer {
    var request = TestServer.request("", [:])
    request.method = method
    request.body = Array(body.utf8)
    request.query = query
    try SigV4.sign(&request, with: account.root, region: "us-east-1", service: "iam", at: server.now)
    return await server.send(request)
  }

  private static let call = "Action=GetUser&Version=2010-05-08"

  @Test(
    "a parameter that comes twice, in any letter case, is refused",
    arguments: [
      "&Action=GetUser", "&action=ListUsers", "&ACTION=GetUser", "&UserName=a&UserName=a", "&UserName=a&username=b",
      "&UserName=a&User%4Eame=b", "&Version=2010-05-08",
    ])
  func duplicates(_ more: String) async throws {
    for answer in [
      try await send(body: Self.call + more), try await send(body: "", query: Self.call + more, method: "GET"),
      try await send(
        body: Self.call,
        query: String(more.dropFirst()).replacing("UserName=a&", with: "")
          + (more.contains("&UserName") ? "&UserName=a&username=c" : "")),
    ] {
      #expect(answer.status == 400)
      #expect(["MalformedQueryString", "IncompleteSignature"].contains(answer.code ?? ""), "\(answer.text)")
    }
  }

  @Test(
    "an operation that does not exist is refused, with or without its version",
    arguments: [
      ("Action=Fly&Version=2010-05-08", "InvalidAction", "Could not find operation Fly for version 2010-05-08"),
      ("Action=GetUser&Version=2010-05-09", "InvalidAction", "Could not find operation GetUser for version 2010-05-09"),
      ("Action=GetUser", "InvalidAction", "Could not find operation GetUser for version NO_VERSION_SPECIFIED"),
      ("Action=GetUser&Version=2011-06-15", "InvalidAction", "Could not find operation GetUser for version 2011-06-15"),
      ("Action=getuser&Version=2010-05-08", "InvalidAction", "Could not find operation getuser for version 2010-05-08"),
      ("Version=2010-05-08", "MissingAction", "The request has no parameter Action: it names no operation."),
      ("Action=&Version=2010-05-08", "MissingAction", "The request has no parameter Action: it names no operation."),
      ("", "MissingAction", "The request has no parameter Action: it names no operation."),
      ("%zz=1", "MalformedQueryString", "Illegal hex character in escape % pattern: %zz"),
    ])
  func unknownOperations(body: String, code: String, message: String) async throws {
    let answer = try await send(body: body)
    #expect(answer.code == code)
    #expect(answer.message == message)
    #expect(answer.status == 400)
    #expect(answer["Type"] == "Sender")
  }

  @Test("an operation that AWS has and this program not yet is told apart from one that nobody has")
  func notYet() async throws {
    let service = ServiceDescription(
      name: "sts", apiVersion: "2011-06-15", wireProtocol: .query(namespace: "urn:test"),
      signatureRules: SigV4.Rules(services: ["sts"]), operations: [], missing: ["NotYet"])
    let pipeline = Pipeline(
      router: Router(services: [service]), environment: server.environment,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let answer = await pipeline.respond(to: TestServer.request("NotYet", [:], service: "sts"))
    #expect(String(decoding: answer.body, as: UTF8.self).contains("<Code>NotImplemented</Code>"))
    #expect(answer.status == 501)
    #expect(answer.headers.contains(Header("content-type", "text/xml")))
  }

  @Test(
    "names that contradict each other or nest too deep are refused before anything else",
    arguments: [
      "&A=1&A.b=2", "&A.b=1&A.b.c=2", "&" + Array(repeating: "a", count: 13).joined(separator: ".") + "=1",
      "&" + String(repeating: "a.", count: 20_000) + "=1",
    ])
  func names(_ more: String) async throws {
    let answer = try await send(body: Self.call + more)
    #expect(answer.code == "MalformedQueryString")
    #expect(answer.status == 400)
  }

  @Test("a request has a limited number of parameters", arguments: [(4094, true), (4095, false), (100_000, false)])
  func many(count: Int, isAccepted: Bool) async throws {
    let more = (0..<count).map { "&p\($0)=" }.joined()
    let answer = try await send(body: Self.call + more)
    #expect(answer.isSuccess == isAccepted)
    if !isAccepted { #expect(answer.message == "More than 4096 parameters") }
  }

  @Test(
    "only forms are read",
    arguments: [
      ("application/x-www-form-urlencoded", true), ("Application/X-WWW-Form-URLEncoded ; charset=utf-8", true),
      ("application/json", false), ("text/xml", false), ("multipart/form-data; boundary=x", false), ("", false),
      ("application/x-www-form-urlencodedx", false),
    ])
  func contentTypes(type: String, isAccepted: Bool) async throws {
    let request = try server.signed(as: account.root) { $0.change("content-type") { _ in type } }
    let answer = await server.send(request)
    #expect(answer.isSuccess == isAccepted)
    if !isAccepted {
      #expect(answer.code == "UnsupportedMediaType")
      #expect(answer.status == 415)
    }
  }

  @Test("a call may come as GET, as POST, or divided between query and body")
  func methods() async throws {
    #expect(try await send(body: "", query: Self.call, method: "GET").isSuccess)
    #expect(try await send(body: "", query: Self.call).isSuccess)
    #expect(try await send(body: "Version=2010-05-08", query: "Action=GetUser").isSuccess)
    for method in ["PUT", "DELETE", "HEAD", "OPTIONS", "get", ""] {
      let answer = try await send(body: Self.call, query: "", method: method)
      #expect(answer.status == 404, "\(method)")
    }
  }

  @Test("a parameter that comes in query and body is refused")
  func divided() async throws {
    for query in ["Action=GetUser", "action=GetUser", "Version=2011-06-15"] {
      #expect(try await send(body: Self.call, query: query).code == "MalformedQueryString")
    }
  }

  @Test("a plus sign and an escaped one stay what they are under the signature")
  func plusSigns() async throws {
    var request = TestServer.get("GetUser", ["UserName": "a+b"])
    #expect(request.query.contains("a%2Bb"))
    try SigV4.sign(&request, with: account.root, region: "us-east-1", service: "iam", at: server.now)
    #expect(await server.send(request).message == "The user with name a+b cannot be found.")
    request.query = request.query.replacing("%2B", with: "+")
    #expect(await server.send(request).code == "SignatureDoesNotMatch")
  }

  @Test(
    "there is one path, however it is spelled; every other is refused",
    arguments: [
      ("/", true), ("//", true), ("/./", true), ("/../", true), ("/x/..", true), ("/x/../", true), ("/iam", false),
      ("/%2f", false), ("/%2e%2e/x", false), ("/#x", false), ("/;x", false), ("/\\", false), ("/x/%2e%2e/y", false),
      ("/.../", false), ("/ ", false),
    ])
  func paths(path: String, isRoot: Bool) async throws {
    let request = try server.signed(as: account.root) { $0.path = path }
    let answer = await server.send(request)
    #expect(answer.isSuccess == isRoot, "\(answer.text)")
    if !isRoot {
      #expect(answer.status == 404)
      #expect(answer.header("content-type") == "application/json")
      #expect(answer.text.contains(#""__type":"UnknownOperationException""#))
    }
  }

  @Test(
    "services that are not there yet say so in their own protocol",
    arguments: [
      ("SWBExternalService.ListInstances", 501, "NotImplemented", "The operation ListInstances of sso-admin is not"),
      ("AWSIdentityStore.ListUsers", 501, "NotImplemented", "The operation ListUsers of identitystore is not"),
      (
        "BaldrApiService.DescribeClusters", 501, "NotImplemented", "The operation DescribeClusters of cloudhsmv2 is not"
      ),
      ("Nobody.Fly", 400, "UnknownOperationException", "There is no operation `Nobody.Fly`."),
      ("", 400, "UnknownOperationException", "There is no operation ``."),
      (#"a"b\"#, 400, "UnknownOperationException", #"There is no operation `a\"b\\`."#),
    ])
  func targets(target: String, status: Int, code: String, message: String) async throws {
    let request = HTTPRequestMessage(
      method: "POST", path: "/",
      headers: [
        Header("host", "x"), Header("x-amz-target", target), Header("content-type", "application/x-amz-json-1.1"),
      ], body: Array("{}".utf8))
    let answer = await server.send(request)
    #expect(answer.status == status)
    #expect(answer.header("content-type") == "application/x-amz-json-1.1")
    #expect(answer.header("x-amzn-errortype") == code)
    #expect(answer.text.hasPrefix(#"{"__type":"\#(code)","message":"\#(message)"#))
  }

  @Test("a target means nothing in a form, but it must be signed")
  func targetOfForm() async throws {
    var request = try server.signed(as: account.root) { $0.headers.append(Header("x-amz-target", "a.b")) }
    #expect(await server.send(request).isSuccess)
    request = try server.signed(as: account.root)
    request.headers.append(Header("x-amz-target", "a.b"))
    #expect(await server.send(request).code == "SignatureDoesNotMatch")
  }

  @Test("a long list is read or refused as a whole")
  func longList() async throws {
    let tags = (1...2_000).reversed().map { "&Tags.member.\($0).Key=k\($0)&Tags.member.\($0).Value=v" }.joined()
    let answer = try await send(body: "Action=TagUser&Version=2010-05-08&UserName=ann" + tags)
    #expect(answer.code == "ValidationError")
    #expect(
      answer.message?.contains("at 'tags' failed to satisfy constraint: Member must have length less than") == true)
  }

  @Test(
    "services that name their operations by path are known by the scope", arguments: ["account", "awsssoportal", "iam"])
  func restServices(_ scope: String) async throws {
    var request = HTTPRequestMessage(method: "GET", path: "/listAccounts", headers: [Header("host", "x")])
    try SigV4.sign(&request, with: account.root, region: "us-east-1", service: scope, at: server.now)
    let answer = await server.send(request)
    #expect(answer.status == (scope == "iam" ? 404 : 501))
    #expect(answer.header("content-type") == "application/json")
  }
}

import AWSCore
import AWSWire
import Testing

@testable import ScenarioKit
@testable import ServiceKit

@Suite("Answers") struct ShapesTests {
  @Test("an operation without output answers its metadata alone")
  func withoutOutput() async throws {
    let account = try await TestServer.start().account()
    try await account.root("CreateGroup", ["GroupName": "Admins"])
    let answer = try await account.root("DeleteGroup", ["GroupName": "Admins"])
    #expect(answer.text.contains("<ResponseMetadata><RequestId>"))
    #expect(!answer.text.contains("DeleteGroupResult"))
  }

  @Test("an answer of the query protocol has its envelope and its request id twice")
  func queryAnswer() async throws {
    let account = try await TestServer.start().account()
    let answer = try await account.root("GetCallerIdentity", service: "sts")
    #expect(
      answer.text
        == "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
        + "<UserId>\(account.id)</UserId><Account>\(account.id)</Account><Arn>arn:aws:iam::\(account.id):root</Arn>"
        + "</GetCallerIdentityResult><ResponseMetadata><RequestId>\(answer["RequestId"] ?? "")</RequestId>"
        + "</ResponseMetadata></GetCallerIdentityResponse>")
    #expect(answer.header("content-type") == "text/xml")
    #expect(answer.header("x-amzn-requestid") == answer["RequestId"])
    #expect(answer["RequestId"]?.utf8.count == 36)
  }

  private static let failure = Failure(
    ErrorCode("NoSuchEntity", status: 404), "The <\"user\"> & co.", reason: "secret reason", encodedMessage: "sealed")

  private static func error(_ wireProtocol: WireProtocol, _ failure: Failure = failure) -> Answer {
    Answer(ErrorShape.response(failure, requestID: "id-1", wireProtocol: wireProtocol))
  }

  @Test("an error of the query protocol")
  func queryError() {
    let answer = Self.error(.query(namespace: "https://x/"))
    #expect(answer.status == 404)
    #expect(
      answer.text
        == "<ErrorResponse xmlns=\"https://x/\"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>"
        + "<Message>The &lt;&quot;user&quot;&gt; &amp; co.</Message></Error><RequestId>id-1</RequestId></ErrorResponse>"
    )
    #expect(answer.header("content-type") == "text/xml")
    #expect(Self.error(.query(namespace: "")).text.hasPrefix("<ErrorResponse><Error>"))
  }

  @Test("a fault of the service is the receiver's", arguments: [(499, "Sender"), (500, "Receiver"), (503, "Receiver")])
  func faults(status: Int, type: String) {
    #expect(Self.error(.query(namespace: ""), Failure(ErrorCode("X", status: status), "m"))["Type"] == type)
  }

  @Test(
    "an error of the JSON protocols",
    arguments: [(WireProtocol.json, "application/x-amz-json-1.1"), (.restJSON, "application/json")])
  func jsonError(wireProtocol: WireProtocol, type: String) {
    let answer = Self.error(wireProtocol)
    #expect(answer.status == 404)
    #expect(answer.text == #"{"__type":"NoSuchEntity","message":"The <\"user\"> & co."}"#)
    #expect(answer.header("content-type") == type)
    #expect(answer.header("x-amzn-errortype") == "NoSuchEntity")
  }

  @Test("an error carries its request id and sealed message in headers, its reason nowhere")
  func headers() {
    for wireProtocol in [WireProtocol.query(namespace: ""), .json, .restJSON] {
      let answer = Self.error(wireProtocol)
      #expect(answer.header("x-amzn-requestid") == "id-1")
      #expect(answer.header(AuthorizationMessage.header) == "sealed")
      #expect(!answer.text.contains("secret reason"))
      #expect(!answer.headers.contains { $0.value.contains("secret reason") })
    }
  }

  @Test("no answer holds a secret but those that hand one out")
  func canaries() async throws {
    let server = try await TestServer.start()
    let account = try await server.account()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:*", "sts:*"))
    try await account.role("reader", policy: TestPolicy.allow("iam:ListUsers"))
    let session = try await account.assume("reader", as: ann)
    let secrets = [
      account.root.secretAccessKey.reveal(), ann.secretAccessKey.reveal(), session.secretAccessKey.reveal(),
      session.sessionToken ?? "",
    ]
    #expect(secrets.allSatisfy { $0.count >= 40 })
    let calls: [(String, [String: String], String)] = [
      ("GetUser", [:], "iam"), ("ListUsers", [:], "iam"), ("ListAccessKeys", [:], "iam"),
      ("GetAccountAuthorizationDetails", [:], "iam"), ("GetAccountSummary", [:], "iam"), ("ListRoles", [:], "iam"),
      ("GetAccessKeyLastUsed", ["AccessKeyId": ann.accessKeyID], "iam"), ("GetCallerIdentity", [:], "sts"),
      ("GetAccessKeyInfo", ["AccessKeyId": ann.accessKeyID], "sts"), ("GetUser", ["UserName": "x<y"], "iam"),
      ("Fly", [:], "iam"), ("AssumeRole", [:], "sts"), ("DeleteUser", ["UserName": "ann"], "iam"),
    ]
    for credentials in [account.root, ann, session] {
      for (action, parameters, service) in calls {
        let good = try server.signed(action, parameters, as: credentials, service: service)
        var forged = good
        forged.change("authorization") { String($0.dropLast()) + ($0.hasSuffix("0") ? "1" : "0") }
        for request in [good, forged] {
          let answer = await server.send(request)
          let all = answer.text + answer.headers.map { "\($0.name): \($0.value)\n" }.joined()
          // AWS: the canonical request of a refused signature repeats the signed headers, the token among them.
          let hidden = answer.code == "SignatureDoesNotMatch" ? secrets.dropLast() : secrets[...]
          for secret in hidden { #expect(!all.contains(secret), "\(action)") }
        }
      }
    }
  }

  @Test("the protocol of a request that was not routed is guessed by its looks")
  func guesses() {
    func guess(_ path: String, _ headers: [Header]) -> WireProtocol {
      ErrorShape.guess(HTTPRequestMessage(method: "POST", path: path, headers: headers))
    }
    #expect(guess("/", []) == .query(namespace: ""))
    let json = Header("Content-Type", "application/x-amz-json-1.1")
    let form = Header("Content-Type", "application/x-www-form-urlencoded")
    let target = Header("X-Amz-Target", "a.b")
    #expect(guess("/", [target, json]) == .json)
    #expect(guess("/x", [target, json]) == .json)
    #expect(guess("/", [target, form]) == .query(namespace: ""))
    #expect(guess("/", [json]) == .query(namespace: ""))
    #expect(guess("/x", []) == .restJSON)
  }
}

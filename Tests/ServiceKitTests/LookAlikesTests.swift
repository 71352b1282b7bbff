import AWSCore
import ScenarioKit
import ServiceKit
import Testing

/// The Kelvin sign and K are one character to Unicode, and to Swift's strings, but not to a policy.
@Suite("Look-alikes") struct LookAlikesTests {
  let server: TestServer
  let account: TestAccount

  init() async throws {
    server = try await TestServer.start()
    account = try await server.account()
  }

  private func policy(denying action: String, on resource: String, condition: String = "{}") -> String {
    """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},\
    {"Effect":"Deny","Action":"\(action)","Resource":"\(resource)","Condition":\(condition)}]}
    """
  }

  @Test(
    "a role that a policy denies is not reached by another spelling",
    arguments: ["Keys", "\u{212A}eys", "keys", "KEYS"])
  func role(_ name: String) async throws {
    let ann = try await account.user(
      "ann", policy: policy(denying: "sts:AssumeRole", on: "arn:aws:iam::\(account.id):role/Keys"))
    try await account.role("Keys")
    let answer = try await server.call(
      "AssumeRole", ["RoleArn": "arn:aws:iam::\(account.id):role/\(name)", "RoleSessionName": "session"], as: ann,
      service: "sts")
    #expect(answer.code == "AccessDenied")
  }

  @Test(
    "a managed policy that a policy denies is not attached by another spelling",
    arguments: ["Key", "\u{212A}ey", "key"])
  func managedPolicy(_ word: String) async throws {
    let denied = "arn:aws:iam::aws:policy/AWSKeyManagementServicePowerUser"
    let ann = try await account.user(
      "ann",
      policy: policy(
        denying: "iam:AttachUserPolicy", on: "*", condition: #"{"StringEquals":{"iam:PolicyARN":"\#(denied)"}}"#))
    let arn = denied.replacing("Key", with: word)
    let answer = try await server.call("AttachUserPolicy", ["UserName": "ann", "PolicyArn": arn], as: ann)
    #expect(!answer.isSuccess)
    #expect(try await account.root("ListAttachedUserPolicies", ["UserName": "ann"]).all("PolicyArn").isEmpty)
  }

  @Test("names of users are ASCII alone")
  func user() async throws {
    try await account.root("CreateUser", ["UserName": "Kim"])
    let answer = try await server.call("GetUser", ["UserName": "\u{212A}im"], as: account.root)
    #expect(answer.code == "ValidationError")
  }
}

import AWSCore
import AWSWire
import Directory
import ScenarioKit
import Testing

@Suite("The second factor") struct SecondFactorTests {
  static let wrong = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
  let server: TestServer
  let account: TestAccount

  init() async throws {
    server = try await TestServer.start()
    account = try await server.account()
  }

  private func sts(
    _ action: String, _ parameters: [String: String] = [:], as caller: SigV4.Credentials
  ) async throws -> Answer {
    try await server.call(action, parameters, as: caller, service: "sts")
  }

  private func token(_ phone: TestPhone, after steps: Int64, as caller: SigV4.Credentials) async throws -> Answer {
    try await sts("GetSessionToken", phone.oneCode(server.now, after: steps), as: caller)
  }

  private func allow(_ action: String, _ condition: String) -> String {
    """
    {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"\(action)","Resource":"*","Condition":\(condition)}}
    """
  }

  @Test("a session with a code carries the second factor and its age; without one it says false; a key says nothing")
  func keys() async throws {
    let present = #"{"Bool":{"aws:MultiFactorAuthPresent":"true"},"NumericLessThan":{"aws:MultiFactorAuthAge":"60"}}"#
    let ann = try await account.user("ann", policy: allow("iam:ListUsers", present))
    let bob = try await account.user("bob", policy: allow("iam:*", #"{"Null":{"aws:MultiFactorAuthPresent":"true"}}"#))
    let phone = try await account.phone(of: "ann")
    #expect(try await server.call("ListUsers", as: ann).code == "AccessDenied")
    let session = try await token(phone, after: 1, as: ann).succeeded("GetSessionToken").credentials
    #expect(try await server.call("ListUsers", as: session).isSuccess)
    server.advance(seconds: 59)
    #expect(try await server.call("ListUsers", as: session).isSuccess)
    server.advance(seconds: 1)
    #expect(try await server.call("ListUsers", as: session).code == "AccessDenied")
    #expect(try await server.call("ListUsers", as: bob).isSuccess)
    try await account.role("r", policy: allow("iam:*", #"{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#))
    try await account.root(
      "PutUserPolicy",
      ["UserName": "bob", "PolicyName": "more", "PolicyDocument": TestPolicy.allow("sts:AssumeRole")])
    #expect(try await server.call("ListUsers", as: try await account.assume("r", as: bob)).isSuccess)
  }

  @Test("a trust policy that wants the second factor gets it from the call itself, and the session does not keep it")
  func assumeRole() async throws {
    let condition = #"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#
    try await account.root(
      "CreateRole",
      [
        "RoleName": "guarded",
        "AssumeRolePolicyDocument": TestPolicy.trust("arn:aws:iam::\(account.id):root", condition: condition),
      ])
    try await account.root(
      "PutRolePolicy",
      ["RoleName": "guarded", "PolicyName": "p", "PolicyDocument": allow("iam:ListUsers", condition)])
    let ann = try await account.user("ann", policy: TestPolicy.allow("sts:AssumeRole"))
    let phone = try await account.phone(of: "ann")
    let role = ["RoleArn": "arn:aws:iam::\(account.id):role/guarded", "RoleSessionName": "session"]
    #expect(try await sts("AssumeRole", role, as: ann).code == "AccessDenied")
    let wrong = try await sts(
      "AssumeRole", role.merging(phone.oneCode(server.now, after: 7)) { $1 }, as: ann)
    #expect([wrong.code, wrong.message] == ["AccessDenied", Self.wrong])
    let code = role.merging(phone.oneCode(server.now, after: 1)) { $1 }
    let session = try await sts("AssumeRole", code, as: ann).succeeded("AssumeRole").credentials
    #expect(try await server.call("ListUsers", as: session).code == "AccessDenied")
    #expect(try await sts("AssumeRole", code, as: ann).message == Self.wrong)
    server.advance(seconds: 60)
    let own = try await token(phone, after: 0, as: ann).succeeded("GetSessionToken").credentials
    #expect(try await sts("AssumeRole", role, as: own).isSuccess)
    #expect(
      try await sts("AssumeRole", role.merging(phone.oneCode(server.now)) { $1 }, as: session).message == Self.wrong)
  }

  @Test("a refused call to assume a role does not use the code up")
  func refusedAssumeRole() async throws {
    try await account.role("closed", trusting: "arn:aws:iam::\(account.id):root")
    let ann = try await account.user("ann")
    let phone = try await account.phone(of: "ann")
    let role = ["RoleArn": "arn:aws:iam::\(account.id):role/closed", "RoleSessionName": "session"]
    let code = phone.oneCode(server.now, after: 1)
    #expect(try await sts("AssumeRole", role.merging(code) { $1 }, as: ann).code == "AccessDenied")
    #expect(try await sts("GetSessionToken", code, as: ann).isSuccess)
  }

  @Test("a code is good from one step before to one step after its own, and once")
  func window() async throws {
    let ann = try await account.user("ann")
    let phone = try await account.phone(of: "ann")
    for steps in [-2, -1, 0, 2] as [Int64] {
      #expect(try await token(phone, after: steps, as: ann).message == Self.wrong)
    }
    #expect(try await token(phone, after: 1, as: ann).isSuccess)
    #expect(try await token(phone, after: 1, as: ann).message == Self.wrong)
    server.advance(seconds: 90)
    #expect(try await token(phone, after: -2, as: ann).message == Self.wrong)
    #expect(try await token(phone, after: 0, as: ann).isSuccess)
    // Within its window, but older than the one that was accepted.
    #expect(try await token(phone, after: -1, as: ann).message == Self.wrong)
    #expect(try await token(phone, after: 1, as: ann).isSuccess)
  }

  @Test("of many calls with one code exactly one succeeds", arguments: 0..<5)
  func race(_ round: Int) async throws {
    let ann = try await account.user("ann")
    let phone = try await account.phone(of: "ann")
    let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
      for _ in 0..<50 { group.addTask { try await token(phone, after: 1, as: ann) } }
      return try await group.reduce(into: [Answer]()) { $0.append($1) }
    }
    #expect(answers.count { $0.isSuccess } == 1)
    #expect(answers.filter { !$0.isSuccess }.allSatisfy { $0.message == Self.wrong })
    server.advance(seconds: 60)
    #expect(try await token(phone, after: 0, as: ann).isSuccess)
  }

  @Test("wrong codes, devices that are not the caller's own and none at all look the same")
  func indistinct() async throws {
    let ann = try await account.user("ann")
    _ = try await account.user("bob")
    let own = try await account.phone("own", of: "ann")
    let other = try await account.phone("other", of: "bob")
    let free = try await account.phone("free")
    let code = own.code(server.now, after: 1)
    for serialNumber in [other.serialNumber, free.serialNumber, "arn:aws:iam::\(account.id):mfa/none", "GAHT12345678"] {
      let parameters = ["SerialNumber": serialNumber, "TokenCode": code]
      let refused = try await sts("GetSessionToken", parameters, as: ann)
      #expect([refused.code, refused.message] == ["AccessDenied", Self.wrong])
    }
    #expect(try await token(other, after: 1, as: ann).message == Self.wrong)
    for half in [["SerialNumber": own.serialNumber], ["TokenCode": code]] {
      #expect(
        try await sts("GetSessionToken", half, as: ann).message
          == "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
    }
  }

  @Test("after ten wrong codes the right one is refused too, until the quarter of an hour is over")
  func guessing() async throws {
    let ann = try await account.user("ann")
    let phone = try await account.phone(of: "ann")
    for _ in 0..<10 { #expect(try await token(phone, after: 50, as: ann).message == Self.wrong) }
    #expect(try await token(phone, after: 1, as: ann).message == Self.wrong)
    server.advance(seconds: 900)
    #expect(try await token(phone, after: 0, as: ann).isSuccess)
  }

  @Test("after a hundred wrong codes in a row only synchronizing helps")
  func guessingOn() async throws {
    let ann = try await account.user("ann")
    let phone = try await account.phone(of: "ann")
    for _ in 0..<10 {
      for _ in 0..<10 { #expect(try await token(phone, after: 50, as: ann).message == Self.wrong) }
      server.advance(seconds: 900)
    }
    #expect(try await token(phone, after: 0, as: ann).message == Self.wrong)
    try await account.root("ResyncMFADevice", phone.twoCodes(server.now, for: "ann"))
    #expect(try await token(phone, after: 1, as: ann).isSuccess)
  }

  @Test(
    "synchronizing learns how far off the device's clock is, and makes the codes before it useless",
    arguments: [-120, -20, 3, 120] as [Int64])
  func drift(_ steps: Int64) async throws {
    let ann = try await account.user("ann")
    let phone = try await account.phone(of: "ann")
    server.advance(seconds: 7_200)
    #expect(try await token(phone, after: steps, as: ann).message == Self.wrong)
    try await account.root("ResyncMFADevice", phone.twoCodes(server.now, after: steps, for: "ann"))
    #expect(try await token(phone, after: steps, as: ann).message == Self.wrong)
    #expect(try await token(phone, after: 0, as: ann).message == Self.wrong)
    #expect(try await token(phone, after: steps + 1, as: ann).isSuccess)
    server.advance(seconds: 300)
    #expect(try await token(phone, after: steps, as: ann).isSuccess)
    // The clock of the device was put right; a code that was used does not count again.
    #expect(
      try await server.call("ResyncMFADevice", phone.twoCodes(server.now, after: steps, for: "ann"), as: account.root)
        .code == "InvalidAuthenticationCode")
  }

  @Test("more than an hour off is too much")
  func tooFarOff() async throws {
    _ = try await account.user("ann")
    let phone = try await account.phone(of: "ann")
    for steps in [121, -121] as [Int64] {
      let refused = try await server.call(
        "ResyncMFADevice", phone.twoCodes(server.now, after: steps, for: "ann"), as: account.root)
      #expect(refused.code == "InvalidAuthenticationCode")
    }
  }

  @Test("the root user has devices of its own")
  func rootUser() async throws {
    let phone = try await account.phone("root-account-mfa-device", of: account.id.description)
    #expect(try await account.root("ListMFADevices")["SerialNumber"] == phone.serialNumber)
    let answer = try await token(phone, after: 1, as: account.root).succeeded("GetSessionToken")
    let session = answer.credentials
    #expect(try await server.call("ListUsers", as: session).isSuccess)
    let plain = try await sts("GetSessionToken", as: account.root).credentials
    #expect(try await server.call("ListUsers", as: plain).code == "InvalidClientTokenId")
    try await account.root("DeactivateMFADevice", ["SerialNumber": phone.serialNumber])
  }
}

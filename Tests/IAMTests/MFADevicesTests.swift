import AWSCore
import AWSWire
import Directory
import ScenarioKit
import Testing

@Suite("MFA devices") struct MFADevicesTests {
  @Test("a virtual device is made with its seed shown once, and lies sealed")
  func creation() async throws {
    let account = try await TestAccount.start()
    let made = try await account.root(
      "CreateVirtualMFADevice",
      [
        "VirtualMFADeviceName": "ann.s", "Path": "/division/",
        "Tags.member.1.Key": "k", "Tags.member.1.Value": "v",
      ])
    let serialNumber = "arn:aws:iam::\(account.id):mfa/division/ann.s"
    #expect(made["SerialNumber"] == serialNumber)
    #expect(made["Key"] == "k")
    #expect(try TestPhone(made).seedBytesCount == 40)
    let picture = try #require(Base64.decode(made["QRCodePNG"] ?? ""))
    #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let listed = try await account.root("ListVirtualMFADevices")
    #expect(listed.all("SerialNumber") == [serialNumber])
    #expect(["Base32StringSeed", "QRCodePNG", "Tags", "User", "EnableDate"].allSatisfy { listed[$0] == nil })
    let state = try #require(try await account.server.directory.account(account.id))
    let record = try #require(state.mfaDevices[id: serialNumber])
    let seed = try #require(state.dataKey).open(
      try #require(record.sealedSeed), as: MFADeviceRecord.field(of: record.uniqueID, in: account.id))
    #expect(
      Base64.decode(made["Base32StringSeed"] ?? "").map { String(decoding: $0, as: UTF8.self) }
        == Base32.encode(seed))
  }

  @Test("path and name are unique together, in any letter case")
  func names() async throws {
    let account = try await TestAccount.start()
    _ = try await account.phone("Phone")
    for name in ["Phone", "PHONE"] {
      let refused = try await account.attempt("CreateVirtualMFADevice", ["VirtualMFADeviceName": name])
      #expect(
        [refused.code, refused.message] == [
          "EntityAlreadyExists", "MFADevice entity at the same path and name already exists.",
        ])
    }
    _ = try await account.phone("Phone", ["Path": "/other/"])
  }

  @Test("a serial number of more than 256 characters is refused, one of 256 is not")
  func lengths() async throws {
    let account = try await TestAccount.start()
    let prefix = "arn:aws:iam::\(account.id):mfa/"
    let longest = String(repeating: "n", count: 256 - prefix.utf8.count)
    #expect(try await account.phone(longest).serialNumber == prefix + longest)
    let refused = try await account.attempt("CreateVirtualMFADevice", ["VirtualMFADeviceName": longest + "n"])
    #expect(refused.code == "ValidationError")
  }

  @Test("enabling takes two codes that follow each other, once")
  func enabling() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann"])
    let phone = try await account.phone()
    let now = account.server.now
    var codes = phone.twoCodes(now, for: "ann")
    for (first, second) in [(0, -1), (0, 0), (-2, 0), (0, 1_000)] as [(Int64, Int64)] {
      codes["AuthenticationCode1"] = phone.code(now, after: first)
      codes["AuthenticationCode2"] = phone.code(now, after: second)
      let refused = try await account.attempt("EnableMFADevice", codes)
      #expect(
        [refused.code, refused.message] == [
          "InvalidAuthenticationCode", "Authentication code for device is not valid.",
        ])
    }
    #expect(try await account.root("ListMFADevices", ["UserName": "ann"]).all("SerialNumber").isEmpty)
    try await account.root("EnableMFADevice", phone.twoCodes(now, for: "ann"))
    let listed = try await account.root("ListMFADevices", ["UserName": "ann"])
    #expect(listed.all("SerialNumber") == [phone.serialNumber])
    #expect([listed["UserName"], listed["EnableDate"]] == ["ann", now.iso8601])
    try await account.root("CreateUser", ["UserName": "bob"])
    for user in ["ann", "bob"] {
      let refused = try await account.attempt("EnableMFADevice", phone.twoCodes(now, after: 1, for: user))
      #expect([refused.code, refused.message] == ["EntityAlreadyExists", "MFA Device is already in use."])
    }
  }

  @Test("who or what is not there is told apart")
  func missing() async throws {
    let account = try await TestAccount.start()
    let phone = try await account.phone()
    let now = account.server.now
    let noUser = try await account.attempt("EnableMFADevice", phone.twoCodes(now, for: "ann"))
    #expect([noUser.code, noUser.message] == ["NoSuchEntity", "The user with name ann cannot be found."])
    try await account.root("CreateUser", ["UserName": "ann"])
    let serialNumber = "arn:aws:iam::\(account.id):mfa/none"
    var codes = phone.twoCodes(now, for: "ann")
    codes["SerialNumber"] = serialNumber
    let noDevice = try await account.attempt("EnableMFADevice", codes)
    #expect(noDevice.message == "VirtualMFADevice with serial number \(serialNumber) does not exist.")
    let pair = ["UserName": "ann", "SerialNumber": phone.serialNumber]
    for (action, parameters) in [
      ("DeactivateMFADevice", pair), ("GetMFADevice", pair), ("ResyncMFADevice", phone.twoCodes(now, for: "ann")),
    ] {
      let refused = try await account.attempt(action, parameters)
      #expect([refused.code, refused.message] == ["NoSuchEntity", "MFA Device invalid for user."], "\(action)")
    }
    for action in ["DeleteVirtualMFADevice", "ListMFADeviceTags"] {
      #expect(try await account.attempt(action, ["SerialNumber": serialNumber]).code == "NoSuchEntity")
    }
  }

  @Test("a user has eight devices and no ninth")
  func quota() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann"])
    for index in 0..<8 { _ = try await account.phone("phone\(index)", of: "ann") }
    let ninth = try await account.phone("ninth")
    let refused = try await account.attempt("EnableMFADevice", ninth.twoCodes(account.server.now, for: "ann"))
    #expect([refused.code, refused.message] == ["LimitExceeded", "Cannot exceed quota for MFADevicesPerUser: 8"])
    let pages = try await account.pages("ListMFADevices", ["UserName": "ann"], size: 3)
    #expect(pages.map { $0.all("SerialNumber").count } == [3, 3, 2])
  }

  @Test("an account has as many virtual devices as it may have users")
  func accountQuota() async throws {
    var quotas = Quotas.standard
    quotas.users = 2
    let account = try await TestAccount.start(quotas: quotas)
    for name in ["a", "b"] { _ = try await account.phone(name) }
    #expect(try await account.attempt("CreateVirtualMFADevice", ["VirtualMFADeviceName": "c"]).code == "LimitExceeded")
  }

  @Test("a device in use is not deleted, its user neither")
  func deletion() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann"])
    let phone = try await account.phone(of: "ann")
    let device = ["SerialNumber": phone.serialNumber]
    let user = try await account.attempt("DeleteUser", ["UserName": "ann"])
    #expect([user.code, user.message] == ["DeleteConflict", "Cannot delete entity, must delete MFA device first."])
    let refused = try await account.attempt("DeleteVirtualMFADevice", device)
    #expect([refused.code, refused.message] == ["DeleteConflict", "MFA VirtualDevice in use. Must deactivate first."])
    try await account.root("DeactivateMFADevice", device.merging(["UserName": "ann"]) { $1 })
    #expect(try await account.root("ListMFADevices", ["UserName": "ann"]).all("SerialNumber").isEmpty)
    #expect(try await account.root("ListVirtualMFADevices").all("SerialNumber") == [phone.serialNumber])
    try await account.root("DeleteUser", ["UserName": "ann"])
    try await account.root("DeleteVirtualMFADevice", device)
    #expect(try await account.root("ListVirtualMFADevices").all("SerialNumber").isEmpty)
  }

  @Test("virtual devices are listed by assignment, with their users, in pages")
  func listing() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann", "Path": "/x/"])
    _ = try await account.phone("assigned", of: "ann")
    _ = try await account.phone("roots", of: account.id.description)
    _ = try await account.phone("free")
    func names(_ status: String?) async throws -> [String] {
      try await account.root("ListVirtualMFADevices", status.map { ["AssignmentStatus": $0] } ?? [:])
        .all("SerialNumber").map { String($0.split(separator: "/").last ?? "") }
    }
    #expect(try await names(nil) == ["assigned", "free", "roots"])
    #expect(try await names("Any") == ["assigned", "free", "roots"])
    #expect(try await names("Assigned") == ["assigned", "roots"])
    #expect(try await names("Unassigned") == ["free"])
    let assigned = try await account.root("ListVirtualMFADevices", ["AssignmentStatus": "Assigned"])
    #expect(
      assigned.all("Arn") == [
        "arn:aws:iam::\(account.id):user/x/ann", "arn:aws:iam::\(account.id):root",
      ])
    let pages = try await account.pages("ListVirtualMFADevices", [:], size: 1)
    #expect(pages.map { $0.all("SerialNumber").count } == [1, 1, 1])
    #expect(try await account.attempt("ListVirtualMFADevices", ["AssignmentStatus": "All"]).code == "ValidationError")
  }

  @Test("the summary counts them")
  func summary() async throws {
    let account = try await TestAccount.start()
    func counts() async throws -> [String] {
      let text = try await account.root("GetAccountSummary").text
      return ["MFADevices", "MFADevicesInUse", "AccountMFAEnabled"].map { key in
        let rest = text.split(separator: "<key>\(key)</key><value>", omittingEmptySubsequences: false).last ?? ""
        return String(rest.prefix { $0 != "<" })
      }
    }
    #expect(try await counts() == ["0", "0", "0"])
    try await account.root("CreateUser", ["UserName": "ann"])
    _ = try await account.phone("a", of: "ann")
    _ = try await account.phone("b")
    #expect(try await counts() == ["2", "1", "0"])
    _ = try await account.phone("c", of: account.id.description)
    #expect(try await counts() == ["3", "2", "1"])
  }

  @Test("who has a device adds and removes own devices only with a session that proves one")
  func ownDevices() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann", policy: TestPolicy.allow("iam:*MFADevice"))
    let first = try await account.phone("first")
    let second = try await account.phone("second")
    let now = account.server.now
    func call(_ action: String, _ parameters: [String: String], as caller: SigV4.Credentials) async throws -> Answer {
      try await account.server.call(action, parameters, as: caller)
    }
    #expect(try await call("EnableMFADevice", first.twoCodes(now, for: "ann"), as: ann).isSuccess)
    let refused = try await call("EnableMFADevice", second.twoCodes(now, for: "ann"), as: ann)
    #expect(refused.code == "AccessDenied")
    #expect(refused.message?.hasPrefix("To complete this action, please ensure that you are authenticated") == true)
    let pair = ["UserName": "ann", "SerialNumber": first.serialNumber]
    #expect(try await call("DeactivateMFADevice", pair, as: ann).code == "AccessDenied")
    let session = try await account.server.call(
      "GetSessionToken", first.oneCode(now, after: 1), as: ann, service: "sts"
    ).succeeded("GetSessionToken").credentials
    #expect(try await call("EnableMFADevice", second.twoCodes(now, for: "ann"), as: session).isSuccess)
    #expect(try await call("DeactivateMFADevice", pair, as: session).isSuccess)
    // Whoever manages the devices of others needs no device of theirs.
    let admin = try await account.user("admin", policy: TestPolicy.allow("iam:*"))
    let other = ["UserName": "ann", "SerialNumber": second.serialNumber]
    #expect(try await call("DeactivateMFADevice", other, as: admin).isSuccess)
  }

  @Test("a device is tagged, and its tags are condition keys")
  func tags() async throws {
    let account = try await TestAccount.start()
    let phone = try await account.phone()
    let device = ["SerialNumber": phone.serialNumber]
    try await account.root(
      "TagMFADevice", device.merging(["Tags.member.1.Key": "team", "Tags.member.1.Value": "red"]) { $1 })
    #expect(try await account.root("ListMFADeviceTags", device).all("Value") == ["red"])
    let condition = #"{"StringEquals":{"aws:ResourceTag/team":"red"}}"#
    let ann = try await account.user(
      "ann",
      policy: """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:DeleteVirtualMFADevice",\
        "Resource":"arn:aws:iam::\(account.id):mfa/*","Condition":\(condition)}}
        """)
    let plain = try await account.phone("plain")
    #expect(
      try await account.server.call(
        "DeleteVirtualMFADevice", ["SerialNumber": plain.serialNumber], as: ann
      ).code == "AccessDenied")
    #expect(try await account.server.call("DeleteVirtualMFADevice", device, as: ann).isSuccess)
    #expect(try await account.attempt("ListMFADeviceTags", device).code == "NoSuchEntity")
  }

  @Test("a passkey is listed, shown and gone with its assignment")
  func passkey() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "ann"])
    let id = "arn:aws:iam::\(account.id):u2f/user/ann/key-ABC"
    let now = account.server.now
    try await account.server.directory.write(to: account.id) { tx throws(Failure) in
      var device = MFADeviceRecord(id: id, uniqueID: "u", kind: .fido, createDate: now, sealedSeed: nil)
      device.assign(to: tx.account.users[name: "ann"], clock: .init(drift: 0, lastStep: 0), at: now)
      try tx.put(device)
    }
    #expect(try await account.root("ListMFADevices", ["UserName": "ann"]).all("SerialNumber") == [id])
    #expect(try await account.root("ListVirtualMFADevices").all("SerialNumber").isEmpty)
    let pair = ["UserName": "ann", "SerialNumber": id]
    let shown = try await account.root("GetMFADevice", pair)
    #expect([shown["UserName"], shown["SerialNumber"], shown["EnableDate"]] == ["ann", id, now.iso8601])
    #expect(try await account.attempt("DeleteVirtualMFADevice", ["SerialNumber": id]).code == "NoSuchEntity")
    try await account.root("DeactivateMFADevice", pair)
    #expect(try await account.attempt("GetMFADevice", pair).code == "NoSuchEntity")
  }
}

import AWSCore
import Foundation
import Testing

@testable import Directory

@Suite("Stored form of records") struct StoredFormTests {
  let id: AccountID
  init() throws { id = try #require(AccountID(number: 42)) }

  /// The record's members as JSON has them, after going through the store's form.
  private func expectRoundTrip<R: Record>(_ record: R, name: String?) throws {
    let stored = try record.stored()
    #expect(stored.kind == R.kind)
    #expect(stored.id == record.id)
    #expect(stored.name == name)
    let read = try R(stored: stored)
    let before = try JSONSerialization.jsonObject(with: Data(stored.body)) as? NSDictionary
    let after = try JSONSerialization.jsonObject(with: Data(try read.stored().body)) as? NSDictionary
    #expect(before != nil)
    #expect(before == after)
    #expect(before?["version"] as? Int == R.version)
  }

  private func fullRole() throws -> RoleRecord {
    var role = RoleRecord(
      id: "AROA", account: id, roleName: RoleName(unchecked: "Reader"), path: Path(unchecked: "/a/"), createDate: .noon,
      trustPolicy: try .trust(), description: "é \u{1F600} \"x\"", maxSessionDuration: 7200,
      tags: [Tag(key: TagKey(unchecked: "k"), value: TagValue(unchecked: ""))],
      permissionsBoundary: .iam(id, "policy/b"),
      linkedService: "x.amazonaws.com")
    role.inlinePolicies = [try .inline("one"), try .inline("two")]
    role.attachedPolicies = [.iam(id, "policy/p")]
    role.template = RoleTemplateSource(arn: .iam(id, "role-template/x:1"), minorVersion: 3)
    role.trust(try .trust(), ids: ["arn:aws:iam::000000000042:user/ann": "AIDA"], at: .noon.adding(seconds: 5))
    return role
  }

  @Test("what is stored is read again")
  func roundTrip() throws {
    var user = UserRecord.fixture("Ann", in: id)
    user.groups = ["G2", "G1"]
    user.tags = [Tag(key: TagKey(unchecked: "Ключ"), value: TagValue(unchecked: "v"))]
    user.inlinePolicies = [try .inline("one")]
    user.permissionsBoundary = .iam(id, "policy/b")
    try expectRoundTrip(user, name: "ann")
    try expectRoundTrip(
      GroupRecord(id: "AGPA", account: id, groupName: GroupName(unchecked: "Admins"), path: .root, createDate: .noon),
      name: "admins")
    try expectRoundTrip(try fullRole(), name: "reader")
    var policy = PolicyRecord(
      id: "ANPA", account: id, policyName: PolicyName(unchecked: "P"), path: .root, description: nil, createDate: .noon,
      policy: try .managed("P"), tags: [])
    policy.versions.append(.init(number: 2, policy: try .managed("P"), createDate: .noon))
    policy.defaultVersion = 2
    policy.nextVersion = 7
    try expectRoundTrip(policy, name: "p")
    var profile = InstanceProfileRecord(
      id: "AIPA", account: id, profileName: InstanceProfileName(unchecked: "Web"), path: .root, createDate: .noon,
      tags: [])
    profile.role = "AROA"
    try expectRoundTrip(profile, name: "web")
    try expectRoundTrip(
      AccessKeyRecord(id: "AKIA", user: "AIDA", status: .inactive, createDate: .noon, sealedSecret: [0, 1, 255]),
      name: nil)
    try expectRoundTrip(
      RoleDeletionRecord(
        id: "task/x", role: .iam(id, "role/r"), createDate: .noon, status: .failed, reason: "why", usedBy: ["a"]),
      name: nil)
    var login = LoginProfileRecord(
      id: "l", user: "AIDA", createDate: .noon, password: .init(sealedHash: [1, 2], setDate: .noon),
      isResetRequired: true)
    login.set(.init(sealedHash: [3], setDate: .noon.adding(seconds: 5)))
    try expectRoundTrip(login, name: nil)
    var device = MFADeviceRecord(
      id: "arn:aws:iam::000000000042:mfa/Phone", uniqueID: "u", kind: .virtual, createDate: .noon, sealedSeed: [7],
      tags: [Tag(key: TagKey(unchecked: "k"), value: TagValue(unchecked: ""))])
    device.assign(to: user, clock: .init(drift: -3, lastStep: 9), at: .noon)
    try expectRoundTrip(device, name: "arn:aws:iam::000000000042:mfa/phone")
    try expectRoundTrip(
      ServerCertificateRecord(
        id: "ASCA", account: id, certificateName: ServerCertificateName(unchecked: "Web"), path: .root,
        uploadDate: .noon, expiration: .noon, body: "body", chain: "chain", tags: []), name: "web")
    try expectRoundTrip(SigningCertificateRecord(id: "C", user: nil, uploadDate: .noon, body: "body"), name: nil)
    try expectRoundTrip(
      SSHPublicKeyRecord(id: "APKA", user: "AIDA", status: .inactive, uploadDate: .noon, blob: [0, 255]), name: nil)
    try expectRoundTrip(
      ServiceCredentialRecord(
        id: "ACCA", user: "AIDA", service: "s", serviceName: "n", createDate: .noon, expiration: .noon,
        passwordDigest: [1]), name: nil)
    let key = try SecretsFixtures.ring(1).wrap(DataKey.random(from: .system), for: .account(id))
    var settings = AccountSettingsRecord(account: id, name: "n", email: "A@x", createDate: .noon, dataKey: key)
    settings.alias = "alias"
    settings.passwordPolicy = PasswordPolicy(
      minimumLength: 8, requiresSymbols: true, requiresNumbers: false, requiresUppercase: true,
      requiresLowercase: false, allowUsersToChangePassword: true, maximumAge: 90, reusePrevention: nil,
      hardExpiry: nil)
    settings.globalEndpointTokenVersion = 2
    settings.isRoleManagerEnabled = true
    try expectRoundTrip(settings, name: nil)
    try expectRoundTrip(
      RegisteredAccountRecord(account: id, email: "Root@Example.invalid"), name: "root@example.invalid")
    try expectRoundTrip(ForeignKeyRecord(id: "AKIA", account: id), name: nil)
    try expectRoundTrip(AliasRecord(id: "alias", account: id), name: nil)
    try expectRoundTrip(SealingRootRecord(key: key), name: nil)
    try expectRoundTrip(try delegation(), name: nil)
  }

  private func delegation() throws -> DelegationRequestRecord {
    var request = DelegationRequestRecord(
      id: "dr-1", requestor: id, requestorName: "p", workflowID: "w", description: "d", requestMessage: nil,
      template: .iam(id, "policy/t"), parameters: [.init(name: "n", values: ["v"], isList: true)], policy: "{}",
      notificationChannel: try #require(ARN("arn:aws:sns:us-east-1:000000000042:t")), redirectURL: "https://x",
      sessionDuration: 300, onlySendByOwner: true, createDate: .noon, ownerAccount: id)
    request.owner = .init(arn: .iam(id, "root"), userID: "000000000042")
    request.enter(.accepted, at: .noon.adding(seconds: 5))
    request.notes = "é"
    return request
  }

  @Test("what a policy says is compiled again when it is read")
  func compiledAgain() throws {
    let read = try RoleRecord(stored: try fullRole().stored())
    #expect(read.trustPolicy.text == StoredPolicy.trustDocument)
    #expect(read.inlinePolicies.map(\.name) == ["one", "two"])
    #expect(read.inlinePolicies.allSatisfy { $0.text == StoredPolicy.document })
    #expect(read.trustedIDs == ["arn:aws:iam::000000000042:user/ann": "AIDA"])
  }

  private func user(body: String) throws -> UserRecord {
    try UserRecord(stored: StoredRecord(kind: UserRecord.kind, id: "U", name: "ann", body: Array(body.utf8)))
  }

  @Test(
    "a record of a newer version is refused as such, whatever shape it has",
    arguments: [#"{"version":2,"record":{}}"#, #"{"version":2}"#, #"{"version":99,"record":[1,2]}"#])
  func newerVersion(_ body: String) throws {
    let version = body.contains("99") ? 99 : 2
    #expect(throws: StoreFailure.newerVersion(found: version, known: 1)) { try user(body: body) }
  }

  @Test(
    "what is no record is refused",
    arguments: [
      "", "{", "[]", "null", "{}", #"{"version":1}"#, #"{"version":1,"record":{}}"#, #"{"version":"1","record":{}}"#,
    ])
  func corrupted(_ body: String) throws {
    let failure = try #require(throws: StoreFailure.self) { try user(body: body) }
    guard case .corrupted(let line) = failure else {
      Issue.record("\(failure)")
      return
    }
    #expect(line.contains("the user record `U` cannot be read"))
  }

  @Test(
    "a record with a policy that no longer parses is refused, so that no Deny is lost",
    arguments: [
      ("iam:*", "iam"), (#"\"Effect\""#, #"\"Efect\""#), ("Allow", "Perhaps"),
      (#""kind":"inline""#, #""kind":"other""#),
    ])
  func unparsablePolicy(part: String, replacement: String) throws {
    var user = UserRecord.fixture("ann", in: id)
    user.inlinePolicies = [try .inline("one")]
    let stored = try user.stored()
    let body = String(decoding: stored.body, as: UTF8.self)
    #expect(body.contains(part))
    let damaged = StoredRecord(
      kind: stored.kind, id: stored.id, name: stored.name, body: Array(body.replacing(part, with: replacement).utf8))
    #expect(throws: StoreFailure.self) { try UserRecord(stored: damaged) }
    var account = Account(id: id)
    #expect(throws: StoreFailure.self) { try account.apply(.put(damaged)) }
    #expect(account.users.count == 0)
  }

  @Test("a kind that nobody knows is refused, in an account and in the registry")
  func unknownKind() throws {
    let stored = StoredRecord(kind: "spaceship", id: "1", name: nil, body: [])
    var account = Account(id: id)
    #expect(throws: StoreFailure.corrupted("unknown kind of record `spaceship`")) { try account.apply(.put(stored)) }
    var registry = Registry()
    #expect(throws: StoreFailure.corrupted("unknown kind of record `spaceship`")) { try registry.apply(.put(stored)) }
  }

  @Test("an account that is read has what was written, change by change or all at once")
  func replay() throws {
    let keys = try SecretsFixtures.ring(1)
    let settings = AccountSettingsRecord(
      account: id, name: "n", email: "a@x", createDate: .noon,
      dataKey: keys.wrap(DataKey.random(from: .system), for: .account(id)))
    var records = [try settings.stored(), try fullRole().stored()]
    for name in ["ann", "bob"] { records.append(try UserRecord.fixture(name, in: id).stored()) }
    let loaded = try Account(id: id, image: PartitionImage(revision: 7, records: records), keys: keys)
    #expect(loaded.revision == 7)
    #expect(loaded.dataKey != nil)
    var replayed = Account(id: id)
    for record in records { try replayed.apply(.put(record)) }
    try replayed.apply(.delete(kind: UserRecord.kind, id: "AIDA-bob"))
    #expect(loaded.users.count == 2)
    #expect(replayed.users.count == 1)
    #expect(replayed.roles[name: "reader"]?.description == "é \u{1F600} \"x\"")
    #expect(replayed.settings?.email == "a@x")
  }

  @Test("an account without settings, or with a data key of another master key or account, is refused")
  func dataKey() throws {
    let keys = try SecretsFixtures.ring(1)
    let other = try #require(AccountID(number: 43))
    func image(_ keys: MasterKeyRing, _ account: AccountID) throws -> PartitionImage {
      let settings = AccountSettingsRecord(
        account: id, name: "n", email: "a@x", createDate: .noon,
        dataKey: keys.wrap(DataKey.random(from: .system), for: .account(account)))
      return PartitionImage(revision: 1, records: [try settings.stored()])
    }
    #expect(throws: Never.self) { try Account(id: id, image: image(keys, id), keys: keys) }
    #expect(throws: StoreFailure.self) { try Account(id: id, image: image(SecretsFixtures.ring(1), id), keys: keys) }
    #expect(throws: StoreFailure.self) { try Account(id: id, image: image(keys, other), keys: keys) }
    #expect(throws: StoreFailure.self) {
      try Account(id: id, image: PartitionImage(revision: 1, records: []), keys: keys)
    }
  }
}

import AWSCore
import Directory
import ScenarioKit
import Testing

@Suite("SSH public keys") struct SSHPublicKeysTests {
  private func start() async throws -> TestAccount {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "u"])
    return account
  }

  private func upload(_ text: String) -> [String: String] { ["UserName": "u", "SSHPublicKeyBody": text] }

  @Test("a key of either form is read in both", arguments: [TestPublicKeys.sshRSA + " me@home", TestPublicKeys.pemRSA])
  func forms(_ text: String) async throws {
    let account = try await start()
    let made = try await account.root("UploadSSHPublicKey", upload(text))
    let id = try #require(made["SSHPublicKeyId"])
    #expect(id.wholeMatch(of: /APKA[A-Z2-7]{16}/) != nil)
    #expect(made["Fingerprint"] == TestPublicKeys.fingerprint)
    #expect(made["Status"] == "Active")
    for (encoding, wanted) in [("SSH", TestPublicKeys.sshRSA), ("PEM", TestPublicKeys.pemRSA)] {
      let read = try await account.root(
        "GetSSHPublicKey", ["UserName": "u", "SSHPublicKeyId": id, "Encoding": encoding])
      #expect(read["SSHPublicKeyBody"]?.split(separator: "\n") == wanted.split(separator: "\n"))
    }
    let listed = try await account.root("ListSSHPublicKeys", ["UserName": "u"])
    #expect(listed.all("SSHPublicKeyId") == [id])
    #expect(listed["SSHPublicKeyBody"] == nil)
  }

  @Test("a key is put away, taken up again and deleted")
  func life() async throws {
    let account = try await start()
    let made = try await account.root("UploadSSHPublicKey", upload(TestPublicKeys.sshRSA))
    let key = ["UserName": "u", "SSHPublicKeyId": made["SSHPublicKeyId"] ?? ""]
    for status in ["Inactive", "Active"] {
      try await account.root("UpdateSSHPublicKey", key.merging(["Status": status]) { $1 })
      #expect(try await account.root("ListSSHPublicKeys", ["UserName": "u"])["Status"] == status)
    }
    #expect(
      try await account.attempt("UpdateSSHPublicKey", key.merging(["Status": "Expired"]) { $1 }).code == "InvalidInput")
    let conflict = try await account.attempt("DeleteUser", ["UserName": "u"])
    #expect(conflict.message == "Cannot delete entity, must delete SSH public keys first.")
    try await account.root("CreateUser", ["UserName": "other"])
    let hidden = key.merging(["UserName": "other"]) { $1 }
    #expect(try await account.attempt("DeleteSSHPublicKey", hidden).code == "NoSuchEntity")
    try await account.root("DeleteSSHPublicKey", key)
    let gone = try await account.attempt("DeleteSSHPublicKey", key)
    #expect(gone.code == "NoSuchEntity")
    #expect(gone.message == "The Public Key with id \(key["SSHPublicKeyId"] ?? "") cannot be found.")
    try await account.root("DeleteUser", ["UserName": "u"])
  }

  /// An `ssh-rsa` key whose fields are these.
  private static func key(_ fields: [[UInt8]]) -> String {
    var blob: [UInt8] = []
    for field in fields {
      withUnsafeBytes(of: UInt32(field.count).bigEndian) { blob.append(contentsOf: $0) }
      blob.append(contentsOf: field)
    }
    return "ssh-rsa " + Base64.encode(blob)
  }

  private static let modulus: [UInt8] = [0, 0xC1] + [UInt8](repeating: 0xA5, count: 254) + [0x0B]

  static let refusals: [(text: String, code: String)] = [
    ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKzvfE", "UnrecognizedPublicKeyEncoding"),
    ("a key", "UnrecognizedPublicKeyEncoding"), ("---- BEGIN SSH2 PUBLIC KEY ----", "UnrecognizedPublicKeyEncoding"),
    ("ssh-rsa", "InvalidPublicKey"), ("ssh-rsa not-base64!", "InvalidPublicKey"),
    (TestPublicKeys.smallRSA, "InvalidPublicKey"), (String(TestPublicKeys.sshRSA.dropLast(8)), "InvalidPublicKey"),
    (TestPublicKeys.sshRSA + "AAAA", "InvalidPublicKey"), (TestCertificates.leaf, "InvalidPublicKey"),
    (String(TestPublicKeys.pemRSA.dropLast(40)), "InvalidPublicKey"),
    (key([Array("ssh-dss".utf8), [1, 0, 1], modulus]), "InvalidPublicKey"),
    (key([Array("ssh-rsa".utf8), [0, 1, 0, 1], modulus]), "InvalidPublicKey"),
    (key([Array("ssh-rsa".utf8), [1, 0, 1], Array(modulus.dropFirst())]), "InvalidPublicKey"),
    (key([Array("ssh-rsa".utf8), [1, 0, 1], modulus, [1]]), "InvalidPublicKey"),
    (key([Array("ssh-rsa".utf8), [1, 0, 1]]), "InvalidPublicKey"),
  ]

  @Test("what is no RSA key of 2048 bits is refused", arguments: refusals)
  func refused(_ text: String, _ code: String) async throws {
    let account = try await start()
    #expect(try await account.attempt("UploadSSHPublicKey", upload(text)).code == code)
    #expect(try await account.root("ListSSHPublicKeys", ["UserName": "u"]).all("SSHPublicKeyId").isEmpty)
  }

  @Test("the same key is one key in every spelling, and there are as many as the quota says")
  func duplicateAndQuota() async throws {
    var quotas = Quotas.standard
    quotas.sshPublicKeysPerUser = 1
    let account = try await TestAccount.start(quotas: quotas)
    for name in ["u", "v"] { try await account.root("CreateUser", ["UserName": name]) }
    try await account.root("UploadSSHPublicKey", upload(TestPublicKeys.sshRSA))
    let again = try await account.attempt("UploadSSHPublicKey", upload(TestPublicKeys.pemRSA))
    #expect(again.code == "DuplicateSSHPublicKey")
    #expect(again.status == 400)
    let other = Self.key([Array("ssh-rsa".utf8), [1, 0, 1], Self.modulus])
    let over = try await account.attempt("UploadSSHPublicKey", upload(other))
    #expect(over.code == "LimitExceeded")
    #expect(over.message == "Cannot exceed quota for SSHPublicKeysPerUser: 1")
    try await account.root("UploadSSHPublicKey", ["UserName": "v", "SSHPublicKeyBody": TestPublicKeys.sshRSA])
  }

  @Test("without a name the keys are the caller's own; the root user has none")
  func own() async throws {
    let account = try await TestAccount.start()
    let user = try await account.user("u", policy: TestPolicy.allow("iam:ListSSHPublicKeys"))
    try await account.root("UploadSSHPublicKey", upload(TestPublicKeys.sshRSA))
    let own = try await account.server.call("ListSSHPublicKeys", as: user).succeeded("ListSSHPublicKeys")
    #expect(own.all("UserName") == ["u"])
    #expect(try await account.attempt("ListSSHPublicKeys", [:]).code == "ValidationError")
  }
}

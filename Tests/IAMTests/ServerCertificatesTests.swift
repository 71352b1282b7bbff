import AWSCore
import Directory
import ScenarioKit
import Testing

@Suite("Server certificates") struct ServerCertificatesTests {
  private typealias Fixture = TestCertificates

  /// The parameters of an upload that is all right, with others in the place of some.
  private func upload(_ name: String = "web", _ more: [String: String] = [:]) -> [String: String] {
    [
      "ServerCertificateName": name, "CertificateBody": Fixture.leaf, "PrivateKey": Fixture.leafKey,
      "CertificateChain": Fixture.intermediate + "\n" + Fixture.root,
    ].merging(more) { $1 }
  }

  @Test("a certificate is uploaded, read, renamed and deleted")
  func life() async throws {
    let account = try await TestAccount.start()
    let made = try await account.root("UploadServerCertificate", upload("Web", ["Path": "/cloudfront/test/"]))
    #expect(made["ServerCertificateId"]?.wholeMatch(of: /ASCA[A-Z2-7]{17}/) != nil)
    #expect(made["Arn"] == "arn:aws:iam::\(account.id):server-certificate/cloudfront/test/Web")
    #expect(made["Expiration"] == "2045-01-01T00:00:00Z")
    #expect(made["UploadDate"] == account.server.now.iso8601)
    #expect(made["CertificateBody"] == nil)
    let read = try await account.root("GetServerCertificate", ["ServerCertificateName": "WEB"])
    #expect(read["CertificateBody"] == Fixture.leaf)
    #expect(read["CertificateChain"] == Fixture.intermediate + "\n" + Fixture.root)
    #expect(read["ServerCertificateName"] == "Web")
    try await account.root(
      "UpdateServerCertificate",
      ["ServerCertificateName": "web", "NewServerCertificateName": "shop", "NewPath": "/x/"])
    let listed = try await account.root("ListServerCertificates")
    #expect(listed.all("Arn") == ["arn:aws:iam::\(account.id):server-certificate/x/shop"])
    #expect(listed["CertificateBody"] == nil)
    try await account.root("DeleteServerCertificate", ["ServerCertificateName": "shop"])
    let gone = try await account.attempt("GetServerCertificate", ["ServerCertificateName": "shop"])
    #expect(gone.code == "NoSuchEntity")
    #expect(gone.message == "The Server Certificate with name shop cannot be found.")
  }

  @Test("the private key is in no answer and in no record")
  func privateKey() async throws {
    let account = try await TestAccount.start()
    let made = try await account.root("UploadServerCertificate", upload())
    let read = try await account.root("GetServerCertificate", ["ServerCertificateName": "web"])
    let secret = Fixture.leafKey.split(separator: "\n")[1]
    let stored = try #require(try await account.server.directory.store.load(.account(account.id)))
    for text in [made.text, read.text] + stored.records.map({ String(decoding: $0.body, as: UTF8.self) }) {
      #expect(!text.contains(secret) && !text.contains("PRIVATE KEY"))
    }
  }

  @Test("a chain is left out by whom it is not wanted, and keys of both forms are read")
  func forms() async throws {
    let account = try await TestAccount.start()
    try await account.root(
      "UploadServerCertificate",
      [
        "ServerCertificateName": "alone", "CertificateBody": Fixture.selfSigned + "\r\n",
        "PrivateKey": Fixture.otherKey,
      ])
    try await account.root("UploadServerCertificate", upload("old", ["PrivateKey": Fixture.leafKeySEC1]))
    try await account.root("UploadServerCertificate", upload("short", ["CertificateChain": Fixture.intermediate]))
    #expect(
      try await account.root("GetServerCertificate", ["ServerCertificateName": "alone"])["CertificateChain"] == nil)
  }

  private static let chainWords =
    "Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, "
    + "followed by any intermediaries in order. The index within the chain of the invalid certificate is: "

  static let refusals: [(change: [String: String], code: String, message: String)] = {
    let unparsable = "Unable to parse certificate. Please ensure the certificate is in PEM format."
    let time = "The certificate is expired or not yet valid."
    return [
      (["CertificateBody": "no certificate"], "MalformedCertificate", unparsable),
      (["CertificateBody": Fixture.leaf.replacing("MII", with: "MIJ")], "MalformedCertificate", unparsable),
      (["CertificateBody": String(Fixture.leaf.dropLast(30))], "MalformedCertificate", unparsable),
      (["CertificateBody": "Subject: me\n" + Fixture.leaf], "MalformedCertificate", unparsable),
      (["CertificateBody": Fixture.leaf + "\n" + Fixture.intermediate], "MalformedCertificate", unparsable),
      (["CertificateBody": Fixture.leafKey], "MalformedCertificate", unparsable),
      (["CertificateBody": Fixture.expired], "MalformedCertificate", time),
      (["CertificateBody": Fixture.future], "MalformedCertificate", time),
      (["PrivateKey": "no key"], "MalformedCertificate", "Invalid Private Key."),
      (["PrivateKey": Fixture.leaf], "MalformedCertificate", "Invalid Private Key."),
      (
        ["PrivateKey": Fixture.encryptedKey], "MalformedCertificate",
        "Invalid Private Key. The private key must not be encrypted."
      ),
      (
        ["PrivateKey": Fixture.otherKey], "KeyPairMismatch",
        "The public key certificate and the private key do not match."
      ),
      (["CertificateChain": Fixture.root], "MalformedCertificate", chainWords + "-1"),
      (["CertificateChain": "no chain"], "MalformedCertificate", chainWords + "-1"),
      (
        ["CertificateChain": Fixture.root + "\n" + Fixture.intermediate], "MalformedCertificate", chainWords + "-1"
      ),
      (
        ["CertificateChain": Fixture.intermediate + "\n" + Fixture.selfSigned], "MalformedCertificate",
        chainWords + "0"
      ),
    ]
  }()

  @Test("what is wrong with certificate, key or chain is told, and nothing is kept", arguments: refusals.indices)
  func refused(_ index: Int) async throws {
    let (change, code, message) = Self.refusals[index]
    let account = try await TestAccount.start()
    let refused = try await account.attempt("UploadServerCertificate", upload("web", change))
    #expect(refused.code == code)
    #expect(refused.message == message)
    #expect(try await account.root("ListServerCertificates").all("Arn").isEmpty)
  }

  @Test("what is wrong with a private key is told without any of it")
  func sensitive() async throws {
    let account = try await TestAccount.start()
    let secret = String(repeating: "k", count: 16_385)
    let refused = try await account.attempt("UploadServerCertificate", upload("web", ["PrivateKey": secret]))
    #expect(
      refused.message == "1 validation error detected: Value at 'privateKey' failed to satisfy constraint: "
        + "Member must have length less than or equal to 16384")
  }

  @Test("a name is taken in any letter case, and there are as many as the quota says")
  func namesAndQuota() async throws {
    var quotas = Quotas.standard
    quotas.serverCertificates = 2
    let account = try await TestAccount.start(quotas: quotas)
    try await account.root("UploadServerCertificate", upload("Web"))
    let taken = try await account.attempt("UploadServerCertificate", upload("WEB"))
    #expect(taken.code == "EntityAlreadyExists")
    #expect(taken.message == "The Server Certificate with name WEB already exists.")
    try await account.root("UploadServerCertificate", upload("shop"))
    let over = try await account.attempt("UploadServerCertificate", upload("more"))
    #expect(over.code == "LimitExceeded")
    #expect(over.message == "Cannot exceed quota for ServerCertificatesPerAccount: 2")
    let renamed = try await account.attempt(
      "UpdateServerCertificate", ["ServerCertificateName": "shop", "NewServerCertificateName": "web"])
    #expect(renamed.code == "EntityAlreadyExists")
    #expect(try await account.pages("ListServerCertificates", size: 1).flatMap { $0.all("Arn") }.count == 2)
    let summary = try await account.root("GetAccountSummary").text
    #expect(summary.contains("<key>ServerCertificates</key><value>2</value>"))
    #expect(summary.contains("<key>ServerCertificatesQuota</key><value>2</value>"))
  }

  @Test("a new name needs permission on both, and tags decide")
  func access() async throws {
    let account = try await TestAccount.start()
    try await account.root(
      "UploadServerCertificate", upload("a", ["Tags.member.1.Key": "team", "Tags.member.1.Value": "x"]))
    let user = try await account.user(
      "u",
      policy: """
        {"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"iam:UpdateServerCertificate","Resource":"arn:aws:iam::*:server-certificate/a"},
        {"Effect":"Allow","Action":"iam:GetServerCertificate","Resource":"*",
        "Condition":{"StringEquals":{"aws:ResourceTag/team":"x"}}}]}
        """)
    let rename = ["ServerCertificateName": "a", "NewServerCertificateName": "b"]
    #expect(try await account.server.call("UpdateServerCertificate", rename, as: user).code == "AccessDenied")
    let read = ["ServerCertificateName": "a"]
    #expect(try await account.server.call("GetServerCertificate", read, as: user).isSuccess)
    try await account.root(
      "TagServerCertificate",
      ["ServerCertificateName": "a", "Tags.member.1.Key": "Team", "Tags.member.1.Value": "y"])
    #expect(try await account.server.call("GetServerCertificate", read, as: user).code == "AccessDenied")
    let tags = try await account.root("ListServerCertificateTags", ["ServerCertificateName": "a"])
    #expect(tags.all("Key") == ["Team"] && tags.all("Value") == ["y"])
    try await account.root("UntagServerCertificate", ["ServerCertificateName": "a", "TagKeys.member.1": "team"])
    #expect(try await account.root("ListServerCertificateTags", read).all("Key").isEmpty)
  }
}

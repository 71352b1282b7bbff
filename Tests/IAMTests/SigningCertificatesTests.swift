import AWSCore
import ScenarioKit
import Testing

@Suite("Signing certificates") struct SigningCertificatesTests {
  @Test("a certificate is uploaded, put away, taken up again and deleted", arguments: [true, false])
  func life(isRoot: Bool) async throws {
    let account = try await TestAccount.start()
    if !isRoot { try await account.root("CreateUser", ["UserName": "u"]) }
    let owner = isRoot ? [:] : ["UserName": "u"]
    let made = try await account.root(
      "UploadSigningCertificate", owner.merging(["CertificateBody": TestCertificates.leaf]) { $1 })
    let id = try #require(made["CertificateId"])
    #expect(id.wholeMatch(of: /[A-Z2-7]{32}/) != nil)
    #expect(made["UserName"] == (isRoot ? account.id.description : "u"))
    #expect(made["CertificateBody"] == TestCertificates.leaf)
    let one = owner.merging(["CertificateId": id]) { $1 }
    for status in ["Inactive", "Active"] {
      try await account.root("UpdateSigningCertificate", one.merging(["Status": status]) { $1 })
      let listed = try await account.root("ListSigningCertificates", owner)
      #expect(listed.all("Status") == [status])
      #expect(listed.all("CertificateId") == [id])
    }
    let expired = try await account.attempt("UpdateSigningCertificate", one.merging(["Status": "Expired"]) { $1 })
    #expect(expired.code == "InvalidInput")
    try await account.root("DeleteSigningCertificate", one)
    #expect(try await account.attempt("DeleteSigningCertificate", one).code == "NoSuchEntity")
    #expect(try await account.root("ListSigningCertificates", owner).all("CertificateId").isEmpty)
  }

  @Test("one certificate belongs to one user of the account")
  func duplicate() async throws {
    let account = try await TestAccount.start()
    for name in ["a", "b"] { try await account.root("CreateUser", ["UserName": name]) }
    let body = ["CertificateBody": TestCertificates.leaf]
    let made = try await account.root("UploadSigningCertificate", body.merging(["UserName": "a"]) { $1 })
    for user in ["a", "b"] {
      let again = try await account.attempt("UploadSigningCertificate", body.merging(["UserName": user]) { $1 })
      #expect(again.code == "DuplicateCertificate")
    }
    let hidden = ["UserName": "b", "CertificateId": made["CertificateId"] ?? ""]
    #expect(try await account.attempt("DeleteSigningCertificate", hidden).code == "NoSuchEntity")
    let other = try await account.server.account()
    try await other.root("UploadSigningCertificate", body)
  }

  @Test("nobody has more than two")
  func quota() async throws {
    let account = try await TestAccount.start()
    for body in [TestCertificates.leaf, TestCertificates.root] {
      try await account.root("UploadSigningCertificate", ["CertificateBody": body])
    }
    let over = try await account.attempt(
      "UploadSigningCertificate", ["CertificateBody": TestCertificates.selfSigned])
    #expect(over.code == "LimitExceeded")
    #expect(over.message == "Cannot exceed quota for SigningCertificatesPerUser: 2")
    #expect(try await account.pages("ListSigningCertificates", size: 1).flatMap { $0.all("CertificateId") }.count == 2)
    let summary = try await account.root("GetAccountSummary").text
    #expect(summary.contains("<key>AccountSigningCertificatesPresent</key><value>1</value>"))
  }

  @Test("what is no certificate, or none that holds now, is refused")
  func refused() async throws {
    let account = try await TestAccount.start()
    for (body, code) in [
      ("nothing", "MalformedCertificate"), (TestCertificates.leafKey, "MalformedCertificate"),
      (TestCertificates.expired, "InvalidCertificate"), (TestCertificates.future, "InvalidCertificate"),
    ] {
      #expect(try await account.attempt("UploadSigningCertificate", ["CertificateBody": body]).code == code)
    }
    #expect(try await account.root("ListSigningCertificates").all("CertificateId").isEmpty)
  }

  @Test("a user with a certificate is not deleted")
  func deletion() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "u"])
    let made = try await account.root(
      "UploadSigningCertificate", ["UserName": "u", "CertificateBody": TestCertificates.leaf])
    let refused = try await account.attempt("DeleteUser", ["UserName": "u"])
    #expect(refused.code == "DeleteConflict")
    #expect(refused.message == "Cannot delete entity, must delete signing certificates first.")
    try await account.root(
      "DeleteSigningCertificate", ["UserName": "u", "CertificateId": made["CertificateId"] ?? ""])
    try await account.root("DeleteUser", ["UserName": "u"])
  }
}

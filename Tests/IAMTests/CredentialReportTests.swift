import AWSCore
import AWSWire
import Directory
import ScenarioKit
import Testing

@Suite("Credential report") struct CredentialReportTests {
  private func report(_ account: TestAccount) async throws -> [[String: String]] {
    try await account.root("GenerateCredentialReport")
    let answer = try await account.root("GetCredentialReport")
    let bytes = try #require(Base64.decode(answer["Content"] ?? ""))
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let header = lines[0].split(separator: ",").map(String.init)
    #expect(header.count == 22)
    return lines.dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(uniqueKeysWithValues: zip(header, fields))
    }
  }

  @Test("a report is started, is there, and is kept for four hours")
  func states() async throws {
    let account = try await TestAccount.start()
    let missing = try await account.attempt("GetCredentialReport", [:])
    #expect(missing.code == "ReportNotPresent")
    #expect(missing.status == 410)
    let started = try await account.root("GenerateCredentialReport")
    #expect(started["State"] == "STARTED")
    #expect(started["Description"] == "No report exists. Starting a new report generation task")
    let made = account.server.now
    let again = try await account.root("GenerateCredentialReport")
    #expect(again["State"] == "COMPLETE")
    #expect(again["Description"] == nil)
    let first = try await account.root("GetCredentialReport")
    #expect(first["ReportFormat"] == "text/csv")
    #expect(first["GeneratedTime"] == made.iso8601)
    // What changes is in the next report only.
    try await account.root("CreateUser", ["UserName": "late"])
    account.server.advance(seconds: 4 * 3_600 - 1)
    #expect(try await account.root("GenerateCredentialReport")["State"] == "COMPLETE")
    #expect(try await account.root("GetCredentialReport")["Content"] == first["Content"])
    account.server.advance(seconds: 1)
    let expired = try await account.attempt("GetCredentialReport", [:])
    #expect(expired.code == "ReportExpired")
    #expect(expired.status == 410)
    #expect(try await account.root("GenerateCredentialReport")["State"] == "STARTED")
    #expect(try await account.root("GetCredentialReport")["Content"] != first["Content"])
  }

  @Test("while another node makes it, a report is in progress, but not forever")
  func inProgress() async throws {
    let account = try await TestAccount.start()
    let body = Array("{\"started\":\(account.server.now.milliseconds)}".utf8)
    try await account.server.directory.store.put(
      [EphemeralValue(key: "\(account.id)/report", body: body, expires: nil)], in: "credential-report")
    #expect(try await account.root("GenerateCredentialReport")["State"] == "INPROGRESS")
    let waiting = try await account.attempt("GetCredentialReport", [:])
    #expect(waiting.code == "ReportInProgress")
    #expect(waiting.status == 404)
    account.server.advance(seconds: 60)
    #expect(try await account.attempt("GetCredentialReport", [:]).code == "ReportNotPresent")
    #expect(try await account.root("GenerateCredentialReport")["State"] == "STARTED")
  }

  @Test("the root user comes first, then the users by name in any letter case")
  func rows() async throws {
    let account = try await TestAccount.start()
    for name in ["bob", "Ann", "carl"] { try await account.root("CreateUser", ["UserName": name]) }
    let rows = try await report(account)
    #expect(rows.map { $0["user"] } == ["<root_account>", "Ann", "bob", "carl"])
    #expect(rows[0]["arn"] == "arn:aws:iam::\(account.id):root")
    #expect(rows[0]["password_next_rotation"] == "not_supported")
    #expect(rows[0]["access_key_1_active"] == "true")
    #expect(rows[1]["arn"] == "arn:aws:iam::\(account.id):user/Ann")
    #expect(rows[1]["user_creation_time"] == "2026-01-01T00:00:00+00:00")
    #expect(rows[1]["password_enabled"] == "false")
    for column in ["password_last_used", "password_last_changed", "password_next_rotation", "cert_1_last_rotated"] {
      #expect(rows[1][column] == "N/A")
    }
    for column in ["mfa_active", "access_key_1_active", "access_key_2_active", "cert_1_active", "cert_2_active"] {
      #expect(rows[1][column] == "false")
    }
  }

  @Test("keys are told with their status, dates and last use")
  func keys() async throws {
    let account = try await TestAccount.start()
    let ann = try await account.user("ann")
    account.server.advance(seconds: 60)
    let second = try await account.root("CreateAccessKey", ["UserName": "ann"])
    try await account.root(
      "UpdateAccessKey",
      ["UserName": "ann", "AccessKeyId": second["AccessKeyId"] ?? "", "Status": "Inactive"])
    account.server.advance(seconds: 60)
    _ = try await account.server.call("GetCallerIdentity", as: ann, service: "sts")
    let row = try #require(try await report(account).last)
    #expect(row["access_key_1_active"] == "true")
    #expect(row["access_key_1_last_rotated"] == "2026-01-01T00:00:00+00:00")
    #expect(row["access_key_1_last_used_date"] == "2026-01-01T00:02:00+00:00")
    #expect(row["access_key_1_last_used_region"] == "us-east-1")
    #expect(row["access_key_1_last_used_service"] == "sts")
    #expect(row["access_key_2_active"] == "false")
    #expect(row["access_key_2_last_rotated"] == "2026-01-01T00:01:00+00:00")
    #expect(row["access_key_2_last_used_date"] == "N/A")
  }

  @Test("a name with a comma stays one field")
  func commas() async throws {
    let account = try await TestAccount.start()
    try await account.root("CreateUser", ["UserName": "a,b"])
    try await account.root("GenerateCredentialReport")
    let content = try await account.root("GetCredentialReport")["Content"] ?? ""
    let text = String(decoding: try #require(Base64.decode(content)), as: UTF8.self)
    #expect(text.contains("\n\"a,b\",\"arn:aws:iam::\(account.id):user/a,b\",2026"))
    #expect(!text.hasSuffix("\n"))
  }
}

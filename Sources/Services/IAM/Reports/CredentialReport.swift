import AWSCore
import AWSWire
import Directory
import ServiceKit

enum CredentialReport {
  static let operations: [any Operation.Type] = [GenerateCredentialReport.self, GetCredentialReport.self]
}

/// An account's report, made or being made.
private struct StoredReport: Codable, Sendable {
  let started: Timestamp
  /// Nil while it is being made.
  var csv: String?

  /// How long a report is good for; id_credentials_getting-report.md.
  private static let secondsMax: Int64 = 4 * 3_600
  /// After so long, whoever was making it has gone.
  static let workSecondsMax: Int64 = 60

  func isExpired(_ now: Timestamp) -> Bool { now.seconds(since: started) >= Self.secondsMax }
  func isAbandoned(_ now: Timestamp) -> Bool { csv == nil && now.seconds(since: started) >= Self.workSecondsMax }

  static func values(of account: Account, _ grant: Grant) -> ShortLivedValues<StoredReport> {
    ShortLivedValues("credential-report", of: account.id, grant)
  }

  /// AWS keeps one report for an account, which a new one takes the place of.
  static let key = "report"
}

enum ReportState: String, WireEnum {
  case started = "STARTED"
  case inProgress = "INPROGRESS"
  case complete = "COMPLETE"
}

struct GenerateCredentialReport: ShortLivedOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = [.limitExceeded, .serviceFailure]
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:GenerateCredentialReport") }

  struct Output: WireOutput {
    let state: ReportState

    func encode(to writer: inout WireWriter) {
      writer.put("State", state)
      if state == .started { writer.put("Description", "No report exists. Starting a new report generation task") }
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Output {
    let values = StoredReport.values(of: view.account, grant)
    let known = try await values.value(StoredReport.key)
    if let known, !known.isExpired(grant.now), !known.isAbandoned(grant.now) {
      return Output(state: known.csv == nil ? .inProgress : .complete)
    }
    try await values.put(StoredReport(started: grant.now), under: StoredReport.key)
    let csv = csv(of: view.account, grant.call.environment.lastUsed)
    try await values.put(StoredReport(started: grant.now, csv: csv), under: StoredReport.key)
    return Output(state: .started)
  }

  /// The root user, then the users by name; lines end without a last newline, as AWS's do.
  static func csv(of account: Account, _ lastUsed: LastUsed) -> String {
    var lines = [CredentialSummary.header]
    let root = CredentialSummary(of: nil, in: account, lastUsed)
    lines.append(
      root.fields(
        user: "<root_account>", arn: account.rootARN, created: account.settings?.createDate ?? Timestamp(seconds: 0),
        isRoot: true))
    account.users.walk { user in
      let status = CredentialSummary(of: user, in: account, lastUsed)
      lines.append(status.fields(user: user.name, arn: user.arn, created: user.createDate, isRoot: false))
      return true
    }
    return lines.map { $0.map(\.csvField).joined(separator: ",") }.joined(separator: "\n")
  }
}

extension String {
  /// As a field of RFC 4180: the names of users may hold commas.
  fileprivate var csvField: String {
    utf8.contains { ",\"\n\r".utf8.contains($0) } ? "\"\(replacing("\"", with: "\"\""))\"" : self
  }
}

struct GetCredentialReport: ShortLivedOperation {
  typealias Input = EmptyInput

  static let failures: [ErrorCode] = [
    .reportNotPresent, .reportExpired, .reportInProgress, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access { Access("iam:GetCredentialReport") }

  struct Output: WireOutput {
    let csv: String
    let generated: Timestamp

    func encode(to writer: inout WireWriter) {
      writer.put("Content", Base64.encode(Array(csv.utf8)))
      writer.put("ReportFormat", "text/csv")
      writer.put("GeneratedTime", generated)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Output {
    let values = StoredReport.values(of: view.account, grant)
    // AWS: these errors say no more than their codes.
    guard let report = try await values.value(StoredReport.key), !report.isAbandoned(grant.now) else {
      throw Failure(.reportNotPresent, "Unknown")
    }
    guard !report.isExpired(grant.now) else { throw Failure(.reportExpired, "Unknown") }
    guard let csv = report.csv else { throw Failure(.reportInProgress, "Unknown") }
    return Output(csv: csv, generated: report.started)
  }
}

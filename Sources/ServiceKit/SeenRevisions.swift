import AWSCore
import AWSWire
import Directory

/// How a client of several nodes sees what it was told by another one.
///
/// What may have changed an account answers with the account's revision in a header. A request that carries the header
/// is answered by a node that has come so far, or refused.
struct SeenRevisions: Sendable {
  /// `account/123456789012@57`; in a request several, with commas between.
  static let header = "x-sallyport-revision"
  private static let countMax = 4

  let directory: Directory

  func note(_ account: AccountID, in answer: inout HTTPResponseMessage) {
    guard let revision = directory.loaded(account)?.account.revision else { return }
    answer.headers.append(Header(Self.header, "\(PartitionID.account(account))@\(revision)"))
  }

  /// - Throws: `ValidationError` for what is no revision, `ServiceUnavailable` for one that is not there yet.
  func require(_ request: HTTPRequestMessage) async throws(Failure) {
    guard let text = request.value(of: Self.header) else { return }
    let wanted = text.split(separator: ",", omittingEmptySubsequences: false)
    guard wanted.count <= Self.countMax else { throw Self.malformed }
    for part in wanted {
      let halves = part.trimmed.split(separator: "@", omittingEmptySubsequences: false)
      guard halves.count == 2, !halves[0].isEmpty, let revision = Int64(halves[1]), revision >= 0 else {
        throw Self.malformed
      }
      try await directory.require(PartitionID(text: String(halves[0])), at: revision)
    }
  }

  private static let malformed = Failure(
    .validationError, "The header \(header) must be PARTITION@REVISION, or up to \(countMax) of these.")
}

extension Substring {
  fileprivate var trimmed: Substring { drop { $0 == " " }.prefix { $0 != " " } }
}

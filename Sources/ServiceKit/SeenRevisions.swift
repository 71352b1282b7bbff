import AWSCore
import AWSWire
import Directory

/// How a client of several nodes sees what it was told by another one.
///
/// What may have changed an account answers with the account's revision in a header. A request that carries the header
/// is answered by a node that has come so far, or refused. The header is authenticated: it is heeded before anybody knows
/// whose request it is, and whoever could make one up could try out which accounts there are.
struct SeenRevisions: Sendable {
  /// `account/123456789012@57;` and a code; in a request several, with commas between.
  static let header = "x-sallyport-revision"
  private static let countMax = 4

  let directory: Directory

  func note(_ account: AccountID, in answer: inout HTTPResponseMessage) {
    guard let revision = directory.loaded(account)?.account.revision else { return }
    answer.headers.append(Header(Self.header, sealed(.account(account), revision)))
  }

  func sealed(_ partition: PartitionID, _ revision: Int64) -> String {
    let text = "\(partition)@\(revision)"
    let code = directory.sealingKey.mac(Array(text.utf8), purpose: .seenRevision)
    return "\(text);\(Base64.encode(code, .urlSafe))"
  }

  /// - Throws: `ValidationError` for what no node has said, `ServiceUnavailable` for what is not there.
  func require(_ request: HTTPRequestMessage) async throws(Failure) {
    let values = request.values(of: Self.header)
    guard !values.isEmpty else { return }
    let wanted = values.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard wanted.count <= Self.countMax else { throw Self.malformed }
    var opened: [(PartitionID, Int64)] = []
    for part in wanted { opened.append(try open(part.drop { $0 == " " }.prefix { $0 != " " })) }
    for (partition, revision) in opened { try await directory.require(partition, at: revision) }
  }

  private func open(_ text: Substring) throws(Failure) -> (PartitionID, Int64) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    guard parts.count == 2, let code = Base64.decode(parts[1], .urlSafe),
      directory.sealingKey.isValid(code, for: Array(parts[0].utf8), purpose: .seenRevision),
      let at = parts[0].lastIndex(of: "@"), let revision = Int64(parts[0][parts[0].index(after: at)...])
    else { throw Self.malformed }
    return (PartitionID(text: String(parts[0][..<at])), revision)
  }

  private static let malformed = Failure(
    .validationError, "The header \(header) must be what a node has answered, or up to \(countMax) of these.")
}

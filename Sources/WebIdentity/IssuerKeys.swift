public import AWSCore
import FoundationEssentials
import Synchronization

/// Where documents of the web come from.
public protocol DocumentSource: Sendable {
  func document(at url: HTTPSURL, thumbprints: [String]) async throws(KeyFailure) -> [UInt8]
  func certificateHash(at url: HTTPSURL) async throws(KeyFailure) -> String
  var rules: AddressRules { get }
}

/// The keys of issuers as their metadata names them: fetched when first needed, kept for a while, never asked for more
/// often than a strangers' tokens should make this program ask.
public final class IssuerKeys: KeySource {
  /// How long fetched keys count, in seconds.
  static let lifetimeSeconds: Int64 = 3_600
  /// How long an issuer is left alone after it was asked, in seconds: whatever key ids are presented meanwhile.
  static let pauseSeconds: Int64 = 30
  /// The same after a failure, which may pass.
  static let failurePauseSeconds: Int64 = 5
  /// How many issuers are kept; the one that was fetched first goes.
  static let issuersMax = 1_000

  private let source: any DocumentSource
  // INVARIANT: the thumbprints belong to what is looked up: keys that a server proved by one account's thumbprint never
  // count for another account.
  private let entries = Mutex<[TrustedIssuer: Entry]>([:])

  private struct Entry {
    var outcome: Result<KeySet, KeyFailure>?
    var fetched: Timestamp?
    /// Who waits for the fetch that is under way; nil where none is.
    var waiting: [CheckedContinuation<Result<KeySet, KeyFailure>, Never>]?
  }

  public init(source: any DocumentSource) { self.source = source }

  public var allowsPrivateIssuers: Bool { source.rules.allowsPrivate }

  public func certificateHash(of url: HTTPSURL) async throws(KeyFailure) -> String {
    try await source.certificateHash(at: try Self.metadataURL(of: url))
  }

  public func key(
    _ id: String, for algorithm: SigningAlgorithm, of issuer: TrustedIssuer, now: Timestamp
  ) async throws(KeyFailure) -> VerificationKey {
    let outcome: Result<KeySet, KeyFailure>
    switch entries.withLock({ Self.step(for: id, algorithm, issuer, now, in: &$0) }) {
    case .answer(let known): outcome = known
    case .wait:
      outcome = await withCheckedContinuation { continuation in
        let known = entries.withLock { Self.join(continuation, issuer, in: &$0) }
        if let known { continuation.resume(returning: known) }
      }
    case .fetch:
      outcome = await fetched(issuer)
      finish(issuer, outcome, now)
    }
    guard let key = try outcome.get().key(id, for: algorithm) else { throw .unusable("no key `\(id.prefix(128))`") }
    return key
  }

  private enum Step {
    case answer(Result<KeySet, KeyFailure>)
    case wait
    case fetch
  }

  private static func step(
    for id: String, _ algorithm: SigningAlgorithm, _ issuer: TrustedIssuer, _ now: Timestamp,
    in entries: inout [TrustedIssuer: Entry]
  ) -> Step {
    if let entry = entries[issuer] {
      if let outcome = entry.outcome, let fetched = entry.fetched, isGood(outcome, fetched, id, algorithm, now) {
        return .answer(outcome)
      }
      if entry.waiting != nil { return .wait }
    }
    makeRoom(in: &entries)
    entries[issuer, default: Entry()].waiting = []
    return .fetch
  }

  /// Whether what is known is to be the answer. A clock that goes backwards makes nothing live longer.
  private static func isGood(
    _ outcome: Result<KeySet, KeyFailure>, _ fetched: Timestamp, _ id: String, _ algorithm: SigningAlgorithm,
    _ now: Timestamp
  ) -> Bool {
    let age = now.seconds(since: fetched)
    guard age >= 0 else { return false }
    switch outcome {
    case .success(let keys):
      return age < (keys.key(id, for: algorithm) == nil ? pauseSeconds : lifetimeSeconds)
    case .failure: return age < failurePauseSeconds
    }
  }

  private static func makeRoom(in entries: inout [TrustedIssuer: Entry]) {
    guard entries.count >= issuersMax else { return }
    let idle = entries.filter { $0.value.waiting == nil }
    let oldest = idle.min { ($0.value.fetched?.milliseconds ?? 0) < ($1.value.fetched?.milliseconds ?? 0) }
    if let oldest { entries[oldest.key] = nil }
  }

  /// Joins those who wait; what is known where the fetch has ended meanwhile.
  private static func join(
    _ continuation: CheckedContinuation<Result<KeySet, KeyFailure>, Never>, _ issuer: TrustedIssuer,
    in entries: inout [TrustedIssuer: Entry]
  ) -> Result<KeySet, KeyFailure>? {
    guard entries[issuer]?.waiting != nil else {
      return entries[issuer]?.outcome ?? .failure(.unreachable("the answer came and went"))
    }
    entries[issuer]?.waiting?.append(continuation)
    return nil
  }

  private func finish(_ issuer: TrustedIssuer, _ outcome: Result<KeySet, KeyFailure>, _ now: Timestamp) {
    let waiting = entries.withLock { entries in
      let waiting = entries[issuer]?.waiting ?? []
      entries[issuer] = Entry(outcome: outcome, fetched: now, waiting: nil)
      return waiting
    }
    for continuation in waiting { continuation.resume(returning: outcome) }
  }

  // MARK: Fetching

  private func fetched(_ issuer: TrustedIssuer) async -> Result<KeySet, KeyFailure> {
    do throws(KeyFailure) {
      return .success(try await fetch(issuer))
    } catch {
      return .failure(error)
    }
  }

  private struct Metadata: Decodable {
    let issuer: String
    let keys: String
    private enum CodingKeys: String, CodingKey {
      case issuer
      case keys = "jwks_uri"
    }
  }

  private func fetch(_ issuer: TrustedIssuer) async throws(KeyFailure) -> KeySet {
    let text = try await source.document(at: try Self.metadataURL(of: issuer.url), thumbprints: issuer.thumbprints)
    guard let metadata = try? JSONDecoder().decode(Metadata.self, from: Data(text)) else {
      throw .unusable("the metadata cannot be read")
    }
    guard metadata.issuer.utf8.elementsEqual(issuer.url.text.utf8) else {
      throw .unusable("the metadata is that of another issuer")
    }
    guard let url = HTTPSURL(metadata.keys) else { throw .unusable("the metadata's jwks_uri is no https URL") }
    let keys = try await source.document(at: url, thumbprints: issuer.thumbprints)
    do throws(TokenRefusal) {
      return try await KeySet(json: keys)
    } catch {
      throw .unusable("the key set cannot be read")
    }
  }

  // OpenID Connect Discovery: a slash at the end of the issuer goes before the path is added.
  static func metadataURL(of issuer: HTTPSURL) throws(KeyFailure) -> HTTPSURL {
    let base = issuer.text.hasSuffix("/") ? String(issuer.text.dropLast()) : issuer.text
    guard let url = HTTPSURL(base + "/.well-known/openid-configuration") else { throw .unusable("no such address") }
    return url
  }
}

public import AWSCore
import Synchronization
public import WebIdentity

/// Issuers without a network: their key sets are what a test says they are.
public final class StubIssuers: KeySource {
  /// What the server of each issuer shows.
  public static let thumbprint = String(repeating: "ab", count: 20)

  private let sets = Mutex<[HTTPSURL: KeySet]>([:])
  public let allowsPrivateIssuers: Bool

  public init(allowsPrivateIssuers: Bool = false) { self.allowsPrivateIssuers = allowsPrivateIssuers }

  /// Publishes a key set, in the place of one that was there.
  public func publish(_ set: KeySet, at url: HTTPSURL) { sets.withLock { $0[url] = set } }

  public func key(
    _ id: String, for algorithm: SigningAlgorithm, of issuer: TrustedIssuer, now: Timestamp
  ) async throws(KeyFailure) -> VerificationKey {
    guard let set = sets.withLock({ $0[issuer.url] }) else { throw .unreachable("no such issuer in this test") }
    guard let key = set.key(id, for: algorithm) else { throw .unusable("no such key") }
    return key
  }

  public func certificateHash(of url: HTTPSURL) async throws(KeyFailure) -> String {
    guard !url.host.hasPrefix("unreachable") else { throw .unreachable("no such issuer in this test") }
    return Self.thumbprint
  }
}

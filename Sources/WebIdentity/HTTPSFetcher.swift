public import AWSCore
import Directory
import Synchronization

/// Fetches documents by HTTPS with libcurl, each on a thread of its own, bounded in time, size, redirects and number.
public final class HTTPSFetcher: DocumentSource {
  /// How many fetches may be under way at once.
  static let fetchesMax = 16

  public let rules: AddressRules
  /// A file of authorities that are trusted beside the system's own; nil where there is none.
  private let authorities: String?
  private let underWay = Mutex(0)

  public init(rules: AddressRules, authorities: String?) {
    self.rules = rules
    self.authorities = authorities
  }

  // AWS: known authorities first; the thumbprints count only where these do not know the server's certificate.
  public func document(at url: HTTPSURL, thumbprints: [String]) async throws(KeyFailure) -> [UInt8] {
    let transfer = CurlTransfer(url: url, rules: rules, authorities: authorities)
    return try await onThread { () throws(KeyFailure) in
      do throws(KeyFailure) {
        return try transfer.run(trusting: .authorities).body
      } catch .untrusted where !thumbprints.isEmpty {
        // Whatever the server shows here is believed only as far as a thumbprint vouches for it …
        let shown = try transfer.run(trusting: .anybody).certificates
        let known = Set(thumbprints.map { $0.lowercased() })
        guard let anchor = shown.last(where: { known.contains($0.thumbprint) }) else { throw .untrusted }
        // … and then has to prove that its own certificate comes from there, for that name.
        return try transfer.run(trusting: .certificate(anchor.pem)).body
      }
    }
  }

  public func certificateHash(at url: HTTPSURL) async throws(KeyFailure) -> String {
    let transfer = CurlTransfer(url: url, rules: rules, authorities: authorities)
    return try await onThread { () throws(KeyFailure) in
      guard let top = try transfer.run(trusting: .anybody).certificates.last else {
        throw .unreachable("the server shows no certificate")
      }
      return top.thumbprint
    }
  }

  private func onThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws(KeyFailure) -> Value
  ) async throws(KeyFailure) -> Value {
    let isFree = underWay.withLock { count in
      guard count < Self.fetchesMax else { return false }
      count += 1
      return true
    }
    guard isFree else { throw .unreachable("\(Self.fetchesMax) fetches are under way already") }
    defer { underWay.withLock { $0 -= 1 } }
    let outcome: Result<Value, KeyFailure> = await withCheckedContinuation { continuation in
      do throws(StoreFailure) {
        try startStoreThread {
          do throws(KeyFailure) {
            continuation.resume(returning: .success(try work()))
          } catch {
            continuation.resume(returning: .failure(error))
          }
        }
      } catch {
        continuation.resume(returning: .failure(.unreachable("\(error)")))
      }
    }
    return try outcome.get()
  }
}

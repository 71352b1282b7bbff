public import AWSCore

/// Whose keys are wanted: an issuer, and how its server may prove itself where no known authority vouches for it.
public struct TrustedIssuer: Sendable, Hashable {
  public let url: HTTPSURL
  /// SHA-1 hashes of certificates in hexadecimal digits.
  public let thumbprints: [String]

  public init(url: HTTPSURL, thumbprints: [String]) {
    self.url = url
    self.thumbprints = thumbprints
  }
}

/// Where the public keys of issuers come from: the network, or a test.
public protocol KeySource: Sendable {
  /// The issuer's key with that id for that algorithm.
  func key(
    _ id: String, for algorithm: SigningAlgorithm, of issuer: TrustedIssuer, now: Timestamp
  ) async throws(KeyFailure) -> VerificationKey

  /// The SHA-1 hash of the topmost certificate that the issuer's server shows.
  func certificateHash(of url: HTTPSURL) async throws(KeyFailure) -> String

  /// Whether issuers may have private addresses, and ports.
  var allowsPrivateIssuers: Bool { get }
}

/// Why there is no key.
public enum KeyFailure: Error, Sendable, Equatable {
  /// The server cannot be reached or does not answer in time; the cause is for the log.
  case unreachable(String)
  /// What it says is not what an issuer says, or it has no such key; the cause is for the log.
  case unusable(String)
  /// Neither a known authority nor a thumbprint vouches for its certificate.
  case untrusted
}

import AWSCore
import Crypto

/// What a self-contained token is for; a token of one purpose is nothing in another.
///
/// The raw value goes into the derivation of the purpose's key: changing one makes all its tokens invalid.
public enum SealingPurpose: String, Sendable, CaseIterable {
  /// The session token of temporary credentials.
  case sessionToken = "session token"
  /// The marker that continues a list.
  case paginationMarker = "pagination marker"
  /// The encoded message that `sts:DecodeAuthorizationMessage` reads.
  case authorizationMessage = "authorization message"
  /// The cookie of a browser's session.
  case browserSession = "browser session"
  /// The revision that a client was told, in a header.
  case seenRevision = "seen revision"
}

/// Seals tokens that only this installation reads, so that nothing has to be stored for them.
///
/// All keys derive from one root, itself a data key wrapped in the registry.
public struct SealingKey: Sendable {
  private struct Derived {
    let sealing: SymmetricKey
    let authenticating: SymmetricKey
  }

  private let keys: Secret<[SealingPurpose: Derived]>

  public init(root: DataKey) {
    keys = Secret(
      Dictionary(
        uniqueKeysWithValues: SealingPurpose.allCases.map { purpose in
          let sealing = Self.derive(from: root, "sallyport seal", purpose)
          return (purpose, Derived(sealing: sealing, authenticating: Self.derive(from: root, "sallyport mac", purpose)))
        }))
  }

  private static func derive(from root: DataKey, _ use: String, _ purpose: SealingPurpose) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: root.reveal(), info: SealedBox.place(use, purpose.rawValue), outputByteCount: 32)
  }

  private func key(_ purpose: SealingPurpose) -> Derived {
    guard let key = keys.reveal()[purpose] else { preconditionFailure("every purpose has a key") }
    return key
  }

  /// Seals for a purpose; whoever opens it must name the same `binding`, for example the caller and the operation.
  public func seal(_ plaintext: [UInt8], purpose: SealingPurpose, binding: [UInt8] = []) -> [UInt8] {
    SealedBox.seal(plaintext, with: key(purpose).sealing, place: binding)
  }

  public func open(
    _ sealed: [UInt8], purpose: SealingPurpose, binding: [UInt8] = []
  ) throws(SecretsFailure) -> [UInt8] {
    guard let plaintext = SealedBox.open(sealed, with: key(purpose).sealing, place: binding) else {
      throw .notAuthentic
    }
    return plaintext
  }

  /// The HMAC-SHA256 of the data: 32 bytes.
  public func mac(_ data: [UInt8], purpose: SealingPurpose) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: data, using: key(purpose).authenticating))
  }

  /// Compares in constant time.
  public func isValid(_ mac: [UInt8], for data: [UInt8], purpose: SealingPurpose) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: data, using: key(purpose).authenticating)
  }
}

public import AWSCore
import Crypto

/// A key that wraps data keys: 256 bits with a version.
public struct MasterKey: Sendable {
  /// From 1 on; the highest of a ring wraps, the others only unwrap.
  public let version: Int
  fileprivate let secret: Secret<SymmetricKey>

  fileprivate init(version: Int, bytes: [UInt8]) {
    self.version = version
    secret = Secret(SymmetricKey(data: bytes))
  }

  public static func random(version: Int, from entropy: Entropy) -> MasterKey {
    MasterKey(version: version, bytes: entropy.bytes(32))
  }

  /// Reads `v1:` with 32 bytes in base64; nil for anything else.
  public init?(line: some StringProtocol) {
    let parts = line.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].hasPrefix("v"), let version = Int(parts[0].dropFirst()), version > 0,
      parts[0] == "v\(version)", let bytes = Base64.decode(parts[1]), bytes.count == 32
    else { return nil }
    self.init(version: version, bytes: bytes)
  }

  /// `v1:` with 32 bytes in base64, as the key's file holds it.
  public var line: Secret<String> {
    Secret("v\(version):" + Base64.encode(secret.reveal().withUnsafeBytes { Array($0) }))
  }
}

/// The master keys that can be read, of which the newest wraps: so a key is replaced while the program runs.
public struct MasterKeyRing: Sendable {
  private let keys: [Int: MasterKey]
  /// The version that wraps.
  public let currentVersion: Int

  /// Refuses a ring without keys and two keys of one version.
  public init(_ keys: [MasterKey]) throws(SecretsFailure) {
    var ring: [Int: MasterKey] = [:]
    for key in keys {
      guard ring.updateValue(key, forKey: key.version) == nil else {
        throw .masterKey("there are two master keys v\(key.version)")
      }
    }
    guard let newest = ring.keys.max() else { throw .masterKey("there is no master key") }
    self.keys = ring
    currentVersion = newest
  }

  private static func place(_ partition: PartitionID, _ purpose: WrappingPurpose, _ version: Int) -> [UInt8] {
    SealedBox.place("sallyport data key", partition.text, purpose.rawValue, String(version))
  }

  /// Wraps the data key for its partition with the newest master key.
  public func wrap(
    _ key: DataKey, for partition: PartitionID, purpose: WrappingPurpose = .fields
  ) -> WrappedDataKey {
    guard let master = keys[currentVersion] else { preconditionFailure("the ring has its current key") }
    let place = Self.place(partition, purpose, currentVersion)
    let bytes = key.reveal().withUnsafeBytes { Array($0) }
    return WrappedDataKey(
      masterVersion: currentVersion, box: SealedBox.seal(bytes, with: master.secret.reveal(), place: place))
  }

  public func unwrap(
    _ wrapped: WrappedDataKey, for partition: PartitionID, purpose: WrappingPurpose = .fields
  ) throws(SecretsFailure) -> DataKey {
    guard let master = keys[wrapped.masterVersion] else { throw .unknownMasterKey(version: wrapped.masterVersion) }
    let place = Self.place(partition, purpose, wrapped.masterVersion)
    guard let bytes = SealedBox.open(wrapped.box, with: master.secret.reveal(), place: place),
      let key = DataKey(bytes: bytes)
    else { throw .wrongMasterKey(version: wrapped.masterVersion) }
    return key
  }

  /// The same data key under the newest master key; nil where it already is.
  public func rewrap(
    _ wrapped: WrappedDataKey, for partition: PartitionID, purpose: WrappingPurpose = .fields
  ) throws(SecretsFailure) -> WrappedDataKey? {
    guard wrapped.masterVersion != currentVersion else { return nil }
    return wrap(try unwrap(wrapped, for: partition, purpose: purpose), for: partition, purpose: purpose)
  }
}

/// What a wrapped data key is for; one does not unwrap as the other.
public enum WrappingPurpose: String, Sendable {
  /// Seals fields of a partition's records.
  case fields
  /// Is the root of the installation's `SealingKey`.
  case sealingRoot = "sealing root"
  /// Seals the chunks of one backup.
  case backup
}

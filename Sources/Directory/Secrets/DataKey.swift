public import AWSCore
import Crypto

/// The place of one sealed value; what was sealed for one place does not open in another.
public struct SealedField: Sendable, Hashable {
  public let partition: PartitionID
  /// The record that carries the field, for example an access key's id.
  public let object: String
  public let field: String
  /// Of the key that sealed it.
  public let version: Int

  public init(partition: PartitionID, object: String, field: String, version: Int) {
    self.partition = partition
    self.object = object
    self.field = field
    self.version = version
  }

  public init(account: AccountID, object: String, field: String, version: Int) {
    self.init(partition: .account(account), object: object, field: field, version: version)
  }

  fileprivate var place: [UInt8] {
    SealedBox.place("sallyport field", partition.text, object, field, String(version))
  }
}

/// The key that seals one account's secrets: 256 random bits, stored only as a `WrappedDataKey`.
public struct DataKey: Sendable {
  private let secret: Secret<SymmetricKey>

  private init(_ key: SymmetricKey) { secret = Secret(key) }

  public static func random(from entropy: Entropy) -> DataKey { DataKey(SymmetricKey(data: entropy.bytes(32))) }

  /// Wraps exactly 32 bytes; nil for any other number.
  init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.init(SymmetricKey(data: bytes))
  }

  /// For wrapping and deriving, within this folder.
  func reveal() -> SymmetricKey { secret.reveal() }

  public func seal(_ plaintext: [UInt8], as field: SealedField) -> [UInt8] {
    SealedBox.seal(plaintext, with: secret.reveal(), place: field.place)
  }

  /// Refuses what was not sealed with this key for this field, and everything that was changed since.
  public func open(_ sealed: [UInt8], as field: SealedField) throws(SecretsFailure) -> [UInt8] {
    guard let plaintext = SealedBox.open(sealed, with: secret.reveal(), place: field.place) else {
      throw .notAuthentic
    }
    return plaintext
  }
}

/// A data key as it is stored: sealed with a master key.
public struct WrappedDataKey: Sendable, Hashable, Codable {
  /// Which of the ring's master keys opens it.
  public let masterVersion: Int
  /// Nonce, ciphertext and tag.
  public let box: [UInt8]

  public init(masterVersion: Int, box: [UInt8]) {
    self.masterVersion = masterVersion
    self.box = box
  }

  private enum Member: String, CodingKey { case masterVersion, box }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Member.self)
    masterVersion = try members.decode(Int.self, forKey: .masterVersion)
    guard let box = Base64.decode(try members.decode(String.self, forKey: .box)) else {
      throw DecodingError.dataCorruptedError(forKey: .box, in: members, debugDescription: "not base64")
    }
    self.box = box
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Member.self)
    try members.encode(masterVersion, forKey: .masterVersion)
    try members.encode(Base64.encode(box), forKey: .box)
  }
}

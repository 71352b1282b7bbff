import AWSCore
import Crypto

/// Seals the chunks of one backup, each bound to its header and to its place in the file.
struct BackupSeal: Sendable {
  enum Chunk: UInt8, Sendable {
    case items = 1
    /// The last one: what all items come to.
    case end = 2
  }

  private let key: DataKey
  private let header: [UInt8]

  /// - Parameter header: all bytes before the first chunk.
  init(key: DataKey, header: [UInt8]) {
    self.key = key
    self.header = Array(SHA256.hash(data: header))
  }

  private func place(_ chunk: Chunk, _ number: UInt64) -> [UInt8] {
    SealedBox.place([Array("sallyport backup".utf8), header, [chunk.rawValue], Array("\(number)".utf8)])
  }

  func seal(_ plaintext: [UInt8], as chunk: Chunk, number: UInt64) -> [UInt8] {
    SealedBox.seal(plaintext, with: key.reveal(), place: place(chunk, number))
  }

  /// The plaintext; nil unless it was sealed as that chunk of this backup.
  func open(_ sealed: [UInt8], as chunk: Chunk, number: UInt64) -> [UInt8]? {
    SealedBox.open(sealed, with: key.reveal(), place: place(chunk, number))
  }
}

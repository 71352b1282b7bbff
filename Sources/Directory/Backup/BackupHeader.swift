public import AWSCore
import FoundationEssentials

/// What a backup says of itself before its first chunk. Anybody can read it, and nobody can change it: every chunk is
/// bound to it.
public struct BackupHeader: Sendable, Hashable, Codable {
  /// The first line of the file, with the version of the format.
  static let magic = Array("sallyport backup 1\n".utf8)
  /// What all versions begin with.
  static let anyMagic = Array("sallyport backup ".utf8)
  static let bytesMax = 64 << 10

  /// Just before the contents were read: whatever was answered until then is in it.
  public let created: Timestamp
  /// The version of the program that made it.
  public let program: String
  /// What the chunks are sealed with, wrapped by the master key.
  public let dataKey: WrappedDataKey

  public init(created: Timestamp, program: String, dataKey: WrappedDataKey) {
    self.created = created
    self.program = program
    self.dataKey = dataKey
  }

  /// The magic, the length, and JSON.
  func written() throws(StoreFailure) -> [UInt8] {
    let json: [UInt8]
    do { json = Array(try JSONEncoder().encode(self)) } catch {
      throw .corrupted("the header of the backup cannot be written: \(error)")
    }
    var bytes = Self.magic
    bytes.write(json)
    return bytes
  }

  init(json: [UInt8]) throws(StoreFailure) {
    do { self = try JSONDecoder().decode(Self.self, from: Data(json)) } catch {
      throw .corrupted("the header of the backup was changed")
    }
  }
}

import AWSCore
import Directory
import Foundation
import Testing

enum SecretsFixtures {
  static let account = AccountID(number: 123_456_789_012)
  static let plaintext = Array("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".utf8)

  static func field(
    _ account: UInt64 = 123_456_789_012, _ object: String = "AKIAIOSFODNN7EXAMPLE", _ field: String = "secret",
    _ version: Int = 1
  ) throws -> SealedField {
    SealedField(account: try #require(AccountID(number: account)), object: object, field: field, version: version)
  }

  static func ring(_ versions: Int...) throws -> MasterKeyRing {
    try MasterKeyRing(versions.map { MasterKey.random(version: $0, from: .system) })
  }

  /// Every way to change one bit, and every shorter beginning.
  static func damaged(_ sealed: [UInt8]) -> [[UInt8]] {
    let flipped = (0..<sealed.count * 8).map { bit in
      var changed = sealed
      changed[bit / 8] ^= 1 << (bit % 8)
      return changed
    }
    return flipped + (0..<sealed.count).map { Array(sealed.prefix($0)) } + [sealed + [0]]
  }

  static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/sallyport-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }
}

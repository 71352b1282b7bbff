import AWSCore
import Directory
import Testing

@Suite("Printing secrets") struct SecretsRedactionTests {
  /// Bytes that no number of another kind has, so that a print of them is noticed.
  private static let bytes = (0..<32).map { UInt8(150 + $0) }
  private static let entropy = Entropy { Array(bytes.prefix($0)) }
  private static let dataKey = DataKey.random(from: entropy)
  private static let masterKey = MasterKey.random(version: 1, from: entropy)

  private static func prints(of value: Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return ["\(value)", String(describing: value), String(reflecting: value), dumped, mirrored(value)]
  }

  private static func mirrored(_ value: Any) -> String {
    let children = Mirror(reflecting: value).children
    return "\(value)" + children.map { mirrored($0.value) }.joined()
  }

  private static func values() throws -> [Any] {
    let ring = try MasterKeyRing([masterKey])
    return [
      dataKey, masterKey, masterKey.line, ring, SealingKey(root: dataKey), [dataKey], ["key": masterKey],
      Optional(dataKey) as Any, (masterKey, ring),
    ]
  }

  @Test("no way of printing a key shows its bytes")
  func keys() throws {
    let spellings = [
      "150", "151, 152", "0x96", "9697", "96 97", Base64.encode(Self.bytes),
      String(Base64.encode(Self.bytes).prefix(8)),
    ]
    for value in try Self.values() {
      for print in Self.prints(of: value) {
        for spelling in spellings { #expect(!print.contains(spelling), "\(type(of: value))") }
      }
    }
  }

  @Test("a print says that something was left out")
  func redacted() throws {
    for value in try Self.values() { #expect("\(value)".contains("‹redacted›")) }
  }
}

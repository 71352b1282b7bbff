import Testing
import WebIdentity

@Suite("Addresses of issuers") struct AddressRulesTests {
  private static func v6(_ groups: UInt16...) -> [UInt8] {
    let zeros = [UInt16](repeating: 0, count: 8 - groups.count)
    return ([groups[0]] + zeros + groups.dropFirst()).flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
  }

  static let world: [[UInt8]] = [
    [1, 1, 1, 1], [8, 8, 8, 8], [172, 15, 0, 1], [172, 32, 0, 1], [100, 63, 0, 1], [100, 128, 0, 1], [223, 0, 0, 1],
    v6(0x2606, 0x4700, 1), v6(0x2A00, 1), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 8, 8, 8, 8],
  ]
  static let inside: [[UInt8]] = [
    [10, 0, 0, 1], [127, 0, 0, 1], [127, 255, 255, 254], [172, 16, 0, 1], [172, 31, 255, 255], [192, 168, 1, 1],
    [100, 64, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1], v6(0, 1), v6(0xFC00, 1), v6(0xFD12, 1),
    [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1],
  ]
  static let never: [[UInt8]] = [
    [0, 0, 0, 0], [169, 254, 169, 254], [224, 0, 0, 1], [240, 0, 0, 1], [255, 255, 255, 255], [192, 0, 2, 1],
    [198, 18, 0, 1], [203, 0, 113, 1], v6(0, 0), v6(0xFE80, 1), v6(0xFF02, 1), v6(0x2002, 0x7F00, 1),
    [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [127, 0, 0, 1, 0], [],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 169, 254, 169, 254],
  ]

  @Test("the world is open at 443", arguments: world)
  func theWorld(_ address: [UInt8]) {
    #expect(AddressRules(allowsPrivate: false).allows(address: address, port: 443))
    #expect(!AddressRules(allowsPrivate: false).allows(address: address, port: 8443))
    #expect(AddressRules(allowsPrivate: true).allows(address: address, port: 8443))
  }

  @Test("the inside is closed until it is opened", arguments: inside)
  func theInside(_ address: [UInt8]) {
    #expect(!AddressRules(allowsPrivate: false).allows(address: address, port: 443))
    #expect(AddressRules(allowsPrivate: true).allows(address: address, port: 443))
    #expect(AddressRules(allowsPrivate: true).allows(address: address, port: 4443))
  }

  @Test("what machines tell about themselves is never open", arguments: never)
  func neverOpen(_ address: [UInt8]) {
    #expect(!AddressRules(allowsPrivate: false).allows(address: address, port: 443))
    #expect(!AddressRules(allowsPrivate: true).allows(address: address, port: 443))
  }
}

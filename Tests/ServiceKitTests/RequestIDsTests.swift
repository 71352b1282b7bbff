import AWSCore
import Testing

@testable import ServiceKit

@Suite("Request ids") struct RequestIDsTests {
  @Test("every request has its own, and another start of the program has others")
  func areUnique() {
    let makers = (0..<4).map { _ in RequestIDs(from: .system) }
    let ids = makers.flatMap { maker in (0..<5_000).map { _ in maker.next() } }
    #expect(Set(ids).count == 20_000)
  }

  @Test("they are version 4 UUIDs in lower case", arguments: [0, 0x5A, 0xFF] as [UInt8])
  func form(of byte: UInt8) {
    let maker = RequestIDs(from: Entropy { [UInt8](repeating: byte, count: $0) })
    for _ in 0..<100 {
      let id = maker.next()
      #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil, "\(id)")
    }
  }
}

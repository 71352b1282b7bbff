import AWSCore
import Directory
import Foundation
import Testing

@Suite("Data keys") struct SecretsDataKeyTests {
  private let key = DataKey.random(from: .system)

  @Test("what was sealed for a field opens for that field", arguments: [0, 1, 15, 16, 17, 40, 5000])
  func roundTrip(count: Int) throws {
    let plaintext = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let field = try SecretsFixtures.field()
    let sealed = key.seal(plaintext, as: field)
    #expect(sealed.count == count + 29)
    #expect(try key.open(sealed, as: field) == plaintext)
  }

  @Test("sealing twice gives two texts, and neither shows the plaintext")
  func fresh() throws {
    let field = try SecretsFixtures.field()
    let texts = Set((0..<500).map { _ in key.seal(SecretsFixtures.plaintext, as: field) })
    #expect(texts.count == 500)
    #expect(Set(texts.map { Array($0[1..<13]) }).count == 500)
    #expect(texts.allSatisfy { !$0.contains(SecretsFixtures.plaintext.prefix(8)) })
  }

  @Test("every changed bit and every shortened text is refused")
  func damaged() throws {
    let field = try SecretsFixtures.field()
    for changed in SecretsFixtures.damaged(key.seal(SecretsFixtures.plaintext, as: field)) {
      #expect(throws: SecretsFailure.notAuthentic) { try key.open(changed, as: field) }
    }
  }

  @Test("what was sealed for one place opens in no other")
  func places() throws {
    let sealed = key.seal(SecretsFixtures.plaintext, as: try SecretsFixtures.field())
    let others = [
      try SecretsFixtures.field(123_456_789_013),
      try SecretsFixtures.field(123_456_789_012, "AKIAIOSFODNN7EXAMPLF"),
      try SecretsFixtures.field(123_456_789_012, "AKIAIOSFODNN7EXAMPLE", "Secret"),
      try SecretsFixtures.field(123_456_789_012, "AKIAIOSFODNN7EXAMPLE", "secret", 2),
      try SecretsFixtures.field(123_456_789_012, "AKIAIOSFODNN7EXAMPLEs", "ecret"),
      try SecretsFixtures.field(123_456_789_012, "AKIAIOSFODNN7EXAMPL", "Esecret"),
      try SecretsFixtures.field(123_456_789_012, "AKIAIOSFODNN7EXAMPLE", "secret1", 1),
      try SecretsFixtures.field(123_456_789_012, "", "AKIAIOSFODNN7EXAMPLEsecret"),
      SealedField(partition: .registry, object: "AKIAIOSFODNN7EXAMPLE", field: "secret", version: 1),
    ]
    for other in others { #expect(throws: SecretsFailure.notAuthentic) { try key.open(sealed, as: other) } }
  }

  @Test("another key opens nothing")
  func anotherKey() throws {
    let field = try SecretsFixtures.field()
    let sealed = key.seal(SecretsFixtures.plaintext, as: field)
    #expect(throws: SecretsFailure.notAuthentic) { try DataKey.random(from: .system).open(sealed, as: field) }
  }
}

@Suite("Wrapped data keys") struct SecretsWrappingTests {
  private let key = DataKey.random(from: .system)
  private let partition = PartitionID(text: "account/123456789012")

  /// Whether both are the same key.
  private func expectSame(_ a: DataKey, _ b: DataKey) throws {
    let field = try SecretsFixtures.field()
    #expect(try a.open(b.seal([1, 2, 3], as: field), as: field) == [1, 2, 3])
  }

  @Test("a wrapped key unwraps with the same ring, and after being written as JSON")
  func roundTrip() throws {
    let ring = try SecretsFixtures.ring(1, 2)
    let wrapped = ring.wrap(key, for: partition)
    #expect(wrapped.masterVersion == 2)
    let read = try JSONDecoder().decode(WrappedDataKey.self, from: JSONEncoder().encode(wrapped))
    #expect(read == wrapped)
    try expectSame(try ring.unwrap(read, for: partition), key)
  }

  @Test("another master key of the version, and a missing version, are told apart")
  func wrongMaster() throws {
    let wrapped = try SecretsFixtures.ring(1).wrap(key, for: partition)
    #expect(throws: SecretsFailure.wrongMasterKey(version: 1)) {
      try SecretsFixtures.ring(1).unwrap(wrapped, for: partition)
    }
    #expect(throws: SecretsFailure.unknownMasterKey(version: 1)) {
      try SecretsFixtures.ring(2, 3).unwrap(wrapped, for: partition)
    }
  }

  @Test("every changed bit, another partition, another purpose and another version are refused")
  func damaged() throws {
    let line = try #require(MasterKey(line: MasterKey.random(version: 1, from: .system).line.reveal()))
    let again = try #require(MasterKey(line: "v2" + line.line.reveal().dropFirst(2)))
    let ring = try MasterKeyRing([line, again])
    let wrapped = ring.wrap(key, for: partition)
    for box in SecretsFixtures.damaged(wrapped.box) {
      #expect(throws: SecretsFailure.wrongMasterKey(version: 2)) {
        try ring.unwrap(WrappedDataKey(masterVersion: 2, box: box), for: partition)
      }
    }
    #expect(throws: SecretsFailure.wrongMasterKey(version: 2)) { try ring.unwrap(wrapped, for: .registry) }
    #expect(throws: SecretsFailure.wrongMasterKey(version: 2)) {
      try ring.unwrap(wrapped, for: partition, purpose: .sealingRoot)
    }
    #expect(throws: SecretsFailure.wrongMasterKey(version: 1)) {
      try ring.unwrap(WrappedDataKey(masterVersion: 1, box: wrapped.box), for: partition)
    }
  }

  @Test("a key is moved under a newer master key, after which the older is not needed")
  func rewrap() throws {
    let old = MasterKey.random(version: 1, from: .system), new = MasterKey.random(version: 2, from: .system)
    let wrapped = try MasterKeyRing([old]).wrap(key, for: partition)
    let both = try MasterKeyRing([new, old])
    let moved = try #require(try both.rewrap(wrapped, for: partition))
    #expect(moved.masterVersion == 2)
    #expect(try both.rewrap(moved, for: partition) == nil)
    try expectSame(try MasterKeyRing([new]).unwrap(moved, for: partition), key)
  }

  @Test("JSON that is no wrapped key is refused", arguments: [#"{"masterVersion":1,"box":"%%%"}"#, #"{"box":"AA=="}"#])
  func strangeJSON(_ text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(WrappedDataKey.self, from: Data(text.utf8)) }
  }
}

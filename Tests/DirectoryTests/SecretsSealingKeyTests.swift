import AWSCore
import Directory
import Testing

@Suite("Sealing keys") struct SecretsSealingKeyTests {
  private let root = DataKey.random(from: .system)

  @Test("what was sealed for a purpose opens for that purpose only", arguments: SealingPurpose.allCases)
  func purposes(_ purpose: SealingPurpose) throws {
    let key = SealingKey(root: root)
    let sealed = key.seal(SecretsFixtures.plaintext, purpose: purpose)
    #expect(try SealingKey(root: root).open(sealed, purpose: purpose) == SecretsFixtures.plaintext)
    for other in SealingPurpose.allCases where other != purpose {
      #expect(throws: SecretsFailure.notAuthentic) { try key.open(sealed, purpose: other) }
    }
    let another = SealingKey(root: DataKey.random(from: .system))
    #expect(throws: SecretsFailure.notAuthentic) { try another.open(sealed, purpose: purpose) }
  }

  @Test("the binding must be the same")
  func binding() throws {
    let key = SealingKey(root: root)
    let sealed = key.seal([7], purpose: .paginationMarker, binding: [1, 2])
    #expect(try key.open(sealed, purpose: .paginationMarker, binding: [1, 2]) == [7])
    for other: [UInt8] in [[], [1], [1, 3], [1, 2, 0]] {
      #expect(throws: SecretsFailure.notAuthentic) { try key.open(sealed, purpose: .paginationMarker, binding: other) }
    }
  }

  @Test("every changed bit and every shortened token is refused")
  func damaged() throws {
    let key = SealingKey(root: root)
    for changed in SecretsFixtures.damaged(key.seal(SecretsFixtures.plaintext, purpose: .sessionToken)) {
      #expect(throws: SecretsFailure.notAuthentic) { try key.open(changed, purpose: .sessionToken) }
    }
  }

  @Test("a code is valid for its data and purpose only")
  func mac() {
    let key = SealingKey(root: root)
    let code = key.mac([1, 2, 3], purpose: .paginationMarker)
    #expect(code.count == 32)
    #expect(code == SealingKey(root: root).mac([1, 2, 3], purpose: .paginationMarker))
    #expect(key.isValid(code, for: [1, 2, 3], purpose: .paginationMarker))
    #expect(!key.isValid(code, for: [1, 2], purpose: .paginationMarker))
    #expect(!key.isValid(code, for: [1, 2, 3], purpose: .sessionToken))
    for changed in SecretsFixtures.damaged(code) {
      #expect(!key.isValid(changed, for: [1, 2, 3], purpose: .paginationMarker))
    }
  }
}

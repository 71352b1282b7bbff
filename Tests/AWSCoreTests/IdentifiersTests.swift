import AWSCore
import Testing

@Suite("Identifiers") struct IdentifiersTests {
  private static let base32 = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

  /// Bytes that are all alike.
  private static func constant(_ byte: UInt8) -> Entropy { Entropy { [UInt8](repeating: byte, count: $0) } }

  @Test(
    "an access key id carries its account",
    arguments: [
      0, 1, 42, 99_999_999_999, 100_000_000_000, 123_456_789_012, 549_755_813_887, 549_755_813_888, 999_999_999_999,
    ]
      as [UInt64])
  func carriesAccount(number: UInt64) throws {
    let account = try #require(AccountID(number: number))
    for entropy in [Self.constant(0), Self.constant(0xFF), Self.constant(0x5A), .system] {
      for prefix in [IDPrefix.accessKey, .temporaryAccessKey] {
        let id = entropy.accessKeyID(prefix, account: account)
        #expect(id.account == account)
        #expect(id.text.hasPrefix(prefix.rawValue))
        #expect(id.text.utf8.count == 20)
        #expect(id.text.dropFirst(4).allSatisfy(Self.base32.contains))
        #expect(id.isTemporary == (prefix == .temporaryAccessKey))
        #expect(AccessKeyID(presented: id.text) == id)
      }
    }
  }

  @Test("all 39 random bits of an access key id count")
  func randomBits() throws {
    let account = try #require(AccountID(number: 123_456_789_012))
    var seen: Set<String> = []
    for bit in 0..<40 {
      let entropy = Entropy { count in (0..<count).map { $0 == bit / 8 ? 1 << UInt8(bit % 8) : 0 } }
      seen.insert(entropy.accessKeyID(.accessKey, account: account).text)
    }
    // The topmost bit is not used: with it alone the id is that of no bit at all.
    #expect(seen.count == 40)
    #expect(seen.contains(Self.constant(0).accessKeyID(.accessKey, account: account).text))
  }

  @Test(
    "an id that was not made so carries no account",
    arguments: [
      "AKIAIOSFODNN7EXAMPLE", "AKIA0000000000000000", "AKIAQAAAAAAAAAAAAAAAA", "AKIAQAAAAAAAAAAAAAA",
      "AKIAaaaaaaaaaaaaaaaa", "AKIA7777777777777777",
    ])
  func foreign(_ text: String) throws {
    #expect(try #require(AccessKeyID(presented: text)).account == nil)
  }

  @Test(
    "what is presented as an access key id is bounded",
    arguments: [
      ("", false), ("AKIA", false), (String(repeating: "A", count: 15), false),
      (String(repeating: "A", count: 16), true),
      (String(repeating: "A", count: 128), true), (String(repeating: "A", count: 129), false),
      ("AKIAIOSFODNN7EXAMPL/", false), ("A\u{212A}IAIOSFODNN7EXAMPLE", false), ("AKIAIOSFODNN7EXAMP\n", false),
    ])
  func presented(text: String, isAccepted: Bool) {
    #expect((AccessKeyID(presented: text) != nil) == isAccepted)
  }

  @Test("unique ids have their prefix, 17 characters, and never come twice", arguments: IDPrefix.allCases)
  func uniqueIDs(_ prefix: IDPrefix) {
    let ids = (0..<2_000).map { _ in Entropy.system.uniqueID(prefix) }
    #expect(Set(ids).count == ids.count)
    for id in ids {
      #expect(id.hasPrefix(prefix.rawValue))
      #expect(id.utf8.count == prefix.rawValue.utf8.count + 17)
      #expect(id.dropFirst(prefix.rawValue.count).allSatisfy(Self.base32.contains))
    }
  }

  @Test("request ids are version 4 UUIDs in lower case")
  func requestIDs() {
    #expect(Self.constant(0).requestID() == "00000000-0000-4000-8000-000000000000")
    #expect(Self.constant(0xFF).requestID() == "ffffffff-ffff-4fff-bfff-ffffffffffff")
    let ids = (0..<2_000).map { _ in Entropy.system.requestID() }
    #expect(Set(ids).count == ids.count)
  }

  @Test("secret access keys are 40 characters of base 64 and never come twice")
  func secrets() {
    let secrets = (0..<2_000).map { _ in Entropy.system.secretAccessKey().reveal() }
    #expect(Set(secrets).count == secrets.count)
    let allowed = ByteClass.word(and: "+/")
    for secret in secrets {
      #expect(secret.utf8.count == 40)
      #expect(allowed.containsAll(secret.utf8))
      #expect(!secret.contains("_"))
    }
  }

  @Test("the system's generator answers as many bytes as asked for", arguments: [0, 1, 7, 8, 9, 32, 1000])
  func entropy(_ count: Int) {
    #expect(Entropy.system.bytes(count).count == count)
  }
}

@Suite("Secrets") struct SecretTests {
  private struct Holder {
    let name = "holder"
    let secret: Secret<String>
  }

  @Test("every way of printing a secret is without it")
  func redacted() {
    let canary = "canary-4711"
    let secret = Secret(canary)
    let holder = Holder(secret: secret)
    var dumped = ""
    dump(secret, to: &dumped)
    dump(holder, to: &dumped)
    let printed = [
      "\(secret)", String(describing: secret), String(reflecting: secret), secret.debugDescription,
      "\(Optional(secret) as Any)",
      "\([secret])", "\(["key": secret])", "\(holder)", String(reflecting: holder), dumped,
      "\(Mirror(reflecting: secret).children.map { "\($0.value)" })",
    ]
    for text in printed { #expect(!text.contains(canary), "\(text)") }
    #expect("\(secret)" == "‹redacted›")
    #expect(secret.reveal() == canary)
  }
}

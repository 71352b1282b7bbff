import AWSCore
import Foundation
import Testing

@Suite("Account ids") struct AccountIDTests {
  @Test(
    "twelve digits are an account id",
    arguments: [
      ("000000000000", 0), ("000000000001", 1), ("123456789012", 123_456_789_012), ("999999999999", 999_999_999_999),
    ] as [(String, UInt64)])
  func digits(text: String, number: UInt64) throws {
    let id = try #require(AccountID(text))
    #expect(id.number == number)
    #expect(id.description == text)
    #expect(AccountID(number: number) == id)
  }

  @Test(
    "everything else is none",
    arguments: [
      "", "1", "12345678901", "1234567890123", "12345678901a", "-12345678901", "+12345678901", " 23456789012",
      "123456789012\n", "1234-5678-9012", "١٢٣٤٥٦٧٨٩٠١٢", "99999999999999999999999999",
    ])
  func refused(_ text: String) {
    #expect(AccountID(text) == nil)
  }

  @Test("a number of thirteen digits is none")
  func tooLarge() {
    #expect(AccountID(number: AccountID.upperBound - 1)?.description == "999999999999")
    #expect(AccountID(number: AccountID.upperBound) == nil)
    #expect(AccountID(number: .max) == nil)
  }

  @Test("what is encoded is decoded, with its leading zeros; a number is refused")
  func coding() throws {
    let id = try #require(AccountID(number: 42))
    let bytes = try JSONEncoder().encode(id)
    #expect(String(decoding: bytes, as: UTF8.self) == #""000000000042""#)
    #expect(try JSONDecoder().decode(AccountID.self, from: bytes) == id)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(AccountID.self, from: Data(#""42""#.utf8)) }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(AccountID.self, from: Data("123456789012".utf8)) }
  }
}

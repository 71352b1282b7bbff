import AWSCore
import Foundation
import Testing

@Suite("ARNs") struct ARNTests {
  @Test("the parts are what stands between the colons")
  func parts() throws {
    let arn = try #require(ARN("arn:aws-cn:sts:eu-west-1:123456789012:assumed-role/a:b/c"))
    #expect(arn.partition == "aws-cn")
    #expect(arn.service == "sts")
    #expect(arn.region == "eu-west-1")
    #expect(arn.account == "123456789012")
    #expect(arn.accountID == AccountID("123456789012"))
    #expect(arn.resource == "assumed-role/a:b/c")
    #expect(arn.lastComponent == "c")
  }

  @Test("parts may be empty")
  func empty() throws {
    let arn = try #require(ARN("arn:::::"))
    let parts = [arn.partition, arn.service, arn.region, arn.account, arn.resource, arn.lastComponent]
    #expect(parts == Array(repeating: "", count: 6))
    #expect(arn.accountID == nil)
  }

  @Test(
    "fewer than six parts or another beginning is no ARN",
    arguments: ["", "*", "arn", "arn:", "arn:aws:iam::123456789012", "ARN:aws:iam::123456789012:user/a", " arn:::::"])
  func refused(_ text: String) {
    #expect(ARN(text) == nil)
  }

  @Test(
    "an account that is not twelve digits is no account id",
    arguments: ["arn:aws:iam::aws:policy/A", "arn:aws:iam:::policy/A", "arn:aws:iam::12345678901x:user/a"])
  func noAccount(_ text: String) {
    #expect(ARN(text)?.accountID == nil)
  }

  @Test("an ARN is made of its parts")
  func made() throws {
    let account = try #require(AccountID(number: 42))
    #expect(ARN.iam(account, "user/division/ann").text == "arn:aws:iam::000000000042:user/division/ann")
    #expect(ARN.iam(account, "user/division/ann").lastComponent == "ann")
    #expect(ARN.iam(account, "root").lastComponent == "root")
    #expect(ARN(service: "sts", account: account, resource: "x").text == "arn:aws:sts::000000000042:x")
    #expect(ARN(partition: "p", service: "s", region: "r", account: nil, resource: "x").text == "arn:p:s:r::x")
  }

  @Test("ARNs are equal by their bytes alone, not where Unicode calls two characters the same")
  func equality() throws {
    let plain = try #require(ARN("arn:aws:iam::123456789012:role/Keys"))
    let kelvin = try #require(ARN("arn:aws:iam::123456789012:role/\u{212A}eys"))
    #expect(plain.text == kelvin.text)
    #expect(plain != kelvin)
    #expect(Set([plain, kelvin]).count == 2)
    #expect(try #require(ARN("arn:aws:iam::123456789012:role/Keys")) == plain)
    #expect(try #require(ARN("arn:aws:iam::123456789012:role/keys")) != plain)
  }

  @Test("what is encoded is decoded; what is no ARN is refused")
  func coding() throws {
    let arn = try #require(ARN("arn:aws:iam::123456789012:user/a"))
    #expect(try JSONDecoder().decode(ARN.self, from: JSONEncoder().encode(arn)) == arn)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(ARN.self, from: Data(#""user/a""#.utf8)) }
  }
}

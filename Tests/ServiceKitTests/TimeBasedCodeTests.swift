import AWSCore
import Testing

@testable import ServiceKit

/// The vectors of RFC 6238 (appendix B, SHA-1), of which a device with six digits shows the last six.
@Suite("Time-based codes") struct TimeBasedCodeTests {
  private let seed = Array("12345678901234567890".utf8)

  @Test(
    "codes are those of RFC 6238",
    arguments: [
      (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
      (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ] as [(Int64, String)])
  func vectors(_ seconds: Int64, _ code: String) {
    let step = TimeBasedCode.step(at: Timestamp(seconds: seconds))
    #expect(TimeBasedCode.code(at: step, of: seed) == code)
    #expect(TimeBasedCode.isRight(code, at: step, of: seed))
    #expect(!TimeBasedCode.isRight(code, at: step + 1, of: seed))
    #expect(!TimeBasedCode.isRight(String(code.dropLast()), at: step, of: seed))
    #expect(!TimeBasedCode.isRight(code + "0", at: step, of: seed))
  }
}

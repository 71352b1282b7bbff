import AWSCore
import Synchronization

/// Makes the ids of requests: unique, but no secrets, so that the system is asked for random bytes once and not at every
/// request.
///
/// Two random numbers are moved on by a step for each request and spread over their 64 bits, as SplitMix64 does.
final class RequestIDs: Sendable {
  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
  private let starts: (UInt64, UInt64)
  private let count = Atomic<UInt64>(0)

  init(from entropy: Entropy) {
    func random() -> UInt64 { entropy.bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
    starts = (random(), random())
  }

  func next() -> String {
    let moved = count.wrappingAdd(1, ordering: .relaxed).newValue &* Self.step
    return String(uuid: Self.spread(starts.0 &+ moved), Self.spread(starts.1 &+ moved))
  }

  private static func spread(_ number: UInt64) -> UInt64 {
    let first = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
    let second = (first ^ first >> 27) &* 0x94D0_49BB_1331_11EB
    return second ^ second >> 31
  }
}

import Foundation

/// SplitMix64: the same seed gives the same cases everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[Int.random(in: 0..<choices.count, using: &self)]
  }

  mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &self) == 0 }

  mutating func list<Element>(_ counts: ClosedRange<Int>, _ make: (inout SeededGenerator) -> Element) -> [Element] {
    (0..<Int.random(in: counts, using: &self)).map { _ in make(&self) }
  }
}

/// How the random tests are run: `SALLYPORT_SEED` and `SALLYPORT_DIFFERENTIAL_CASES` in the environment.
enum RandomRun {
  private static let environment = ProcessInfo.processInfo.environment

  static let seed: UInt64 =
    environment["SALLYPORT_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64(UInt32.max))

  /// `SALLYPORT_HISTOGRAM`: whether what was drawn is printed.
  static let printsHistogram = environment["SALLYPORT_HISTOGRAM"] != nil

  static let cases = environment["SALLYPORT_DIFFERENTIAL_CASES"].flatMap { Int($0) } ?? 200_000
}

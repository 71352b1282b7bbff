/// The random numbers of the workload: one seed makes the same workload on every machine.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// From zero to one less than the bound.
  mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  /// True in so many of so many cases.
  mutating func hits(_ share: Int, of whole: Int) -> Bool { below(whole) < share }

  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

  /// Early ones more often: more than half of the picks fall on the first quarter, as real policies name few actions.
  mutating func pickEarly<Element>(_ choices: [Element]) -> Element {
    choices[below(1 + below(choices.count))]
  }

  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for index in elements.indices.dropFirst() { elements.swapAt(index, below(index + 1)) }
  }
}

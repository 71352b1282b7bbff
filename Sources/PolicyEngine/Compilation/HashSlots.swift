/// A hash table from tags to numbers, laid out flat.
///
/// Tags of 32 bits are all that it compares: two things with one tag are one to it, and what it finds is looked at
/// again by whoever asked. Tag zero is as good as any other.
struct HashSlots: Sendable {
  /// Tag and number plus one; zero where nothing is.
  private var slots: [UInt64]
  private var mask: Int
  private(set) var count = 0

  /// An empty table: what it is asked for it does not have.
  init() {
    slots = [0]
    mask = 0
  }

  /// The number of a tag; -1 where it has none.
  @inline(__always)
  func number(of tag: UInt32) -> Int {
    let slots = slots.span
    var slot = Int(Self.scattered(tag)) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { return -1 }
      if UInt32(truncatingIfNeeded: entry >> 32) == tag { return Int(UInt32(truncatingIfNeeded: entry)) - 1 }
      slot = (slot + 1) & mask
    }
  }

  /// The number of a tag, which is the next free one where the tag is new.
  mutating func insert(_ tag: UInt32) -> Int {
    // INVARIANT: at most half full, so that a search ends soon.
    if 2 * (count + 1) > mask { grow() }
    var slot = Int(Self.scattered(tag)) & mask
    while slots[slot] != 0 {
      if UInt32(truncatingIfNeeded: slots[slot] >> 32) == tag {
        return Int(UInt32(truncatingIfNeeded: slots[slot])) - 1
      }
      slot = (slot + 1) & mask
    }
    count += 1
    slots[slot] = UInt64(tag) << 32 | UInt64(count)
    return count - 1
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: max(8, 2 * (mask + 1)))
    mask = slots.count - 1
    for entry in old where entry != 0 {
      var slot = Int(Self.scattered(UInt32(truncatingIfNeeded: entry >> 32))) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = entry
    }
  }

  @inline(__always)
  private static func scattered(_ tag: UInt32) -> UInt32 {
    let product = tag &* 0x9E37_79B1
    return product ^ product >> 15
  }
}

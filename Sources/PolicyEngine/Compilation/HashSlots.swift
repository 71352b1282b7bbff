/// A hash table from tags to values, laid out flat.
///
/// Tags, of which 31 bits count, are all that it compares: two things with one tag are one to it, and what it finds is
/// looked at again by whoever asked. They must be hashes: they say where a value stands.
struct HashSlots<Value: SlotValue>: Sendable {
  private struct Slot: Sendable, BitwiseCopyable {
    /// Zero where nothing is.
    var tag: UInt32
    var value: Value
  }

  private var slots: [Slot]
  private var count = 0

  /// An empty table.
  init() { slots = [Slot(tag: 0, value: Value())] }

  /// The value of a tag; nil where it has none.
  @inline(__always)
  func value(of tag: UInt32) -> Value? {
    let slots = slots.span
    let mask = slots.count &- 1
    let tag = Self.marked(tag)
    var place = Int(tag) & mask
    while true {
      if slots[place].tag == tag { return slots[place].value }
      if slots[place].tag == 0 { return nil }
      place = (place &+ 1) & mask
    }
  }

  /// Changes the value of a tag, which begins as the empty one.
  mutating func update(_ tag: UInt32, _ change: (inout Value) -> Void) {
    // INVARIANT: at most half full, so that a search ends soon.
    if 2 * (count + 1) > slots.count - 1 { grow() }
    let tag = Self.marked(tag)
    let place = place(of: tag)
    if slots[place].tag == 0 {
      slots[place].tag = tag
      count += 1
    }
    change(&slots[place].value)
  }

  /// Changes all values, in no particular order.
  mutating func updateAll(_ change: (inout Value) -> Void) {
    for place in slots.indices where slots[place].tag != 0 { change(&slots[place].value) }
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(tag: 0, value: Value()), count: max(8, 2 * slots.count))
    for slot in old where slot.tag != 0 { slots[place(of: slot.tag)] = slot }
  }

  /// Where a tag stands or is to stand.
  private func place(of tag: UInt32) -> Int {
    let mask = slots.count - 1
    var place = Int(tag) & mask
    while slots[place].tag != 0, slots[place].tag != tag { place = (place + 1) & mask }
    return place
  }

  /// Not zero.
  @inline(__always)
  private static func marked(_ tag: UInt32) -> UInt32 { tag | 0x8000_0000 }
}

/// A value of a hash table, with an empty one for a new tag.
protocol SlotValue: Sendable, BitwiseCopyable {
  init()
}

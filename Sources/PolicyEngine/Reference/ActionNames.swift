/// Finding actions by name: on the way of every request, so that nothing here is allocated.
extension ServiceReference {
  private static let idBits: UInt32 = 20
  private static let tagShift: UInt64 = 52

  static var actionCount: Int { ReferenceFile.count(of: .actions) }

  /// The action with this name, `service:action`, in lower case; nil if the reference does not know it.
  @inline(__always)
  static func actionID(ofFolded name: Span<UInt8>) -> ActionID? {
    var hash = FNV1a()
    for index in name.indices { hash.add(name[index]) }
    return actionID(ofFolded: name, hash: hash.value)
  }

  /// The action with this name in any letter case.
  static func actionID(of name: Span<UInt8>) -> ActionID? {
    var hash = FNV1a()
    for index in name.indices { hash.add(name[index].asciiLowercased) }
    return actionID(ofFolded: name, hash: hash.value)
  }

  /// The same for a name whose hash, `FNV1a` over all of it in lower case, is known already.
  static func actionID(ofFolded name: Span<UInt8>, hash: UInt64) -> ActionID? {
    let slots = ReferenceFile.start(of: .slots)
    // INVARIANT: a power of two.
    let mask = ReferenceFile.count(of: .slots) - 1
    let tag = UInt32(truncatingIfNeeded: hash >> tagShift)
    let first = Int(truncatingIfNeeded: hash) & mask
    for step in 0...mask {
      let entry = ReferenceBytes.u32(at: slots + 4 * ((first + step) & mask))
      if entry == 0 { return nil }
      if entry >> idBits == tag {
        let id = ActionID((entry & (1 << idBits - 1)) - 1)
        if ReferenceBytes.isSameFolding(ReferenceFile.actionName(id.index), as: name) { return id }
      }
    }
    return nil
  }

  /// The actions of the service with this prefix in lower case; nil if the reference does not know the service.
  static func actions(ofServiceFolded prefix: Span<UInt8>) -> Range<ActionID>? {
    service(withPrefix: prefix)?.actionIDs
  }
}

/// The number of an action that the service reference knows, from zero up without gaps.
///
/// The ids are in the byte order of the folded `service:action`: those of a service, and those of all names that begin
/// alike, are next to each other. They hold for one build of the library and are not to be kept.
struct ActionID: Sendable, Hashable, Comparable, Strideable {
  let rawValue: UInt32

  @inline(__always)
  init(_ rawValue: UInt32) { self.rawValue = rawValue }

  @inline(__always)
  var index: Int { Int(rawValue) }

  static func < (a: ActionID, b: ActionID) -> Bool { a.rawValue < b.rawValue }

  func distance(to other: ActionID) -> Int { other.index - index }

  func advanced(by distance: Int) -> ActionID { ActionID(UInt32(index + distance)) }
}

/// The tables of `service-reference.bin`; how they are laid out is said once, in `Tools/extract-service-reference`.
enum ReferenceFile {
  enum Table: Int {
    case slots, names, actions, services, resourceTypes, conditionKeys, nameBytes, texts

    /// Bytes of a record.
    var width: Int {
      switch self {
      case .slots, .names: 4
      case .actions, .resourceTypes: 16
      case .services: 32
      case .conditionKeys: 8
      case .nameBytes, .texts: 1
      }
    }
  }

  private static let sourceOffset = 16
  private static let globalKeysOffset = 20
  private static let tablesOffset = 24

  static var source: String { text(at: u32(sourceOffset)) }

  static var globalKeys: ReferenceList { ReferenceList(offset: u32(globalKeysOffset)) }

  @inline(__always)
  static func start(of table: Table) -> Int { u32(tablesOffset + 8 * table.rawValue) }

  @inline(__always)
  static func count(of table: Table) -> Int { u32(tablesOffset + 8 * table.rawValue + 4) }

  /// Where a record begins.
  @inline(__always)
  static func record(_ index: Int, of table: Table) -> Int {
    precondition(index >= 0 && index < count(of: table))
    return start(of: table) + index * table.width
  }

  /// The bytes of an action's `service:Action`, in AWS's letter case.
  @inline(__always)
  static func actionName(_ index: Int) -> Range<Int> {
    let bounds = record(index, of: .names)
    return u32(bounds)..<u32(bounds + 4)
  }

  /// Where a text's own bytes are.
  static func textRange(at offset: Int) -> Range<Int> {
    let start = offset + 2
    return start..<start + Int(ReferenceBytes.u16(at: offset))
  }

  static func text(at offset: Int) -> String { ReferenceBytes.string(textRange(at: offset)) }

  @inline(__always)
  static func u32(_ offset: Int) -> Int { Int(ReferenceBytes.u32(at: offset)) }
}

/// A list of numbers or offsets in the file.
struct ReferenceList: RandomAccessCollection, Sendable {
  private let start: Int
  let endIndex: Int

  init(offset: Int) {
    start = offset + 4
    endIndex = ReferenceFile.u32(offset)
  }

  var startIndex: Int { 0 }

  subscript(index: Int) -> Int {
    precondition(index >= 0 && index < endIndex)
    return ReferenceFile.u32(start + 4 * index)
  }
}

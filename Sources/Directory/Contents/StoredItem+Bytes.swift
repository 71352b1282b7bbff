import AWSCore

/// How an item is written: a byte that says what it is, then its fields, each text and body behind its length.
///
/// Numbers are big-endian. This is a part of the backup's format: it changes only with the format's version.
extension StoredItem {
  private enum Tag {
    static let head: UInt8 = 1
    static let record: UInt8 = 2
    static let shortLived: UInt8 = 3
  }

  func write(to bytes: inout [UInt8]) {
    switch self {
    case .head(let partition, let revision):
      bytes.append(Tag.head)
      bytes.write(partition.text)
      bytes.write(UInt64(bitPattern: revision))
    case .record(let partition, let record):
      bytes.append(Tag.record)
      for text in [partition.text, record.kind, record.id] { bytes.write(text) }
      bytes.append(record.name == nil ? 0 : 1)
      if let name = record.name { bytes.write(name) }
      bytes.write(record.body)
    case .shortLived(let value, let space):
      bytes.append(Tag.shortLived)
      for text in [space, value.key] { bytes.write(text) }
      bytes.append(value.expires == nil ? 0 : 1)
      if let expires = value.expires { bytes.write(UInt64(bitPattern: expires.milliseconds)) }
      bytes.write(value.body)
    }
  }

  /// All items of a chunk; nil where it is not what `write` makes.
  static func items(of chunk: [UInt8]) -> [StoredItem]? {
    var rest = ByteReader(chunk)
    var items: [StoredItem] = []
    while !rest.isAtEnd {
      guard let item = StoredItem(&rest) else { return nil }
      items.append(item)
    }
    return items
  }

  private init?(_ rest: inout ByteReader) {
    switch rest.byte() {
    case Tag.head:
      guard let partition = rest.text(), let revision = rest.number() else { return nil }
      self = .head(PartitionID(text: partition), revision: Int64(bitPattern: revision))
    case Tag.record:
      guard let partition = rest.text(), let kind = rest.text(), let id = rest.text(), let hasName = rest.flag() else {
        return nil
      }
      let name = hasName ? rest.text() : nil
      guard hasName == (name != nil), let body = rest.bytes() else { return nil }
      self = .record(PartitionID(text: partition), StoredRecord(kind: kind, id: id, name: name, body: body))
    case Tag.shortLived:
      guard let space = rest.text(), let key = rest.text(), let hasEnd = rest.flag() else { return nil }
      let end = hasEnd ? rest.number().map { Timestamp(milliseconds: Int64(bitPattern: $0)) } : nil
      guard hasEnd == (end != nil), let body = rest.bytes() else { return nil }
      self = .shortLived(EphemeralValue(key: key, body: body, expires: end), space: space)
    default: return nil
    }
  }
}

extension [UInt8] {
  mutating func write(_ number: UInt64) { Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) } }
  mutating func write(_ number: UInt32) { Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) } }

  mutating func write(_ text: String) {
    write(UInt32(text.utf8.count))
    append(contentsOf: text.utf8)
  }

  mutating func write(_ bytes: [UInt8]) {
    write(UInt32(bytes.count))
    append(contentsOf: bytes)
  }
}

/// Reads what the functions above write; nil where the bytes end too early or are no text.
struct ByteReader {
  private let all: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { all = bytes }

  var isAtEnd: Bool { position == all.count }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= all.count - position else { return nil }
    defer { position += count }
    return all[position..<position + count]
  }

  mutating func byte() -> UInt8? { take(1)?.first }

  mutating func flag() -> Bool? {
    guard let byte = byte(), byte <= 1 else { return nil }
    return byte == 1
  }

  mutating func number() -> UInt64? { take(8)?.reduce(0) { $0 << 8 | UInt64($1) } }

  mutating func bytes(_ count: Int) -> [UInt8]? { take(count).map(Array.init) }

  mutating func bytes() -> [UInt8]? { piece().map(Array.init) }
  mutating func text() -> String? { piece().flatMap { String(validating: $0, as: UTF8.self) } }

  private mutating func piece() -> ArraySlice<UInt8>? {
    guard let length = take(4)?.reduce(0, { $0 << 8 | Int($1) }) else { return nil }
    return take(length)
  }
}

internal import AWSCore
internal import CManagedPolicies
internal import CZlib

/// The bytes of `managed-policies.bin`; how they are laid out is said once, in `Tools/extract-managed-policies`.
struct ManagedPolicyFile: Sendable {
  /// Why the bytes are not such a file.
  struct Malformed: Error, Equatable {
    let reason: String
  }

  /// Where a document lies, counted from the start of the documents, and its length before and after inflation.
  struct Location: Sendable {
    let offset: Int
    let compressed: Int
    let inflated: Int
  }

  enum Storage: Sendable {
    /// What the program carries: read where it lies, not copied.
    case embedded
    case bytes([UInt8])
  }

  private static let magic: [UInt8] = Array("SPMANPOL".utf8)
  private static let formatVersion = 1
  private static let headerBytes = 32
  /// Several times the largest policy of AWS.
  private static let documentBytesMax = 1 << 20
  private static let attachable = 1

  private let storage: Storage
  private let count: Int
  private let index: Range<Int>
  private let dictionary: Range<Int>
  private let documents: Range<Int>

  init(_ storage: Storage) throws(Malformed) {
    self.storage = storage
    let (header, size) = try Self.withBytes(of: storage) { bytes throws(Malformed) in
      var cursor = Cursor(bytes, 0..<bytes.count)
      for expected in Self.magic {
        guard try cursor.integer(bytes: 1) == Int(expected) else {
          throw Malformed(reason: "it does not begin with its name")
        }
      }
      var header: [Int] = []
      for _ in 0..<6 { header.append(try cursor.integer(bytes: 4)) }
      return (header, bytes.count)
    }
    guard header[0] == Self.formatVersion else { throw Malformed(reason: "version \(header[0]) is not known") }
    guard header[2] >= Self.headerBytes, header[4] == header[2] + header[3], header[4] + header[5] == size else {
      throw Malformed(reason: "its parts do not fit together")
    }
    count = header[1]
    index = Self.headerBytes..<header[2]
    dictionary = header[2]..<header[4]
    documents = header[4]..<size
  }

  /// Every policy of the index, in its order.
  func policies() throws(Malformed) -> [ManagedPolicy] {
    try Self.withBytes(of: storage) { bytes throws(Malformed) in
      var cursor = Cursor(bytes, index)
      var policies: [ManagedPolicy] = []
      for _ in 0..<count { policies.append(try policy(from: &cursor)) }
      guard cursor.isAtEnd else { throw Malformed(reason: "the index is longer than its entries") }
      return policies
    }
  }

  private func policy(from cursor: inout Cursor) throws(Malformed) -> ManagedPolicy {
    let name = try cursor.text(lengthBytes: 1)
    let path = try cursor.text(lengthBytes: 1)
    let id = try cursor.text(lengthBytes: 1)
    let version = try cursor.text(lengthBytes: 1)
    let description = try cursor.text(lengthBytes: 2)
    let flags = try cursor.integer(bytes: 1)
    let created = try cursor.integer(bytes: 4)
    let updated = try cursor.integer(bytes: 4)
    let location = Location(
      offset: try cursor.integer(bytes: 4), compressed: try cursor.integer(bytes: 4),
      inflated: try cursor.integer(bytes: 4))
    guard location.offset + location.compressed <= documents.count, location.inflated <= Self.documentBytesMax else {
      throw Malformed(reason: "the document of `\(name)` lies outside")
    }
    return ManagedPolicy(
      arn: "arn:aws:iam::aws:policy\(path)\(name)", name: name, path: path, id: id, defaultVersionID: version,
      createDate: Timestamp(seconds: Int64(created)), updateDate: Timestamp(seconds: Int64(updated)),
      description: description.isEmpty ? nil : description, isAttachable: flags & Self.attachable != 0,
      location: location, file: self)
  }

  /// Inflates one document.
  func document(at location: Location) throws(Malformed) -> String {
    let text = Self.withBytes(of: storage) { bytes in
      let start = documents.lowerBound + location.offset
      return inflate(
        UnsafeRawBufferPointer(rebasing: bytes[start..<start + location.compressed]),
        dictionary: UnsafeRawBufferPointer(rebasing: bytes[dictionary]), count: location.inflated)
    }
    guard let text else { throw Malformed(reason: "the document at \(location.offset) cannot be inflated") }
    return text
  }

  private static func withBytes<Value, Failure: Error>(
    of storage: Storage, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    switch storage {
    case .embedded:
      let size = Int(sallyport_managed_policies_size)
      return try body(UnsafeRawBufferPointer(start: sallyport_managed_policies_bytes(), count: size))
    case .bytes(let bytes):
      // The standard library's method does not carry a typed error through.
      let result = bytes.withUnsafeBytes { buffer in
        Result { () throws(Failure) in try body(buffer) }
      }
      return try result.get()
    }
  }
}

/// Reads numbers and texts one after the other and never past the end.
private struct Cursor {
  private let bytes: UnsafeRawBufferPointer
  private var at: Int
  private let end: Int

  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    self.bytes = bytes
    at = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { at == end }

  mutating func integer(bytes width: Int) throws(ManagedPolicyFile.Malformed) -> Int {
    var value = 0
    for (place, byte) in try take(width).enumerated() { value |= Int(byte) << (8 * place) }
    return value
  }

  mutating func text(lengthBytes: Int) throws(ManagedPolicyFile.Malformed) -> String {
    let length = try integer(bytes: lengthBytes)
    return String(decoding: try take(length), as: UTF8.self)
  }

  private mutating func take(_ count: Int) throws(ManagedPolicyFile.Malformed) -> Slice<UnsafeRawBufferPointer> {
    guard count <= end - at else { throw ManagedPolicyFile.Malformed(reason: "it ends too early") }
    defer { at += count }
    return bytes[at..<at + count]
  }
}

/// Inflates one raw deflate stream that was made with a preset dictionary; nil unless exactly `count` bytes come out.
private func inflate(
  _ compressed: UnsafeRawBufferPointer, dictionary: UnsafeRawBufferPointer, count: Int
) -> String? {
  var stream = z_stream()
  let streamBytes = Int32(MemoryLayout<z_stream>.size)
  guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, streamBytes) == Z_OK else { return nil }
  defer { inflateEnd(&stream) }
  let preset = dictionary.bindMemory(to: UInt8.self)
  guard inflateSetDictionary(&stream, preset.baseAddress, uInt(preset.count)) == Z_OK else { return nil }
  // zlib declares its input as mutable but only reads it.
  stream.next_in = UnsafeMutablePointer(mutating: compressed.bindMemory(to: UInt8.self).baseAddress)
  stream.avail_in = uInt(compressed.count)
  var isWhole = false
  let text = String(unsafeUninitializedCapacity: count) { output in
    stream.next_out = output.baseAddress
    stream.avail_out = uInt(count)
    isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0
    return isWhole ? count : 0
  }
  return isWhole ? text : nil
}

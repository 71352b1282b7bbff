import Directory

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The parameters of one statement in PostgreSQL's binary form.
struct PostgreSQLParameters {
  private var bytes: [UInt8] = []
  /// Where each begins in `bytes`, and how long it is; nil for null.
  private var places: [(start: Int, count: Int)?] = []

  init(_ values: [SQLValue]) {
    for value in values {
      let start = bytes.count
      switch value {
      case .null:
        places.append(nil)
        continue
      case .integer(let number): withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
      // With its length: a text that holds a null is refused by the server, not cut.
      case .text(let text): bytes.append(contentsOf: text.utf8)
      case .bytes(let given): bytes.append(contentsOf: given)
      }
      places.append((start, bytes.count - start))
    }
    // Something to point at, where all values are empty.
    bytes.append(0)
  }

  func withPointers<R>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>) -> R
  ) -> R {
    let lengths = places.map { Int32(clamping: $0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: places.count)
    return bytes.withUnsafeBytes { buffer in
      let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      let values = places.map { place in place.flatMap { start?.advanced(by: $0.start) } }
      return body(values, lengths, formats)
    }
  }
}

/// Texts as C wants a list of them: the last one is null.
final class CStrings {
  private let copies: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) { copies = texts.map { strdup($0) } }

  deinit { copies.forEach { free($0) } }

  func withPointers<R>(_ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
    body(copies.map { UnsafePointer($0) } + [nil])
  }
}

/// The name of a condition key in its folded form, with a hash of it.
///
/// Keys are compared without letter case, but no letter beyond ASCII is ever folded into ASCII: the Kelvin sign in a
/// tag's key must not pass for `k`.
// AWS: "Key names are case-insensitive" (reference_policies_variables.md).
struct ContextKey: Sendable, BitwiseCopyable {
  let hash: UInt64
  /// Where the folded name stands in its pool.
  let name: Slice

  /// Appends the folded name, which may come in two parts, to a pool.
  init(_ prefix: String, _ rest: String = "", in pool: inout [UInt8]) {
    let start = pool.count
    _ = pool.add(prefix)
    if !rest.isEmpty { _ = pool.add(rest) }
    var folding = Folding()
    folding.fold(&pool, from: start)
    if !folding.isASCII {
      let folded = Self.fold(prefix + rest)
      pool.removeSubrange(start...)
      _ = pool.add(folded)
      folding = Folding()
      folding.fold(&pool, from: start)
    }
    name = Slice(start..<pool.count)
    hash = folding.hash
  }

  /// Folds and hashes eight bytes at a time; the hash is only a filter before the names are compared.
  private struct Folding {
    private(set) var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var seen: UInt64 = 0

    var isASCII: Bool { seen & 0x8080_8080_8080_8080 == 0 }

    mutating func fold(_ pool: inout [UInt8], from start: Int) {
      var span = pool.mutableSpan
      var bytes = span.mutableBytes
      var offset = start
      while offset + 8 <= bytes.byteCount {
        let word = bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let folded = word.asciiLowercased
        bytes.storeBytes(of: folded, toByteOffset: offset, as: UInt64.self)
        add(folded, word)
        offset += 8
      }
      var rest: UInt64 = 0
      while offset < bytes.byteCount {
        let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        bytes.storeBytes(of: byte.asciiLowercased, toByteOffset: offset, as: UInt8.self)
        rest = rest << 8 | UInt64(byte.asciiLowercased)
        offset += 1
      }
      add(rest, rest)
    }

    @inline(__always)
    private mutating func add(_ folded: UInt64, _ word: UInt64) {
      seen |= word
      hash = (hash ^ folded) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 32
    }
  }

  private static func fold(_ name: String) -> String {
    var folded = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      let lower = scalar.properties.lowercaseMapping.unicodeScalars
      if scalar.isASCII || lower.allSatisfy({ !$0.isASCII }) {
        folded.append(contentsOf: lower)
      } else {
        folded.append(scalar)
      }
    }
    return String(folded)
  }
}

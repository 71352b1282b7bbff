/// The name of a condition key in its folded form, with a number or a hash by which it is found.
///
/// Keys are compared without letter case, but no letter beyond ASCII is ever folded into ASCII: the Kelvin sign in a
/// tag's key must not pass for `k`.
// AWS: "Key names are case-insensitive" (reference_policies_variables.md).
struct ContextKey: Sendable, BitwiseCopyable {
  /// The number of a well-known key, which no other has; nil for all others.
  let number: UInt8?
  /// Only a filter before names are compared.
  let hash: UInt32
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
    hash = UInt32(truncatingIfNeeded: folding.hash)
    number = WellKnownKeys.number(of: pool.span.extracting(name.range), hash)
  }

  /// A well-known key, whose name is folded.
  fileprivate init(_ number: UInt8, named folded: String, in pool: inout [UInt8]) {
    name = pool.add(folded)
    var folding = Folding()
    folding.fold(&pool, from: Int(name.start))
    hash = UInt32(truncatingIfNeeded: folding.hash)
    self.number = number
  }

  /// Folds and hashes eight bytes at a time.
  private struct Folding {
    private(set) var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var seen: UInt64 = 0

    var isASCII: Bool { seen & 0x8080_8080_8080_8080 == 0 }

    /// The last bytes are taken as eight that reach back into those before them.
    mutating func fold(_ pool: inout [UInt8], from start: Int) {
      var span = pool.mutableSpan
      var bytes = span.mutableBytes
      guard bytes.byteCount - start >= 8 else { return foldShort(&bytes, from: start) }
      var offset = start
      while offset < bytes.byteCount {
        let place = min(offset, bytes.byteCount &- 8)
        let word = bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
        let folded = word.asciiLowercased
        bytes.storeBytes(of: folded, toByteOffset: place, as: UInt64.self)
        add(folded, word)
        offset &+= 8
      }
    }

    private mutating func foldShort(_ bytes: inout MutableRawSpan, from start: Int) {
      var rest: UInt64 = 0
      for offset in start..<bytes.byteCount {
        let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        bytes.storeBytes(of: byte.asciiLowercased, toByteOffset: offset, as: UInt8.self)
        rest = rest << 8 | UInt64(byte.asciiLowercased)
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

/// Keys that many policies ask for: their values are found by number, without comparing names.
enum WellKnownKeys {
  /// Their folded names, each in the place of its number.
  private static let names = [
    "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:currenttime", "aws:epochtime",
    "aws:federatedprovider", "aws:multifactorauthage", "aws:multifactorauthpresent", "aws:principalaccount",
    "aws:principalarn", "aws:principalisawsservice", "aws:principalorgid", "aws:principalorgpaths",
    "aws:principalservicename", "aws:principaltype", "aws:referer", "aws:requestedregion", "aws:resourceaccount",
    "aws:resourceorgid", "aws:resourceorgpaths", "aws:securetransport", "aws:sourceaccount", "aws:sourcearn",
    "aws:sourceidentity", "aws:sourceip", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:tagkeys",
    "aws:tokenissuetime", "aws:useragent", "aws:userid", "aws:username", "aws:viaawsservice", "aws:vpcsourceip",
    "iam:passedtoservice", "iam:permissionsboundary", "iam:policyarn", "kms:viaservice", "s3:prefix", "sts:externalid",
  ]
  static let count = names.count

  private static let table = Table(names)

  /// The number of a key with a folded name; nil for one that is not among them.
  static func number(of name: Span<UInt8>, _ hash: UInt32) -> UInt8? { table.number(of: name, hash) }

  /// Finds them by their hash.
  private struct Table {
    private static let placesCount = 256
    /// By the last bits of a hash.
    private var places = [ContextKey?](repeating: nil, count: placesCount)
    private var pool: [UInt8] = []

    init(_ names: [String]) {
      for (number, name) in names.enumerated() {
        let key = ContextKey(UInt8(number), named: name, in: &pool)
        var place = Int(key.hash) & (Self.placesCount - 1)
        while places[place] != nil { place = (place + 1) & (Self.placesCount - 1) }
        places[place] = key
      }
    }

    @inline(__always)
    func number(of name: Span<UInt8>, _ hash: UInt32) -> UInt8? {
      let places = places.span
      var place = Int(hash) & (Self.placesCount - 1)
      while let key = places[place] {
        if key.hash == hash {
          let pool = pool.span
          if isSame(pool.extracting(key.name.range), name) { return key.number }
        }
        place = (place &+ 1) & (Self.placesCount - 1)
      }
      return nil
    }
  }
}

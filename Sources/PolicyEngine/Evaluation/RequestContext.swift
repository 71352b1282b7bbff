/// What is known about a request besides who, what and on which resource: the values of its condition keys.
///
/// Keys are compared without letter case, the tag key in `aws:PrincipalTag/…` too. A key is absent (`nil`), present
/// without a value (`[]`) or has one or more values. All texts lie in one array, so that a context is copied, and its
/// values are read, without counting a reference for each.
public struct RequestContext: Sendable {
  /// The values of a key, by their places in `slices`.
  struct Values: Sendable, BitwiseCopyable {
    let first: UInt32
    let count: UInt32
  }

  private struct Entry: Sendable, BitwiseCopyable {
    let key: ContextKey
    var values: Values
  }

  private var entries: [Entry] = []
  /// By the last bits of a key's hash, and behind those by the number of a well-known key, the number of its entry plus
  /// one; zero where nothing is. Empty while the entries are so many that they are searched one by one.
  private var places = [UInt8](repeating: 0, count: placesCount + WellKnownKeys.count)
  private(set) var slices: [Slice] = []
  private(set) var bytes: [UInt8] = []

  private static let placesCount = 128
  /// Entries above which places are given up, so that a search in them ends soon.
  private static let entriesMax = 64

  /// A context without keys.
  public init() {
    entries.reserveCapacity(32)
    slices.reserveCapacity(32)
    bytes.reserveCapacity(1_280)
  }

  /// All values of a key; nil where the key is absent.
  public subscript(key: String) -> [String]? {
    get {
      guard let values = values(ofKeyNamed: key) else { return nil }
      return (0..<Int(values.count)).map { text(slices[Int(values.first) + $0]) }
    }
    set {
      let key = ContextKey(key, in: &bytes)
      guard let newValue else {
        if let index = index(of: key, in: bytes.span) {
          entries.remove(at: index)
          places = []
        }
        return
      }
      let first = slices.count
      for value in newValue { slices.append(bytes.add(value)) }
      store(Values(first: UInt32(first), count: UInt32(newValue.count)), for: key)
    }
  }

  /// Gives the key exactly this value.
  public mutating func set(_ key: String, _ value: String) {
    let key = ContextKey(key, in: &bytes)
    slices.append(bytes.add(value))
    store(Values(first: UInt32(slices.count - 1), count: 1), for: key)
  }

  /// Gives a key that consists of a prefix and a name, such as `aws:PrincipalTag/` and a tag's key, this value.
  public mutating func set(_ prefix: String, _ name: String, _ value: String) {
    let key = ContextKey(prefix, name, in: &bytes)
    slices.append(bytes.add(value))
    store(Values(first: UInt32(slices.count - 1), count: 1), for: key)
  }

  /// The folded names of all keys that are present.
  public var keys: [String] { entries.map { text($0.key.name) } }

  private func text(_ slice: Slice) -> String { String(decoding: bytes[slice.range], as: UTF8.self) }

  private mutating func store(_ values: Values, for key: ContextKey) {
    if let index = index(of: key, in: bytes.span) {
      entries[index].values = values
    } else {
      entries.append(Entry(key: key, values: values))
      place(key)
    }
  }

  private mutating func place(_ key: ContextKey) {
    guard !places.isEmpty, entries.count <= Self.entriesMax else {
      places = []
      return
    }
    var place = Int(key.hash) & (Self.placesCount - 1)
    if let number = key.number {
      place = Self.placesCount + Int(number)
    } else {
      while places[place] != 0 { place = (place + 1) & (Self.placesCount - 1) }
    }
    places[place] = UInt8(entries.count)
  }

  @inline(__always)
  private func index(of key: ContextKey, in pool: Span<UInt8>) -> Int? {
    let places = places.span
    if places.isEmpty { return indexAmongMany(of: key, in: pool) }
    if let number = key.number {
      let place = places[Self.placesCount &+ Int(number)]
      return place == 0 ? nil : Int(place) &- 1
    }
    let entries = entries.span
    let own = bytes.span
    var place = Int(key.hash) & (Self.placesCount - 1)
    while places[place] != 0 {
      let index = Int(places[place]) &- 1
      if isSame(entries[index].key, own, key, pool) { return index }
      place = (place &+ 1) & (Self.placesCount - 1)
    }
    return nil
  }

  private func indexAmongMany(of key: ContextKey, in pool: Span<UInt8>) -> Int? {
    let entries = entries.span
    let own = bytes.span
    for index in entries.indices where isSame(entries[index].key, own, key, pool) { return index }
    return nil
  }

  @inline(__always)
  private func isSame(_ key: ContextKey, _ bytes: Span<UInt8>, _ other: ContextKey, _ pool: Span<UInt8>) -> Bool {
    key.hash == other.hash
      && PolicyEngine.isSame(bytes.extracting(key.name.range), pool.extracting(other.name.range))
  }

  private func values(ofKeyNamed name: String) -> Values? {
    var pool: [UInt8] = []
    let key = ContextKey(name, in: &pool)
    return values(of: key, in: pool.span)
  }

  /// The values of a key whose name stands in the pool; nil where the key is absent.
  @inline(__always)
  func values(of key: ContextKey, in pool: Span<UInt8>) -> Values? {
    guard let index = index(of: key, in: pool) else { return nil }
    let entries = entries.span
    return entries[index].values
  }

  /// No value, or none but empty texts.
  // AWS: "if the context key value resolves to a null dataset, such as an empty string"
  // (reference_policies_condition-single-vs-multi-valued-context-keys.md).
  func isNullSet(_ values: Values) -> Bool {
    for index in 0..<Int(values.count) where slices[Int(values.first) + index].count > 0 { return false }
    return true
  }
}

/// A request's input as it came: untyped, the same for every protocol.
///
/// The query protocol knows only texts and structures; its lists are structures whose one member is `member`, its
/// maps have `entry`. The readers below take them as what the declared type says they are.
public enum WireValue: Sendable, Equatable {
  case null
  case text(String)
  case number(Double)
  case boolean(Bool)
  case list([WireValue])
  case structure([Pair])

  public struct Pair: Sendable, Equatable {
    public let name: String
    public var value: WireValue

    public init(_ name: String, _ value: WireValue) {
      self.name = name
      self.value = value
    }
  }

  var isNull: Bool { if case .null = self { true } else { false } }

  subscript(name: String) -> WireValue? {
    guard case .structure(let pairs) = self else { return nil }
    for pair in pairs where pair.name == name { return pair.value }
    return nil
  }

  /// The elements of a list; nil for what is not one. `wrapper` is the query protocol's `member` or `entry`.
  func elements(wrapper: String) -> [WireValue]? {
    switch self {
    case .list(let elements): return elements
    case .text(let text) where text.isEmpty: return []
    case .structure(let pairs):
      guard pairs.count == 1, pairs[0].name == wrapper, case .structure(let numbered) = pairs[0].value else {
        return nil
      }
      var elements: [(number: Int, value: WireValue)] = []
      for pair in numbered {
        guard let number = Int(pair.name), number > 0, String(number) == pair.name else { return nil }
        elements.append((number, pair.value))
      }
      return elements.sorted { $0.number < $1.number }.map(\.value)
    case .null, .number, .boolean, .text: return nil
    }
  }

  /// The entries of a map; nil for what is not one. The query protocol numbers them, JSON names them by their keys.
  var entries: [(key: WireValue, value: WireValue)]? {
    if let numbered = elements(wrapper: "entry") {
      var entries: [(key: WireValue, value: WireValue)] = []
      for entry in numbered {
        guard let key = entry["key"], let value = entry["value"] else { return nil }
        entries.append((key, value))
      }
      return entries
    }
    guard case .structure(let pairs) = self else { return nil }
    return pairs.map { (.text($0.name), $0.value) }
  }
}

// MARK: From the query protocol

extension WireValue {
  /// How deep dotted names may nest; AWS's own models need six.
  public static let queryDepthMax = 12

  /// Builds the tree of dotted parameter names; nil where two names contradict each other or nest too deep.
  public init?(parameters: some Sequence<(name: String, value: String)>) {
    var root: [Pair] = []
    for (name, value) in parameters {
      guard name.utf8.contains(0x2E) else {
        guard !root.contains(where: { $0.name == name }) else { return nil }
        root.append(Pair(name, .text(value)))
        continue
      }
      let path = name.split(separator: ".", omittingEmptySubsequences: false)
      guard path.count <= Self.queryDepthMax, Self.insert(.text(value), at: path[...], into: &root) else { return nil }
    }
    self = .structure(root)
  }

  private static func insert(_ value: WireValue, at path: ArraySlice<Substring>, into pairs: inout [Pair]) -> Bool {
    guard let head = path.first else { return false }
    let index = pairs.firstIndex { $0.name == head }
    if path.count == 1 {
      guard index == nil else { return false }
      pairs.append(Pair(String(head), value))
      return true
    }
    guard let index else {
      var children: [Pair] = []
      guard insert(value, at: path.dropFirst(), into: &children) else { return false }
      pairs.append(Pair(String(head), .structure(children)))
      return true
    }
    guard case .structure(var children) = pairs[index].value else { return false }
    pairs[index].value = .null
    guard insert(value, at: path.dropFirst(), into: &children) else { return false }
    pairs[index].value = .structure(children)
    return true
  }
}

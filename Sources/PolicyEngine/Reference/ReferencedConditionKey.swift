extension ServiceReference {
  /// What the values of a condition key are, and so which operators fit.
  public enum ValueType: Sendable, Hashable {
    /// Any text.
    case string
    /// An ARN.
    case arn
    /// `true` or `false`.
    case bool
    /// A number.
    case numeric
    /// A date, or seconds since 1970.
    case date
    /// An address or a network.
    case ipAddress
    /// Bytes in Base64.
    case binary
  }

  /// A condition key.
  public struct ConditionKey: Sendable, Hashable, CustomStringConvertible {
    private static let isMultivaluedBit: UInt8 = 0x80
    private static let valueTypes: [ValueType] = [.string, .arn, .bool, .numeric, .date, .ipAddress, .binary]
    private static let globalFlag: UInt8 = 1
    private static let sensitiveFlag: UInt8 = 2
    private static let placeholderFlag: UInt8 = 4

    let index: Int

    init(_ index: Int) { self.index = index }

    private var record: Int { ReferenceFile.record(index, of: .conditionKeys) }
    private var flags: UInt8 { ReferenceBytes.u8(at: record + 6) }
    private var nameRange: Range<Int> { ReferenceFile.textRange(at: ReferenceFile.u32(record)) }

    /// In AWS's letter case, with placeholders: `aws:RequestTag/${TagKey}`.
    public var name: String { ReferenceBytes.string(nameRange) }

    public var description: String { name }

    /// What its values are; more than one type for the few keys that AWS gives two, such as `aws:EpochTime`.
    public var types: [ValueType] {
      let first = ReferenceBytes.u8(at: record + 4) & ~Self.isMultivaluedBit
      let second = ReferenceBytes.u8(at: record + 5) & ~Self.isMultivaluedBit
      return (first == second ? [first] : [first, second]).map { Self.valueTypes[Int($0)] }
    }

    /// Whether a request can give it several values, so that `ForAllValues` and `ForAnyValue` make sense.
    public var isMultivalued: Bool { ReferenceBytes.u8(at: record + 4) & Self.isMultivaluedBit != 0 }

    /// Whether requests to any service may carry it.
    public var isGlobal: Bool { flags & Self.globalFlag != 0 }

    /// Whether AWS sees no use for a wildcard in its values and a danger in one
    /// (reference_policies_condition-keys.md, "Sensitive condition keys").
    public var isSensitive: Bool { flags & Self.sensitiveFlag != 0 }

    /// Whether the name has a placeholder, in whose stead a policy writes the key of a tag, for instance.
    public var hasPlaceholder: Bool { flags & Self.placeholderFlag != 0 }

    /// Whether a policy means this key by that text: letter case aside, and one character or more for a placeholder.
    public func matches(_ text: String) -> Bool {
      let folded = text.utf8.map(\.asciiLowercased)
      return FoldedOrder(name.utf8.span, to: folded.span) == .same
        || hasPlaceholder && Glob.matches(pattern.span, folded.span)
    }

    /// The name in lower case with wildcards for placeholders, `${…}` or `<…>`.
    private var pattern: [UInt16] {
      var tokens: [UInt16] = []
      var closing: UInt8?
      for byte in name.utf8.map(\.asciiLowercased) {
        if let end = closing {
          if byte == end { closing = nil }
          continue
        }
        switch byte {
        case UInt8(ascii: "$"): closing = UInt8(ascii: "}")
        case UInt8(ascii: "<"): closing = UInt8(ascii: ">")
        default:
          tokens.append(UInt16(byte))
          continue
        }
        tokens += [Glob.anyOne, Glob.anyRun]
      }
      return tokens
    }

    /// The key of some, sorted by name, that a policy means by a text; of several with placeholders the longest name.
    static func find(_ text: String, among numbers: some RandomAccessCollection<Int>) -> ConditionKey? {
      let bytes = text.utf8.span
      let place = numbers.firstIndex(whereSorted: { ConditionKey($0).order(to: bytes) != .before })
      if place != numbers.endIndex, ConditionKey(numbers[place]).order(to: bytes) == .same {
        return ConditionKey(numbers[place])
      }
      let matching = numbers.lazy.map(ConditionKey.init).filter { $0.hasPlaceholder && $0.matches(text) }
      return matching.max { $0.nameRange.count < $1.nameRange.count }
    }

    private func order(to text: Span<UInt8>) -> FoldedOrder {
      ReferenceBytes.withBytes(nameRange) { FoldedOrder($0, to: text) }
    }
  }
}

/// Where one text stands to another in byte order when ASCII letters count as lower case.
enum FoldedOrder: Equatable {
  case before, same, after

  init(_ own: Span<UInt8>, to other: Span<UInt8>) {
    for index in 0..<min(own.count, other.count) {
      let a = own[index].asciiLowercased
      let b = other[index].asciiLowercased
      if a != b {
        self = a < b ? .before : .after
        return
      }
    }
    self = own.count == other.count ? .same : own.count < other.count ? .before : .after
  }
}

extension String {
  /// Equal byte for byte, save for the case of ASCII letters.
  func isSameFolding(as other: String) -> Bool { FoldedOrder(utf8.span, to: other.utf8.span) == .same }
}

extension RandomAccessCollection {
  /// The first index at which the condition holds, or the end; it must hold for all that follow, too.
  func firstIndex(whereSorted isReached: (Element) -> Bool) -> Index {
    var low = startIndex
    var count = count
    while count > 0 {
      let middle = index(low, offsetBy: count / 2)
      if isReached(self[middle]) {
        count /= 2
      } else {
        low = index(after: middle)
        count -= count / 2 + 1
      }
    }
    return low
  }
}

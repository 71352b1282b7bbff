/// Whether two patterns have a match in common.
enum PatternOverlap {
  /// Takes as many steps as the two lengths multiplied, unless the beginnings differ already.
  static func exists(_ a: [UInt16], _ b: [UInt16]) -> Bool {
    var start = 0
    while start < a.count, start < b.count, a[start] != Glob.anyRun, b[start] != Glob.anyRun {
      guard isSame(a[start], b[start]) else { return false }
      start += 1
    }
    return exists(a.span.extracting(start..<a.count), b.span.extracting(start..<b.count))
  }

  private static func exists(_ a: Span<UInt16>, _ b: Span<UInt16>) -> Bool {
    // `row[j]` says whether the rest of `a` from the token in turn on and the rest of `b` from `j` on overlap.
    var row = Array(repeating: false, count: b.count + 1)
    row[b.count] = true
    var j = b.count
    while j > 0, b[j - 1] == Glob.anyRun {
      j -= 1
      row[j] = true
    }
    var i = a.count
    while i > 0 {
      i -= 1
      // What `row[j + 1]` was before this round.
      var diagonal = row[b.count]
      row[b.count] = a[i] == Glob.anyRun && diagonal
      j = b.count
      while j > 0 {
        j -= 1
        let below = row[j]
        if a[i] == Glob.anyRun || b[j] == Glob.anyRun {
          row[j] = below || row[j + 1]
        } else {
          row[j] = diagonal && isSame(a[i], b[j])
        }
        diagonal = below
      }
    }
    return row[0]
  }

  private static func isSame(_ a: UInt16, _ b: UInt16) -> Bool { a == b || a == Glob.anyOne || b == Glob.anyOne }
}

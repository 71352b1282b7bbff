/// How far back the feed of a partition reaches.
public enum Feed {
  /// So many of the newest revisions can always be read.
  public static let horizon: Int64 = 1000
  /// The feed is cut when a commit passes a multiple of this, so that most commits delete nothing.
  public static let trimInterval: Int64 = 100

  /// The newest revision that is to be forgotten after a commit; nil where it is not time to trim.
  public static func newFloor(from base: Int64, to head: Int64) -> Int64? {
    guard head / trimInterval > base / trimInterval, head > horizon else { return nil }
    return head - horizon
  }
}

extension Commit {
  /// By partition, so that no two callers lock heads in opposite orders; several of one partition by their bases.
  public static func inLockingOrder(_ commits: [Commit]) -> [Commit] {
    for commit in commits {
      precondition(!commit.transactions.isEmpty, "a commit carries at least one transaction")
    }
    return commits.sorted { ($0.partition.text, $0.base) < ($1.partition.text, $1.base) }
  }
}

extension StoredChange {
  struct Key: Hashable {
    let kind: ByteText
    let id: ByteText

    init(kind: String, id: String) {
      self.kind = ByteText(kind)
      self.id = ByteText(id)
    }
  }

  var key: Key {
    switch self {
    case .put(let record): Key(kind: record.kind, id: record.id)
    case .delete(let kind, let id): Key(kind: kind, id: id)
    }
  }

  /// What one transaction comes to: of each record the last change, deletions first.
  ///
  /// So a transaction may give a record the name of one that it deletes, in any order.
  /// Two records cannot swap their names in one transaction.
  static func net(_ transaction: [StoredChange]) -> [StoredChange] {
    guard transaction.count > 1 else { return transaction }
    var last: [Key: Int] = [:]
    for (index, change) in transaction.enumerated() { last[change.key] = index }
    let kept = transaction.enumerated().filter { last[$1.key] == $0 }.map(\.element)
    return kept.filter { $0.isDeletion } + kept.filter { !$0.isDeletion }
  }

  private var isDeletion: Bool {
    if case .delete = self { true } else { false }
  }
}

/// A text that compares by its bytes, as databases compare it; Swift holds two spellings of one character to be equal.
struct ByteText: Hashable, Comparable {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  static func < (a: ByteText, b: ByteText) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

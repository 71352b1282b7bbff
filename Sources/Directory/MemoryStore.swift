public import AWSCore
import HashTreeCollections
import Synchronization

/// A store that forgets everything with the process: for tests.
public final class MemoryStore: Store, ContentsStore {
  private let state = Mutex(State())

  public init() {}

  public func heads() async -> [PartitionID: Int64] {
    state.withLock { state in
      Dictionary(uniqueKeysWithValues: state.partitions.map { ($0.key, $0.value.revision) })
    }
  }

  public func load(_ partition: PartitionID) async -> PartitionImage? {
    state.withLock { $0.partitions[partition] }.map {
      PartitionImage(revision: $0.revision, records: $0.sortedRecords)
    }
  }

  public func commit(_ commits: [Commit]) async throws(StoreFailure) {
    try state.withLock { state throws(StoreFailure) in
      var next = state
      try next.apply(Commit.inLockingOrder(commits))
      state = next
    }
  }

  public func revisions(of partition: PartitionID, after revision: Int64, limit: Int) async -> [StoredRevision]? {
    let found = state.withLock { $0.partitions[partition] } ?? Partition()
    guard revision >= found.floor, revision <= found.revision else { return nil }
    return Array(found.feed.dropFirst(Int(revision - found.floor)).prefix(max(limit, 0)))
  }

  public func removeAll() async { state.withLock { $0 = State() } }
  public func close() async {}
}

// MARK: Short-lived values

extension MemoryStore {
  public func put(_ values: [EphemeralValue], in space: String) async {
    state.withLock { state in
      for value in values { state.ephemeral[ByteText(space), default: [:]][ByteText(value.key)] = value }
    }
  }

  public func insert(_ value: EphemeralValue, in space: String, now: Timestamp) async -> Bool {
    state.withLock { state in
      let older = state.ephemeral[ByteText(space)]?[ByteText(value.key)]
      guard older.map({ $0.hasExpired(at: now) }) ?? true else { return false }
      state.ephemeral[ByteText(space), default: [:]][ByteText(value.key)] = value
      return true
    }
  }

  public func value(_ key: String, in space: String, now: Timestamp) async -> EphemeralValue? {
    let found = state.withLock { $0.ephemeral[ByteText(space)]?[ByteText(key)] }
    return found.flatMap { $0.hasExpired(at: now) ? nil : $0 }
  }

  public func take(_ key: String, in space: String, now: Timestamp) async -> EphemeralValue? {
    state.withLock { state in
      guard let found = state.ephemeral[ByteText(space)]?[ByteText(key)], !found.hasExpired(at: now) else { return nil }
      state.ephemeral[ByteText(space)]?[ByteText(key)] = nil
      return found
    }
  }

  public func values(
    in space: String, prefix: String, after key: String?, limit: Int, now: Timestamp
  ) async -> [EphemeralValue] {
    let all = state.withLock { $0.ephemeral[ByteText(space)] } ?? [:]
    let after = key.map(ByteText.init)
    let found = all.filter { entry in
      entry.value.key.utf8.starts(with: prefix.utf8) && !entry.value.hasExpired(at: now)
        && after.map { $0 < entry.key } ?? true
    }
    return found.sorted { $0.key < $1.key }.prefix(max(limit, 0)).map(\.value)
  }

  public func removeExpired(before now: Timestamp) async -> Int {
    state.withLock { state in
      var removed = 0
      for (space, values) in state.ephemeral {
        let kept = values.filter { !$0.value.hasExpired(at: now) }
        removed += values.count - kept.count
        state.ephemeral[space] = kept
      }
      return removed
    }
  }
}

extension EphemeralValue {
  fileprivate func hasExpired(at now: Timestamp) -> Bool { expires.map { $0 <= now } ?? false }
}

// MARK: Everything

extension MemoryStore {
  public func outline() async -> ContentsOutline {
    let state = state.withLock { $0 }
    let root = Partition.Key(kind: ByteText(SealingRootRecord.kind), text: ByteText(SealingRootRecord.theID))
    return ContentsOutline(items: state.items.count, sealingRoot: state.partitions[.registry]?.records[root])
  }

  public func readAll(
    _ sink: @escaping @Sendable ([StoredItem]) throws(StoreFailure) -> Void
  ) async throws(StoreFailure) {
    let items = state.withLock { $0 }.items
    guard !items.isEmpty else { return }
    try await onStoreThread { () throws(StoreFailure) in try sink(items) }
  }

  public func fill(
    from next: @escaping @Sendable () throws(StoreFailure) -> [StoredItem]
  ) async throws(StoreFailure) {
    try await onStoreThread { [self] () throws(StoreFailure) in
      var filled = State()
      guard state.withLock({ $0.isEmpty }) else { throw .notEmpty }
      while true {
        let items = try next()
        guard !items.isEmpty else { break }
        for item in items { try filled.place(item) }
      }
      try state.withLock { state throws(StoreFailure) in
        guard state.isEmpty else { throw .notEmpty }
        state = filled
      }
    }
  }
}

// MARK: State

/// Persistent dictionaries: a copy costs nothing, so a commit works on a copy and a failing one leaves no trace.
private struct State {
  var partitions: TreeDictionary<PartitionID, Partition> = [:]
  var ephemeral: [ByteText: [ByteText: EphemeralValue]] = [:]

  mutating func apply(_ commits: [Commit]) throws(StoreFailure) {
    for commit in commits {
      var partition = partitions[commit.partition] ?? Partition()
      guard partition.revision == commit.base else { throw .conflict(commit.partition) }
      partition.revision = commit.head
      partitions[commit.partition] = partition
    }
    for commit in commits {
      var partition = partitions[commit.partition] ?? Partition()
      for (transaction, revision) in zip(commit.transactions, (commit.base + 1)...) {
        for change in StoredChange.net(transaction) { try partition.apply(change, of: commit.partition) }
        partition.feed.append(StoredRevision(revision: revision, changes: transaction))
      }
      if let floor = Feed.newFloor(from: commit.base, to: commit.head), floor > partition.floor {
        partition.feed.removeFirst(Int(floor - partition.floor))
        partition.floor = floor
      }
      partitions[commit.partition] = partition
    }
  }

  var isEmpty: Bool { partitions.isEmpty && ephemeral.values.allSatisfy(\.isEmpty) }

  /// Everything, in the order of all stores.
  var items: [StoredItem] {
    var items: [StoredItem] = []
    for (id, partition) in partitions.sorted(by: { ByteText($0.key.text) < ByteText($1.key.text) }) {
      items.append(.head(id, revision: partition.revision))
      items += partition.sortedRecords.map { .record(id, $0) }
    }
    for (space, values) in ephemeral.sorted(by: { $0.key < $1.key }) {
      items += values.sorted { $0.key < $1.key }.map { .shortLived($0.value, space: space.text) }
    }
    return items
  }

  mutating func place(_ item: StoredItem) throws(StoreFailure) {
    switch item {
    case .head(let id, let revision):
      guard partitions[id] == nil else { throw .conflict(id) }
      partitions[id] = Partition(revision: revision, floor: revision)
    case .record(let id, let record):
      guard var partition = partitions[id] else {
        throw .corrupted("a record of `\(id)` comes before its partition")
      }
      try partition.apply(.put(record), of: id)
      partitions[id] = partition
    case .shortLived(let value, let space): ephemeral[ByteText(space), default: [:]][ByteText(value.key)] = value
    }
  }
}

private struct Partition {
  struct Key: Hashable {
    let kind: ByteText
    let text: ByteText
  }

  var revision: Int64 = 0
  /// The feed begins after this revision.
  var floor: Int64 = 0
  var records: TreeDictionary<Key, StoredRecord> = [:]
  /// The id of each name's record.
  var names: TreeDictionary<Key, String> = [:]
  var feed: [StoredRevision] = []

  var sortedRecords: [StoredRecord] {
    records.values.sorted { (ByteText($0.kind), ByteText($0.id)) < (ByteText($1.kind), ByteText($1.id)) }
  }

  mutating func apply(_ change: StoredChange, of partition: PartitionID) throws(StoreFailure) {
    switch change {
    case .delete(let kind, let id): remove(kind: kind, id: id)
    case .put(let record):
      remove(kind: record.kind, id: record.id)
      if let name = record.name {
        let key = Key(kind: ByteText(record.kind), text: ByteText(name))
        guard names[key] == nil else { throw .nameTaken(partition, kind: record.kind, name: name) }
        names[key] = record.id
      }
      records[Key(kind: ByteText(record.kind), text: ByteText(record.id))] = record
    }
  }

  private mutating func remove(kind: String, id: String) {
    let key = Key(kind: ByteText(kind), text: ByteText(id))
    guard let old = records.removeValue(forKey: key), let name = old.name else { return }
    names[Key(kind: ByteText(kind), text: ByteText(name))] = nil
  }
}

/// So many rows at most are asked for at once.
private let pageRows = 256

// MARK: Reading everything

extension StoreScript {
  public func outline() throws(StoreFailure) -> ContentsOutline {
    var items = 0
    _ = try run(.counts, []) { row throws(StoreFailure) in
      for column in row {
        guard case .integer(let count) = column else { throw .strangeRow(.counts) }
        items += Int(count)
      }
    }
    var root: StoredRecord?
    let key = [PartitionID.registry.text, SealingRootRecord.kind, SealingRootRecord.theID].map(SQLValue.text)
    _ = try run(.record, key) { row throws(StoreFailure) in
      guard case .put(let record) = try StoredChange(columns: row[...], of: .record) else { throw .strangeRow(.record) }
      root = record
    }
    return ContentsOutline(items: items, sealingRoot: root)
  }

  /// Hands over everything, in pages; to be run in a transaction that sees one instant.
  public func readAll(_ sink: ([StoredItem]) throws(StoreFailure) -> Void) throws(StoreFailure) {
    var records = RecordPages(script: self)
    var last = ""
    while true {
      var heads: [(partition: PartitionID, revision: Int64)] = []
      _ = try run(.headsAfter, [.text(last), .integer(Int64(pageRows))]) { row throws(StoreFailure) in
        guard case .text(let partition) = row[0], case .integer(let revision) = row[1] else {
          throw .strangeRow(.headsAfter)
        }
        heads.append((PartitionID(text: partition), revision))
      }
      guard let end = heads.last else { break }
      last = end.partition.text
      var items: [StoredItem] = []
      for head in heads {
        items.append(.head(head.partition, revision: head.revision))
        while let record = try records.next(of: head.partition) {
          items.append(.record(head.partition, record))
          if items.count >= pageRows {
            try sink(items)
            items = []
          }
        }
      }
      if !items.isEmpty { try sink(items) }
    }
    guard try records.isAtEnd() else { throw .corrupted("a record belongs to a partition that does not exist") }
    try readShortLived(sink)
  }

  private func readShortLived(_ sink: ([StoredItem]) throws(StoreFailure) -> Void) throws(StoreFailure) {
    var (space, key) = ("", "")
    while true {
      var items: [StoredItem] = []
      let parameters: [SQLValue] = [.text(space), .text(key), .integer(Int64(pageRows))]
      _ = try run(.ephemeralAfter, parameters) { row throws(StoreFailure) in
        guard case .text(let foundSpace) = row[0], case .text(let foundKey) = row[1] else {
          throw .strangeRow(.ephemeralAfter)
        }
        (space, key) = (foundSpace, foundKey)
        items.append(
          .shortLived(try EphemeralValue(key: key, columns: row[2...], of: .ephemeralAfter), space: space))
      }
      guard !items.isEmpty else { return }
      try sink(items)
    }
  }
}

/// All records of all partitions, a page at a time.
private struct RecordPages<Session: SQLSession> {
  let script: StoreScript<Session>
  private var page: [(partition: String, record: StoredRecord)] = []
  private var position = 0
  private var isComplete = false

  init(script: StoreScript<Session>) { self.script = script }

  /// The next record, if it is of that partition.
  mutating func next(of partition: PartitionID) throws(StoreFailure) -> StoredRecord? {
    guard try !isAtEnd(), page[position].partition == partition.text else { return nil }
    defer { position += 1 }
    return page[position].record
  }

  mutating func isAtEnd() throws(StoreFailure) -> Bool {
    if position == page.count, !isComplete { try turn() }
    return position == page.count
  }

  private mutating func turn() throws(StoreFailure) {
    let last = page.last
    var found: [(partition: String, record: StoredRecord)] = []
    let key = [last?.partition ?? "", last?.record.kind ?? "", last?.record.id ?? ""].map(SQLValue.text)
    _ = try script.run(.recordsAfter, key + [.integer(Int64(pageRows))]) { row throws(StoreFailure) in
      guard case .text(let partition) = row[0],
        case .put(let record) = try StoredChange(columns: row[1...], of: .recordsAfter)
      else { throw .strangeRow(.recordsAfter) }
      found.append((partition, record))
    }
    isComplete = found.count < pageRows
    page = found
    position = 0
  }
}

// MARK: Placing everything

extension StoreScript {
  /// Places items into empty tables; to be run in a transaction that is undone when this throws.
  public func fill(from next: () throws(StoreFailure) -> [StoredItem]) throws(StoreFailure) {
    guard try outline().items == 0 else { throw .notEmpty }
    var head: (partition: PartitionID, revision: Int64)?
    while true {
      let items = try next()
      guard !items.isEmpty else { return }
      var steps: [SQLStep] = []
      for item in items {
        if case .head(let partition, let revision) = item { head = (partition, revision) }
        steps.append(try placing(item, below: head))
      }
      try session.run(steps)
    }
  }

  private func placing(
    _ item: StoredItem, below head: (partition: PartitionID, revision: Int64)?
  ) throws(StoreFailure) -> SQLStep {
    switch item {
    case .head(let partition, let revision):
      return SQLStep(
        .placeHead, [.text(partition.text), .integer(revision)], ifNotUnique: .conflict(partition))
    case .record(let partition, let record):
      guard let head, head.partition == partition else {
        throw .corrupted("a record of `\(partition)` comes before its partition")
      }
      let columns = [.text(partition.text)] + StoredChange.put(record).columns + [.integer(head.revision)]
      return SQLStep(
        .placeRecord, columns, ifNotUnique: .nameTaken(partition, kind: record.kind, name: record.name ?? record.id))
    case .shortLived(let value, let space): return SQLStep(.placeEphemeral, value.columns(in: space))
    }
  }
}

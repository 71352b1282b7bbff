/// One thing that a store holds: what backups and copies are made of.
///
/// The feed is no part of it: whoever follows a partition that was placed loads it anew.
// INVARIANT: the names of partitions, kinds and spaces are never empty; pages begin after the empty one.
public enum StoredItem: Sendable, Hashable {
  /// A partition at its revision; its records follow it.
  case head(PartitionID, revision: Int64)
  case record(PartitionID, StoredRecord)
  case shortLived(EphemeralValue, space: String)
}

/// How much a store holds.
public struct ContentsCounts: Sendable, Hashable {
  public internal(set) var partitions = 0
  /// Those of the partitions that are accounts.
  public internal(set) var accounts = 0
  public internal(set) var records = 0
  public internal(set) var shortLived = 0

  public init() {}

  public var items: Int { partitions + records + shortLived }

  mutating func add(_ item: StoredItem) {
    switch item {
    case .head(let partition, _):
      partitions += 1
      if partition.accountID != nil { accounts += 1 }
    case .record: records += 1
    case .shortLived: shortLived += 1
    }
  }
}

/// What is asked of a store before all of it is read.
public struct ContentsOutline: Sendable {
  public let items: Int
  /// The record that tells whether a master key is this installation's.
  public let sealingRoot: StoredRecord?

  public init(items: Int, sealingRoot: StoredRecord?) {
    self.items = items
    self.sealingRoot = sealingRoot
  }

  public static let empty = ContentsOutline(items: 0, sealingRoot: nil)
}

/// What all contents can be read from: a store, or a database that other processes write meanwhile.
public protocol ContentsSource: Sendable {
  func outline() async throws(StoreFailure) -> ContentsOutline

  /// Hands over everything as of one instant, piece by piece: whatever was answered before the call is in it.
  ///
  /// The order is the same for the same contents, whatever the store: partitions by name, each followed by its records by
  /// kind and id, then short-lived values by space and key; all by their bytes.
  ///
  /// - Parameter sink: runs on a thread that may wait; what it throws ends the reading.
  func readAll(_ sink: @escaping @Sendable ([StoredItem]) throws(StoreFailure) -> Void) async throws(StoreFailure)
}

/// A store that all contents can be placed into.
public protocol ContentsStore: ContentsSource {
  /// Places everything into an empty store, in one durable transaction: all or nothing.
  ///
  /// - Parameter next: answers items in the order of ``ContentsSource/readAll(_:)``, none at the end; runs on a thread that
  ///   may wait; what it throws undoes all.
  /// - Throws: `notEmpty` where anything is there already.
  func fill(from next: @escaping @Sendable () throws(StoreFailure) -> [StoredItem]) async throws(StoreFailure)
}

extension MasterKeyRing {
  /// Refuses contents that were sealed under other master keys.
  public func requireOpening(_ outline: ContentsOutline) throws(StoreFailure) {
    if let root = outline.sealingRoot { try requireOpening(.record(.registry, root)) }
  }

  /// Refuses an item that wraps a data key which these master keys do not open.
  public func requireOpening(_ item: StoredItem) throws(StoreFailure) {
    guard case .record(let partition, let record) = item else { return }
    do {
      if partition == .registry, record.kind == SealingRootRecord.kind {
        let root = try SealingRootRecord(stored: record)
        _ = try unwrap(root.key, for: .registry, purpose: .sealingRoot)
      } else if partition.accountID != nil, record.kind == AccountSettingsRecord.kind {
        _ = try unwrap(try AccountSettingsRecord(stored: record).dataKey, for: partition)
      }
    } catch let failure as SecretsFailure {
      throw .corrupted(failure.description)
    } catch let failure as StoreFailure {
      throw failure
    } catch {
      throw .corrupted("a data key of `\(partition)` cannot be read")
    }
  }
}

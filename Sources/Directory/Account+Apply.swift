import AWSCore
import FoundationEssentials
import HashTreeCollections

// How changes become state: from the store's bytes, and typed from a transaction. Both end in the same methods.

/// The store's form of a record: a version beside the record itself.
private struct Versioned<R: Record>: Codable {
  let version: Int
  let record: R

  init(_ record: R) {
    version = R.version
    self.record = record
  }

  /// Looks at the version first: what a newer program wrote may not even have the shape.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    version = try values.decode(Int.self, forKey: .version)
    guard version <= R.version else { throw StoreFailure.newerVersion(found: version, known: R.version) }
    record = try values.decode(R.self, forKey: .record)
  }

  private enum CodingKeys: String, CodingKey { case version, record }
}

extension Record {
  func stored() throws -> StoredRecord {
    let body = try JSONEncoder().encode(Versioned(self))
    return StoredRecord(kind: Self.kind, id: id, name: uniqueName, body: Array(body))
  }

  init(stored: StoredRecord) throws(StoreFailure) {
    do {
      self = try JSONDecoder().decode(Versioned<Self>.self, from: Data(stored.body)).record
    } catch let failure as StoreFailure {
      throw failure
    } catch {
      throw .corrupted("the \(stored.kind) record `\(stored.id)` cannot be read: \(error)")
    }
  }
}

extension Account {
  init(id: AccountID, image: PartitionImage, keys: MasterKeyRing) throws(StoreFailure) {
    self.init(id: id)
    for record in image.records { try apply(.put(record)) }
    revision = image.revision
    try unwrapDataKey(with: keys)
  }

  mutating func unwrapDataKey(with keys: MasterKeyRing) throws(StoreFailure) {
    guard let settings else { throw .corrupted("account \(id) has no settings record") }
    do {
      dataKey = try keys.unwrap(settings.dataKey, for: .account(id))
    } catch {
      throw .corrupted("the data key of account \(id) cannot be unwrapped with this master key")
    }
  }

  /// Applies one change as it is read from the store.
  mutating func apply(_ change: StoredChange) throws(StoreFailure) {
    switch change {
    case .put(let stored) where stored.kind == AccountSettingsRecord.kind:
      settings = try AccountSettingsRecord(stored: stored)
    case .put(let stored):
      guard let kind = AccountRecords.kinds[stored.kind] else {
        throw .corrupted("unknown kind of record `\(stored.kind)`")
      }
      try put(stored, as: kind)
    case .delete(let kind, let id): remove(kind: kind, id: id)
    }
  }

  private mutating func put<R: AccountRecord>(_ stored: StoredRecord, as kind: R.Type) throws(StoreFailure) {
    put(try R(stored: stored))
  }
}

// MARK: Typed changes and the indexes they keep

extension Account {
  mutating func put<R: AccountRecord>(_ record: R) {
    self[keyPath: R.table][id: record.id]?.unindex(in: &self)
    self[keyPath: R.table].put(record)
    record.index(in: &self)
  }

  mutating func remove(kind: String, id: String) {
    if let kind = AccountRecords.kinds[kind] { remove(kind, id: id) }
  }

  private mutating func remove<R: AccountRecord>(_ kind: R.Type, id: String) {
    self[keyPath: R.table].remove(id: id)?.unindex(in: &self)
  }
}

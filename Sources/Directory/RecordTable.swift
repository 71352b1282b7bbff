import HashTreeCollections

/// All records of one kind: by id, by name in any letter case, and in the order of their names.
///
/// A persistent value: a copy costs nothing, a change of one record shares all the others.
public struct RecordTable<R: Record>: Sendable {
  private var byID: TreeDictionary<String, R> = [:]
  private var idByName: TreeDictionary<String, String> = [:]
  private var names = OrderedNames()

  public var count: Int { byID.count }

  public subscript(id id: String) -> R? { byID[id] }

  /// Looks the name up ignoring case.
  public subscript(name name: String) -> R? {
    guard let id = idByName[name.caseFolded] else { return nil }
    return byID[id]
  }

  /// Visits records in the order of their names, after `name`, until `visit` answers false.
  public func walk(after name: String? = nil, _ visit: (R) -> Bool) {
    names.walk(after: name?.caseFolded) { entry in
      guard let record = byID[entry.id] else { return true }
      return visit(record)
    }
  }

  /// Visits all records in no order.
  public func forEach(_ visit: (R) -> Void) { for (_, record) in byID { visit(record) } }

  mutating func put(_ record: R) {
    let new = record.uniqueName
    let old = byID.updateValue(record, forKey: record.id)
    guard old?.uniqueName != new else { return }
    if let name = old?.uniqueName { forget(name, of: record.id) }
    if let new {
      // A name whose holder is renamed or deleted only later in the transaction.
      if idByName[new] != nil { names.remove(new) }
      idByName[new] = record.id
      names.insert(new, id: record.id)
    }
  }

  mutating func remove(id: String) -> R? {
    guard let record = byID.removeValue(forKey: id) else { return nil }
    if let name = record.uniqueName { forget(name, of: id) }
    return record
  }

  private mutating func forget(_ name: String, of id: String) {
    guard idByName[name] == id else { return }
    idByName[name] = nil
    names.remove(name)
  }
}

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
    case .put(let stored):
      switch stored.kind {
      case AccountSettingsRecord.kind: settings = try AccountSettingsRecord(stored: stored)
      case UserRecord.kind: put(try UserRecord(stored: stored))
      case GroupRecord.kind: put(try GroupRecord(stored: stored))
      case RoleRecord.kind: put(try RoleRecord(stored: stored))
      case PolicyRecord.kind: put(try PolicyRecord(stored: stored))
      case InstanceProfileRecord.kind: put(try InstanceProfileRecord(stored: stored))
      case AccessKeyRecord.kind: put(try AccessKeyRecord(stored: stored))
      case RoleDeletionRecord.kind: put(try RoleDeletionRecord(stored: stored))
      default: throw .corrupted("unknown kind of record `\(stored.kind)`")
      }
    case .delete(let kind, let id): remove(kind: kind, id: id)
    }
  }
}

// MARK: Typed changes and the indexes they keep

extension Account {
  mutating func put(_ user: UserRecord) {
    if let old = users[id: user.id] { unindex(old) }
    users.put(user)
    for group in user.groups { members[group, default: []].insert(user.id) }
    indexPolicies(of: user, id: user.id)
    if let boundary = user.permissionsBoundary { boundaries[boundary.text, default: []].insert(user.id) }
  }

  mutating func put(_ group: GroupRecord) {
    if let old = groups[id: group.id] { unindexPolicies(of: old) }
    groups.put(group)
    indexPolicies(of: group, id: group.id)
  }

  mutating func put(_ role: RoleRecord) {
    if let old = roles[id: role.id] { unindex(old) }
    roles.put(role)
    indexPolicies(of: role, id: role.id)
    if let boundary = role.permissionsBoundary { boundaries[boundary.text, default: []].insert(role.id) }
  }

  mutating func put(_ policy: PolicyRecord) {
    policies.put(policy)
    defaultPolicies[policy.arn] = policy.version(policy.defaultVersion)?.policy.policy
  }

  mutating func put(_ profile: InstanceProfileRecord) {
    if let role = instanceProfiles[id: profile.id]?.role { Self.drop(profile.id, from: role, in: &profilesByRole) }
    instanceProfiles.put(profile)
    if let role = profile.role { profilesByRole[role, default: []].insert(profile.id) }
  }

  mutating func put(_ key: AccessKeyRecord) {
    accessKeys.put(key)
    keysByOwner[key.user ?? "", default: []].insert(key.id)
  }

  mutating func put(_ deletion: RoleDeletionRecord) { roleDeletions.put(deletion) }

  mutating func remove(kind: String, id: String) {
    switch kind {
    case UserRecord.kind: if let old = users.remove(id: id) { unindex(old) }
    case GroupRecord.kind: if let old = groups.remove(id: id) { unindexPolicies(of: old) }
    case RoleRecord.kind: if let old = roles.remove(id: id) { unindex(old) }
    case PolicyRecord.kind: if let old = policies.remove(id: id) { defaultPolicies[old.arn] = nil }
    case InstanceProfileRecord.kind:
      if let role = instanceProfiles.remove(id: id)?.role { Self.drop(id, from: role, in: &profilesByRole) }
    case AccessKeyRecord.kind:
      if let old = accessKeys.remove(id: id) { Self.drop(id, from: old.user ?? "", in: &keysByOwner) }
    case RoleDeletionRecord.kind: _ = roleDeletions.remove(id: id)
    default: break
    }
  }

  private mutating func unindex(_ user: UserRecord) {
    for group in user.groups { Self.drop(user.id, from: group, in: &members) }
    unindexPolicies(of: user)
    if let boundary = user.permissionsBoundary { Self.drop(user.id, from: boundary.text, in: &boundaries) }
  }

  private mutating func unindex(_ role: RoleRecord) {
    unindexPolicies(of: role)
    if let boundary = role.permissionsBoundary { Self.drop(role.id, from: boundary.text, in: &boundaries) }
  }

  private mutating func indexPolicies(of holder: some PolicyHolder, id: String) {
    for arn in holder.attachedPolicies { attachments[arn.text, default: []].insert(id) }
  }

  private mutating func unindexPolicies(of holder: some PolicyHolder) {
    for arn in holder.attachedPolicies { Self.drop(holder.id, from: arn.text, in: &attachments) }
  }

  private static func drop(_ id: String, from key: String, in index: inout TreeDictionary<String, TreeSet<String>>) {
    index[key]?.remove(id)
    if index[key]?.isEmpty == true { index[key] = nil }
  }
}

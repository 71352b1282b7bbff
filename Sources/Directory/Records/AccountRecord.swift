public import AWSCore
import HashTreeCollections

/// A record of an account: it lies in one table of ``Account``, and keeps the indexes beside it.
public protocol AccountRecord: Record {
  static var table: WritableKeyPath<Account, RecordTable<Self>> { get }
  /// Enters what the account keeps beside its tables.
  func index(in account: inout Account)
  func unindex(in account: inout Account)
}

extension AccountRecord {
  public func index(in account: inout Account) {}
  public func unindex(in account: inout Account) {}
}

/// A record that belongs to a user or to the root user: a key, a device, a certificate.
public protocol OwnedRecord: AccountRecord {
  /// The user's id, `RootUser.ownerID` for the root user; nil while it belongs to nobody.
  var ownerID: String? { get }
  /// Of several that one user owns, the order in which they are listed.
  var ownedSince: Timestamp { get }
}

/// The root user as the owner of records.
public enum RootUser {
  /// In the place of a user's id.
  public static let ownerID = ""
}

extension OwnedRecord {
  public func index(in account: inout Account) {
    if let ownerID { account.owned[Self.kind, default: [:]].insert(id, under: ownerID) }
  }

  public func unindex(in account: inout Account) {
    if let ownerID { account.owned[Self.kind]?.remove(id, under: ownerID) }
  }
}

extension Account {
  /// The records of a kind that a user owns, or the root user; oldest first.
  public func owned<R: OwnedRecord>(_ kind: R.Type, by user: UserRecord?) -> [R] {
    let table = self[keyPath: R.table]
    return (owned[R.kind]?[user?.id ?? RootUser.ownerID] ?? []).compactMap { table[id: $0] }
      .sorted { ($0.ownedSince, $0.id) < ($1.ownedSince, $1.id) }
  }
}

/// The kinds of records that an account has, its settings aside.
enum AccountRecords {
  static let kinds: [String: any AccountRecord.Type] = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })

  private static let all: [any AccountRecord.Type] = [
    AccessKeyRecord.self, GroupRecord.self, InstanceProfileRecord.self, LoginProfileRecord.self, MFADeviceRecord.self,
    OpenIDConnectProviderRecord.self, OutboundFederationRecord.self, PolicyRecord.self, RoleDeletionRecord.self,
    RoleRecord.self, SAMLProviderRecord.self, SSHPublicKeyRecord.self, ServerCertificateRecord.self,
    ServiceCredentialRecord.self, SigningCertificateRecord.self, UserRecord.self,
  ]
}

// MARK: The kinds with indexes of their own

/// Ids under keys: whom a policy is attached to, who is in a group.
typealias IDIndex = TreeDictionary<String, TreeSet<String>>

extension IDIndex {
  mutating func insert(_ id: String, under key: String) { self[key, default: []].insert(id) }

  /// Leaves no empty set behind.
  mutating func remove(_ id: String, under key: String) {
    self[key]?.remove(id)
    if self[key]?.isEmpty == true { self[key] = nil }
  }
}

extension UserRecord: AccountRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.users }

  public func index(in account: inout Account) {
    for group in groups { account.members.insert(id, under: group) }
    indexPolicies(in: &account)
    indexBoundary(in: &account)
  }

  public func unindex(in account: inout Account) {
    for group in groups { account.members.remove(id, under: group) }
    unindexPolicies(in: &account)
    unindexBoundary(in: &account)
  }
}

extension GroupRecord: AccountRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.groups }
  public func index(in account: inout Account) { indexPolicies(in: &account) }
  public func unindex(in account: inout Account) { unindexPolicies(in: &account) }
}

extension RoleRecord: AccountRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.roles }

  public func index(in account: inout Account) {
    indexPolicies(in: &account)
    indexBoundary(in: &account)
  }

  public func unindex(in account: inout Account) {
    unindexPolicies(in: &account)
    unindexBoundary(in: &account)
  }
}

extension PolicyRecord: AccountRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.policies }

  public func index(in account: inout Account) {
    account.defaultPolicies[arn] = version(defaultVersion)?.policy.policy
  }

  public func unindex(in account: inout Account) { account.defaultPolicies[arn] = nil }
}

extension InstanceProfileRecord: AccountRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.instanceProfiles }

  public func index(in account: inout Account) {
    if let role { account.profilesByRole.insert(id, under: role) }
  }

  public func unindex(in account: inout Account) {
    if let role { account.profilesByRole.remove(id, under: role) }
  }
}

extension AccessKeyRecord: OwnedRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.accessKeys }
  public var ownerID: String? { user ?? RootUser.ownerID }
  public var ownedSince: Timestamp { createDate }
}

extension ServerCertificateRecord: AccountRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.serverCertificates }
}

extension SigningCertificateRecord: OwnedRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.signingCertificates }
  public var ownerID: String? { user ?? RootUser.ownerID }
  public var ownedSince: Timestamp { uploadDate }
}

extension SSHPublicKeyRecord: OwnedRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.sshPublicKeys }
  public var ownerID: String? { user }
  public var ownedSince: Timestamp { uploadDate }
}

extension ServiceCredentialRecord: OwnedRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.serviceCredentials }
  public var ownerID: String? { user }
  public var ownedSince: Timestamp { createDate }
}

extension RoleDeletionRecord: AccountRecord {
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.roleDeletions }
}

extension PolicyHolder {
  fileprivate func indexPolicies(in account: inout Account) {
    for arn in attachedPolicies { account.attachments.insert(id, under: arn.text) }
  }

  fileprivate func unindexPolicies(in account: inout Account) {
    for arn in attachedPolicies { account.attachments.remove(id, under: arn.text) }
  }
}

extension BoundaryHolder {
  fileprivate func indexBoundary(in account: inout Account) {
    if let permissionsBoundary { account.boundaries.insert(id, under: permissionsBoundary.text) }
  }

  fileprivate func unindexBoundary(in account: inout Account) {
    if let permissionsBoundary { account.boundaries.remove(id, under: permissionsBoundary.text) }
  }
}

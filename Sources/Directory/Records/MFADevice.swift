public import AWSCore

/// A device for the second factor, assigned to a user, to the root user, or to nobody yet.
public struct MFADeviceRecord: OwnedRecord, Taggable {
  public static let kind = "mfa-device"
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.mfaDevices }

  public enum Kind: String, Sendable, Codable {
    /// A program that makes time-based codes from a seed.
    case virtual
    /// A token that does the same.
    case hardware
    /// A passkey or security key.
    case fido
  }

  /// The serial number: for virtual devices the ARN.
  public let id: String
  /// Unique to this device: another one of the same serial number, made later, has another.
  public let uniqueID: String
  public let deviceKind: Kind
  public let createDate: Timestamp
  /// The seed of the codes, encrypted under the account's data key; nil for devices without codes.
  public let sealedSeed: [UInt8]?
  public var tags: [Tag]
  /// To whom it is assigned; nil while it is not.
  public private(set) var assignment: Assignment?
  /// How often it was synchronized: what was accepted before the last time says nothing about what comes after it.
  public private(set) var synchronizations = 0

  public struct Assignment: Sendable, Codable, Hashable {
    /// The user's id, `RootUser.ownerID` for the root user.
    public let ownerID: String
    public let enableDate: Timestamp
    /// How the device's clock differs from ours.
    public var clock: DeviceClock
  }

  /// How a device counts its time steps.
  public struct DeviceClock: Sendable, Codable, Hashable {
    /// How many steps the device is ahead; negative where it is behind.
    public let drift: Int64
    /// The step of the last code that was accepted when it was synchronized; no older one is good any more.
    public let lastStep: Int64

    public init(drift: Int64, lastStep: Int64) {
      self.drift = drift
      self.lastStep = lastStep
    }
  }

  public init(
    id: String, uniqueID: String, kind: Kind, createDate: Timestamp, sealedSeed: [UInt8]?, tags: [Tag] = []
  ) {
    self.id = id
    self.uniqueID = uniqueID
    deviceKind = kind
    self.createDate = createDate
    self.sealedSeed = sealedSeed
    self.tags = tags
  }

  public mutating func assign(to user: UserRecord?, clock: DeviceClock, at now: Timestamp) {
    assignment = Assignment(ownerID: user?.id ?? RootUser.ownerID, enableDate: now, clock: clock)
    synchronizations += 1
  }

  public mutating func synchronize(_ clock: DeviceClock) {
    assignment?.clock = clock
    synchronizations += 1
  }

  public mutating func unassign() { assignment = nil }

  // AWS: names are unique ignoring case, together with their paths.
  public var recordName: String? { id }
  public var ownerID: String? { assignment?.ownerID }
  public var ownedSince: Timestamp { assignment?.enableDate ?? createDate }

  /// How the seed is bound to its place.
  public static func field(of uniqueID: String, in account: AccountID) -> SealedField {
    SealedField(account: account, object: uniqueID, field: "seed", version: 1)
  }
}

extension Account {
  /// The enabled devices of a user, or of the root user, oldest first.
  public func mfaDevices(of user: UserRecord?) -> [MFADeviceRecord] { owned(MFADeviceRecord.self, by: user) }
}

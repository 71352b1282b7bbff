import AWSCore
import AWSWire
import Directory
import ServiceKit

enum MFADevices {
  static let operations: [any Operation.Type] = [
    CreateVirtualMFADevice.self, EnableMFADevice.self, ResyncMFADevice.self, DeactivateMFADevice.self,
    DeleteVirtualMFADevice.self,
  ]
}

/// What names a device: its serial number, or the ARN of a virtual one.
struct MFASerialNumber: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(9...256, pattern: #"[\w+=/:,.@-]+"#, of: .word(and: "+=/:,.@-"))
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct VirtualMFADeviceName: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...Int.max, pattern: #"[\w+=,.@-]+"#, of: .word(and: "+=,.@-"))
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// The code that a device shows.
struct AuthenticationCode: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(6...6, pattern: #"[\d]+"#, of: ByteClass("", ranges: ByteClass.digits))
  let text: String
  init(unchecked text: String) { self.text = text }
}

// MARK: Whose device

/// The user, or the root user, whose devices an operation is about.
struct MFADeviceOwner {
  /// Nil for the root user.
  let user: UserRecord?

  /// - Parameter name: nil for the caller's own devices.
  // AWS: no operation names the root user, whose devices the console manages; here it names itself by its account's
  // number, as GetUser shows it.
  init(_ name: UserName?, by caller: Caller, in account: Account) throws(Failure) {
    if let name {
      let isRoot = caller.principal == .root && account.users[name: name.text] == nil
      user = isRoot && name.text == account.id.description ? nil : try account.user(name)
      return
    }
    switch try ResolvedCaller(caller, in: account).record {
    case .root: user = nil
    case .user(let own): user = own
    case .role, .federatedUser: throw .unnamedOwner
    }
  }

  /// The device, if it is enabled for this owner.
  func device(_ serialNumber: MFASerialNumber, in account: Account) throws(Failure) -> MFADeviceRecord {
    guard let device = account.mfaDevices[id: serialNumber.text], device.ownerID == user?.id ?? RootUser.ownerID else {
      throw Failure(.noSuchEntity, "MFA Device invalid for user.")
    }
    return device
  }

  /// Refuses those who change their own devices without having proved one of them.
  // AWS: a user who has a device adds and removes devices with a session that says so
  // (id_credentials_mfa_enable_cliapi.html).
  func requireProof(_ grant: Grant, in account: Account) throws(Failure) {
    guard let user, case .user(let caller) = grant.caller.principal, caller == user.id,
      !account.mfaDevices(of: user).isEmpty, grant.caller.session?.authenticatedByMFA == nil
    else { return }
    throw Failure(
      .accessDenied,
      "To complete this action, please ensure that you are authenticated with an MFA device that is enabled for this "
        + "user.")
  }
}

extension View {
  /// The access to the devices of the named user, or of the caller where none is named.
  func access(_ action: String, toDevicesOf name: UserName?) throws(Failure) -> Access {
    guard let name = try named(name) else { return Access(action, on: account.rootARN) }
    return access(action, toUser: name)
  }

  func access(_ action: String, toDevice serialNumber: MFASerialNumber) -> Access {
    if let device = account.mfaDevices[id: serialNumber.text], let arn = ARN(device.id) {
      return Access(action, on: arn).on(tagged: device)
    }
    return Access(action, on: ARN(serialNumber.text) ?? .iam(account.id, "mfa/\(serialNumber)"))
  }
}

extension Account {
  func virtualDevice(_ serialNumber: MFASerialNumber) throws(Failure) -> MFADeviceRecord {
    guard let device = mfaDevices[id: serialNumber.text], device.deviceKind == .virtual else {
      throw .noSuchVirtualDevice(serialNumber.text)
    }
    return device
  }
}

extension Failure {
  fileprivate static let wrongCodes = Failure(
    .invalidAuthenticationCode, "Authentication code for device is not valid.")
}

// MARK: Operations

struct CreateVirtualMFADevice: PreparedWriteOperation {
  /// As long as AWS's: 320 bits.
  static let seedBytes = 40

  struct Input: WireStruct {
    let path: Path?
    let name: VirtualMFADeviceName
    let tags: [Tag]

    init(from fields: inout Fields) {
      path = fields.optional("Path")
      name = fields.required("VirtualMFADeviceName")
      tags = fields.list("Tags", max: 50) ?? []
    }

    func arn(in account: AccountID) -> ARN { .iam(account, "mfa", path: (path ?? .root).text, name: name.text) }
  }

  static let failures: [ErrorCode] = [
    .limitExceeded, .invalidInput, .entityAlreadyExists, .concurrentModification, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:CreateVirtualMFADevice", on: input.arn(in: view.account.id)).requesting(tags: input.tags)
  }

  struct Prepared: Sendable {
    let seed: Secret<String>
    let picture: Secret<[UInt8]>
    let device: MFADeviceRecord
  }

  struct Output: WireOutput {
    let made: Prepared

    func encode(to writer: inout WireWriter) {
      writer.structure("VirtualMFADevice") { shown in
        shown.put("SerialNumber", made.device.id)
        shown.put("Base32StringSeed", Base64.encode(Array(made.seed.reveal().utf8)))
        shown.put("QRCodePNG", Base64.encode(made.picture.reveal()))
        if !made.device.tags.isEmpty { shown.put("Tags", made.device.tags) }
      }
    }
  }

  static func prepare(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Prepared {
    let serialNumber = input.arn(in: view.account.id).text
    guard let checked = MFASerialNumber(checking: serialNumber) else {
      throw Failure(
        .validationError,
        "The specified value for virtualMFADeviceName is invalid. Together with the path it makes a serial number of "
          + "more than 256 characters, or of others than alphanumeric characters and +=/:,.@-_")
    }
    let seed = grant.entropy.bytes(seedBytes)
    let uniqueID = grant.entropy.requestID()
    let sealed = try view.account.requiredDataKey().seal(
      seed, as: MFADeviceRecord.field(of: uniqueID, in: view.account.id))
    let device = MFADeviceRecord(
      id: checked.text, uniqueID: uniqueID, kind: .virtual, createDate: grant.now, sealedSeed: sealed,
      tags: try input.tags.checked(against: grant.call.environment.directory.quotas))
    let spelled = Base32.encode(seed)
    let holder = view.account.settings?.rootUserName ?? view.account.id.description
    let picture = try QRCode.png(of: "otpauth://totp/\(input.name)@\(holder)?secret=\(spelled)")
    return Prepared(seed: Secret(spelled), picture: Secret(picture), device: device)
  }

  static func perform(
    _ input: Input, _ prepared: Prepared, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> Output {
    guard tx.account.mfaDevices[name: prepared.device.id] == nil else {
      throw Failure(.entityAlreadyExists, "MFADevice entity at the same path and name already exists.")
    }
    guard tx.account.mfaDevices.count < tx.quotas.virtualMFADevices else {
      throw .limitExceeded("VirtualMFADevicesPerAccount", tx.quotas.virtualMFADevices)
    }
    try tx.put(prepared.device)
    return Output(made: prepared)
  }
}

/// The input of the operations that take two codes which follow each other.
struct TwoCodesInput: WireStruct {
  let userName: UserName
  let serialNumber: MFASerialNumber
  let first: AuthenticationCode
  let second: AuthenticationCode

  init(from fields: inout Fields) {
    userName = fields.required("UserName")
    serialNumber = fields.required("SerialNumber")
    first = fields.required("AuthenticationCode1")
    second = fields.required("AuthenticationCode2")
  }

  /// How the device counts; both codes are used up.
  fileprivate func clock(
    of device: MFADeviceRecord, in account: Account, _ grant: Grant
  ) async throws(Failure) -> MFADeviceRecord.DeviceClock {
    let codes = MFACodes(in: grant.call.environment, at: grant.now)
    guard let clock = try await codes.synchronize(device, first.text, second.text, in: account) else {
      throw .wrongCodes
    }
    return clock
  }
}

struct EnableMFADevice: PreparedWriteOperation {
  typealias Input = TwoCodesInput

  static let failures: [ErrorCode] = [
    .entityAlreadyExists, .entityTemporarilyUnmodifiable, .invalidAuthenticationCode, .limitExceeded, .noSuchEntity,
    .serviceFailure, .concurrentModification,
  ]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:EnableMFADevice", toDevicesOf: input.userName)
  }

  struct Prepared: Sendable {
    let device: MFADeviceRecord
    let clock: MFADeviceRecord.DeviceClock
  }

  /// The device that can be enabled, and for whom.
  private static func checked(
    _ input: Input, _ grant: Grant, in account: Account, _ quotas: Quotas
  ) throws(Failure) -> (MFADeviceRecord, MFADeviceOwner) {
    let owner = try MFADeviceOwner(input.userName, by: grant.caller, in: account)
    let device = try account.virtualDevice(input.serialNumber)
    guard device.assignment == nil else { throw Failure(.entityAlreadyExists, "MFA Device is already in use.") }
    guard account.mfaDevices(of: owner.user).count < quotas.mfaDevicesPerUser else {
      throw .limitExceeded("MFADevicesPerUser", quotas.mfaDevicesPerUser)
    }
    try owner.requireProof(grant, in: account)
    return (device, owner)
  }

  static func prepare(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Prepared {
    let (device, _) = try checked(input, grant, in: view.account, grant.call.environment.directory.quotas)
    return Prepared(device: device, clock: try await input.clock(of: device, in: view.account, grant))
  }

  static func perform(
    _ input: Input, _ prepared: Prepared, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> EmptyOutput {
    let (found, owner) = try checked(input, grant, in: tx.account, tx.quotas)
    var device = found
    guard device.uniqueID == prepared.device.uniqueID else { throw .noSuchVirtualDevice(input.serialNumber.text) }
    device.assign(to: owner.user, clock: prepared.clock, at: grant.now)
    try tx.put(device)
    return EmptyOutput()
  }
}

struct ResyncMFADevice: PreparedWriteOperation {
  typealias Input = TwoCodesInput

  static let failures: [ErrorCode] = [
    .invalidAuthenticationCode, .noSuchEntity, .limitExceeded, .serviceFailure, .concurrentModification,
  ]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:ResyncMFADevice", toDevicesOf: input.userName)
  }

  static func prepare(
    _ input: Input, _ view: View, _ grant: Grant
  ) async throws(Failure) -> EnableMFADevice.Prepared {
    let owner = try MFADeviceOwner(input.userName, by: grant.caller, in: view.account)
    let device = try owner.device(input.serialNumber, in: view.account)
    return .init(device: device, clock: try await input.clock(of: device, in: view.account, grant))
  }

  static func perform(
    _ input: Input, _ prepared: EnableMFADevice.Prepared, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> EmptyOutput {
    let owner = try MFADeviceOwner(input.userName, by: grant.caller, in: tx.account)
    var device = try owner.device(input.serialNumber, in: tx.account)
    guard device.uniqueID == prepared.device.uniqueID else { throw .noSuchVirtualDevice(input.serialNumber.text) }
    device.synchronize(prepared.clock)
    try tx.put(device)
    return EmptyOutput()
  }
}

struct DeactivateMFADevice: WriteOperation {
  struct Input: WireStruct {
    let userName: UserName?
    let serialNumber: MFASerialNumber

    init(from fields: inout Fields) {
      userName = fields.optional("UserName")
      serialNumber = fields.required("SerialNumber")
    }
  }

  static let failures: [ErrorCode] = [
    .entityTemporarilyUnmodifiable, .noSuchEntity, .limitExceeded, .serviceFailure, .concurrentModification,
  ]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:DeactivateMFADevice", toDevicesOf: input.userName)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let owner = try MFADeviceOwner(input.userName, by: grant.caller, in: tx.account)
    var device = try owner.device(input.serialNumber, in: tx.account)
    try owner.requireProof(grant, in: tx.account)
    // AWS: what is no virtual device has no being of its own beside its assignment.
    guard device.deviceKind == .virtual else {
      tx.delete(device)
      return EmptyOutput()
    }
    device.unassign()
    try tx.put(device)
    return EmptyOutput()
  }
}

struct DeleteVirtualMFADevice: WriteOperation {
  struct Input: WireStruct {
    let serialNumber: MFASerialNumber
    init(from fields: inout Fields) { serialNumber = fields.required("SerialNumber") }
  }

  static let failures: [ErrorCode] = [
    .noSuchEntity, .deleteConflict, .limitExceeded, .serviceFailure, .concurrentModification,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:DeleteVirtualMFADevice", toDevice: input.serialNumber)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let device = try tx.account.virtualDevice(input.serialNumber)
    guard device.assignment == nil else {
      throw .deleteConflict("MFA VirtualDevice in use. Must deactivate first.")
    }
    tx.delete(device)
    return EmptyOutput()
  }
}

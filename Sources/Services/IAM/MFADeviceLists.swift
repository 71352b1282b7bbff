import AWSCore
import AWSWire
import Directory
import ServiceKit

enum MFADeviceLists {
  static let operations: [any Operation.Type] = [
    ListMFADevices.self, ListVirtualMFADevices.self, GetMFADevice.self,
  ]
}

struct ListMFADevices: ReadOperation {
  struct Input: WireStruct {
    let userName: UserName?
    let page: PageRequest

    init(from fields: inout Fields) {
      userName = fields.optional("UserName")
      page = PageRequest(from: &fields)
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:ListMFADevices", toDevicesOf: input.userName)
  }

  /// A device as one of its owner's.
  struct Enabled: WireOutput {
    let owner: String?
    let device: MFADeviceRecord

    func encode(to writer: inout WireWriter) {
      writer.put("UserName", owner)
      writer.put("SerialNumber", device.id)
      writer.put("EnableDate", device.assignment?.enableDate)
    }
  }

  struct Output: WireOutput {
    let devices: Page<Enabled>
    func encode(to writer: inout WireWriter) { devices.encode(as: "MFADevices", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let owner = try MFADeviceOwner(input.userName, by: grant.caller, in: view.account)
    let page = try Pager(grant, filters: [owner.user?.id]).page(
      of: view.account.mfaDevices(of: owner.user), input.page)
    let name = owner.user?.name ?? view.account.settings?.rootUserName
    return Output(devices: page.map { Enabled(owner: name, device: $0) })
  }
}

struct ListVirtualMFADevices: ReadOperation {
  enum AssignmentStatus: String, WireEnum {
    case assigned = "Assigned"
    case unassigned = "Unassigned"
    case any = "Any"
  }

  struct Input: WireStruct {
    let status: AssignmentStatus?
    let page: PageRequest

    init(from fields: inout Fields) {
      status = fields.optional("AssignmentStatus")
      page = PageRequest(from: &fields)
    }
  }

  static let failures: [ErrorCode] = []
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:ListVirtualMFADevices") }

  /// A device without its seed and its tags, with whom it is assigned to.
  struct Listed: WireOutput {
    let device: MFADeviceRecord
    let user: UserRecord?
    /// Of the account whose root user has the device.
    let rootSettings: AccountSettingsRecord?

    func encode(to writer: inout WireWriter) {
      writer.put("SerialNumber", device.id)
      writer.put("User", user.map { UserOutput(user: $0, isDetailed: false) })
      writer.put("User", rootSettings.map(RootUserOutput.init))
      writer.put("EnableDate", device.assignment?.enableDate)
    }
  }

  struct Output: WireOutput {
    let devices: Page<Listed>
    func encode(to writer: inout WireWriter) { devices.encode(as: "VirtualMFADevices", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let account = view.account
    let status = input.status ?? .any
    var devices: [MFADeviceRecord] = []
    account.mfaDevices.forEach { device in
      guard device.deviceKind == .virtual else { return }
      switch status {
      case .any: devices.append(device)
      case .assigned: if device.assignment != nil { devices.append(device) }
      case .unassigned: if device.assignment == nil { devices.append(device) }
      }
    }
    let sorted = devices.map { (key: Pager.key(of: $0.id), device: $0) }.sorted { $0.key < $1.key }
    let page = try Pager(grant, filters: [status.rawValue]).page(of: sorted, by: { $0.key }, input.page)
    return Output(
      devices: page.map { _, device in
        Listed(
          device: device, user: device.ownerID.flatMap { account.users[id: $0] },
          rootSettings: device.ownerID == RootUser.ownerID ? account.settings : nil)
      })
  }
}

struct GetMFADevice: ReadOperation {
  struct Input: WireStruct {
    let serialNumber: MFASerialNumber
    let userName: NewUserName?

    init(from fields: inout Fields) {
      serialNumber = fields.required("SerialNumber")
      userName = fields.optional("UserName")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:GetMFADevice", toDevicesOf: input.userName?.name)
  }

  struct Output: WireOutput {
    let owner: String?
    let device: MFADeviceRecord

    func encode(to writer: inout WireWriter) {
      writer.put("UserName", owner)
      writer.put("SerialNumber", device.id)
      writer.put("EnableDate", device.assignment?.enableDate)
    }
  }

  // AWS: shows passkeys and security keys only (API_GetMFADevice.html).
  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let owner = try MFADeviceOwner(input.userName?.name, by: grant.caller, in: view.account)
    let device = try owner.device(input.serialNumber, in: view.account)
    guard device.deviceKind == .fido else { throw Failure(.noSuchEntity, "MFA Device invalid for user.") }
    return Output(owner: owner.user?.name ?? view.account.settings?.rootUserName, device: device)
  }
}

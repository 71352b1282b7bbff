import AWSCore
import AWSWire
import Directory
import ServiceKit

enum SSHPublicKeys {
  static let operations: [any Operation.Type] = [
    UploadSSHPublicKey.self, GetSSHPublicKey.self, ListSSHPublicKeys.self, UpdateSSHPublicKey.self,
    DeleteSSHPublicKey.self,
  ]
}

/// The text of a public key as a request carries it.
struct PublicKeyText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...16_384, pattern: Alphabet.latin + "+", matches: Alphabet.isLatin)
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// The id of an SSH public key as a request names it.
struct PublicKeyIDText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(20...128, pattern: #"[\w]+"#, of: .word())
  let text: String
  init(unchecked text: String) { self.text = text }
}

enum PublicKeyEncoding: String, WireEnum {
  case ssh = "SSH"
  case pem = "PEM"
}

extension Account {
  fileprivate func sshKey(_ id: PublicKeyIDText, of user: UserRecord) throws(Failure) -> SSHPublicKeyRecord {
    guard let key = sshPublicKeys[id: id.text], key.user == user.id else {
      throw Failure(.noSuchEntity, "The Public Key with id \(id) cannot be found.")
    }
    return key
  }
}

/// The input of the operations on one key.
struct SSHPublicKeyInput: WireStruct {
  let userName: NewUserName
  let id: PublicKeyIDText

  init(from fields: inout Fields) {
    userName = fields.required("UserName")
    id = fields.required("SSHPublicKeyId")
  }
}

struct OneSSHPublicKeyOutput: WireOutput {
  let owner: UserRecord
  let record: SSHPublicKeyRecord
  let key: SSHKey
  let encoding: PublicKeyEncoding

  func encode(to writer: inout WireWriter) {
    writer.structure("SSHPublicKey") { shown in
      shown.put("UserName", owner.userName)
      shown.put("SSHPublicKeyId", record.id)
      shown.put("Fingerprint", key.fingerprint)
      shown.put("SSHPublicKeyBody", encoding == .ssh ? key.openSSH : key.pem)
      shown.put("Status", record.status.rawValue)
      shown.put("UploadDate", record.uploadDate)
    }
  }
}

struct UploadSSHPublicKey: WriteOperation {
  struct Input: WireStruct {
    let userName: NewUserName
    let body: PublicKeyText

    init(from fields: inout Fields) {
      userName = fields.required("UserName")
      body = fields.required("SSHPublicKeyBody")
    }
  }

  static let failures: [ErrorCode] = [
    .limitExceeded, .noSuchEntity, .invalidPublicKey, .duplicateSSHPublicKey, .unrecognizedPublicKeyEncoding,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:UploadSSHPublicKey", toUser: input.userName.name)
  }

  static func perform(
    _ input: Input, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> OneSSHPublicKeyOutput {
    let user = try tx.account.user(input.userName.name)
    let key = try SSHKey(input.body.text)
    let others = tx.account.owned(SSHPublicKeyRecord.self, by: user)
    guard !others.contains(where: { $0.blob == key.blob }) else {
      throw Failure(.duplicateSSHPublicKey, "The SSH public key is already associated with the user \(user.name).")
    }
    guard others.count < tx.quotas.sshPublicKeysPerUser else {
      throw .limitExceeded("SSHPublicKeysPerUser", tx.quotas.sshPublicKeysPerUser)
    }
    let id = grant.entropy.accessKeyID(.publicKey, account: tx.account.id).text
    guard tx.account.sshPublicKeys[id: id] == nil else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "the public key id `\(id)` came twice")
    }
    let record = SSHPublicKeyRecord(id: id, user: user.id, uploadDate: grant.now, blob: key.blob)
    try tx.put(record)
    // AWS: the answer has the form that the request had.
    let encoding: PublicKeyEncoding = input.body.text.contains("-----BEGIN ") ? .pem : .ssh
    return OneSSHPublicKeyOutput(owner: user, record: record, key: key, encoding: encoding)
  }
}

struct GetSSHPublicKey: ReadOperation {
  struct Input: WireStruct {
    let userName: NewUserName
    let id: PublicKeyIDText
    let encoding: PublicKeyEncoding

    init(from fields: inout Fields) {
      userName = fields.required("UserName")
      id = fields.required("SSHPublicKeyId")
      encoding = fields.required("Encoding")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .unrecognizedPublicKeyEncoding]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:GetSSHPublicKey", toUser: input.userName.name)
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> OneSSHPublicKeyOutput {
    let user = try view.account.user(input.userName.name)
    let record = try view.account.sshKey(input.id, of: user)
    return OneSSHPublicKeyOutput(
      owner: user, record: record, key: try SSHKey(blob: record.blob), encoding: input.encoding)
  }
}

struct ListSSHPublicKeys: ReadOperation {
  struct Input: WireStruct {
    let userName: NewUserName?
    let page: PageRequest

    init(from fields: inout Fields) {
      userName = fields.optional("UserName")
      page = PageRequest(from: &fields)
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:ListSSHPublicKeys", toCredentialsOf: input.userName?.name)
  }

  /// A key without its text.
  struct Metadata: WireOutput {
    let owner: UserRecord
    let record: SSHPublicKeyRecord

    func encode(to writer: inout WireWriter) {
      writer.put("UserName", owner.userName)
      writer.put("SSHPublicKeyId", record.id)
      writer.put("Status", record.status.rawValue)
      writer.put("UploadDate", record.uploadDate)
    }
  }

  struct Output: WireOutput {
    let keys: Page<Metadata>
    func encode(to writer: inout WireWriter) { keys.encode(as: "SSHPublicKeys", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    // AWS: the root user has no such keys.
    let user = try CredentialOwner(input.userName?.name, of: grant, in: view.account).requireUser()
    let page = try Pager(grant, filters: [user.id]).page(
      of: view.account.owned(SSHPublicKeyRecord.self, by: user), by: \.listKey, input.page)
    return Output(keys: page.map { Metadata(owner: user, record: $0) })
  }
}

struct UpdateSSHPublicKey: WriteOperation {
  struct Input: WireStruct {
    let key: SSHPublicKeyInput
    let status: CredentialStatusWord

    init(from fields: inout Fields) {
      key = SSHPublicKeyInput(from: &fields)
      status = fields.required("Status")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:UpdateSSHPublicKey", toUser: input.key.userName.name)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var key = try tx.account.sshKey(input.key.id, of: try tx.account.user(input.key.userName.name))
    guard let status = input.status.settable else {
      throw .invalidInput("The status of an SSH public key can be set to Active or Inactive only.")
    }
    key.status = status
    try tx.put(key)
    return EmptyOutput()
  }
}

struct DeleteSSHPublicKey: WriteOperation {
  typealias Input = SSHPublicKeyInput
  static let failures: [ErrorCode] = [.noSuchEntity]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:DeleteSSHPublicKey", toUser: input.userName.name)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    tx.delete(try tx.account.sshKey(input.id, of: try tx.account.user(input.userName.name)))
    return EmptyOutput()
  }
}

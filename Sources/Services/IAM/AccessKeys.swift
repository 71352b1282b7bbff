import AWSCore
import AWSWire
import Directory
import ServiceKit

enum AccessKeys {
  static let operations: [any Operation.Type] = [
    CreateAccessKey.self, ListAccessKeys.self, UpdateAccessKey.self, DeleteAccessKey.self, GetAccessKeyLastUsed.self,
  ]
}

/// The id of an access key as a request names it.
struct AccessKeyIDText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(16...128, pattern: #"[\w]+"#, of: .word())
  let text: String
  init(unchecked text: String) { self.text = text }
}

extension CredentialOwner {
  fileprivate func key(_ id: AccessKeyIDText, in account: Account) throws(Failure) -> AccessKeyRecord {
    guard let key = account.accessKeys[id: id.text], key.user == user?.id else {
      throw Failure(.noSuchEntity, "The Access Key with id \(id) cannot be found.")
    }
    return key
  }
}

// MARK: Operations

struct CreateAccessKey: WriteOperation {
  struct Input: WireStruct {
    let userName: UserName?
    init(from fields: inout Fields) { userName = fields.optional("UserName") }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .serviceFailure]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:CreateAccessKey", toCredentialsOf: input.userName)
  }

  struct Output: WireOutput {
    let owner: String?
    let key: AccessKeyRecord
    let secret: Secret<String>

    func encode(to writer: inout WireWriter) {
      writer.structure("AccessKey") { shown in
        shown.put("UserName", owner)
        shown.put("AccessKeyId", key.id)
        shown.put("Status", key.status.rawValue)
        shown.put("SecretAccessKey", secret.reveal())
        shown.put("CreateDate", key.createDate)
      }
    }
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> Output {
    let owner = try CredentialOwner(input.userName, of: grant, in: tx.account)
    // AWS: a key that is inactive counts as well.
    guard tx.account.accessKeys(of: owner.user).count < tx.quotas.accessKeysPerUser else {
      throw .limitExceeded("AccessKeysPerUser", tx.quotas.accessKeysPerUser)
    }
    guard let dataKey = tx.account.dataKey else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "account `\(tx.account.id)` has no data key")
    }
    let id = grant.entropy.accessKeyID(.accessKey, account: tx.account.id).text
    guard tx.account.accessKeys[id: id] == nil else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "the access key id `\(id)` came twice")
    }
    let secret = grant.entropy.secretAccessKey()
    let sealed = dataKey.seal(Array(secret.reveal().utf8), as: AccessKeyRecord.field(of: id, in: tx.account.id))
    let key = AccessKeyRecord(id: id, user: owner.user?.id, createDate: grant.now, sealedSecret: sealed)
    try tx.put(key)
    // AWS: the root user goes by the name of its account, as in GetUser.
    let name = owner.user?.name ?? tx.account.settings?.rootUserName
    return Output(owner: name, key: key, secret: secret)
  }
}

struct ListAccessKeys: ReadOperation {
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
    try view.access("iam:ListAccessKeys", toCredentialsOf: input.userName)
  }

  /// A key without its secret.
  struct Metadata: WireOutput {
    let owner: String?
    let key: AccessKeyRecord

    func encode(to writer: inout WireWriter) {
      writer.put("UserName", owner)
      writer.put("AccessKeyId", key.id)
      writer.put("Status", key.status.rawValue)
      writer.put("CreateDate", key.createDate)
    }
  }

  struct Output: WireOutput {
    let keys: Page<Metadata>
    func encode(to writer: inout WireWriter) { keys.encode(as: "AccessKeyMetadata", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let owner = try CredentialOwner(input.userName, of: grant, in: view.account)
    let keys = view.account.accessKeys(of: owner.user)
    let page = try Pager(grant, filters: [owner.user?.id]).page(of: keys, by: \.listKey, input.page)
    return Output(keys: page.map { Metadata(owner: owner.user?.name, key: $0) })
  }
}

struct UpdateAccessKey: WriteOperation {
  struct Input: WireStruct {
    let userName: UserName?
    let id: AccessKeyIDText
    let status: CredentialStatusWord

    init(from fields: inout Fields) {
      userName = fields.optional("UserName")
      id = fields.required("AccessKeyId")
      status = fields.required("Status")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .serviceFailure, .invalidInput]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:UpdateAccessKey", toCredentialsOf: input.userName)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let owner = try CredentialOwner(input.userName, of: grant, in: tx.account)
    var key = try owner.key(input.id, in: tx.account)
    guard let status = input.status.settable else {
      throw .invalidInput("The status of an access key can be set to Active or Inactive only.")
    }
    key.status = status
    try tx.put(key)
    return EmptyOutput()
  }
}

struct DeleteAccessKey: WriteOperation {
  struct Input: WireStruct {
    let userName: UserName?
    let id: AccessKeyIDText

    init(from fields: inout Fields) {
      userName = fields.optional("UserName")
      id = fields.required("AccessKeyId")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .serviceFailure]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:DeleteAccessKey", toCredentialsOf: input.userName)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let owner = try CredentialOwner(input.userName, of: grant, in: tx.account)
    let key = try owner.key(input.id, in: tx.account)
    tx.delete(key)
    if let foreign = tx.registry.foreignKeys[id: key.id] { try tx.unregister(foreign) }
    return EmptyOutput()
  }
}

struct GetAccessKeyLastUsed: ReadOperation {
  struct Input: WireStruct {
    let id: AccessKeyIDText
    init(from fields: inout Fields) { id = fields.required("AccessKeyId") }
  }

  static let failures: [ErrorCode] = []

  // AWS: the resource is the user whose key it is, whoever asks.
  static func access(_ input: Input, _ view: View) -> Access {
    guard let key = view.account.accessKeys[id: input.id.text] else {
      return Access("iam:GetAccessKeyLastUsed", on: .iam(view.account.id, "user/*"))
    }
    guard let user = key.user.flatMap({ view.account.users[id: $0] }) else {
      return Access("iam:GetAccessKeyLastUsed", on: view.account.rootARN)
    }
    return view.access("iam:GetAccessKeyLastUsed", toUser: user.userName)
  }

  struct Output: WireOutput {
    let owner: String?
    let mark: LastUsed.Mark?

    func encode(to writer: inout WireWriter) {
      writer.put("UserName", owner)
      writer.structure("AccessKeyLastUsed") { used in
        used.put("LastUsedDate", mark?.at)
        used.put("ServiceName", mark?.service ?? "N/A")
        used.put("Region", mark?.region ?? "N/A")
      }
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    guard let key = view.account.accessKeys[id: input.id.text] else {
      // AWS: a key that does not exist is refused as one that belongs to somebody else is.
      let caller = try ResolvedCaller(view.caller, in: view.callerAccount)
      throw Failure(
        .accessDenied,
        "User: \(caller.arn) is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key "
          + input.id.text)
    }
    return Output(
      owner: key.user.flatMap { view.account.users[id: $0]?.name },
      mark: grant.call.environment.lastUsed[accessKey: key.id])
  }
}

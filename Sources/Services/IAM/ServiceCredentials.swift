import AWSCore
import AWSWire
import Directory
import ServiceKit

enum ServiceCredentials {
  static let operations: [any Operation.Type] = [
    CreateServiceSpecificCredential.self, ListServiceSpecificCredentials.self,
    UpdateServiceSpecificCredential.self, ResetServiceSpecificCredential.self,
    DeleteServiceSpecificCredential.self,
  ]
}

/// The id of a service-specific credential as a request names it.
struct ServiceCredentialIDText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(20...128, pattern: #"[\w]+"#, of: .word())
  let text: String
  init(unchecked text: String) { self.text = text }
}

extension CredentialOwner {
  /// The credential and whose it is.
  fileprivate func credential(
    _ id: ServiceCredentialIDText, in account: Account
  ) throws(Failure) -> (user: UserRecord, credential: ServiceCredentialRecord) {
    let user = try requireUser()
    guard let credential = account.serviceCredentials[id: id.text], credential.user == user.id else {
      throw Failure(.noSuchEntity, "No such credential \(id) exists")
    }
    return (user, credential)
  }
}

/// The input of the operations on one credential.
struct ServiceCredentialInput: WireStruct {
  let userName: NewUserName?
  let id: ServiceCredentialIDText

  init(from fields: inout Fields) {
    userName = fields.optional("UserName")
    id = fields.required("ServiceSpecificCredentialId")
  }
}

/// A credential as answers show it; with its password where it has just been made.
struct ServiceCredentialOutput: WireOutput {
  let user: String
  let credential: ServiceCredentialRecord
  var password: Secret<String>?
  let now: Timestamp

  func encode(to writer: inout WireWriter) {
    writer.put("CreateDate", credential.createDate)
    writer.put("ExpirationDate", credential.expiration)
    writer.put("ServiceName", credential.service)
    switch CredentialedService(rawValue: credential.service)?.form {
    case .apiKey:
      writer.put("ServiceCredentialAlias", credential.serviceName)
      writer.put("ServiceCredentialSecret", password?.reveal())
    case .password, nil:
      writer.put("ServiceUserName", credential.serviceName)
      writer.put("ServicePassword", password?.reveal())
    }
    writer.put("ServiceSpecificCredentialId", credential.id)
    writer.put("UserName", user)
    let status: CredentialStatusWord = credential.status == .active ? .active : .inactive
    writer.put("Status", credential.isExpired(at: now) ? .expired : status)
  }
}

struct OneServiceCredentialOutput: WireOutput {
  let credential: ServiceCredentialOutput
  func encode(to writer: inout WireWriter) { writer.put("ServiceSpecificCredential", credential) }
}

struct CreateServiceSpecificCredential: WriteOperation {
  struct Input: WireStruct {
    let userName: NewUserName
    let service: String
    let ageDays: Int?

    init(from fields: inout Fields) {
      userName = fields.required("UserName")
      service = fields.required("ServiceName")
      ageDays = fields.optional("CredentialAgeDays", in: 1...36_600)
    }
  }

  static let failures: [ErrorCode] = [.limitExceeded, .noSuchEntity, .serviceNotSupported]

  static func access(_ input: Input, _ view: View) -> Access {
    var access = view.access("iam:CreateServiceSpecificCredential", toUser: input.userName.name)
    access.keys.append(.one("iam:ServiceSpecificCredentialServiceName", input.service))
    if let days = input.ageDays { access.keys.append(.one("iam:ServiceSpecificCredentialAgeDays", String(days))) }
    return access
  }

  static func perform(
    _ input: Input, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> OneServiceCredentialOutput {
    let user = try tx.account.user(input.userName.name)
    let service = try CredentialedService(named: input.service)
    guard input.ageDays == nil || service.form != .password else {
      throw Failure(.validationError, "CredentialAgeDays is not supported for the service \(service.rawValue).")
    }
    let others = tx.account.owned(ServiceCredentialRecord.self, by: user).filter { $0.service == service.rawValue }
    guard others.count < tx.quotas.serviceCredentialsPerUser else {
      throw .limitExceeded("ServiceSpecificCredentialsPerUser", tx.quotas.serviceCredentialsPerUser)
    }
    let id = grant.entropy.accessKeyID(.serviceCredential, account: tx.account.id).text
    guard tx.account.serviceCredentials[id: id] == nil else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "the credential id `\(id)` came twice")
    }
    let name = ServicePassword.name(for: user, in: tx.account.id, besides: others.map(\.serviceName))
    let password = ServicePassword(for: service, name: name, from: grant.entropy)
    let credential = ServiceCredentialRecord(
      id: id, user: user.id, service: service.rawValue, serviceName: name, createDate: grant.now,
      expiration: input.ageDays.map { grant.now.adding(seconds: Int64($0) * 86_400) },
      passwordDigest: password.digest)
    try tx.put(credential)
    return OneServiceCredentialOutput(
      credential: ServiceCredentialOutput(
        user: user.name, credential: credential, password: password.shown, now: grant.now))
  }
}

struct ListServiceSpecificCredentials: ReadOperation {
  struct Input: WireStruct {
    let userName: NewUserName?
    let service: String?
    let allUsers: Bool?
    let page: PageRequest

    init(from fields: inout Fields) {
      userName = fields.optional("UserName")
      service = fields.optional("ServiceName")
      allUsers = fields.optional("AllUsers")
      page = PageRequest(from: &fields)
    }

    var wantsAll: Bool { allUsers == true }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceNotSupported]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    guard !input.wantsAll else {
      return Access("iam:ListServiceSpecificCredentials", on: .iam(view.account.id, "user/*"))
    }
    return try view.access("iam:ListServiceSpecificCredentials", toCredentialsOf: input.userName?.name)
  }

  struct Output: WireOutput {
    let credentials: Page<ServiceCredentialOutput>
    func encode(to writer: inout WireWriter) { credentials.encode(as: "ServiceSpecificCredentials", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    guard !input.wantsAll || input.userName == nil else {
      throw Failure(.validationError, "AllUsers cannot be specified together with UserName.")
    }
    let service = try input.service.map { name throws(Failure) in try CredentialedService(named: name).rawValue }
    var found: [ServiceCredentialRecord] = []
    var filters: [String?] = [service]
    if input.wantsAll {
      view.account.serviceCredentials.forEach { found.append($0) }
      found.sort { $0.listKey < $1.listKey }
    } else {
      let user = try CredentialOwner(input.userName?.name, of: grant, in: view.account).requireUser()
      found = view.account.owned(ServiceCredentialRecord.self, by: user)
      filters.append(user.id)
    }
    if let service { found.removeAll { $0.service != service } }
    let page = try Pager(grant, filters: filters).page(of: found, by: \.listKey, input.page)
    return Output(
      credentials: page.map { credential in
        let user = view.account.users[id: credential.user]?.name ?? ""
        return ServiceCredentialOutput(user: user, credential: credential, now: grant.now)
      })
  }
}

struct UpdateServiceSpecificCredential: WriteOperation {
  struct Input: WireStruct {
    let credential: ServiceCredentialInput
    let status: CredentialStatusWord

    init(from fields: inout Fields) {
      credential = ServiceCredentialInput(from: &fields)
      status = fields.required("Status")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:UpdateServiceSpecificCredential", toCredentialsOf: input.credential.userName?.name)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let owner = try CredentialOwner(input.credential.userName?.name, of: grant, in: tx.account)
    var credential = try owner.credential(input.credential.id, in: tx.account).credential
    guard let status = input.status.settable else {
      throw Failure(
        .validationError, "The status of a service-specific credential can be set to Active or Inactive only.")
    }
    credential.status = status
    try tx.put(credential)
    return EmptyOutput()
  }
}

struct ResetServiceSpecificCredential: WriteOperation {
  typealias Input = ServiceCredentialInput
  static let failures: [ErrorCode] = [.noSuchEntity]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:ResetServiceSpecificCredential", toCredentialsOf: input.userName?.name)
  }

  static func perform(
    _ input: Input, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> OneServiceCredentialOutput {
    let owner = try CredentialOwner(input.userName?.name, of: grant, in: tx.account)
    var (user, credential) = try owner.credential(input.id, in: tx.account)
    let service = try CredentialedService(named: credential.service)
    let password = ServicePassword(for: service, name: credential.serviceName, from: grant.entropy)
    credential.passwordDigest = password.digest
    try tx.put(credential)
    return OneServiceCredentialOutput(
      credential: ServiceCredentialOutput(
        user: user.name, credential: credential, password: password.shown, now: grant.now))
  }
}

struct DeleteServiceSpecificCredential: WriteOperation {
  typealias Input = ServiceCredentialInput
  static let failures: [ErrorCode] = [.noSuchEntity]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:DeleteServiceSpecificCredential", toCredentialsOf: input.userName?.name)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let owner = try CredentialOwner(input.userName?.name, of: grant, in: tx.account)
    tx.delete(try owner.credential(input.id, in: tx.account).credential)
    return EmptyOutput()
  }
}

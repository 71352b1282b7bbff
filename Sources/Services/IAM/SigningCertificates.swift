import AWSCore
import AWSWire
import Directory
import ServiceKit

enum SigningCertificates {
  static let operations: [any Operation.Type] = [
    UploadSigningCertificate.self, ListSigningCertificates.self, UpdateSigningCertificate.self,
    DeleteSigningCertificate.self,
  ]
}

/// The id of a signing certificate as a request names it.
struct CertificateIDText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(24...128, pattern: #"[\w]+"#, of: .word())
  let text: String
  init(unchecked text: String) { self.text = text }
}

extension CredentialOwner {
  fileprivate func certificate(
    _ id: CertificateIDText, in account: Account
  ) throws(Failure) -> SigningCertificateRecord {
    guard let certificate = account.signingCertificates[id: id.text], certificate.user == user?.id else {
      throw Failure(.noSuchEntity, "The Certificate with id \(id) cannot be found.")
    }
    return certificate
  }
}

struct SigningCertificateOutput: WireOutput {
  let owner: String?
  let certificate: SigningCertificateRecord

  func encode(to writer: inout WireWriter) {
    writer.put("UserName", owner)
    writer.put("CertificateId", certificate.id)
    writer.put("CertificateBody", certificate.body)
    writer.put("Status", certificate.status.rawValue)
    writer.put("UploadDate", certificate.uploadDate)
  }
}

struct UploadSigningCertificate: WriteOperation {
  struct Input: WireStruct {
    let userName: UserName?
    let body: CertificateText

    init(from fields: inout Fields) {
      userName = fields.optional("UserName")
      body = fields.required("CertificateBody")
    }
  }

  static let failures: [ErrorCode] = [
    .limitExceeded, .entityAlreadyExists, .malformedCertificate, .invalidCertificate, .duplicateCertificate,
    .noSuchEntity, .concurrentModification, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:UploadSigningCertificate", toCredentialsOf: input.userName)
  }

  struct Output: WireOutput {
    let certificate: SigningCertificateOutput
    func encode(to writer: inout WireWriter) { writer.put("Certificate", certificate) }
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> Output {
    let owner = try CredentialOwner(input.userName, of: grant, in: tx.account)
    let certificate = try X509Certificate(input.body)
    guard certificate.isValid(at: grant.now) else {
      throw Failure(.invalidCertificate, "The certificate is expired or not yet valid.")
    }
    // AWS: one certificate belongs to one user of the account.
    guard tx.account.signingCertificates[id: certificate.id] == nil else {
      throw Failure(.duplicateCertificate, "The certificate is already associated with a user in the account.")
    }
    guard tx.account.owned(SigningCertificateRecord.self, by: owner.user).count < tx.quotas.signingCertificatesPerUser
    else {
      throw .limitExceeded("SigningCertificatesPerUser", tx.quotas.signingCertificatesPerUser)
    }
    let record = SigningCertificateRecord(
      id: certificate.id, user: owner.user?.id, uploadDate: grant.now, body: input.body.text)
    try tx.put(record)
    // AWS: the root user goes by the name of its account, as in GetUser.
    let name = owner.user?.name ?? tx.account.settings?.rootUserName
    return Output(certificate: SigningCertificateOutput(owner: name, certificate: record))
  }
}

struct ListSigningCertificates: ReadOperation {
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
    try view.access("iam:ListSigningCertificates", toCredentialsOf: input.userName)
  }

  struct Output: WireOutput {
    let certificates: Page<SigningCertificateOutput>
    func encode(to writer: inout WireWriter) { certificates.encode(as: "Certificates", to: &writer) }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let owner = try CredentialOwner(input.userName, of: grant, in: view.account)
    let name = owner.user?.name ?? view.account.settings?.rootUserName
    let page = try Pager(grant, filters: [owner.user?.id]).page(
      of: view.account.owned(SigningCertificateRecord.self, by: owner.user), by: \.listKey, input.page)
    return Output(certificates: page.map { SigningCertificateOutput(owner: name, certificate: $0) })
  }
}

struct UpdateSigningCertificate: WriteOperation {
  struct Input: WireStruct {
    let userName: UserName?
    let id: CertificateIDText
    let status: CredentialStatusWord

    init(from fields: inout Fields) {
      userName = fields.optional("UserName")
      id = fields.required("CertificateId")
      status = fields.required("Status")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .serviceFailure, .invalidInput]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:UpdateSigningCertificate", toCredentialsOf: input.userName)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let owner = try CredentialOwner(input.userName, of: grant, in: tx.account)
    var certificate = try owner.certificate(input.id, in: tx.account)
    guard let status = input.status.settable else {
      throw .invalidInput("The status of a signing certificate can be set to Active or Inactive only.")
    }
    certificate.status = status
    try tx.put(certificate)
    return EmptyOutput()
  }
}

struct DeleteSigningCertificate: WriteOperation {
  struct Input: WireStruct {
    let userName: UserName?
    let id: CertificateIDText

    init(from fields: inout Fields) {
      userName = fields.optional("UserName")
      id = fields.required("CertificateId")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .limitExceeded, .concurrentModification, .serviceFailure]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:DeleteSigningCertificate", toCredentialsOf: input.userName)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    let owner = try CredentialOwner(input.userName, of: grant, in: tx.account)
    tx.delete(try owner.certificate(input.id, in: tx.account))
    return EmptyOutput()
  }
}

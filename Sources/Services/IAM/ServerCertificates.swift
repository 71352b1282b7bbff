import AWSCore
import AWSWire
import Directory
import ServiceKit

enum ServerCertificates {
  static let operations: [any Operation.Type] = [
    UploadServerCertificate.self, GetServerCertificate.self, ListServerCertificates.self,
    UpdateServerCertificate.self, DeleteServerCertificate.self, TagServerCertificate.self,
    UntagServerCertificate.self, ListServerCertificateTags.self,
  ]
}

extension Account {
  func serverCertificate(_ name: ServerCertificateName) throws(Failure) -> ServerCertificateRecord {
    guard let certificate = serverCertificates[name: name.text] else {
      throw Failure(.noSuchEntity, "The Server Certificate with name \(name) cannot be found.")
    }
    return certificate
  }
}

extension View {
  func access(_ action: String, toCertificate name: ServerCertificateName) -> Access {
    guard let certificate = account.serverCertificates[name: name.text] else {
      return Access(action, on: .iam(account.id, "server-certificate/\(name)"))
    }
    return Access(action, on: certificate.arn).on(tagged: certificate)
  }
}

extension Failure {
  fileprivate static func certificateExists(_ name: ServerCertificateName) -> Failure {
    Failure(.entityAlreadyExists, "The Server Certificate with name \(name) already exists.")
  }
}

/// What is said of a server certificate without the certificate itself.
struct ServerCertificateMetadata: WireOutput {
  let certificate: ServerCertificateRecord

  func encode(to writer: inout WireWriter) {
    writer.put("Path", certificate.path)
    writer.put("ServerCertificateName", certificate.certificateName)
    writer.put("ServerCertificateId", certificate.id)
    writer.put("Arn", certificate.arn)
    writer.put("UploadDate", certificate.uploadDate)
    writer.put("Expiration", certificate.expiration)
  }
}

struct UploadServerCertificate: WriteOperation {
  struct Input: WireStruct {
    let path: Path?
    let name: ServerCertificateName
    let body: CertificateText
    let privateKey: Secret<PrivateKeyText>
    let chain: CertificateChainText?
    let tags: [Tag]

    init(from fields: inout Fields) {
      path = fields.optional("Path")
      name = fields.required("ServerCertificateName")
      body = fields.required("CertificateBody")
      privateKey = fields.required("PrivateKey")
      chain = fields.optional("CertificateChain")
      tags = fields.list("Tags", max: 50) ?? []
    }
  }

  static let failures: [ErrorCode] = [
    .limitExceeded, .invalidInput, .entityAlreadyExists, .malformedCertificate, .keyPairMismatch,
    .concurrentModification, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    let resource = "server-certificate\(input.path ?? .root)\(input.name)"
    return Access("iam:UploadServerCertificate", on: .iam(view.account.id, resource)).requesting(tags: input.tags)
  }

  struct Output: WireOutput {
    let certificate: ServerCertificateRecord

    func encode(to writer: inout WireWriter) {
      writer.put("ServerCertificateMetadata", ServerCertificateMetadata(certificate: certificate))
      if !certificate.tags.isEmpty { writer.put("Tags", certificate.tags) }
    }
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> Output {
    let certificate = try X509Certificate(input.body)
    try certificate.requirePair(with: input.privateKey.reveal())
    try certificate.requireValidity(at: grant.now)
    if let chain = input.chain { try certificate.requireChain(chain) }
    guard tx.account.serverCertificates[name: input.name.text] == nil else { throw .certificateExists(input.name) }
    guard tx.account.serverCertificates.count < tx.quotas.serverCertificates else {
      throw .limitExceeded("ServerCertificatesPerAccount", tx.quotas.serverCertificates)
    }
    let record = ServerCertificateRecord(
      id: grant.entropy.uniqueID(.certificate), account: tx.account.id, certificateName: input.name,
      path: input.path ?? .root, uploadDate: grant.now, expiration: certificate.expiration, body: input.body.text,
      chain: input.chain?.text, tags: try input.tags.checked(against: tx.quotas))
    try tx.put(record)
    return Output(certificate: record)
  }
}

struct ServerCertificateInput: WireStruct {
  let name: ServerCertificateName
  init(from fields: inout Fields) { name = fields.required("ServerCertificateName") }
}

struct GetServerCertificate: ReadOperation {
  typealias Input = ServerCertificateInput
  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:GetServerCertificate", toCertificate: input.name)
  }

  struct Output: WireOutput {
    let certificate: ServerCertificateRecord

    func encode(to writer: inout WireWriter) {
      writer.structure("ServerCertificate") { shown in
        shown.put("ServerCertificateMetadata", ServerCertificateMetadata(certificate: certificate))
        shown.put("CertificateBody", certificate.body)
        shown.put("CertificateChain", certificate.chain)
        if !certificate.tags.isEmpty { shown.put("Tags", certificate.tags) }
      }
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    Output(certificate: try view.account.serverCertificate(input.name))
  }
}

struct ListServerCertificates: ReadOperation {
  typealias Input = ListByPathInput
  static let failures: [ErrorCode] = [.serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:ListServerCertificates", on: .iam(view.account.id, "server-certificate\(input.prefix)"))
  }

  struct Output: WireOutput {
    let certificates: Page<ServerCertificateMetadata>
    func encode(to writer: inout WireWriter) {
      certificates.encode(as: "ServerCertificateMetadataList", to: &writer)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let prefix = input.prefix
    let page = try Pager(grant, filters: [prefix]).page(of: view.account.serverCertificates, input.page) {
      $0.path.text.hasPrefix(prefix)
    }
    return Output(certificates: page.map(ServerCertificateMetadata.init))
  }
}

struct UpdateServerCertificate: WriteOperation {
  struct Input: WireStruct {
    let name: ServerCertificateName
    let newPath: Path?
    let newName: ServerCertificateName?

    init(from fields: inout Fields) {
      name = fields.required("ServerCertificateName")
      newPath = fields.optional("NewPath")
      newName = fields.optional("NewServerCertificateName")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .entityAlreadyExists, .limitExceeded, .serviceFailure]

  // AWS: permission is needed on the certificate as it is and as it is to be.
  static func access(_ input: Input, _ view: View) -> Access {
    let now = view.access("iam:UpdateServerCertificate", toCertificate: input.name)
    guard input.newPath != nil || input.newName != nil else { return now }
    let path = input.newPath ?? view.account.serverCertificates[name: input.name.text]?.path ?? .root
    let resource = "server-certificate\(path)\(input.newName ?? input.name)"
    return now.also(Access("iam:UpdateServerCertificate", on: .iam(view.account.id, resource)))
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var certificate = try tx.account.serverCertificate(input.name)
    if let name = input.newName {
      if let other = tx.account.serverCertificates[name: name.text], other.id != certificate.id {
        throw .certificateExists(name)
      }
      certificate.certificateName = name
    }
    if let path = input.newPath { certificate.path = path }
    try tx.put(certificate)
    return EmptyOutput()
  }
}

// AWS: a certificate that a load balancer uses is refused; there are no load balancers here.
struct DeleteServerCertificate: WriteOperation {
  typealias Input = ServerCertificateInput
  static let failures: [ErrorCode] = [.noSuchEntity, .deleteConflict, .limitExceeded, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:DeleteServerCertificate", toCertificate: input.name)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    tx.delete(try tx.account.serverCertificate(input.name))
    return EmptyOutput()
  }
}

// MARK: Tags

extension ServerCertificateRecord: TagTarget {
  static let nameMember = "ServerCertificateName"
  static func named(
    _ name: ServerCertificateName, in account: Account
  ) throws(Failure) -> ServerCertificateRecord { try account.serverCertificate(name) }
  static func access(_ action: String, toTagsOf name: ServerCertificateName, _ view: View) -> Access {
    view.access(action, toCertificate: name)
  }
  func put(into tx: inout Transaction) throws(Failure) { try tx.put(self) }
}

struct TagServerCertificate: TagOperation { typealias Target = ServerCertificateRecord }

struct UntagServerCertificate: UntagOperation {
  typealias Target = ServerCertificateRecord
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .concurrentModification, .serviceFailure]
}

struct ListServerCertificateTags: ListTagsOperation { typealias Target = ServerCertificateRecord }

import AWSCore
import AWSWire
import Directory
import SAML
import ServiceKit

enum SAMLProviders {
  static let operations: [any Operation.Type] = [
    CreateSAMLProvider.self, GetSAMLProvider.self, UpdateSAMLProvider.self, DeleteSAMLProvider.self,
    ListSAMLProviders.self, TagSAMLProvider.self, UntagSAMLProvider.self, ListSAMLProviderTags.self,
  ]

  static func created(_ name: SAMLProviderName, in account: AccountID) -> ARN { .iam(account, "saml-provider/\(name)") }
}

// MARK: Texts

struct SAMLMetadataText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1_000...10_000_000)
  let text: String
  init(unchecked text: String) { self.text = text }
}

/// A private key in PEM. Sensitive: no message repeats it.
struct SAMLPrivateKeyText: ConstrainedString, WireDecodable {
  static let isSensitive = true
  static let constraint = StringConstraint(
    1...16_384, pattern: #"[\u0009\u000A\u000D\u0020-\u00FF]+"#,
    matches: { bytes in
      !bytes.isEmpty
        && String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
          (0x20...0xFF).contains(scalar.value) || scalar == "\t" || scalar == "\n" || scalar == "\r"
        }
    })
  let text: String
  init(unchecked text: String) { self.text = text }

  var customMirror: Mirror { Mirror(self, children: []) }
}

extension SAMLPrivateKeyText: CustomReflectable {}

/// The id of a private key as a request names it.
struct PrivateKeyID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(
    22...64, pattern: #"[A-Z0-9]+"#, of: ByteClass("", ranges: [0x41...0x5A] + ByteClass.digits))
  let text: String
  init(unchecked text: String) { self.text = text }
}

enum AssertionEncryptionMode: String, WireEnum {
  case required = "Required"
  case allowed = "Allowed"

  var recorded: SAMLProviderRecord.EncryptionMode { self == .required ? .required : .allowed }
}

// MARK: Look-ups

extension Account {
  func samlProvider(_ text: ARNText) throws(Failure) -> SAMLProviderRecord {
    let arn = try ARN(parsing: text)
    guard let provider = samlProvider(arn) else {
      throw Failure(.noSuchEntity, "Manifest not found for arn \(arn)")
    }
    return provider
  }
}

extension View {
  func access(_ action: String, toSAMLProvider text: ARNText) -> Access {
    guard let arn = ARN(text.text) else { return Access(action, on: .iam(account.id, "saml-provider/\(text)")) }
    return Access(action, on: arn).on(tagged: account.samlProvider(arn))
  }
}

extension SAMLProviderRecord: TagTarget {
  static let nameMember = "SAMLProviderArn"
  static func named(_ name: ARNText, in account: Account) throws(Failure) -> SAMLProviderRecord {
    try account.samlProvider(name)
  }
  static func access(_ action: String, toTagsOf name: ARNText, _ view: View) -> Access {
    view.access(action, toSAMLProvider: name)
  }
  func put(into tx: inout Transaction) throws(Failure) { try tx.put(self) }
}

struct TagSAMLProvider: TagOperation { typealias Target = SAMLProviderRecord }

struct UntagSAMLProvider: UntagOperation {
  typealias Target = SAMLProviderRecord
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .concurrentModification, .serviceFailure]
}

struct ListSAMLProviderTags: ListTagsOperation {
  typealias Target = SAMLProviderRecord
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]
}

// MARK: What is checked before anything is written

extension SAMLProviderRecord.Metadata {
  // AWS: a document without an end holds for a hundred years.
  private static let lifetimeSeconds: Int64 = 36_525 * 86_400

  init(_ text: SAMLMetadataText, now: Timestamp) throws(Failure) {
    do throws(SAMLRefusal) {
      let parsed = try ProviderMetadata(parsing: text.text)
      self.init(
        document: text.text, entityID: parsed.entityID,
        signingCertificates: parsed.signingCertificates.map { Base64.encode($0) },
        validUntil: parsed.validUntil ?? now.adding(seconds: Self.lifetimeSeconds))
    } catch {
      throw .invalidInput(error.message)
    }
    guard now < validUntil else { throw .invalidInput("The metadata document has expired: its validUntil is past.") }
  }
}

extension SAMLPrivateKeyText {
  func checked() throws(Failure) -> Secret<String> {
    do throws(SAMLRefusal) {
      _ = try DecryptionKey(pem: Secret(text))
    } catch {
      throw .invalidInput(error.message)
    }
    return Secret(text)
  }
}

extension SAMLProviderRecord {
  mutating func add(_ key: Secret<String>, _ tx: Transaction, _ grant: Grant) throws(Failure) {
    guard privateKeys.count < tx.quotas.privateKeysPerSAMLProvider else {
      throw .limitExceeded("PrivateKeysPerSAMLProvider", tx.quotas.privateKeysPerSAMLProvider)
    }
    guard let dataKey = tx.account.dataKey else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "account `\(tx.account.id)` has no data key")
    }
    let id = grant.entropy.opaqueID()
    let sealed = dataKey.seal(Array(key.reveal().utf8), as: field(ofKey: id))
    privateKeys.append(PrivateKey(id: id, added: grant.now, sealedPEM: sealed))
  }

  /// Whoever must encrypt needs a key to encrypt for.
  func checkEncryption() throws(Failure) {
    guard encryptionMode != .required || !privateKeys.isEmpty else {
      throw .invalidInput("AssertionEncryptionMode Required needs a private key.")
    }
  }
}

// MARK: Operations

struct CreateSAMLProvider: PreparedWriteOperation {
  struct Input: WireStruct {
    let metadata: SAMLMetadataText
    let name: SAMLProviderName
    let tags: [Tag]
    let encryptionMode: AssertionEncryptionMode?
    let addedKey: SAMLPrivateKeyText?

    init(from fields: inout Fields) {
      metadata = fields.required("SAMLMetadataDocument")
      name = fields.required("Name")
      tags = fields.list("Tags", max: 50) ?? []
      encryptionMode = fields.optional("AssertionEncryptionMode")
      addedKey = fields.optional("AddPrivateKey")
    }
  }

  struct Prepared: Sendable {
    let metadata: SAMLProviderRecord.Metadata
    let key: Secret<String>?
  }

  static let failures: [ErrorCode] = [
    .invalidInput, .entityAlreadyExists, .limitExceeded, .concurrentModification, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    Access("iam:CreateSAMLProvider", on: SAMLProviders.created(input.name, in: view.account.id))
      .requesting(tags: input.tags)
  }

  static func prepare(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Prepared {
    Prepared(
      metadata: try SAMLProviderRecord.Metadata(input.metadata, now: grant.now), key: try input.addedKey?.checked())
  }

  struct Output: WireOutput {
    let provider: SAMLProviderRecord

    func encode(to writer: inout WireWriter) {
      writer.put("SAMLProviderArn", provider.arn)
      if !provider.tags.isEmpty { writer.put("Tags", provider.tags) }
    }
  }

  static func perform(
    _ input: Input, _ prepared: Prepared, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> Output {
    guard tx.account.samlProviders[name: input.name.text] == nil else {
      throw .alreadyExists("SAMLProvider", input.name.text)
    }
    guard tx.account.samlProviders.count < tx.quotas.samlProviders else {
      throw .limitExceeded("SAMLProvidersPerAccount", tx.quotas.samlProviders)
    }
    var provider = SAMLProviderRecord(
      id: grant.entropy.opaqueID(), account: tx.account.id, providerName: input.name, createDate: grant.now,
      metadata: prepared.metadata, encryptionMode: input.encryptionMode?.recorded,
      tags: try input.tags.checked(against: tx.quotas))
    if let key = prepared.key { try provider.add(key, tx, grant) }
    try provider.checkEncryption()
    try tx.put(provider)
    return Output(provider: provider)
  }
}

struct SAMLProviderInput: WireStruct {
  let arn: ARNText
  init(from fields: inout Fields) { arn = fields.required("SAMLProviderArn") }
}

struct GetSAMLProvider: ReadOperation {
  typealias Input = SAMLProviderInput
  static let failures: [ErrorCode] = [.noSuchEntity, .invalidInput, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:GetSAMLProvider", toSAMLProvider: input.arn)
  }

  struct Output: WireOutput {
    struct KeyOutput: WireOutput {
      let key: SAMLProviderRecord.PrivateKey

      func encode(to writer: inout WireWriter) {
        writer.put("KeyId", key.id)
        writer.put("Timestamp", key.added)
      }
    }

    let provider: SAMLProviderRecord

    func encode(to writer: inout WireWriter) {
      writer.put("SAMLProviderUUID", provider.id)
      writer.put("SAMLMetadataDocument", provider.metadata.document)
      writer.put("CreateDate", provider.createDate)
      writer.put("ValidUntil", provider.metadata.validUntil)
      if !provider.tags.isEmpty { writer.put("Tags", provider.tags.sorted { $0.key < $1.key }) }
      writer.put("AssertionEncryptionMode", provider.encryptionMode?.rawValue)
      if !provider.privateKeys.isEmpty {
        writer.put("PrivateKeyList", provider.privateKeys.map { KeyOutput(key: $0) })
      }
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    Output(provider: try view.account.samlProvider(input.arn))
  }
}

struct DeleteSAMLProvider: WriteOperation {
  typealias Input = SAMLProviderInput
  static let failures: [ErrorCode] = [.invalidInput, .limitExceeded, .noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:DeleteSAMLProvider", toSAMLProvider: input.arn)
  }

  // AWS: roles that trust the provider stay as they are; nobody can assume them through it any longer.
  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    tx.delete(try tx.account.samlProvider(input.arn))
    return EmptyOutput()
  }
}

struct ListSAMLProviders: ReadOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = [.serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access { Access("iam:ListSAMLProviders") }

  struct Output: WireOutput {
    struct Entry: WireOutput {
      let provider: SAMLProviderRecord

      func encode(to writer: inout WireWriter) {
        writer.put("Arn", provider.arn)
        writer.put("ValidUntil", provider.metadata.validUntil)
        writer.put("CreateDate", provider.createDate)
      }
    }

    let providers: [Entry]
    func encode(to writer: inout WireWriter) { writer.put("SAMLProviderList", providers) }
  }

  // AWS: the list has no pages; the quota keeps it short.
  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    var found: [Output.Entry] = []
    view.account.samlProviders.walk { provider in
      found.append(Output.Entry(provider: provider))
      return true
    }
    return Output(providers: found)
  }
}

import AWSCore
import AWSWire
import Directory
import ServiceKit

struct UpdateSAMLProvider: PreparedWriteOperation {
  struct Input: WireStruct {
    let metadata: SAMLMetadataText?
    let arn: ARNText
    let encryptionMode: AssertionEncryptionMode?
    let addedKey: SAMLPrivateKeyText?
    let removedKey: PrivateKeyID?

    init(from fields: inout Fields) {
      metadata = fields.optional("SAMLMetadataDocument")
      arn = fields.required("SAMLProviderArn")
      encryptionMode = fields.optional("AssertionEncryptionMode")
      addedKey = fields.optional("AddPrivateKey")
      removedKey = fields.optional("RemovePrivateKey")
    }
  }

  struct Prepared: Sendable {
    let metadata: SAMLProviderRecord.Metadata?
    let key: Secret<String>?
  }

  static let failures: [ErrorCode] = [
    .noSuchEntity, .invalidInput, .limitExceeded, .concurrentModification, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:UpdateSAMLProvider", toSAMLProvider: input.arn)
  }

  static func prepare(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Prepared {
    // AWS: "add your new private key and then remove the old key in a separate request" (API reference).
    guard input.addedKey == nil || input.removedKey == nil else {
      throw .invalidInput("AddPrivateKey and RemovePrivateKey cannot come in one request.")
    }
    let metadata: SAMLProviderRecord.Metadata? =
      if let text = input.metadata { try SAMLProviderRecord.Metadata(text, now: grant.now) } else { nil }
    return Prepared(metadata: metadata, key: try input.addedKey?.checked())
  }

  struct Output: WireOutput {
    let arn: ARN
    func encode(to writer: inout WireWriter) { writer.put("SAMLProviderArn", arn) }
  }

  static func perform(
    _ input: Input, _ prepared: Prepared, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> Output {
    var provider = try tx.account.samlProvider(input.arn)
    if let metadata = prepared.metadata { provider.metadata = metadata }
    if let mode = input.encryptionMode { provider.encryptionMode = mode.recorded }
    if let key = prepared.key { try provider.add(key, tx, grant) }
    if let removed = input.removedKey {
      guard let index = provider.privateKeys.firstIndex(where: { $0.id == removed.text }) else {
        throw Failure(.noSuchEntity, "The private key with id \(removed) cannot be found.")
      }
      provider.privateKeys.remove(at: index)
    }
    try provider.checkEncryption()
    try tx.put(provider)
    return Output(arn: provider.arn)
  }
}

import AWSCore
import AWSWire
import Directory
import ServiceKit
import WebIdentity

enum OpenIDConnectProviders {
  static let operations: [any Operation.Type] = [
    CreateOpenIDConnectProvider.self, GetOpenIDConnectProvider.self, ListOpenIDConnectProviders.self,
    DeleteOpenIDConnectProvider.self, AddClientIDToOpenIDConnectProvider.self,
    RemoveClientIDFromOpenIDConnectProvider.self, UpdateOpenIDConnectProviderThumbprint.self,
    TagOpenIDConnectProvider.self, UntagOpenIDConnectProvider.self, ListOpenIDConnectProviderTags.self,
  ]
}

// MARK: What a provider is made of

struct ProviderURLText: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...255)
  let text: String
  init(unchecked text: String) { self.text = text }

  /// - Parameter mayBePrivate: whether a port is allowed too.
  // AWS: https, a host, perhaps a path; no query, and no port (API_CreateOpenIDConnectProvider.html).
  func url(mayBePrivate: Bool) throws(Failure) -> HTTPSURL {
    guard let url = HTTPSURL(text), url.query == nil, url.port == nil || mayBePrivate else {
      throw Failure(.validationError, "Invalid Open ID Connect Provider URL")
    }
    return url
  }
}

struct ClientID: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(1...255)
  let text: String
  init(unchecked text: String) { self.text = text }
}

struct Thumbprint: ConstrainedString, WireDecodable {
  static let constraint = StringConstraint(40...40)
  let text: String
  init(unchecked text: String) { self.text = text }
  var isHexadecimal: Bool { text.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit } }
}

extension [Thumbprint] {
  static let countMax = 5

  fileprivate func checked() throws(Failure) -> [String] {
    // AWS: the sentence says fewer; five are allowed.
    guard count <= Self.countMax else {
      throw .invalidInput("Thumbprint list must contain fewer than \(Self.countMax) entries.")
    }
    for thumbprint in self where !thumbprint.isHexadecimal {
      throw .invalidInput("Thumbprint \(thumbprint) is not the hexadecimal SHA-1 hash of a certificate.")
    }
    return map(\.text)
  }
}

extension [String] {
  /// The client ids with a further one, which may be there already.
  fileprivate func adding(_ id: String, _ quotas: Quotas) throws(Failure) -> [String] {
    guard !contains(id) else { return self }
    guard count < quotas.clientIDsPerOpenIDConnectProvider else {
      throw .limitExceeded("ClientIdsPerOpenIdConnectProvider", quotas.clientIDsPerOpenIDConnectProvider)
    }
    return self + [id]
  }
}

extension Account {
  func openIDConnectProvider(_ text: ARNText) throws(Failure) -> OpenIDConnectProviderRecord {
    guard let provider = openIDConnectProvider(try ARN(parsing: text)) else {
      throw Failure(.noSuchEntity, "OpenIDConnect Provider not found for arn \(text)")
    }
    return provider
  }
}

extension View {
  /// The access to a provider that exists or not; what is no ARN is no provider's.
  func access(_ action: String, toOpenIDConnectProvider text: ARNText) -> Access {
    guard let arn = ARN(text.text) else { return Access(action, on: .iam(account.id, "oidc-provider/\(text)")) }
    return Access(action, on: arn).on(tagged: account.openIDConnectProvider(arn))
  }
}

extension OpenIDConnectProviderRecord {
  static let arnMember = "OpenIDConnectProviderArn"

  // AWS: sorted by key, here too.
  fileprivate var shownTags: [Tag] { tags.sorted { $0.key < $1.key } }
}

// MARK: Operations

struct CreateOpenIDConnectProvider: PreparedWriteOperation {
  struct Input: WireStruct {
    let url: ProviderURLText
    let clientIDs: [ClientID]
    let thumbprints: [Thumbprint]
    let tags: [Tag]

    init(from fields: inout Fields) {
      url = fields.required("Url")
      clientIDs = fields.list("ClientIDList") ?? []
      thumbprints = fields.list("ThumbprintList") ?? []
      tags = fields.list("Tags", max: 50) ?? []
    }
  }

  static let failures: [ErrorCode] = [
    .invalidInput, .entityAlreadyExists, .limitExceeded, .concurrentModification, .serviceFailure,
    .openIDIssuerUnreachable,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    let name = input.url.text.hasPrefix(HTTPSURL.scheme) ? input.url.text.dropFirst(HTTPSURL.scheme.count) : ""
    return Access("iam:CreateOpenIDConnectProvider", on: .iam(view.account.id, "oidc-provider/\(name)"))
      .requesting(tags: input.tags)
  }

  struct Output: WireOutput {
    let provider: OpenIDConnectProviderRecord

    func encode(to writer: inout WireWriter) {
      writer.put("OpenIDConnectProviderArn", provider.arn)
      if !provider.tags.isEmpty { writer.put("Tags", provider.shownTags) }
    }
  }

  /// The thumbprints: those of the input, else the one that the issuer's server shows.
  // AWS: fetched where none is given (API_CreateOpenIDConnectProvider.html).
  static func prepare(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> [String] {
    guard input.thumbprints.isEmpty else { return try input.thumbprints.checked() }
    let keys = grant.call.environment.issuerKeys
    let url = try input.url.url(mayBePrivate: keys.allowsPrivateIssuers)
    do throws(KeyFailure) {
      return [try await keys.certificateHash(of: url)]
    } catch {
      throw Failure(
        .openIDIssuerUnreachable, "IAM cannot connect to the OpenID Connect identity provider \(url).",
        reason: "\(error)")
    }
  }

  static func perform(
    _ input: Input, _ thumbprints: [String], _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> Output {
    let url = try input.url.url(mayBePrivate: grant.call.environment.issuerKeys.allowsPrivateIssuers)
    guard tx.account.openIDConnectProviders[id: OpenIDConnectProviderRecord.name(of: url)] == nil else {
      throw Failure(.entityAlreadyExists, "Provider with url \(url) already exists.")
    }
    guard tx.account.openIDConnectProviders.count < tx.quotas.openIDConnectProviders else {
      throw .limitExceeded("OpenIdConnectProvidersPerAccount", tx.quotas.openIDConnectProviders)
    }
    var clientIDs: [String] = []
    for id in input.clientIDs { clientIDs = try clientIDs.adding(id.text, tx.quotas) }
    let provider = OpenIDConnectProviderRecord(
      account: tx.account.id, url: url, createDate: grant.now, clientIDs: clientIDs,
      thumbprints: thumbprints, tags: try input.tags.checked(against: tx.quotas))
    try tx.put(provider)
    return Output(provider: provider)
  }
}

/// The input of the operations that take the ARN of a provider and nothing else.
struct OpenIDConnectProviderInput: WireStruct {
  let arn: ARNText
  init(from fields: inout Fields) { arn = fields.required(OpenIDConnectProviderRecord.arnMember) }
}

struct GetOpenIDConnectProvider: ReadOperation {
  typealias Input = OpenIDConnectProviderInput
  static let failures: [ErrorCode] = [.invalidInput, .noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:GetOpenIDConnectProvider", toOpenIDConnectProvider: input.arn)
  }

  struct Output: WireOutput {
    let provider: OpenIDConnectProviderRecord

    func encode(to writer: inout WireWriter) {
      // AWS: without the scheme.
      writer.put("Url", provider.id)
      writer.put("ClientIDList", provider.clientIDs)
      writer.put("ThumbprintList", provider.thumbprints)
      writer.put("CreateDate", provider.createDate)
      writer.put("Tags", provider.shownTags)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    Output(provider: try view.account.openIDConnectProvider(input.arn))
  }
}

struct ListOpenIDConnectProviders: ReadOperation {
  typealias Input = EmptyInput
  static let failures: [ErrorCode] = [.serviceFailure]

  // AWS: on no resource.
  static func access(_ input: Input, _ view: View) -> Access { Access("iam:ListOpenIDConnectProviders") }

  struct Entry: WireOutput {
    let arn: ARN
    func encode(to writer: inout WireWriter) { writer.put("Arn", arn) }
  }

  struct Output: WireOutput {
    let entries: [Entry]
    func encode(to writer: inout WireWriter) { writer.put("OpenIDConnectProviderList", entries) }
  }

  // AWS: all in one answer; the quota keeps it short.
  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    var arns: [ARN] = []
    view.account.openIDConnectProviders.forEach { arns.append($0.arn) }
    return Output(entries: arns.sorted { $0.text < $1.text }.map(Entry.init))
  }
}

struct DeleteOpenIDConnectProvider: WriteOperation {
  typealias Input = OpenIDConnectProviderInput
  static let failures: [ErrorCode] = [.invalidInput, .noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:DeleteOpenIDConnectProvider", toOpenIDConnectProvider: input.arn)
  }

  // AWS: what does not exist is deleted already; roles that name the provider stay as they are.
  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    if let provider = tx.account.openIDConnectProvider(try ARN(parsing: input.arn)) { tx.delete(provider) }
    return EmptyOutput()
  }
}

// MARK: Client ids and thumbprints

struct ClientIDInput: WireStruct {
  let arn: ARNText
  let clientID: ClientID

  init(from fields: inout Fields) {
    arn = fields.required(OpenIDConnectProviderRecord.arnMember)
    clientID = fields.required("ClientID")
  }
}

struct AddClientIDToOpenIDConnectProvider: WriteOperation {
  typealias Input = ClientIDInput
  static let failures: [ErrorCode] = [
    .concurrentModification, .invalidInput, .noSuchEntity, .limitExceeded, .serviceFailure,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:AddClientIDToOpenIDConnectProvider", toOpenIDConnectProvider: input.arn)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var provider = try tx.account.openIDConnectProvider(input.arn)
    provider.clientIDs = try provider.clientIDs.adding(input.clientID.text, tx.quotas)
    try tx.put(provider)
    return EmptyOutput()
  }
}

struct RemoveClientIDFromOpenIDConnectProvider: WriteOperation {
  typealias Input = ClientIDInput
  static let failures: [ErrorCode] = [.concurrentModification, .invalidInput, .noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:RemoveClientIDFromOpenIDConnectProvider", toOpenIDConnectProvider: input.arn)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var provider = try tx.account.openIDConnectProvider(input.arn)
    provider.clientIDs.removeAll { $0 == input.clientID.text }
    try tx.put(provider)
    return EmptyOutput()
  }
}

struct UpdateOpenIDConnectProviderThumbprint: WriteOperation {
  struct Input: WireStruct {
    let arn: ARNText
    let thumbprints: [Thumbprint]

    init(from fields: inout Fields) {
      arn = fields.required(OpenIDConnectProviderRecord.arnMember)
      thumbprints = fields.requiredList("ThumbprintList")
    }
  }

  static let failures: [ErrorCode] = [.concurrentModification, .invalidInput, .noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) -> Access {
    view.access("iam:UpdateOpenIDConnectProviderThumbprint", toOpenIDConnectProvider: input.arn)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var provider = try tx.account.openIDConnectProvider(input.arn)
    guard !input.thumbprints.isEmpty else {
      throw .invalidInput("Thumbprint list must contain at least one entry.")
    }
    provider.thumbprints = try input.thumbprints.checked()
    try tx.put(provider)
    return EmptyOutput()
  }
}

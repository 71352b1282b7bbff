public import AWSCore

/// An identity provider that speaks OpenID Connect, whose tokens the account's roles may trust.
public struct OpenIDConnectProviderRecord: AccountRecord, Taggable {
  public static let kind = "oidc-provider"
  public static var table: WritableKeyPath<Account, RecordTable<Self>> { \.openIDConnectProviders }
  public let account: AccountID
  /// What tokens name as their issuer, exactly.
  public let url: HTTPSURL
  public let createDate: Timestamp
  /// The audiences that tokens may have.
  public var clientIDs: [String]
  /// SHA-1 hashes of certificates, in hexadecimal digits as they were written.
  public var thumbprints: [String]
  public var tags: [Tag]

  public init(
    account: AccountID, url: HTTPSURL, createDate: Timestamp, clientIDs: [String], thumbprints: [String], tags: [Tag]
  ) {
    self.account = account
    self.url = url
    self.createDate = createDate
    self.clientIDs = clientIDs
    self.thumbprints = thumbprints
    self.tags = tags
  }

  // AWS: URLs are told apart by letter case, and by a slash at the end.
  public var id: String { Self.name(of: url) }
  public var arn: ARN { .iam(account, "oidc-provider/", name: id) }

  /// The URL as ARNs and condition keys have it: without its scheme.
  public static func name(of url: HTTPSURL) -> String { String(url.text.dropFirst(HTTPSURL.scheme.count)) }
}

extension Account {
  /// The OpenID Connect provider with exactly that ARN.
  public func openIDConnectProvider(_ arn: ARN) -> OpenIDConnectProviderRecord? {
    let prefix = "oidc-provider/"
    guard arn.resource.hasPrefix(prefix),
      let provider = openIDConnectProviders[id: String(arn.resource.dropFirst(prefix.count))], provider.arn == arn
    else { return nil }
    return provider
  }
}

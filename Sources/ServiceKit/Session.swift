public import AWSCore
public import Directory
import FoundationEssentials
import PolicyEngine

/// What a session token says: sealed by this program, carried by the client, stored nowhere.
public struct Session: Sendable, Codable {
  public enum Principal: Sendable, Codable, Hashable {
    /// The root user, by GetSessionToken.
    case root
    /// A user by its id, by GetSessionToken.
    case user(id: String)
    /// A role by its id, by AssumeRole.
    case role(id: String, sessionName: String)
    /// What GetFederationToken names, on behalf of a user (by its id) or of the root user (nil).
    case federated(name: String, issuer: String?)
  }

  public let account: AccountID
  public let principal: Principal
  public let accessKeyID: String
  let secret: String
  public let issued: Timestamp
  public let expires: Timestamp
  /// The texts of inline session policies.
  public let policies: [String]
  /// The managed policies given as session policies.
  public let policyARNs: [ARN]
  public let tags: [Tag]
  public let transitiveTagKeys: [String]
  public let sourceIdentity: String?
  /// When the caller proved the second factor; nil where it did not.
  public let authenticatedByMFA: Timestamp?

  /// Who vouched for whom the role's session was made for; nil for a session that another one's credentials made.
  public let federation: Federation?

  /// What stays of an assertion in the session that it led to.
  public struct Federation: Sendable, Codable, Hashable {
    public struct Key: Sendable, Codable, Hashable {
      public let name: String
      public let values: [String]

      public init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values
      }
    }

    /// The value of `aws:FederatedProvider`.
    public let provider: String
    /// The condition keys of the provider that hold in every request of the session.
    public let keys: [Key]

    public init(provider: String, keys: [Key]) {
      self.provider = provider
      self.keys = keys
    }
  }

  public init(
    account: AccountID, principal: Principal, accessKeyID: String, secret: Secret<String>, issued: Timestamp,
    expires: Timestamp, policies: [String] = [], policyARNs: [ARN] = [], tags: [Tag] = [],
    transitiveTagKeys: [String] = [], sourceIdentity: String? = nil, authenticatedByMFA: Timestamp? = nil,
    federation: Federation? = nil
  ) {
    self.account = account
    self.principal = principal
    self.accessKeyID = accessKeyID
    self.secret = secret.reveal()
    self.issued = issued
    self.expires = expires
    self.policies = policies
    self.policyARNs = policyARNs
    self.tags = tags
    self.transitiveTagKeys = transitiveTagKeys
    self.sourceIdentity = sourceIdentity
    self.authenticatedByMFA = authenticatedByMFA
    self.federation = federation
  }

  public var secretAccessKey: Secret<String> { Secret(secret) }
  public var hasPolicy: Bool { !policies.isEmpty || !policyARNs.isEmpty }
}

extension Session: CustomStringConvertible, CustomReflectable {
  public var description: String { "session of \(accessKeyID)" }
  public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}

// MARK: The token

extension Session {
  /// The session token that the client gets.
  ///
  /// - Parameter minimumSize: how many bytes the token has at the least; blanks fill it up.
  public func sealed(with key: SealingKey, minimumSize: Int = 0) throws(Failure) -> String {
    do {
      let plain = Array(try JSONEncoder().encode(self))
      let token = Base64.encode(key.seal(plain, purpose: .sessionToken))
      guard token.utf8.count < minimumSize else { return token }
      // Four characters stand for three bytes.
      let blanks = [UInt8](repeating: 0x20, count: (minimumSize - token.utf8.count + 3) / 4 * 3)
      return Base64.encode(key.seal(plain + blanks, purpose: .sessionToken))
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "cannot seal a session: \(error)")
    }
  }

  /// Opens a token; nil for anything that this program did not seal.
  init?(token: String, key: SealingKey) {
    guard let bytes = Base64.decode(token), let plain = try? key.open(bytes, purpose: .sessionToken),
      let session = try? JSONDecoder().decode(Session.self, from: Data(plain))
    else { return nil }
    self = session
  }
}

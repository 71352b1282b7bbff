import AWSCore
import AWSWire
public import Directory
import PolicyEngine
import Synchronization

/// Gate 1: who is calling? The only maker of a ``Caller``.
public final class Authenticator: Sendable {
  private let directory: Directory
  private let signingKeys = SigningKeyCache()
  private let sessions = SessionCache()

  public init(directory: Directory) { self.directory = directory }

  /// Forgets the tokens that were opened, after what sealed them has gone.
  func reset() { sessions.reset() }

  /// Verifies the request's signature with the credentials that it names.
  ///
  /// - Throws: the refusal in AWS's words, in the codes of the service's protocol.
  func verify(
    _ request: HTTPRequestMessage, for service: ServiceDescription, now: Timestamp
  ) async throws(Failure) -> Caller {
    let presented = try presented(by: request, for: service, now: now)
    guard let known = known(presented) else {
      return try judge(request, presented, try await loaded(presented), service, now)
    }
    return try judge(request, presented, known, service, now)
  }

  /// Has the operation verify the assertion in its input, where no signature says who calls.
  ///
  /// - Throws: the operation's refusal.
  func verify<Op: AssertedOperation>(
    _ input: Op.Input, for _: Op.Type, _ visit: Visit
  ) async throws(Failure) -> (Caller, Vouched<Op.Claims>) {
    let vouched = try await Op.verify(input, visit)
    return (Caller(vouched: vouched), vouched)
  }

  private func judge(
    _ request: HTTPRequestMessage, _ presented: SigV4.Presented, _ credentials: Found, _ service: ServiceDescription,
    _ now: Timestamp
  ) throws(Failure) -> Caller {
    do throws(SigV4.Refusal) {
      let verified = try SigV4.verify(
        request, presented, key: credentials.key, rules: service.signatureRules, now: now)
      guard let owner = credentials.owner else { throw SigV4.Refusal.unknownKey }
      if let session = owner.session?.session, session.expires <= now { throw SigV4.Refusal.expiredToken }
      return Caller(
        verified: verified, account: owner.account, principal: owner.principal, session: owner.session?.session,
        sessionPolicies: owner.session?.policies)
    } catch {
      throw service.wireProtocol.failure(error)
    }
  }

  /// What the request says about itself.
  // INVARIANT: time and scope are judged before anything is looked up and kept, so that strangers fill no cache.
  private func presented(
    by request: HTTPRequestMessage, for service: ServiceDescription, now: Timestamp
  ) throws(Failure) -> SigV4.Presented {
    do throws(SigV4.Refusal) {
      guard case .presented(let presented) = try SigV4.identification(of: request) else {
        throw SigV4.Refusal.missingAuthentication
      }
      try SigV4.check(presented, rules: service.signatureRules, now: now)
      return presented
    } catch {
      throw service.wireProtocol.failure(error)
    }
  }

  /// What a look-up found: a key to verify with in every case, and whose it is where it is anybody's.
  private struct Found {
    struct Owner {
      let account: AccountID
      let principal: Caller.Principal
      let session: OpenedSession?
    }

    var key: SigV4.VerificationKey = .unknown
    var owner: Owner?
  }

  /// What is found without asking the store; nil where the account has to be read first.
  private func known(_ presented: SigV4.Presented) -> Found? {
    guard let id = AccessKeyID(presented: presented.accessKeyID) else { return Found() }
    if let token = presented.sessionToken { return found(id, token: token, presented) }
    guard !id.isTemporary, let accountID = directory.accountID(ofAccessKey: id) else { return Found() }
    return directory.loaded(accountID).map { found(id, of: accountID, in: $0, presented) }
  }

  private func loaded(_ presented: SigV4.Presented) async throws(Failure) -> Found {
    guard let id = AccessKeyID(presented: presented.accessKeyID),
      let accountID = directory.accountID(ofAccessKey: id), let snapshot = try await directory.snapshot(accountID)
    else { return Found() }
    return found(id, of: accountID, in: snapshot, presented)
  }

  private func found(
    _ id: AccessKeyID, of accountID: AccountID, in snapshot: AccountSnapshot, _ presented: SigV4.Presented
  ) -> Found {
    guard let record = snapshot.account.accessKeys[id: id.text], record.status == .active,
      let dataKey = snapshot.account.dataKey
    else { return Found() }
    let key = signingKeys.key(accountID, record.id, record.sealedSecret, presented.scope) {
      guard let secret = try? dataKey.open(record.sealedSecret, as: AccessKeyRecord.field(of: record.id, in: accountID))
      else { return nil }
      return Secret(String(decoding: secret, as: UTF8.self))
    }
    guard let key else { return Found() }
    let principal = record.user.map { Caller.Principal.user(id: $0) } ?? .root
    return Found(key: .signing(key), owner: .init(account: accountID, principal: principal, session: nil))
  }

  private func found(_ id: AccessKeyID, token: String, _ presented: SigV4.Presented) -> Found {
    guard let opened = sessions.open(token, with: directory.sealingKey),
      opened.session.accessKeyID == id.text
    else { return Found() }
    let session = opened.session
    let key = signingKeys.key(session.account, id.text, Array(session.secret.utf8), presented.scope) {
      session.secretAccessKey
    }
    guard let key else { return Found() }
    let principal: Caller.Principal =
      switch session.principal {
      case .root: .root
      case .user(let id): .user(id: id)
      case .role(let id, let sessionName): .role(id: id, sessionName: sessionName)
      case .federated(let name, let issuer): .federated(name: name, issuer: issuer)
      }
    return Found(key: .signing(key), owner: .init(account: session.account, principal: principal, session: opened))
  }
}

/// A session with its inline policies parsed.
struct OpenedSession: Sendable {
  let session: Session
  let policies: [Policy]?

  init?(_ session: Session) {
    self.session = session
    var isFederated: Bool { if case .federated = session.principal { true } else { false } }
    // AWS: a federated user without any session policy may do nothing at all.
    guard session.hasPolicy || isFederated else {
      policies = nil
      return
    }
    var parsed: [Policy] = []
    for text in session.policies {
      guard let document = try? PolicyDocument.parse(text, as: .session) else { return nil }
      parsed.append(Policy(document, source: PolicySource(kind: .session, name: "session policy")))
    }
    policies = parsed
  }
}

/// Tokens that have been opened, so that a client's next request need not decrypt and parse again. Bounded.
final class SessionCache: Sendable {
  static let entriesMax = 10_000
  private let opened = Mutex<[String: OpenedSession]>([:])

  func reset() { opened.withLock { $0.removeAll() } }

  func open(_ token: String, with key: SealingKey) -> OpenedSession? {
    if let known = opened.withLock({ $0[token] }) { return known }
    guard let session = Session(token: token, key: key), let fresh = OpenedSession(session) else { return nil }
    opened.withLock { opened in
      if opened.count >= Self.entriesMax { opened.removeAll(keepingCapacity: true) }
      opened[token] = fresh
    }
    return fresh
  }
}

/// The day's signing keys, so that a request costs one HMAC instead of five. Bounded.
///
/// The key of an entry holds the account and the sealed secret itself: an access key that is made anew, or one of the
/// same id in another account, can never meet an older entry.
final class SigningKeyCache: Sendable {
  static let entriesMax = 10_000

  private struct Entry: Hashable {
    let account: AccountID
    let accessKeyID: String
    let sealedSecret: [UInt8]
    let scope: SigV4.Scope

    // INVARIANT: the scope is hashed too. A stranger chooses the region before any signature is compared, and entries
    // that differ in it alone must not all be compared with each other. Secrets of one access key are few.
    func hash(into hasher: inout Hasher) {
      hasher.combine(account)
      hasher.combine(accessKeyID)
      hasher.combine(scope)
    }
  }

  private let keys = Mutex<[Entry: SigV4.SigningKey]>([:])

  func key(
    _ account: AccountID, _ accessKeyID: String, _ sealedSecret: [UInt8], _ scope: SigV4.Scope,
    secret: () -> Secret<String>?
  ) -> SigV4.SigningKey? {
    let entry = Entry(account: account, accessKeyID: accessKeyID, sealedSecret: sealedSecret, scope: scope)
    if let known = keys.withLock({ $0[entry] }) { return known }
    guard let secret = secret() else { return nil }
    let fresh = SigV4.SigningKey(secret: secret, scope: scope)
    keys.withLock { keys in
      if keys.count >= Self.entriesMax { keys.removeAll(keepingCapacity: true) }
      keys[entry] = fresh
    }
    return fresh
  }
}

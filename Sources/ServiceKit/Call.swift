public import AWSCore
import AWSWire
public import Directory
public import WebIdentity

/// What every operation may use: made once, in the composition.
public struct Environment: Sendable {
  public let directory: Directory
  public let lastUsed: LastUsed
  /// The keys of issuers whose tokens are presented.
  public let issuerKeys: any KeySource
  public let publicURL: PublicURL
  public let linkedRoleUses: LinkedRoleUses
  public let clock: Clock
  public let entropy: Entropy
  /// Where SAML assertions for this installation may be delivered, beside AWS's own addresses.
  public let signInURLs: [String]
  public let passwords = Passwords()

  public init(
    directory: Directory, lastUsed: LastUsed, linkedRoleUses: LinkedRoleUses, issuerKeys: any KeySource,
    publicURL: PublicURL, signInURLs: [String] = []
  ) {
    self.directory = directory
    self.lastUsed = lastUsed
    self.linkedRoleUses = linkedRoleUses
    self.issuerKeys = issuerKeys
    self.publicURL = publicURL
    self.signInURLs = signInURLs
    clock = directory.clock
    entropy = directory.entropy
  }
}

/// One authenticated request: who, when, from where. Held by reference: it goes through many hands unchanged.
public final class Call: Sendable {
  public let caller: Caller
  public let environment: Environment
  public let service: String
  public let operation: String
  public let requestID: String
  public let now: Timestamp
  /// The region of the signature's scope.
  public let region: String
  public let sourceIP: String
  public let userAgent: String?
  public let referer: String?
  public let isSecure: Bool

  init(
    caller: Caller, environment: Environment, service: String, operation: String, requestID: String, now: Timestamp,
    request: HTTPRequestMessage
  ) {
    self.caller = caller
    self.environment = environment
    self.service = service
    self.operation = operation
    self.requestID = requestID
    self.now = now
    region = caller.region
    sourceIP = request.peerAddress
    userAgent = request.value(of: "user-agent")
    referer = request.value(of: "referer")
    isSecure = request.isSecure
  }

  func callerAccount() async throws(Failure) -> AccountSnapshot {
    guard let account = try await environment.directory.snapshot(caller.account) else {
      throw Failure(.serviceFailure, "Internal failure.", reason: "the caller's account `\(caller.account)` is gone")
    }
    return account
  }

  /// The view where both accounts are in memory already; nil otherwise.
  func loadedView(of target: AccountID) -> View? {
    guard let own = environment.directory.loaded(caller.account) else { return nil }
    guard target != caller.account else { return View(call: self, account: own, callerAccount: own) }
    return environment.directory.loaded(target).map { View(call: self, account: $0, callerAccount: own) }
  }

  func view(of target: AccountID) async throws(Failure) -> View {
    let own = try await callerAccount()
    guard target != caller.account else { return View(call: self, account: own, callerAccount: own) }
    // An account that does not exist looks like one that grants nothing.
    let other = try await environment.directory.snapshot(target) ?? AccountSnapshot(Account(id: target))
    return View(call: self, account: other, callerAccount: own)
  }
}

/// What an operation sees: the call, and the accounts as they stand at one instant.
public struct View: Sendable {
  public let call: Call
  private let snapshot: AccountSnapshot
  let callerSnapshot: AccountSnapshot

  init(call: Call, account: AccountSnapshot, callerAccount: AccountSnapshot) {
    self.call = call
    snapshot = account
    callerSnapshot = callerAccount
  }

  /// The account that the operation is about.
  public var account: Account { _read { yield snapshot.account } }
  /// The account that the caller belongs to; mostly the same.
  public var callerAccount: Account { _read { yield callerSnapshot.account } }

  public var caller: Caller { call.caller }
}

/// The proof that the call may do what the operation declared. Nothing is performed without one.
public struct Grant: Sendable {
  public let call: Call

  /// INVARIANT: only the authorizer makes one, after the engine has said yes or the operation is open by design.
  init(authorizedBy _: Authorizer.Seal, call: Call) { self.call = call }

  public var caller: Caller { call.caller }
  public var now: Timestamp { call.now }
  public var entropy: Entropy { call.environment.entropy }
}

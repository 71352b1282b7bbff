public import AWSCore
import AWSWire
public import Directory

/// An operation that nobody signs: an assertion or token in its input says who asks.
///
/// Gate 1 is ``verify(_:_:)``, gate 2 the policy that ``access(_:_:_:)`` names: the caller has no policies of its own, so
/// that a role's trust policy alone decides. A value that may be used once is used up when all else is done and before
/// the answer leaves.
public protocol AssertedOperation: Operation {
  /// What a verified assertion says.
  associatedtype Claims: Sendable
  /// Verifies what the input carries, on the state and at the instant of the visit.
  ///
  /// - Throws: the refusal in AWS's words; nothing of the assertion is believed then.
  static func verify(_ input: Input, _ visit: Visit) async throws(Failure) -> Vouched<Claims>
  /// Which permission the call needs: a role's trust policy must grant it.
  static func access(_ input: Input, _ claims: Claims, _ view: View) throws(Failure) -> Access
  static func perform(_ input: Input, _ claims: Claims, _ view: View, _ grant: Grant) throws(Failure) -> Output
}

extension AssertedOperation {
  public static var authentication: Authentication { .assertion(Self.self) }

  /// Authorizes and performs what gate 1 let in.
  static func execute(_ input: Input, _ admitted: Vouched<Claims>, _ call: Call) async throws(Failure) -> Output {
    let view = try await call.view(of: admitted.account)
    let grant = try Authorizer.require(try access(input, admitted.claims, view), view)
    let output = try perform(input, admitted.claims, view, grant)
    try await admitted.onceOnly?.use(in: call.environment.directory.store, now: call.now)
    return output
  }
}

/// Somebody at gate 1 who is to be known by what they carry: what there is to verify it with.
public struct Visit: Sendable {
  public let environment: Environment
  public let now: Timestamp

  init(environment: Environment, now: Timestamp) {
    self.environment = environment
    self.now = now
  }

  /// The account as it stands; one that does not exist looks like one without anything in it.
  public func account(_ id: AccountID) async throws(Failure) -> AccountSnapshot {
    try await environment.directory.snapshot(id) ?? AccountSnapshot(Account(id: id))
  }
}

/// What a verified assertion says, and who vouches for it.
public struct Vouched<Claims: Sendable>: Sendable {
  /// The identity provider as trust policies name it: the ARN of a provider of the account, or the host name of one that
  /// every account knows.
  public let provider: String
  /// The account that takes the provider's word: the one that the role belongs to.
  public let account: AccountID
  public let claims: Claims
  /// What makes the assertion one that holds once; nil for one that may come again.
  public let onceOnly: OneTimeValue?

  public init(provider: String, account: AccountID, claims: Claims, onceOnly: OneTimeValue?) {
    self.provider = provider
    self.account = account
    self.claims = claims
    self.onceOnly = onceOnly
  }
}

/// A value that holds once: of all calls that present it, at all nodes, one is answered.
public struct OneTimeValue: Sendable {
  private let space: String
  private let key: String
  private let expires: Timestamp
  private let refusal: Failure

  /// - Parameters:
  ///   - space: what kind of value it is; constant.
  ///   - parts: what tells it from all others of its kind, the account and the issuer among them.
  ///   - expires: from when on nothing accepts it any longer.
  ///   - refusal: what whoever comes second is told.
  public init(space: String, parts: [String], expires: Timestamp, refusal: Failure) {
    self.space = space
    // A key of one length whatever the issuer chose, from which nothing can be read.
    key = Fingerprint.text(of: parts)
    self.expires = expires
    self.refusal = refusal
  }

  func use(in store: any EphemeralStore, now: Timestamp) async throws(Failure) {
    let isFirst: Bool
    do throws(StoreFailure) {
      isFirst = try await store.insert(EphemeralValue(key: key, body: [], expires: expires), in: space, now: now)
    } catch {
      throw Failure(.serviceFailure, "Internal failure.", reason: "cannot use a one-time value: \(error)")
    }
    guard isFirst else { throw refusal }
  }
}

public import AWSCore
public import AWSWire
public import Directory

/// One operation of a service: its input, output, errors, access and behaviour, side by side.
///
/// Conform to ``ReadOperation`` or ``WriteOperation``, to one of the two in `PreparedOperation.swift` where something has
/// to be waited for, or to ``AssertedOperation`` where nobody signs; what they have in common is here. See
/// ARCHITECTURE.md.
public protocol Operation: Sendable {
  associatedtype Input: WireStruct
  associatedtype Output: WireOutput
  /// The operation's name in the API model; the type's own name unless said otherwise.
  static var name: String { get }
  /// The errors that the API model declares for it.
  static var failures: [ErrorCode] { get }
  /// How gate 1 learns who calls. Follows from the protocol that the operation conforms to.
  static var authentication: Authentication { get }
}

/// How gate 1 learns who calls an operation.
public enum Authentication: Sendable {
  /// By the signature of the request.
  case signature(any SignedOperation.Type)
  /// By an assertion or token of an identity provider in the input; the request needs no signature, and one that it has
  /// plays no part.
  case assertion(any AssertedOperation.Type)
}

extension Operation {
  public static var name: String { String(describing: Self.self) }
}

/// An operation whose requests are signed: all but a few.
public protocol SignedOperation: Operation {
  /// The account that the call reads or changes; the caller's own unless said otherwise.
  static func account(of input: Input, caller: Caller) -> AccountID
  /// Authorizes and performs; the two protocols below say how.
  static func execute(_ input: Input, _ call: Call) async throws(Failure) -> Output
  /// The same without waiting, where nothing has to be waited for; nil where something has.
  static func executeNow(_ input: Input, _ call: Call) throws(Failure) -> Output?
}

extension SignedOperation {
  public static var authentication: Authentication { .signature(Self.self) }
  public static func account(of input: Input, caller: Caller) -> AccountID { caller.account }
  public static func executeNow(_ input: Input, _ call: Call) throws(Failure) -> Output? { nil }
}

/// An operation that says from its input alone what it needs.
public protocol DeclaredOperation: SignedOperation {
  /// Which permission a call needs, on what, with which condition keys.
  static func access(_ input: Input, _ view: View) throws(Failure) -> Access
}

/// An operation that changes nothing: it reads the account's current value.
public protocol ReadOperation: DeclaredOperation {
  associatedtype Output
  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output
}

/// An operation that changes its account: a pure function of the transaction, which may run again on a newer state.
public protocol WriteOperation: DeclaredOperation {
  associatedtype Output
  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> Output
}

extension ReadOperation {
  public static func execute(_ input: Input, _ call: Call) async throws(Failure) -> Output {
    try answer(input, try await call.view(of: account(of: input, caller: call.caller)))
  }

  public static func executeNow(_ input: Input, _ call: Call) throws(Failure) -> Output? {
    guard let view = call.loadedView(of: account(of: input, caller: call.caller)) else { return nil }
    return try answer(input, view)
  }

  private static func answer(_ input: Input, _ view: View) throws(Failure) -> Output {
    let grant = try Authorizer.require(try access(input, view), view)
    return try perform(input, view, grant)
  }
}

extension WriteOperation {
  public static func execute(_ input: Input, _ call: Call) async throws(Failure) -> Output {
    try await write(input, call) { tx, grant throws(Failure) in try perform(input, &tx, grant) }
  }
}

extension DeclaredOperation {
  /// Authorizes and performs inside a transaction: both run again together on a newer state.
  static func write(
    _ input: Input, _ call: Call,
    _ perform: @escaping @Sendable (inout Transaction, Grant) throws(Failure) -> Output
  ) async throws(Failure) -> Output {
    let target = account(of: input, caller: call.caller)
    let callerAccount = try await call.callerAccount()
    return try await call.environment.directory.write(to: target) { tx throws(Failure) in
      let isOwn = tx.account.id == call.caller.account
      let current = AccountSnapshot(tx.account)
      let view = View(call: call, account: current, callerAccount: isOwn ? current : callerAccount)
      return try perform(&tx, try Authorizer.require(try access(input, view), view))
    }
  }
}

/// The input of an operation that takes nothing.
public struct EmptyInput: WireStruct {
  public init(from fields: inout Fields) {}
}

public import AWSCore
public import Directory

/// A write with something to be done before it, off the state and perhaps slowly: a password to hash, a code to check.
public protocol PreparedWriteOperation: DeclaredOperation {
  associatedtype Output
  associatedtype Prepared: Sendable
  /// Runs once, for a call that the policies allow; what it throws refuses the call.
  static func prepare(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Prepared
  /// Pure, as that of a ``WriteOperation``: it is authorized again, inside its transaction, and may run again.
  static func perform(
    _ input: Input, _ prepared: Prepared, _ tx: inout Transaction, _ grant: Grant
  ) throws(Failure) -> Output
}

extension PreparedWriteOperation {
  public static func execute(_ input: Input, _ call: Call) async throws(Failure) -> Output {
    // Whoever may not do it does not get the work done either.
    let view = try await call.view(of: account(of: input, caller: call.caller))
    let prepared = try await prepare(input, view, try Authorizer.require(try access(input, view), view))
    return try await write(input, call) { tx, grant throws(Failure) in try perform(input, prepared, &tx, grant) }
  }
}

/// A read whose input brings evidence that the policies ask about, beside the signature: a one-time code, a token.
///
/// What is verified becomes condition keys, so it comes before gate 2; what holds once is spent after it.
public protocol EvidencedOperation: SignedOperation {
  associatedtype Output
  associatedtype Evidence: Sendable
  /// Checks what the input brings; throws where it proves nothing.
  static func verify(_ input: Input, _ call: Call) async throws(Failure) -> Evidence
  /// The same without waiting; nil where something has to be waited for.
  static func verifyNow(_ input: Input, _ call: Call) throws(Failure) -> Evidence?
  static func access(_ input: Input, _ evidence: Evidence, _ view: View) throws(Failure) -> Access
  /// Uses up what holds once; throws where somebody else was first. Not called after `verifyNow`.
  static func spend(_ evidence: Evidence, _ grant: Grant) async throws(Failure)
  static func perform(_ input: Input, _ evidence: Evidence, _ view: View, _ grant: Grant) throws(Failure) -> Output
}

extension EvidencedOperation {
  public static func verifyNow(_ input: Input, _ call: Call) throws(Failure) -> Evidence? { nil }
  public static func spend(_ evidence: Evidence, _ grant: Grant) async throws(Failure) {}

  public static func execute(_ input: Input, _ call: Call) async throws(Failure) -> Output {
    let evidence = try await verify(input, call)
    let view = try await call.view(of: account(of: input, caller: call.caller))
    let grant = try Authorizer.require(try access(input, evidence, view), view)
    try await spend(evidence, grant)
    return try perform(input, evidence, view, grant)
  }

  public static func executeNow(_ input: Input, _ call: Call) throws(Failure) -> Output? {
    guard let view = call.loadedView(of: account(of: input, caller: call.caller)),
      let evidence = try verifyNow(input, call)
    else { return nil }
    return try perform(input, evidence, view, try Authorizer.require(try access(input, evidence, view), view))
  }
}

/// A read that works with short-lived things too, which lie beside the account and have to be waited for: a report.
public protocol ShortLivedOperation: DeclaredOperation {
  associatedtype Output
  static func perform(_ input: Input, _ view: View, _ grant: Grant) async throws(Failure) -> Output
}

extension ShortLivedOperation {
  public static func execute(_ input: Input, _ call: Call) async throws(Failure) -> Output {
    let view = try await call.view(of: account(of: input, caller: call.caller))
    return try await perform(input, view, try Authorizer.require(try access(input, view), view))
  }
}

import Synchronization

/// Where clients reach this program, for what is told to others: the issuer of tokens.
///
/// Never taken from a request: a `Host` header says what its sender wants.
public final class PublicURL: Sendable {
  private let state: Mutex<String>

  public init(_ text: String) { state = Mutex(text) }

  /// Without a slash at the end.
  public var text: String { state.withLock { $0 } }

  /// Sets it once the program knows at which port it listens.
  public func set(_ text: String) { state.withLock { $0 = text } }

  /// The issuer of an account's outbound federation.
  public func issuer(_ id: String) -> String { "\(text)\(IssuerDocuments.prefix)\(id)" }
}
